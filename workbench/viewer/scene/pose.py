"""A pose: a ligand at a place in a target, and where that place comes from."""

from __future__ import annotations

import dataclasses
from functools import cached_property

import numpy as np
from rdkit import Chem

from screening.errors import UsageError
from screening.poses import pose as engine
from screening.poses.checks.check import Check
from screening.poses.interactions.contact import Contact


@dataclasses.dataclass(frozen=True)
class Pose:
    """A posed ligand.

    Attributes
    ----------
    molecule
        With bond orders and one conformer, in the coordinates of the target, Å.
    origin
        Where the pose comes from, such as ``"docked with Vina 1.2.7, seed 1"`` or ``"crystal structure 1FMO"``. A
        ligand is drawn in a pocket only if this is recorded.
    name
        What to call the ligand.
    notes
        Lines shown beside it, such as a score with its unit.
    contacts
        Its contacts, where they were found already; None: they are looked for in the structure that is shown.
    checks
        What `screening.poses.checks` says of it.

    Raises
    ------
    UsageError
        If there are no 3D coordinates or no origin.
    """

    molecule: Chem.Mol
    origin: str
    name: str = "ligand"
    notes: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] | None = None
    checks: tuple[Check, ...] = ()

    bond_orders = True

    def __post_init__(self) -> None:
        if not self.origin.strip():
            raise UsageError(f"the pose of {self.name} says not where it comes from", expected="origin='...'")
        if not self.molecule.GetNumConformers() or not self.molecule.GetConformer().Is3D():
            raise UsageError(f"the pose of {self.name} has no 3D coordinates", expected="a molecule with a conformer")

    @cached_property
    def mol(self) -> Chem.Mol:
        """The molecule with its heavy atoms and polar hydrogens."""
        editable = Chem.RWMol(self.molecule)
        for atom in reversed(list(editable.GetAtoms())):
            bonded = [n.GetAtomicNum() for n in atom.GetNeighbors()]
            if atom.GetAtomicNum() == 1 and bonded == [6]:
                carbon = atom.GetNeighbors()[0]
                if carbon.GetNoImplicit():
                    carbon.SetNumExplicitHs(carbon.GetNumExplicitHs() + 1)
                editable.RemoveAtom(atom.GetIdx())
        bare = editable.GetMol()
        Chem.SanitizeMol(bare)
        return bare

    @property
    def title(self) -> str:
        """What to call it."""
        return self.name

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the atoms: those of the file the molecule is from, where it has any, else element and number."""
        found = []
        for atom in self.mol.GetAtoms():
            place = atom.GetPDBResidueInfo()
            name = place.GetName().strip() if place is not None else ""
            found.append(name or f"{atom.GetSymbol()}{atom.GetIdx() + 1}")
        return tuple(found)

    @property
    def coordinates(self) -> np.ndarray:
        """Coordinates of the heavy atoms, (n, 3), Å."""
        heavy = [atom.GetIdx() for atom in self.mol.GetAtoms() if atom.GetAtomicNum() > 1]
        places: np.ndarray = self.mol.GetConformer().GetPositions()[heavy]
        return places

    @property
    def mol_block(self) -> str:
        """The molecule as a mol block."""
        return str(Chem.MolToMolBlock(self.mol))


def drawn_pose(pose: Pose | engine.Pose) -> Pose:
    """Return a pose ready to be drawn: one of `screening.poses` with its scores, probability and state as notes."""
    if isinstance(pose, Pose):
        return pose
    notes = []
    if pose.score is not None:
        unit = f" {pose.score.unit}" if pose.score.unit else ""
        notes.append(f"{pose.score.name} {pose.score.value:.2f}{unit} (a docking score, no affinity)")
    if pose.probability_2A is not None:
        notes.insert(0, f"{pose.probability_2A:.0%} likely to lie within 2 Å of the true pose")
    if pose.state:
        notes.append(f"State that was docked: {pose.state}")
    contacts = tuple(pose.interactions) if pose.checks or pose.interactions else None
    return Pose(pose.molecule(), pose.origin, pose.name or "ligand", tuple(notes), contacts, tuple(pose.checks))
