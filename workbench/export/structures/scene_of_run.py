"""Receptor and poses of a run, for the exports that show them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from screening.runs.docking.docking import open_docking
from screening.runs.run import ScreenRun
from screening.targets.binding_site import BindingSite
from screening.targets.files.write import pdb_text
from screening.targets.target import Atoms, Target
from workbench.export.structures.scene import Scene


def scene_of_run(
    run: ScreenRun, records: Iterable[int], target: Target | None, site: BindingSite | None
) -> Scene | None:
    """Return the poses of these records in the target they were docked into; None if nothing was docked.

    The receptor is the target without waters and without the ligand that the site was built around.
    """
    if target is None or not (run.folder / "poses").is_dir():
        return None
    docking = open_docking(run.folder)
    if docking is None:
        return None
    poses = {record: found for record in records if (found := docking.poses(record))}
    residues = (
        () if site is None else tuple((each.chain, f"{each.number}{each.insertion_code}") for each in site.residues)
    )
    return Scene(receptor_text(target, site), target.id, poses, residues)


def receptor_text(target: Target, site: BindingSite | None) -> str:
    """Return the target as PDB text, without waters and without the ligand of the site."""
    atoms = without_site_ligand(target, site)
    return pdb_text(target, atoms.select(~np.isin(atoms.residue_name, ["HOH", "DOD", "WAT"])))


def without_site_ligand(target: Target, site: BindingSite | None) -> Atoms:
    """Return the atoms of the target but those of the ligand that the site was built around."""
    atoms = target.atoms
    if site is None or site.ligand is None:
        return atoms
    ligand = site.ligand
    return atoms.select(
        ~(
            (atoms.chain == ligand.chain)
            & (atoms.number == ligand.number)
            & (atoms.insertion_code == ligand.insertion_code)
            & (atoms.residue_name == ligand.name)
        )
    )
