"""The prepared protein of one site: what is docked into is what is drawn."""

from __future__ import annotations

import dataclasses
from functools import cached_property

from screening.poses.receptor.pdb_text import pdb_text, pdbqt_text
from screening.provenance import content_key
from screening.targets.target import Atoms, ResidueId

#: Version of the rules by which a receptor is prepared; part of its key.
PROTOCOL = 2


@dataclasses.dataclass(frozen=True)
class Change:
    """One thing that preparation did.

    Attributes
    ----------
    kind
        ``"added"``, ``"changed"``, ``"kept"``, ``"left out"`` or ``"warning"``.
    residue
        The residue, None for the whole receptor.
    text
        What was done and why, as a sentence without the residue.
    """

    kind: str
    residue: ResidueId | None
    text: str

    def __str__(self) -> str:
        place = f"{self.residue}: " if self.residue else ""
        return f"{self.kind}: {place}{self.text}"


@dataclasses.dataclass(frozen=True)
class DockingBox:
    """Where the search goes on.

    Attributes
    ----------
    centre_A, size_A
        Centre and side lengths in Å.
    bound_extent_A, bound_length_A
        Extent on each axis, and longest distance, of the ligand that the box was made around; None for other boxes.
        Ligands of its size are searched in less of the box (`screening.poses.receptor.box.box_for_ligand`).
    """

    centre_A: tuple[float, float, float]
    size_A: tuple[float, float, float]
    bound_extent_A: tuple[float, float, float] | None = None
    bound_length_A: float | None = None


@dataclasses.dataclass(frozen=True)
class Receptor:
    """Atoms of a site and its surroundings with hydrogens, charges and bonds, and what was done to them.

    Attributes
    ----------
    target_id, target_key
        The target it was made from.
    site
        How the site was chosen (`BindingSite.origin`).
    ligand
        The bound ligand the site was built around and that was taken out, if any.
    atoms
        Atoms with all hydrogens, in the frame of the target; names and numbering are those of the file.
    formal_charge
        int, one for each atom.
    bonds
        (first atom, second atom, order) for each bond; order is 1, 2, 3 or 4 for aromatic.
    atom_type
        AutoDock atom type of each atom (``C``, ``A``, ``N``, ``NA``, ``OA``, ``SA``, ``HD``, ``H``, ``Zn`` ...).
    box
        The search box of the site.
    pH
        At which it was protonated.
    changes
        What was added, changed, kept and left out, and why.
    """

    target_id: str
    target_key: str
    site: str
    ligand: ResidueId | None
    atoms: Atoms
    formal_charge: tuple[int, ...]
    bonds: tuple[tuple[int, int, int], ...]
    atom_type: tuple[str, ...]
    box: DockingBox
    pH: float
    changes: tuple[Change, ...]

    @cached_property
    def key(self) -> str:
        """Content key: equal receptors and boxes give equal poses."""
        return content_key({"protocol": PROTOCOL, "pdbqt": self.pdbqt(), "box": self.box, "target": self.target_key})

    def pdb(self) -> str:
        """Return the receptor as PDB text with all hydrogens."""
        return pdb_text(self)

    def pdbqt(self) -> str:
        """Return the receptor as PDBQT text: heavy atoms and polar hydrogens, as the engines read it."""
        return pdbqt_text(self)

    def report(self) -> str:
        """Return what was done, a line each."""
        return "\n".join(str(change) for change in self.changes)

    def __repr__(self) -> str:
        return f"<Receptor of {self.target_id} {self.site}: {len(self.atoms)} atoms, {len(self.changes)} changes>"
