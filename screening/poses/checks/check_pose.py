"""All checks of a pose, and a pose with its checks and contacts."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence

from rdkit import Chem

from screening.poses.checks.burial import burial, ligand_areas
from screening.poses.checks.check import Check
from screening.poses.checks.clashes import clashes
from screening.poses.checks.posebusters_validity import posebusters_validity
from screening.poses.checks.stereochemistry import stereochemistry
from screening.poses.checks.strain import strain
from screening.poses.checks.unsatisfied import unsatisfied
from screening.poses.interactions.contact import Contact
from screening.poses.interactions.find_contacts import find_contacts
from screening.poses.pose import Pose
from screening.targets.target import Atoms, ResidueId


def check_pose(
    atoms: Atoms,
    ligand: Chem.Mol,
    contacts: Sequence[Contact],
    *,
    smiles: str = "",
    covalent: Collection[ResidueId] = (),
    with_strain: bool = True,
    receptor_pdb: str = "",
) -> tuple[Check, ...]:
    """Return the checks of a pose.

    Parameters
    ----------
    atoms
        What it sits in: protein, metals, cofactors and the waters that stay; see
        `screening.poses.interactions.surroundings`.
    ligand
        The pose, with bond orders and one conformer.
    contacts
        Its contacts, as `find_contacts` returns them.
    smiles
        What was docked; compared in stereochemistry if given.
    covalent
        Residues that the ligand is bonded to.
    with_strain
        Compute the strain (about 0.3 s).
    receptor_pdb
        The protein as PDB text: run PoseBusters too (about 1 s).

    Raises
    ------
    MissingExtraError
        If PoseBusters is asked for and not installed.
    """
    areas = ligand_areas(atoms, ligand)
    found = [clashes(atoms, ligand, covalent=covalent)]
    if smiles:
        found.append(stereochemistry(ligand, smiles))
    if with_strain:
        found.append(strain(ligand))
    found += [burial(areas), unsatisfied(ligand, contacts, areas[1])]
    if receptor_pdb:
        found.append(posebusters_validity(ligand, receptor_pdb))
    return tuple(found)


def checked_pose(pose: Pose, atoms: Atoms, *, with_strain: bool = True, receptor_pdb: str = "") -> Pose:
    """Return the pose with its contacts and checks; the parameters are those of `check_pose`."""
    ligand = pose.molecule()
    contacts = tuple(find_contacts(atoms, ligand))
    checks = check_pose(atoms, ligand, contacts, smiles=pose.smiles, with_strain=with_strain, receptor_pdb=receptor_pdb)
    return dataclasses.replace(pose, interactions=contacts, checks=checks)
