"""A conformer with its rotatable bonds as PDBQT, the format that the engines of the Vina family read.

Non-polar hydrogens are left out, as everywhere in this family, and put back by `with_coordinates`. Rotatable are single
bonds outside rings between atoms that have other heavy neighbours, but not amides and amidines, except tertiary amides
whose two substituents differ.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from rdkit import Chem
from rdkit.Geometry import Point3D

from screening.poses.atom_types import atom_types

_ROTATABLE = Chem.MolFromSmarts("[!#1;!D1]-;!@[!#1;!D1]")
_AMIDE = Chem.MolFromSmarts("[NX3;!$(N-[SX4])]-;!@[CX3]=[O,N,SX1,$([N+])]")
_TERTIARY_AMIDE = Chem.MolFromSmarts("[NX3;H0](-;!@[CX3]=[O])")
_LINEAR = Chem.MolFromSmarts("[$([#6]#[#6,#7])]-;!@[*]")


@dataclasses.dataclass(frozen=True)
class LigandPdbqt:
    """A ligand as PDBQT.

    Attributes
    ----------
    text
        The PDBQT text.
    order
        Index in the molecule of each atom of the text, in its order.
    torsions
        Number of rotatable bonds.
    """

    text: str
    order: tuple[int, ...]
    torsions: int


def rotatable_bonds(molecule: Chem.Mol) -> list[tuple[int, int]]:
    """Return the bonds that an engine turns, as pairs of atom indices; `molecule` carries its hydrogens."""
    heavy_degree = [sum(other.GetAtomicNum() > 1 for other in atom.GetNeighbors()) for atom in molecule.GetAtoms()]
    fixed = {frozenset(match[:2]) for match in molecule.GetSubstructMatches(_AMIDE)}
    fixed |= {frozenset(match[:2]) for match in molecule.GetSubstructMatches(_LINEAR)}
    ranks = list(Chem.CanonicalRankAtoms(molecule, breakTies=False))
    for nitrogen, carbon, *_ in molecule.GetSubstructMatches(_TERTIARY_AMIDE):
        others = [atom.GetIdx() for atom in molecule.GetAtomWithIdx(nitrogen).GetNeighbors() if atom.GetIdx() != carbon]
        if len({ranks[other] for other in others}) > 1:
            fixed.discard(frozenset((nitrogen, carbon)))
    found = []
    for a, b in molecule.GetSubstructMatches(_ROTATABLE):
        if heavy_degree[a] > 1 and heavy_degree[b] > 1 and frozenset((a, b)) not in fixed:
            found.append((a, b))
    return found


def ligand_pdbqt(molecule: Chem.Mol, name: str = "LIG") -> LigandPdbqt:
    """Return a molecule with hydrogens and one conformer as PDBQT with its tree of rotatable bonds."""
    kinds = atom_types(molecule)
    positions = molecule.GetConformer().GetPositions()
    kept = [index for index, kind in enumerate(kinds) if kind != "H"]
    turning = {frozenset(bond) for bond in rotatable_bonds(molecule)}
    neighbours = {
        index: sorted(o.GetIdx() for o in molecule.GetAtomWithIdx(index).GetNeighbors() if kinds[o.GetIdx()] != "H")
        for index in kept
    }
    piece_of, pieces = _rigid_pieces(kept, neighbours, turning)
    root = _root(pieces, piece_of, turning)
    lines = [f"REMARK  Name = {name[:60]}"] if name else []
    order: list[int] = []
    serial: dict[int, int] = {}

    def write_atom(index: int) -> None:
        order.append(index)
        serial[index] = len(order)
        x, y, z = positions[index]
        symbol = molecule.GetAtomWithIdx(index).GetSymbol()
        label = f"{symbol}{len(order)}"[:4]
        lines.append(
            f"ATOM  {len(order):5d} {label:<4s} LIG L   1    {x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00     0.000 "
            f"{kinds[index]:<2s}"
        )

    def write_piece(piece: int, first: int | None) -> None:
        """Write the atoms of a rigid piece, the one it hangs by first, then what hangs on it."""
        atoms = sorted(pieces[piece])
        if first is not None:
            atoms = [first, *(index for index in atoms if index != first)]
        for index in atoms:
            write_atom(index)
        if first is None:
            lines.append("ENDROOT")
        for index in sorted(pieces[piece]):
            for other in neighbours[index]:
                if frozenset((index, other)) in turning and other not in serial:
                    branch = len(lines)
                    lines.append("")
                    write_piece_number = serial[index], len(order) + 1
                    lines[branch] = f"BRANCH {write_piece_number[0]:3d} {write_piece_number[1]:3d}"
                    write_piece(piece_of[other], other)
                    lines.append(f"END{lines[branch]}")

    lines.append("ROOT")
    write_piece(root, None)
    lines.append(f"TORSDOF {len(turning)}")
    return LigandPdbqt("\n".join(lines) + "\n", tuple(order), len(turning))


def _rigid_pieces(
    kept: list[int], neighbours: dict[int, list[int]], turning: set[frozenset[int]]
) -> tuple[dict[int, int], list[list[int]]]:
    piece_of: dict[int, int] = {}
    pieces: list[list[int]] = []
    for start in kept:
        if start in piece_of:
            continue
        piece_of[start] = len(pieces)
        members, left = [start], [start]
        while left:
            index = left.pop()
            for other in neighbours[index]:
                if other not in piece_of and frozenset((index, other)) not in turning:
                    piece_of[other] = len(pieces)
                    members.append(other)
                    left.append(other)
        pieces.append(members)
    return piece_of, pieces


def _root(pieces: list[list[int]], piece_of: dict[int, int], turning: set[frozenset[int]]) -> int:
    """Return the piece from which the deepest branch is shallowest, the largest of several."""
    links: dict[int, list[int]] = {number: [] for number in range(len(pieces))}
    for bond in turning:
        a, b = (piece_of[index] for index in bond)
        links[a].append(b)
        links[b].append(a)

    def depth(start: int) -> int:
        seen, layer, steps = {start}, [start], 0
        while layer:
            layer = [other for number in layer for other in links[number] if other not in seen]
            seen.update(layer)
            steps += bool(layer)
        return steps

    return min(range(len(pieces)), key=lambda number: (depth(number), -len(pieces[number]), number))


def moved_text(ligand: LigandPdbqt, molecule: Chem.Mol) -> str:
    """Return the PDBQT of a ligand with the coordinates of another conformer of the same molecule."""
    places = molecule.GetConformer().GetPositions()
    lines, at = [], 0
    for line in ligand.text.splitlines():
        if line.startswith("ATOM"):
            x, y, z = places[ligand.order[at]]
            line = f"{line[:30]}{x:8.3f}{y:8.3f}{z:8.3f}{line[54:]}"
            at += 1
        lines.append(line)
    return "\n".join(lines) + "\n"


def with_coordinates(molecule: Chem.Mol, ligand: LigandPdbqt, coordinates: np.ndarray) -> Chem.Mol:
    """Return the molecule moved to docked coordinates, with all its hydrogens in place.

    Parameters
    ----------
    molecule
        The molecule that `ligand` was made from.
    ligand
        Its PDBQT.
    coordinates
        float, shape (len(ligand.order), 3), in Å, in the order of the PDBQT.
    """
    moved = Chem.RWMol(molecule)
    conformer = moved.GetConformer()
    for index, place in zip(ligand.order, coordinates):
        conformer.SetAtomPosition(index, Point3D(*(float(value) for value in place)))
    # Polar hydrogens moved with their rigid piece; the others get the places that the heavy atoms leave them.
    left_out = set(range(molecule.GetNumAtoms())) - set(ligand.order)
    for index in sorted(left_out, reverse=True):
        parent = moved.GetAtomWithIdx(index).GetNeighbors()[0]
        parent.SetNumExplicitHs(parent.GetNumExplicitHs() + 1)
        parent.SetNoImplicit(True)
        moved.RemoveAtom(index)
    moved.UpdatePropertyCache(strict=False)
    whole = Chem.AddHs(moved.GetMol(), addCoords=True)
    Chem.AssignStereochemistryFrom3D(whole)
    return whole
