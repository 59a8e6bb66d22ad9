"""What an atom or bond query can match, read from RDKit's description of it.

Used to rule patterns out cheaply. Where a description holds anything not understood here, the answer is "can be",
so that nothing that matches is ever ruled out.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

from screening.compounds.substructure_prescreen.molecular_graphs import AROMATIC, DOUBLE, IN_RING, SINGLE, TRIPLE


class AtomClass(NamedTuple):
    """What is known of an atom."""

    number: int
    aromatic: bool
    degree: int
    hydrogens: int
    charge: int
    in_ring: bool


#: (can be true, can be false)
_Answer = tuple[bool, bool]
_UNKNOWN: _Answer = (True, True)


@functools.cache
def atom_can_match(description: str, atom: AtomClass) -> bool:
    """Say whether an atom query can match an atom of a class."""
    return _evaluate(_tree(description), atom)[0]


@functools.cache
def bond_can_match(description: str, kind: int) -> bool:
    """Say whether a bond query can match a bond of a kind (`graphs` of this package: type and `IN_RING`)."""
    return _evaluate(_tree(description), kind)[0]


def wants_several_rings(description: str) -> bool:
    """Say whether an atom query surely asks for an atom in two or more rings."""
    line, children = _tree(description)
    words = line.split()
    if words == ["AtomAnd"]:
        return any(_wants_several_rings(child) for child in children)
    return _wants_several_rings((line, children))


def _wants_several_rings(node: _Node) -> bool:
    words = node[0].split()
    return len(words) == 4 and words[0] == "AtomInNRings" and words[2:] == ["=", "val"] and int(words[1]) >= 2


_Node = tuple[str, tuple["_Node", ...]]


@functools.cache
def _tree(description: str) -> _Node:
    """Read an indented description into (line, children)."""
    root: tuple[str, list] = ("", [])
    stack = [(-1, root)]
    for line in description.splitlines():
        if not line.strip():
            continue
        depth = len(line) - len(line.lstrip())
        while stack[-1][0] >= depth:
            stack.pop()
        node: tuple[str, list] = (line.strip(), [])
        stack[-1][1][1].append(node)
        stack.append((depth, node))
    return _frozen(root[1][0]) if len(root[1]) == 1 else ("?", ())


def _frozen(node: tuple[str, list]) -> _Node:
    return node[0], tuple(_frozen(child) for child in node[1])


def _evaluate(node: _Node, thing: AtomClass | int) -> _Answer:
    line, children = node
    words = line.split()
    if words[0] in ("AtomAnd", "BondAnd") and len(words) == 1:
        answers = [_evaluate(child, thing) for child in children]
        return all(can for can, _ in answers), any(cannot for _, cannot in answers)
    if words[0] in ("AtomOr", "BondOr") and len(words) == 1:
        answers = [_evaluate(child, thing) for child in children]
        return any(can for can, _ in answers), all(cannot for _, cannot in answers)
    if len(words) != 4 or words[2] not in ("=", "!=") or words[3] != "val":
        return _UNKNOWN
    truth = _atom_leaf(words[0], int(words[1]), thing) if isinstance(thing, AtomClass) else None
    if isinstance(thing, int):
        truth = _bond_leaf(words[0], int(words[1]), thing)
    if truth is None:
        return _UNKNOWN
    if words[2] == "!=":
        truth = not truth
    return truth, not truth


def _atom_leaf(kind: str, value: int, atom: AtomClass) -> bool | None:
    if kind == "AtomAtomicNum":
        return atom.number == value
    if kind == "AtomType":  # atomic number, plus 1000 if aromatic
        return atom.number == value % 1000 and atom.aromatic == (value >= 1000)
    if kind == "AtomHCount":
        return atom.hydrogens == value
    if kind == "AtomFormalCharge":
        return atom.charge == value
    if kind == "AtomExplicitDegree":
        return atom.degree == value
    if kind == "AtomTotalDegree":
        return atom.degree + atom.hydrogens == value
    if kind in ("AtomIsAromatic", "AtomIsAliphatic") and value == 1:
        return atom.aromatic == (kind == "AtomIsAromatic")
    if (kind == "AtomInNRings" and value == -1) or (kind == "AtomInRing" and value == 1):
        return atom.in_ring
    return None


def _bond_leaf(query: str, value: int, kind: int) -> bool | None:
    bond_type = kind % IN_RING
    if bond_type not in (SINGLE, DOUBLE, TRIPLE, AROMATIC):
        return None
    if query == "BondOrder":
        return bond_type == value
    if query == "SingleOrAromaticBond":
        return bond_type in (SINGLE, AROMATIC)
    if query == "BondInRing" and value == 1:
        return kind >= IN_RING
    return None
