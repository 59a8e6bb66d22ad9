"""Bond lengths of bound ligands against those that small molecules have.

Structure files give no bond orders of ligands, so a bond is held against the whole range of its pair of elements, from
the shortest multiple to the longest single bond. One case can be recognised without them: a carbon with four heavy
neighbours has single bonds only.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from rdkit import Chem
from scipy.spatial import cKDTree

from screening.targets.target import ResidueId, Target

#: Shortest and longest usual length in Å of a bond between two elements, over all bond orders: rounded after the means
#: of its kinds of bond in Allen, F. H. et al., "Tables of bond lengths determined by X-ray and neutron diffraction.
#: Part 1", J. Chem. Soc. Perkin Trans. 2, S1 (1987). Of the 5,063 bonds of 183 ligands in the 121 PoseBusters complexes
#: 8 lie outside by more than `TOLERANCE_A`.
USUAL_A: dict[tuple[str, str], tuple[float, float]] = {
    ("C", "C"): (1.17, 1.59), ("C", "N"): (1.14, 1.51), ("C", "O"): (1.19, 1.48), ("C", "F"): (1.32, 1.43),
    ("C", "CL"): (1.71, 1.85), ("BR", "C"): (1.88, 1.97), ("C", "I"): (2.09, 2.16), ("C", "P"): (1.79, 1.86),
    ("C", "S"): (1.60, 1.86), ("B", "C"): (1.56, 1.64), ("C", "SE"): (1.89, 1.97), ("C", "SI"): (1.84, 1.89),
    ("N", "N"): (1.12, 1.45), ("N", "O"): (1.21, 1.46), ("N", "P"): (1.57, 1.70), ("N", "S"): (1.54, 1.71),
    ("O", "P"): (1.45, 1.66), ("O", "S"): (1.42, 1.58), ("P", "S"): (1.91, 2.12), ("S", "S"): (2.02, 2.07),
    ("B", "O"): (1.36, 1.47), ("B", "N"): (1.55, 1.61),
}  # fmt: skip

#: The same for bonds that are surely single: from a carbon with four heavy neighbours.
SINGLE_A: dict[tuple[str, str], tuple[float, float]] = {
    ("C", "C"): (1.46, 1.59), ("C", "N"): (1.45, 1.51), ("C", "O"): (1.39, 1.48),
}  # fmt: skip

#: How far from the usual range the uncertainty of a macromolecular model may put a bond, in Å.
TOLERANCE_A = 0.10
#: Atoms nearer than the sum of their covalent radii and this are taken as bonded, in Å.
REACH_A = 0.45

#: Most heavy neighbours an atom can have; one with more has run into another part of the ligand.
MOST_NEIGHBOURS: dict[str, int] = {"C": 4, "N": 4, "O": 2, "F": 1, "CL": 4, "BR": 1, "S": 4}


@dataclasses.dataclass(frozen=True)
class OddBond:
    """A bond of unusual length: names of its atoms, the length, and the usual range, in Å."""

    atoms: tuple[str, str]
    length_A: float
    usual_A: tuple[float, float]

    def __str__(self) -> str:
        low, high = self.usual_A
        return f"{self.atoms[0]}-{self.atoms[1]} {self.length_A:.2f} Å, usually {low:.2f}-{high:.2f}"


@dataclasses.dataclass(frozen=True)
class LigandGeometry:
    """The bonds of one ligand.

    Attributes
    ----------
    bonds
        How many bonds between heavy atoms could be judged.
    odd
        Those of unusual length, the worst first.
    crowded
        Names of atoms with more neighbours than their element can have.
    pieces
        Into how many parts the ligand falls: more than 1 if a bond is torn or atoms between are missing.
    """

    bonds: int
    odd: tuple[OddBond, ...]
    crowded: tuple[str, ...]
    pieces: int

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, as parts of a sentence; empty if nothing is."""
        found = []
        if self.odd:
            found.append(f"{len(self.odd)} of {self.bonds} bonds of unusual length (worst: {self.odd[0]})")
        if self.crowded:
            found.append(f"atoms with too many neighbours ({', '.join(self.crowded[:4])})")
        if self.pieces > 1:
            found.append(f"it falls into {self.pieces} pieces")
        return tuple(found)


def ligand_geometry(target: Target, ligand: ResidueId) -> LigandGeometry:
    """Judge the bond lengths of a bound ligand; of several conformers, the one of highest occupancy.

    Bonds between elements that are not in the table, such as those of metals, are not judged.
    """
    rows = _rows(target, ligand)
    atoms = target.atoms
    places = atoms.coordinates[rows].astype(float)
    symbols = [str(symbol).upper() for symbol in atoms.element[rows]]
    names = [str(name) for name in atoms.name[rows]]
    if len(rows) < 2:
        return LigandGeometry(0, (), (), len(rows))
    size = np.array([_covalent_radius(symbol) for symbol in symbols])
    pairs = cKDTree(places).query_pairs(2.0 * float(size.max()) + REACH_A, output_type="ndarray")
    i, j = pairs[:, 0], pairs[:, 1]
    length = np.linalg.norm(places[i] - places[j], axis=1)
    near = length < size[i] + size[j] + REACH_A
    bonds = {(int(a), int(b)): float(d) for a, b, d in zip(i[near], j[near], length[near])}
    neighbours: list[set[int]] = [set() for _ in rows]
    for a, b in bonds:
        neighbours[a].add(b)
        neighbours[b].add(a)
    # Across a small cage two atoms come near without a bond (1.87 Å in bicyclo[1.1.1]pentane).
    for (a, b), distance in list(bonds.items()):
        high = _usual(symbols, neighbours, a, b)[1]
        if distance > high + TOLERANCE_A and len(neighbours[a] & neighbours[b]) >= 3:
            del bonds[a, b]
            neighbours[a].discard(b)
            neighbours[b].discard(a)
    judged, odd = 0, []
    for (a, b), distance in bonds.items():
        low, high = _usual(symbols, neighbours, a, b)
        judged += low > 0.0
        excess = max(low - distance, distance - high)
        if excess > TOLERANCE_A:
            odd.append((-excess, OddBond((names[a], names[b]), round(distance, 3), (low, high))))
    odd.sort(key=lambda item: (item[0], item[1].atoms))
    crowded = tuple(
        name for name, symbol, near_by in zip(names, symbols, neighbours)
        if len(near_by) > MOST_NEIGHBOURS.get(symbol, len(near_by))
    )  # fmt: skip
    return LigandGeometry(judged, tuple(bond for _, bond in odd), crowded, _pieces(neighbours))


def _rows(target: Target, ligand: ResidueId) -> np.ndarray:
    atoms = target.atoms
    mine = (atoms.chain == ligand.chain) & (atoms.number == ligand.number) & ~np.isin(atoms.element, ("H", "D"))
    mine &= (atoms.insertion_code == ligand.insertion_code) & (atoms.residue_name == ligand.name)
    letters = sorted(set(atoms.altloc[mine].tolist()) - {"", " "})
    if len(letters) > 1:
        best = max(letters, key=lambda letter: float(atoms.occupancy[mine & (atoms.altloc == letter)].mean()))
        mine &= np.isin(atoms.altloc, ("", " ", best))
    return np.flatnonzero(mine)


def _covalent_radius(symbol: str) -> float:
    table = Chem.GetPeriodicTable()
    try:
        return float(table.GetRcovalent(symbol.capitalize()))
    except RuntimeError:
        return 0.77


def _usual(symbols: list[str], neighbours: list[set[int]], a: int, b: int) -> tuple[float, float]:
    first, second = sorted((symbols[a], symbols[b]))
    single = any(symbols[atom] == "C" and len(neighbours[atom]) == 4 for atom in (a, b))
    if single and (first, second) in SINGLE_A:
        return SINGLE_A[first, second]
    return USUAL_A.get((first, second), (0.0, np.inf))


def _pieces(neighbours: list[set[int]]) -> int:
    left, count = set(range(len(neighbours))), 0
    while left:
        count += 1
        open_ = [left.pop()]
        while open_:
            reached = neighbours[open_.pop()] & left
            left -= reached
            open_ += reached
    return count
