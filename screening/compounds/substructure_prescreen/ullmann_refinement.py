"""What the atoms of patterns ask of the surroundings of the atoms they match.

An atom of a pattern asks for an atom that fits; one step further, for as many neighbours that fit as it has
neighbours; and one step further, that those have neighbours that fit. Whatever matches the pattern answers these
questions, so a molecule where one has no answer is ruled out. (The refinement of Ullmann, J. ACM 1976, 23, 31, for all
patterns and all kinds of atoms at once.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from rdkit import Chem

from screening.compounds.substructure_prescreen.query_atoms import AtomClass, atom_can_match, bond_can_match


class UllmannRefinement:
    """UllmannRefinement of a set of patterns that look two bonds far.

    Parameters
    ----------
    patterns
        Patterns; None asks nothing.

    Attributes
    ----------
    asked
        For each pattern, the numbers of its questions.
    """

    def __init__(self, patterns: Sequence[Chem.Mol | None]) -> None:
        self._atoms: dict[str, int] = {}
        self._bonds: dict[str, int] = {}
        self._near, self._far = _Step(), _Step()
        self.asked = [[] if pattern is None else self._ask(pattern) for pattern in patterns]
        self._near.finish()
        self._far.finish()

    def __len__(self) -> int:
        return len(self._far)

    def _ask(self, pattern: Chem.Mol) -> list[int]:
        numbers = [self._atoms.setdefault(_describe(atom), len(self._atoms)) for atom in pattern.GetAtoms()]
        around = [
            [
                (self._bonds.setdefault(_describe_bond(bond), len(self._bonds)), bond.GetOtherAtomIdx(atom.GetIdx()))
                for bond in atom.GetBonds()
            ]
            for atom in pattern.GetAtoms()
        ]
        near = [
            self._near.number(center, [(bond, numbers[other]) for bond, other in neighbours])
            for center, neighbours in zip(numbers, around)
        ]
        return sorted(
            {
                self._far.number(near[center], [(bond, near[other]) for bond, other in around[center]])
                for center in _centers([[other for _, other in neighbours] for neighbours in around])
            }
        )

    def of_atom(self, atom: AtomClass) -> np.ndarray:
        """Say which questions for a fitting atom an atom answers; shape (questions of that kind,)."""
        return np.array([atom_can_match(text, atom) for text in self._atoms], bool)

    def of_bond(self, kind: int) -> np.ndarray:
        """Say which bonds of the patterns a kind of bond fits."""
        return np.array([bond_can_match(text, kind) for text in self._bonds], bool)

    def near(self, center: np.ndarray, around: Sequence[np.ndarray], bonds: Sequence[np.ndarray]) -> np.ndarray:
        """Say which questions that look one bond far some kinds of atoms answer.

        Parameters
        ----------
        center
            Answers of each atom without its neighbours, shape (kinds, questions).
        around, bonds
            For each place of a neighbour, its answers, and those of the bond to it; all false where there is none.
        """
        return self._near.answers(center, around, bonds)

    def far(self, center: np.ndarray, around: Sequence[np.ndarray], bonds: Sequence[np.ndarray]) -> np.ndarray:
        """Say the same for questions that look two bonds far, from the answers to those that look one bond far."""
        return self._far.answers(center, around, bonds)


class _Step:
    """UllmannRefinement one bond further than others: an answer at the center, and enough neighbours with an answer."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, tuple[tuple[tuple[int, int], int], ...]], int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, center: int, neighbours: list[tuple[int, int]]) -> int:
        """Return the number of a question: what is asked of the atom, and of (bond, atom) around it."""
        wanted = tuple(sorted(Counter(neighbours).items()))
        return self._numbers.setdefault((center, wanted), len(self._numbers))

    def finish(self) -> None:
        pairs: dict[tuple[int, int], int] = {}
        wanted: list[tuple[int, int]] = []
        starts = []
        for _, neighbours in self._numbers:
            starts.append(len(wanted))
            wanted += [(pairs.setdefault(pair, len(pairs)), count) for pair, count in neighbours]
        self._centers = np.array([center for center, _ in self._numbers], np.int64)
        self._bond, self._neighbour = np.array(list(pairs), np.int64).reshape(-1, 2).T
        self._pair, self._count = np.array(wanted, np.int64).reshape(-1, 2).T
        self._starts = np.array(starts, np.int64)
        self._lengths = np.diff(np.append(self._starts, len(wanted)))

    def answers(self, center: np.ndarray, around: Sequence[np.ndarray], bonds: Sequence[np.ndarray]) -> np.ndarray:
        """Return the answers; only questions with an answer at the center are looked at further."""
        found = center[:, self._centers]
        rows, asked = np.nonzero(found)
        for rank in range(int(self._lengths.max(initial=0))):  # those that fail drop out early
            going = self._lengths[asked] > rank
            rows, asked = rows[going], asked[going]
            wanted = self._starts[asked] + rank
            pair = self._pair[wanted]
            neighbour, bond = self._neighbour[pair], self._bond[pair]
            fitting = np.zeros(len(rows), np.int8)
            for near, bonded in zip(around, bonds):
                fitting += near[rows, neighbour] & bonded[rows, bond]
            passed = fitting >= self._count[wanted]
            found[rows[~passed], asked[~passed]] = False
            rows, asked = rows[passed], asked[passed]
        return found


def _centers(around: Sequence[Sequence[int]]) -> list[int]:
    """Return atoms so that each other one is bonded to one of them: what is asked around the others is implied."""
    left, chosen = set(range(len(around))), []
    while left:
        best = max(range(len(around)), key=lambda atom: (len(left.intersection([atom, *around[atom]])), -atom))
        chosen.append(best)
        left -= {best, *around[best]}
    return chosen


def _describe(atom: Chem.Atom) -> str:
    if not atom.HasQuery():
        return "AtomNull\n"
    text = str(atom.DescribeQuery())
    if "RecursiveStructure" not in text:
        return text
    choices = _choices(atom.GetSmarts())
    roots = [Chem.MolFromSmarts(smarts) for smarts in choices]
    if not roots or None in roots:
        return text
    lines = [line for root in roots for line in _describe(root.GetAtomWithIdx(0)).splitlines()]
    return "AtomOr\n" + "".join(f"  {line}\n" for line in lines)


def _choices(smarts: str) -> list[str]:
    """Return the patterns of an atom that is ``[$(one),$(another)]`` and nothing else; empty for other atoms."""
    found, depth, start = [], 0, 0
    inside = smarts[1:-1] + "," if smarts.startswith("[") else ""
    for place, sign in enumerate(inside):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            choice = inside[start:place]
            if not (choice.startswith("$(") and _closes_at(choice, 1) == len(choice) - 1):
                return []
            found.append(choice[2:-1])
            start = place + 1
    return found


def _closes_at(text: str, opening: int) -> int:
    depth = 0
    for place in range(opening, len(text)):
        depth += (text[place] in "([") - (text[place] in ")]")
        if depth == 0:
            return place
    return -1


def _describe_bond(bond: Chem.Bond) -> str:
    return str(bond.DescribeQuery()) if bond.HasQuery() else f"BondOrder {int(bond.GetBondType())} = val\n"
