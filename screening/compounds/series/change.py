"""What is written differently in two compounds, and what the same exchange did elsewhere.

The smallest exchange of one fragment for another that turns one compound into the other (a matched molecular pair:
Hussain and Rea, J. Chem. Inf. Model. 2010, 50, 339). Where they differ in more than one place, what their largest
common substructure leaves of each (Raymond and Willett, J. Comput.-Aided Mol. Des. 2002, 16, 521; RDKit's FMCS).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from enum import StrEnum

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem import rdFMCS

from screening.compounds.series.cuts import HYDROGEN, LARGEST, CutMolecule, canonical
from screening.compounds.series.matched_pairs import RADIUS, Exchange

#: Seconds that a common substructure is looked for.
PATIENCE_S = 2
#: Ways to lay a common part over a molecule that are compared.
_MOST_WAYS = 64
#: Part of the smaller compound that two analogues have in common at least.
ANALOGUE = 0.5


class ChangeKind(StrEnum):
    """How two compounds differ."""

    SAME = "the same compound"
    CONFIGURATION = "configuration"
    EXCHANGE = "one exchange"
    SEVERAL = "several places"
    UNLIKE = "no analogues"


@dataclasses.dataclass(frozen=True)
class Change:
    """How the second of two compounds differs from the first.

    Attributes
    ----------
    kind
        In which way.
    first, second
        SMILES of the two.
    before, after, surroundings
        Of an exchange: SMILES of the fragments with attachment points, and the atoms that they hang on; as in
        `screening.compounds.series.matched_pairs.Exchange`.
    first_atoms, second_atoms
        Atoms (in the order of the SMILES) that the other compound lacks; empty where a hydrogen is exchanged.
    common
        Pairs of atoms, one of each compound, of what they have in common.
    configuration
        Whether stereo is written differently too, in what they have in common.
    """

    kind: ChangeKind
    first: str
    second: str
    before: str = ""
    after: str = ""
    surroundings: str = ""
    first_atoms: frozenset[int] = frozenset()
    second_atoms: frozenset[int] = frozenset()
    common: tuple[tuple[int, int], ...] = ()
    configuration: bool = False


def change_between(first: str, second: str) -> Change:
    """Return how the second compound differs from the first.

    Raises
    ------
    ValueError
        If a SMILES cannot be read.
    """
    mols = [Chem.MolFromSmiles(text) for text in (first, second)]
    if any(mol is None for mol in mols):
        raise ValueError(f"{first!r} or {second!r} is no SMILES")
    one, other = mols
    if Chem.MolToSmiles(one) == Chem.MolToSmiles(other):
        return Change(ChangeKind.SAME, first, second, common=_common(one, other))
    with rdBase.BlockLogs():
        cuts = CutMolecule(one), CutMolecule(other)
        if Chem.MolToSmiles(cuts[0].mol) == Chem.MolToSmiles(cuts[1].mol):
            common = _common(one, other)
            apart = _configuration(one, other, common)
            return Change(
                ChangeKind.CONFIGURATION, first, second, first_atoms=frozenset(at for at, _ in apart),
                second_atoms=frozenset(at for _, at in apart), common=common,
            )  # fmt: skip
        exchange = _smallest_exchange(*cuts)
        if exchange is not None:
            before, after, around, left, added = exchange
            common = _common(one, other, left, added)
            return Change(
                ChangeKind.EXCHANGE, first, second, before, after, around, left, added, common,
                configuration=bool(_configuration(one, other, common)),
            )  # fmt: skip
    common = _common(one, other)
    kind = (
        ChangeKind.SEVERAL
        if len(common) >= ANALOGUE * min(one.GetNumHeavyAtoms(), other.GetNumHeavyAtoms())
        else ChangeKind.UNLIKE
    )
    return Change(
        kind, first, second,
        first_atoms=frozenset(range(one.GetNumAtoms())) - {at for at, _ in common},
        second_atoms=frozenset(range(other.GetNumAtoms())) - {at for _, at in common},
        common=common, configuration=bool(_configuration(one, other, common)),
    )  # fmt: skip


def common_atoms(
    one: Chem.Mol, other: Chem.Mol, left: frozenset[int] = frozenset(), added: frozenset[int] = frozenset()
) -> list[tuple[int, int]]:
    """Return the pairs of atoms that two molecules have in common: their largest common substructure.

    Rings stay whole. Of several ways to lay one molecule over the other, the one is taken in which atoms have as many
    neighbours, and in which `left` of the first and `added` of the second stay out. Empty where fewer than three atoms
    are common.

    Parameters
    ----------
    one, other
        The molecules.
    left, added
        Atoms that are known to differ.
    """
    found = rdFMCS.FindMCS([one, other], timeout=PATIENCE_S, ringMatchesRingOnly=True, completeRingsOnly=True)
    query = Chem.MolFromSmarts(found.smartsString) if found.numAtoms >= 3 else None
    if query is None:
        return []
    ways = [mol.GetSubstructMatches(query, uniquify=False, maxMatches=_MOST_WAYS) for mol in (one, other)]
    if not ways[0] or not ways[1]:
        return []

    def fit(way: Sequence[int], mol: Chem.Mol, changed: frozenset[int]) -> int:
        return -len(changed & set(way)) * mol.GetNumAtoms()

    kept = max(ways[0], key=lambda way: fit(way, one, left))
    degrees = [one.GetAtomWithIdx(at).GetDegree() for at in kept]

    def alike(way: Iterable[int]) -> int:
        same = sum(a == other.GetAtomWithIdx(b).GetDegree() for a, b in zip(degrees, way))
        return same + fit(list(way), other, added)

    return list(zip(kept, max(ways[1], key=alike)))


def _common(
    one: Chem.Mol, other: Chem.Mol, left: frozenset[int] = frozenset(), added: frozenset[int] = frozenset()
) -> tuple[tuple[int, int], ...]:
    pairs = common_atoms(one, other, left, added)
    return tuple((a, b) for a, b in pairs if a not in left and b not in added)


def _configuration(one: Chem.Mol, other: Chem.Mol, common: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the common atoms whose configuration is written differently, or in one compound only.

    A centre whose neighbours are all common is compared by the order of these; one that has another neighbour in the
    two compounds cannot be compared, and is left out.
    """
    over = dict(common)
    apart = []
    for a, b in common:
        marks = [mol.GetAtomWithIdx(at).GetChiralTag() for mol, at in ((one, a), (other, b))]
        free = Chem.ChiralType.CHI_UNSPECIFIED
        if marks == [free, free]:
            continue
        near = [n.GetIdx() for n in one.GetAtomWithIdx(a).GetNeighbors()]
        far = [n.GetIdx() for n in other.GetAtomWithIdx(b).GetNeighbors()]
        if free in marks:
            # A centre that is one in only one of the two compounds is no difference of configuration.
            if {over.get(at, -1) for at in near} == set(far):
                apart.append((a, b))
            continue
        if {over.get(at, -1) for at in near} != set(far):
            continue
        turned = _parity([far.index(over[at]) for at in near])
        if (marks[0] == marks[1]) == turned:
            apart.append((a, b))
    for bond in one.GetBonds():
        a, b = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        twin = other.GetBondBetweenAtoms(over[a], over[b]) if a in over and b in over else None
        if twin is not None and _double(one, bond) != _double(other, twin, {y: x for x, y in over.items()}):
            apart += [(a, over[a]), (b, over[b])]
    return apart


def _double(mol: Chem.Mol, bond: Chem.Bond, names: dict[int, int] | None = None) -> object:
    """Return the configuration of a double bond in terms of the first molecule's atoms; None where none is written."""
    if bond.GetStereo() <= Chem.BondStereo.STEREOANY:
        return None
    ends = list(bond.GetStereoAtoms())
    named = [at if names is None else names.get(at, -1) for at in ends]
    cis = bond.GetStereo() in (Chem.BondStereo.STEREOZ, Chem.BondStereo.STEREOCIS)
    # The two atoms that a mark refers to may be others in the twin; then the marks cannot be compared simply.
    return (cis, frozenset(named)) if -1 not in named else None


def _parity(order: Sequence[int]) -> bool:
    """Return whether a permutation is odd."""
    return sum(order[i] > order[j] for i in range(len(order)) for j in range(i + 1, len(order))) % 2 == 1


#: An exchange: fragments before and after, surroundings, atoms of each.
_Found = tuple[str, str, str, frozenset[int], frozenset[int]]


def _smallest_exchange(one: CutMolecule, other: CutMolecule) -> _Found | None:
    sides: list[dict[str, list[tuple[str, str, frozenset[int], int]]]] = []
    for mol in (one, other):
        places: dict[str, list[tuple[str, str, frozenset[int], int]]] = {}
        for rest, atoms, ends in mol.rests(LARGEST):
            around = mol.around(ends, RADIUS)
            places.setdefault(rest, []).append((mol.text(atoms, ends), around, atoms, mol.size(atoms)))
        sides.append(places)
    whole = [Chem.MolToSmiles(mol.mol) for mol in (one, other)]
    found: list[tuple[int, _Found]] = []
    for rest in sides[0].keys() & sides[1].keys():
        for before, around, left, size in sides[0][rest]:
            for after, _, added, further in sides[1][rest]:
                if before != after:
                    found.append((size + further, (before, after, around, left, added)))
    for at, places in enumerate(sides):
        for rest, members in places.items():
            if "[*:2]" in rest or with_hydrogen(rest) != whole[1 - at]:
                continue
            for fragment, around, atoms, size in members:
                none: frozenset[int] = frozenset()
                pair = (HYDROGEN, fragment, around, none, atoms) if at else (fragment, HYDROGEN, around, atoms, none)
                found.append((size, pair))
    return (
        min(found, key=lambda each: (each[0], each[1][:3], sorted(each[1][3]), sorted(each[1][4])))[1]
        if found
        else None
    )


def with_hydrogen(rest: str) -> str:
    """Return a rest with a hydrogen at its attachment point, as canonical SMILES; empty if it is no molecule."""
    return canonical(rest.replace("[*:1]", "[H]"))


def joined(rest: str, fragment: str) -> str:
    """Return a rest with a fragment at its attachment points, as canonical SMILES; empty if they make no molecule."""
    if fragment == HYDROGEN:
        return with_hydrogen(rest)
    parts = Chem.MolFromSmiles(f"{rest}.{fragment}")
    if parts is None:
        return ""
    whole = Chem.molzip(parts)
    return canonical(Chem.MolToSmiles(whole))


def same_exchanges(
    change: Change, smiles: Sequence[str], values: np.ndarray, *, anywhere: bool = False
) -> Exchange | None:
    """Return the other pairs of a series with the same exchange, and what it did to their values.

    Parameters
    ----------
    change
        An exchange (`ChangeKind.EXCHANGE`).
    smiles, values
        n compounds and their values (float64, shape (n,); NaN where there is none, or only a limit).
    anywhere
        Where no pair has the fragment on the same kind of atom as here: take those that have it on any kind.

    Returns
    -------
    Exchange or None
        In the direction of `change`, which need not be the one in which the values rise; without surroundings where
        its pairs are on any kind of atom. None where there is no pair.
        The two compounds of `change` are no pair of it, whatever stereo is written.
    """
    if change.kind is not ChangeKind.EXCHANGE:
        return None
    turned = change.before != HYDROGEN and change.after == HYDROGEN
    # The fragment that is looked for is never the hydrogen, which every compound has.
    sought, other = (change.before, change.after) if turned else (change.after, change.before)
    query = Chem.MolFromSmarts(sought)
    size = sum(atom.GetAtomicNum() > 1 for atom in Chem.MolFromSmiles(sought).GetAtoms())
    alike: set[tuple[int, int]] = set()
    others: set[tuple[int, int]] = set()
    with rdBase.BlockLogs():
        own = {Chem.MolToSmiles(CutMolecule(Chem.MolFromSmiles(text)).mol) for text in (change.first, change.second)}
        flat: dict[str, list[int]] = {}
        mols: dict[int, Chem.Mol] = {}
        texts: dict[int, str] = {}
        for row, (text, value) in enumerate(zip(smiles, values)):
            mol = Chem.MolFromSmiles(text) if np.isfinite(value) else None
            if mol is not None:
                Chem.RemoveStereochemistry(mol)
                mols[row], texts[row] = mol, Chem.MolToSmiles(mol)
                flat.setdefault(texts[row], []).append(row)
        for row, mol in mols.items():
            if query is not None and not mol.HasSubstructMatch(query):
                continue
            for rest, around in _rests_of(CutMolecule(mol), sought, size):
                same = around == change.surroundings
                if not (same or anywhere):
                    continue
                made = joined(rest, other)
                for twin in flat.get(made, []):
                    if {made, texts[row]} != own and twin != row:
                        (alike if same else others).add((row, twin) if turned else (twin, row))
    if not alike and not others:
        return None
    ordered = sorted(alike or others)
    changes = np.array([values[after] - values[before] for before, after in ordered], dtype=float)
    return Exchange(change.before, change.after, change.surroundings if alike else "", tuple(ordered), changes)


def _rests_of(mol: CutMolecule, fragment: str, size: int) -> list[tuple[str, str]]:
    """Return what a molecule is without a fragment, and on what it hangs, for each place where it has it."""
    found = []
    for atoms, ends in mol.places(LARGEST):
        if mol.size(atoms) != size or ("[*:2]" in fragment) != (len(ends) == 2):
            continue
        for labelled in mol.labellings(ends):
            if mol.text(atoms, labelled) == fragment:
                found.append((mol.rest(atoms, labelled), mol.around(ends, RADIUS)))
    return found
