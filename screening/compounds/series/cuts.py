"""Cut a molecule at single bonds into fragments, each with its surroundings in the rest of the molecule.

A fragment is what lies between one or two cuts; its surroundings are the atoms of the rest up to one, two or three
bonds from each cut. A fragment of one molecule may stand in another whose surroundings are the same: the idea of
matched molecular pairs in context (Hussain and Rea, J. Chem. Inf. Model. 2010, 50, 339; mmpdb: Dalke et al., J. Chem.
Inf. Model. 2018, 58, 902) and of chemically reasonable mutations (CReM: Polishchuk, J. Cheminform. 2020, 12, 28).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import lru_cache

from rdkit import Chem

#: Bonds that are cut: single, in no ring, at a carbon that is no carbonyl, as in RDKit's rdMMPA and in mmpdb.
CUT = Chem.MolFromSmarts("[#6+0;!$(*=,#[!#6])]!@!=!#[*]")
#: Heavy atoms of a fragment at most.
LARGEST = 12
RADII = (1, 2, 3)
HYDROGEN = "[H][*:1]"


@dataclasses.dataclass(frozen=True)
class Cut:
    """A fragment of a molecule, and where it hangs.

    Attributes
    ----------
    atoms
        Indices of the fragment; empty for a hydrogen.
    ends
        For each cut (inner atom, outer atom), in the order of the attachment points 1, 2; the inner one is -1 for a
        hydrogen.
    fragment
        Canonical SMILES with attachment points ``[*:1]`` and ``[*:2]``.
    environments
        For each radius of `RADII` the surroundings of all ends, ``" | "`` between them.
    """

    atoms: frozenset[int]
    ends: tuple[tuple[int, int], ...]
    fragment: str
    environments: tuple[str, ...]


class CutMolecule:
    """A molecule prepared for being cut.

    Parameters
    ----------
    mol
        Sanitised, without explicit hydrogens. Stereo is left aside in fragments and surroundings.
    """

    def __init__(self, mol: Chem.Mol) -> None:
        flat = Chem.Mol(mol)
        Chem.RemoveStereochemistry(flat)
        self.mol = flat
        count = flat.GetNumAtoms()
        self._symbols = [atom.GetSmarts() for atom in flat.GetAtoms()]
        self._kinds = [_kind(atom) for atom in flat.GetAtoms()]
        self._degrees = [atom.GetDegree() for atom in flat.GetAtoms()]
        self._heavy = [atom.GetAtomicNum() > 1 for atom in flat.GetAtoms()]
        self.hydrogens = [atom.GetTotalNumHs() for atom in flat.GetAtoms()]
        self._near: list[list[tuple[int, str]]] = [[] for _ in range(count)]
        for bond in flat.GetBonds():
            mark = _MARKS.get(bond.GetBondType(), "~")
            self._near[bond.GetBeginAtomIdx()].append((bond.GetEndAtomIdx(), mark))
            self._near[bond.GetEndAtomIdx()].append((bond.GetBeginAtomIdx(), mark))
        found = {tuple(sorted(match)) for match in flat.GetSubstructMatches(CUT, uniquify=True, maxMatches=1000)}
        self.bonds: list[tuple[int, int]] = sorted((pair[0], pair[1]) for pair in found)
        self._sides = {ends: self._side(*ends) for bond in self.bonds for ends in (bond, bond[::-1])}
        self._environments: dict[tuple[int, int], tuple[str, ...]] = {}

    def _side(self, start: int, other: int) -> frozenset[int]:
        """Return the atoms on the side of `start` when its bond to `other` is cut."""
        seen, waiting = {start, other}, [start]
        while waiting:
            for neighbour, _ in self._near[waiting.pop()]:
                if neighbour not in seen:
                    seen.add(neighbour)
                    waiting.append(neighbour)
        seen.discard(other)
        return frozenset(seen)

    def environment(self, outer: int, inner: int) -> tuple[str, ...]:
        """Return the surroundings of an attachment at `outer` for each radius, without `inner` (-1: a hydrogen).

        An atom is its element, charge, whether it is aromatic or in a ring, and its heavy neighbours; deeper atoms
        stand in brackets behind it, sorted.
        """
        key = (outer, inner)
        if key not in self._environments:
            self._environments[key] = tuple(self._around(outer, inner, radius - 1) for radius in RADII)
        return self._environments[key]

    def _around(self, atom: int, came_from: int, left: int) -> str:
        own = self._kinds[atom] + str(self._degrees[atom] - (came_from >= 0))
        if not left:
            return own
        branches = sorted(
            mark + self._around(one, atom, left - 1) for one, mark in self._near[atom] if one != came_from
        )
        return own + (f"({','.join(branches)})" if branches else "")

    def cuts(self, largest: int = LARGEST, hydrogens: bool = True) -> Iterator[Cut]:
        """Yield every fragment of at most so many heavy atoms with one or two attachment points, and every hydrogen."""
        for atoms, ends in self.places(largest):
            yield self.cut(atoms, ends)
        if hydrogens:
            for atom, count in enumerate(self.hydrogens):
                if count:
                    yield Cut(frozenset(), ((-1, atom),), HYDROGEN, self.environment(atom, -1))

    def places(self, largest: int = LARGEST) -> Iterator[tuple[frozenset[int], tuple[tuple[int, int], ...]]]:
        """Yield atoms and ends (inner, outer) of every fragment; `cut` works out the rest of it."""
        for inner, outer in self._sides:
            atoms = self._sides[inner, outer]
            if self.size(atoms) <= largest:
                yield atoms, ((inner, outer),)
        for at, first in enumerate(self.bonds):
            for second in self.bonds[at + 1 :]:
                found = self._between(first, second)
                if found is not None and self.size(found[0]) <= largest:
                    yield found

    def size(self, atoms: frozenset[int]) -> int:
        """Return how many heavy atoms these are."""
        return sum(self._heavy[atom] for atom in atoms)

    def _between(
        self, first: tuple[int, int], second: tuple[int, int]
    ) -> tuple[frozenset[int], tuple[tuple[int, int], ...]] | None:
        one = first if second[0] in self._sides[first] and second[1] in self._sides[first] else first[::-1]
        other = second if first[0] in self._sides[second] and first[1] in self._sides[second] else second[::-1]
        atoms = self._sides[one] & self._sides[other]
        return (atoms, (one, other)) if atoms else None

    def rests(self, largest: int = LARGEST) -> Iterator[tuple[str, frozenset[int], tuple[tuple[int, int], ...]]]:
        """Yield what every fragment of `places` leaves, with the atoms and ends of the fragment.

        The rest is canonical SMILES with attachment points, and no smaller than the fragment.
        """
        for atoms, ends in self.places(largest):
            if 2 * len(atoms) > self.mol.GetNumAtoms():
                continue
            for labelled in self.labellings(ends):
                yield self.rest(atoms, labelled), atoms, labelled

    def rest(self, atoms: frozenset[int], ends: tuple[tuple[int, int], ...]) -> str:
        """Return what a fragment leaves, as canonical SMILES with attachment points in the order of its ends."""
        left = frozenset(range(self.mol.GetNumAtoms())) - atoms
        return canonical(self.text(left, tuple((outer, inner) for inner, outer in ends), raw=True))

    def labellings(self, ends: tuple[tuple[int, int], ...]) -> Iterator[tuple[tuple[int, int], ...]]:
        """Yield the ends in the order of their attachment points; both ways where their surroundings are alike."""
        ordered, around = self.ordered(ends)
        yield ordered
        if len(ordered) == 2 and around[0] == around[1]:
            yield ordered[::-1]

    def around(self, ends: tuple[tuple[int, int], ...], radius: int) -> str:
        """Return the surroundings of all ends up to a radius of `RADII`, sorted, with ``" | "`` between them."""
        return " | ".join(sorted(self.environment(outer, inner)[radius - 1] for inner, outer in ends))

    def ordered(self, ends: tuple[tuple[int, int], ...]) -> tuple[tuple[tuple[int, int], ...], list[tuple[str, ...]]]:
        """Return the ends in the order of their attachment points, and the surroundings of each."""
        around = [self.environment(outer, inner) for inner, outer in ends]
        if len(ends) == 2 and around[1][::-1] < around[0][::-1]:
            return ends[::-1], around[::-1]
        return ends, around

    def cut(self, atoms: frozenset[int], ends: tuple[tuple[int, int], ...]) -> Cut:
        """Return a fragment of `places` with its SMILES and surroundings."""
        ends, around = self.ordered(ends)
        fragment = self.text(atoms, ends)
        if len(ends) == 2 and around[0] == around[1]:
            turned = self.text(atoms, ends[::-1])
            if turned < fragment:
                ends, fragment = ends[::-1], turned
        environments = tuple(" | ".join(each[at] for each in around) for at in range(len(RADII)))
        return Cut(atoms, ends, fragment, environments)

    def text(self, atoms: frozenset[int], ends: tuple[tuple[int, int], ...], *, raw: bool = False) -> str:
        """Return the canonical SMILES of some atoms with attachment points in place of the outer ends.

        `raw` leaves it as it is written first, which is the same for the same atoms nearly always, and faster.
        """
        symbols = list(self._symbols)
        for number, (_, outer) in enumerate(ends, 1):
            symbols[outer] = f"[*:{number}]"
        used = [*atoms, *(outer for _, outer in ends)]
        written = Chem.MolFragmentToSmiles(self.mol, used, atomSymbols=symbols, isomericSmiles=False)
        return written if raw else canonical(written)


_MARKS = {Chem.BondType.SINGLE: "-", Chem.BondType.DOUBLE: "=", Chem.BondType.TRIPLE: "#", Chem.BondType.AROMATIC: ":"}


def _kind(atom: Chem.Atom) -> str:
    symbol = atom.GetSymbol().lower() if atom.GetIsAromatic() else atom.GetSymbol()
    charge = atom.GetFormalCharge()
    return symbol + (f"{charge:+d}" if charge else "") + ("r" if atom.IsInRing() and not atom.GetIsAromatic() else "")


@lru_cache(maxsize=200_000)
def canonical(text: str) -> str:
    """Return the canonical SMILES of a fragment; empty if it is none."""
    mol = Chem.MolFromSmiles(text)
    return "" if mol is None else str(Chem.MolToSmiles(mol))
