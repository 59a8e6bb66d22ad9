"""Which atoms of a target travel to the page, and as what text.

Everything that a view does not draw stays behind: far from the site the backbone is enough for a cartoon, and of the
hydrogens only the polar ones are drawn. This halves the saved notebook.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import numpy as np

from screening.errors import StructureError
from screening.targets.entities.components import WATER
from screening.targets.files import write
from screening.targets.target import Atoms, ResidueId, Target

BACKBONE = ("N", "CA", "C", "O", "P", "O5'", "C5'", "C4'", "C3'", "O3'", "O4'", "C1'", "N1", "N9")

#: A hydrogen closer than this to N, O or S, in Å, is bonded to it.
POLAR_BOND_A = 1.25


@dataclasses.dataclass(frozen=True)
class Text:
    """Atoms as text for ``addModel``.

    Attributes
    ----------
    text, format
        The text, and ``"pdb"`` or ``"mmcif"``.
    chains
        Author chain id to the id that the text uses for it.
    """

    text: str
    format: str
    chains: dict[str, str]

    def select(self, residues: Iterable[ResidueId], **more: Any) -> dict[str, Any]:
        """Return a selection of these residues as 3Dmol.js takes it."""
        by_chain: dict[str, list[int]] = {}
        odd: list[dict[str, Any]] = []
        for residue in residues:
            chain = self.chains.get(residue.chain, residue.chain)
            if residue.insertion_code:
                odd.append({"chain": chain, "resi": residue.number, "icode": residue.insertion_code})
            else:
                by_chain.setdefault(chain, []).append(residue.number)
        parts = [{"chain": chain, "resi": sorted(set(numbers))} for chain, numbers in by_chain.items()] + odd
        # An empty "or" would select everything.
        return {**more, "or": parts or [{"chain": "none such", "resi": [-99999]}]}


def is_water(atoms: Atoms) -> np.ndarray:
    """Return which atoms belong to waters, bool, (n,)."""
    return np.isin(atoms.residue_name, list(WATER))


def is_hydrogen(atoms: Atoms) -> np.ndarray:
    """Return which atoms are hydrogen or deuterium, bool, (n,)."""
    return np.isin(atoms.element, ["H", "D"])


def worth_drawing(atoms: Atoms) -> np.ndarray:
    """Return heavy atoms and polar hydrogens, bool, (n,)."""
    hydrogen = is_hydrogen(atoms)
    if not hydrogen.any():
        return ~hydrogen
    from scipy.spatial import cKDTree

    polar = np.isin(atoms.element, ["N", "O", "S"])
    keep = ~hydrogen
    if polar.any():
        gaps, _ = cKDTree(atoms.coordinates[polar]).query(
            atoms.coordinates[hydrogen], distance_upper_bound=POLAR_BOND_A
        )
        keep[np.flatnonzero(hydrogen)] = np.isfinite(gaps)
    return keep


def residue_mask(atoms: Atoms, residues: Iterable[ResidueId]) -> np.ndarray:
    """Return the atoms of these residues, bool, (n,)."""
    wanted = {(r.chain, r.number, r.insertion_code) for r in residues}
    first = np.r_[True, atoms.residue_index[1:] != atoms.residue_index[:-1]] if len(atoms) else np.zeros(0, bool)
    starts = np.flatnonzero(first)
    hit = [(str(atoms.chain[i]), int(atoms.number[i]), str(atoms.insertion_code[i])) in wanted for i in starts.tolist()]
    lengths = np.diff(np.r_[starts, len(atoms)])
    return np.repeat(np.array(hit, dtype=bool), lengths)


def residue_at(atoms: Atoms, row: int) -> ResidueId:
    """Return the residue that an atom belongs to."""
    return ResidueId(
        str(atoms.chain[row]), int(atoms.number[row]), str(atoms.insertion_code[row]), str(atoms.residue_name[row])
    )


def as_text(target: Target, atoms: Atoms, *, b_factors: bool = False) -> Text:
    """Write atoms as PDB, or as mmCIF where PDB cannot hold them.

    Places are written to 0.01 Å, and B-factors only where they are told: nobody sees the rest, and every saved view
    carries it.
    """
    atoms = dataclasses.replace(
        atoms,
        coordinates=atoms.coordinates.round(2),
        b_factor=atoms.b_factor.round(1) if b_factors else np.zeros_like(atoms.b_factor),
        occupancy=np.ones_like(atoms.occupancy),
    )
    names = {str(chain): str(chain) for chain in dict.fromkeys(atoms.chain.tolist())}
    if all(len(chain) == 1 for chain in names):
        try:
            return Text(write.pdb_text(target, atoms), "pdb", names)
        except StructureError:
            pass
    return Text(write.cif_text(target, atoms), "mmcif", names)
