"""Covalent bonds between residues beside the backbone: to ligands, between glycans, disulfides.

What the file lists (LINK, SSBOND, CONECT, struct_conn) is believed up to a length no refinement would leave; what it
does not list is seen by the distance.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from screening.targets.entities.components import METALS, WATER, is_modified
from screening.targets.entities.polymers import Residues
from screening.targets.raw_structure import RawStructure
from screening.targets.target import Atoms, CovalentBond, ResidueId

#: Covalent radii in Å (Cordero, B. et al., Dalton Trans. 2832, 2008); other elements count as carbon.
RADII_A = {"H": 0.31, "B": 0.84, "C": 0.76, "N": 0.71, "O": 0.66, "F": 0.57, "SI": 1.11, "P": 1.07, "S": 1.05,
           "CL": 1.02, "SE": 1.20, "BR": 1.20, "I": 1.39}  # fmt: skip
#: How much longer than the sum of the radii a bond may be that only its distance tells, in Å.
REACH_A = 0.30
#: How long a bond may be that the file lists, in Å; beyond, the list is about something else (a symmetry copy).
LISTED_A = 3.0


def covalent_bonds(atoms: Atoms, table: Residues, raw: RawStructure, serial: np.ndarray) -> tuple[CovalentBond, ...]:
    """Return the covalent bonds between residues, in the order of their atoms.

    Left out: bonds of the backbone between neighbours of a chain, hydrogens, metals, water, and atoms of two different
    conformers.

    Parameters
    ----------
    atoms, table
        Atoms and residues of one model.
    raw
        Bonds that the file lists.
    serial
        Number of each atom in the file, by which CONECT records name them.
    """
    row = np.repeat(np.arange(len(table.first)), table.size)
    inorganic = np.isin(atoms.element, [*METALS, "H", "D", ""]) | np.isin(atoms.residue_name, list(WATER))
    kept = np.flatnonzero(~inorganic)
    if len(kept) < 2:
        return ()
    listed = _listed(atoms, raw, set(kept.tolist())) | _connected(atoms, raw, serial, row, set(kept.tolist()))
    modified = np.array([is_modified(code) for code in atoms.residue_name[table.first].tolist()], bool)
    interesting = (~table.polymer | modified)[row[kept]] | np.isin(atoms.element[kept], ("S", "SE"))
    outside = kept[interesting]
    found: set[tuple[int, int]] = set()
    if len(outside):
        radius = np.array([RADII_A.get(symbol, 0.76) for symbol in atoms.element.tolist()])
        longest = 2.0 * float(radius[kept].max()) + REACH_A
        tree = cKDTree(atoms.coordinates[kept])
        near = tree.query_ball_point(atoms.coordinates[outside], longest)
        for atom, others in zip(outside.tolist(), near):
            for other in kept[others].tolist():
                if row[other] == row[atom] or not _same_conformer(atoms, atom, other):
                    continue
                gap = float(np.linalg.norm(atoms.coordinates[atom] - atoms.coordinates[other]))
                if 0.8 < gap <= radius[atom] + radius[other] + REACH_A:
                    found.add((min(atom, other), max(atom, other)))
    bonds = []
    for first, second in sorted(found | listed):
        if table.polymer[row[first]] and table.polymer[row[second]] and _backbone(atoms, first, second):
            continue
        gap = float(np.linalg.norm(atoms.coordinates[first] - atoms.coordinates[second]))
        if gap <= LISTED_A:
            bonds.append(
                CovalentBond(
                    atoms.residue_id(first), str(atoms.name[first]), atoms.residue_id(second), str(atoms.name[second]),
                    round(gap, 3), (first, second) in listed,
                )
            )  # fmt: skip
    return tuple(bonds)


def _listed(atoms: Atoms, raw: RawStructure, kept: set[int]) -> set[tuple[int, int]]:
    """Return the rows of the atoms of the bonds that the file lists."""
    if not raw.links:
        return set()
    wanted = {end for first, name1, second, name2 in raw.links for end in ((first, name1), (second, name2))}
    residues = {residue for residue, _ in wanted}
    rows: dict[tuple[ResidueId, str], list[int]] = {}
    for begin, end in zip(atoms.residue_starts, np.r_[atoms.residue_starts[1:], len(atoms)]):
        residue = atoms.residue_id(int(begin))
        if residue in residues:
            for at in range(int(begin), int(end)):
                rows.setdefault((residue, str(atoms.name[at])), []).append(at)
    found = set()
    for first, name1, second, name2 in raw.links:
        for a in rows.get((first, name1), ()):
            for b in rows.get((second, name2), ()):
                if a in kept and b in kept and first != second and _same_conformer(atoms, a, b):
                    found.add((min(a, b), max(a, b)))
    return found


def _connected(
    atoms: Atoms, raw: RawStructure, serial: np.ndarray, row: np.ndarray, kept: set[int]
) -> set[tuple[int, int]]:
    """Return the rows of the atoms of different residues that CONECT records join."""
    if not raw.connected:
        return set()
    at = {int(number): index for index, number in enumerate(serial)}
    found = set()
    for first, second in raw.connected:
        a, b = at.get(first, -1), at.get(second, -1)
        if a in kept and b in kept and row[a] != row[b] and _same_conformer(atoms, a, b):
            gap = float(np.linalg.norm(atoms.coordinates[a] - atoms.coordinates[b]))
            longest = sum(RADII_A.get(str(atoms.element[end]), 0.76) for end in (a, b)) + 2 * REACH_A
            if gap <= longest:
                found.add((min(a, b), max(a, b)))
    return found


def _same_conformer(atoms: Atoms, first: int, second: int) -> bool:
    one, other = str(atoms.altloc[first]), str(atoms.altloc[second])
    return one == other or not one or not other


def _backbone(atoms: Atoms, first: int, second: int) -> bool:
    """Tell whether a bond is the peptide or phosphodiester bond of a chain."""
    names = {str(atoms.name[first]), str(atoms.name[second])}
    return names in ({"C", "N"}, {"P", "O3'"}, {"P", "O3*"})
