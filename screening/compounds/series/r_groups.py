"""The compounds of a series around their common core: which group each has at each position.

A symmetric core fits a compound in several ways. Chosen is the one that puts the same groups at the same positions as
in the other compounds: the likeliest by how often each group stands at each position, counted in three passes. (The
search of RDKit for it, rdRGroupDecomposition, does not end within minutes for a thousand compounds with a core of eight
symmetries.)

Without a core one is looked for: the ring system with its linkers that accounts for most atoms of most compounds, among
the scaffolds of the compounds (Bemis and Murcko, J. Med. Chem. 1996, 39, 2887) and what is left of them when rings are
taken off (scaffold networks: Kruger et al., J. Chem. Inf. Model. 2020, 60, 3331).
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem.Scaffolds import rdScaffoldNetwork

from screening.compounds.scaffold import murcko_scaffold
from screening.errors import UsageError

#: Scaffolds, the commonest first, that a core is looked for in.
_SCAFFOLDS = 60
#: Compounds that a core is tried on, evenly taken.
_TRIED = 300
#: Ways in which a core may fit a compound.
_MOST_MATCHES = 200
#: Passes over the compounds in which the ways are chosen.
_PASSES = 3
#: Heavy atoms that a core has at least: a benzene ring alone makes no series.
LEAST_CORE = 7
HYDROGEN = "[H]"


@dataclasses.dataclass(frozen=True)
class Substituent:
    """A group at a position: its SMILES, the rows that have it, and mean and best of their values (None: no values)."""

    smiles: str
    rows: tuple[int, ...]
    mean: float | None
    best: float | None


@dataclasses.dataclass(frozen=True)
class RGroups:
    """Compounds decomposed around a core.

    Attributes
    ----------
    core
        SMILES of the core with attachment points ``[*:1]``, ``[*:2]``, ... where compounds differ.
    asked
        The core as it was given, or was found.
    found
        Whether the core was looked for.
    labels
        Positions at which the compounds differ, ``"R1"``, ``"R2"``, ...
    rows
        Rows of the compounds that hold the core, in the order given.
    groups
        Position to the SMILES of the group of each of `rows`, ``[H]`` for a hydrogen.
    same
        Positions with the same group in all, with that group; they are part of no column.
    left_out
        The other rows, with the reason.
    """

    core: str
    asked: str
    found: bool
    labels: tuple[str, ...]
    rows: tuple[int, ...]
    groups: dict[str, list[str]]
    same: dict[str, str]
    left_out: dict[int, str]

    def substituents(self, label: str, values: np.ndarray | None = None) -> list[Substituent]:
        """Return the groups at a position, the commonest first, with what the compounds that have them are worth.

        Parameters
        ----------
        label
            One of `labels`.
        values
            float64, one for each compound that was given; NaN where there is none.
        """
        members: dict[str, list[int]] = {}
        for row, group in zip(self.rows, self.groups[label]):
            members.setdefault(group, []).append(row)
        found = []
        for smiles, rows in members.items():
            known = [] if values is None else [float(values[row]) for row in rows if np.isfinite(values[row])]
            mean, best = (float(np.mean(known)), max(known)) if known else (None, None)
            found.append(Substituent(smiles, tuple(rows), mean, best))
        return sorted(found, key=lambda one: (-len(one.rows), -(one.mean or -np.inf), one.smiles))


def r_groups(smiles: Sequence[str], core: str | None = None) -> RGroups:
    """Decompose compounds around a core.

    Parameters
    ----------
    smiles
        Compounds.
    core
        SMILES or SMARTS. Attachment points as ``[*:1]`` number the positions, and allow groups there alone. Looked for
        when left out.

    Raises
    ------
    UsageError
        If the core cannot be read, no compound holds it, or there is no common core.
    """
    with rdBase.BlockLogs():
        mols = [Chem.MolFromSmiles(text) for text in smiles]
        asked = core or common_core([mol for mol in mols if mol is not None])
        query, numbers = _without_points(_query(asked))
        left_out: dict[int, str] = {}
        ways: dict[int, list[tuple[str, ...]]] = {}
        for row, mol in enumerate(mols):
            if mol is None:
                left_out[row] = "its SMILES cannot be read"
                continue
            fits = _ways(mol, query)
            allowed = [
                one
                for one in fits
                if not numbers or all(one[at] == HYDROGEN or at in numbers for at in range(len(one)))
            ]
            if allowed:
                ways[row] = allowed
            else:
                left_out[row] = (
                    "has a group where the core has no attachment point" if fits else "does not hold the core"
                )
    if not ways:
        raise UsageError(f"no compound holds the core {asked}", expected="a substructure of some of them")
    chosen = _chosen(ways)
    rows = tuple(ways)
    columns = {at: [chosen[row][at] for row in rows] for at in range(query.GetNumAtoms())}
    several = [at for at, texts in columns.items() if len(set(texts)) > 1 or (at in numbers and len(rows) == 1)]
    if len(rows) == 1 and not numbers:
        several = [at for at, texts in columns.items() if texts[0] != HYDROGEN]
    label = {at: f"R{numbers.get(at, place)}" for place, at in enumerate(several, 1)}
    order = sorted(several, key=lambda at: int(label[at][1:]))
    same = {
        _atom_name(query, at): texts[0]
        for at, texts in columns.items() if at not in several and texts[0] != HYDROGEN
    }  # fmt: skip
    return RGroups(
        _labelled(query, {at: int(label[at][1:]) for at in order}), asked, core is None,
        tuple(label[at] for at in order), rows, {label[at]: columns[at] for at in order}, same, left_out,
    )  # fmt: skip


def _ways(mol: Chem.Mol, query: Chem.Mol) -> list[tuple[str, ...]]:
    """Return for each way in which the core fits the group at each of its atoms, every way once."""
    found: dict[tuple[str, ...], None] = {}
    of_atoms: dict[frozenset[int], dict[int, str]] = {}
    for match in mol.GetSubstructMatches(query, uniquify=False, maxMatches=_MOST_MATCHES):
        held = frozenset(match)
        if held not in of_atoms:
            of_atoms[held] = _groups_at(mol, held)
        found[tuple(of_atoms[held].get(atom, HYDROGEN) for atom in match)] = None
    return list(found)


def _groups_at(mol: Chem.Mol, held: frozenset[int]) -> dict[int, str]:
    """Return what hangs on each atom of the core: SMILES with ``*`` for the core, several joined by a dot."""
    bonds, ends = [], []
    for bond in mol.GetBonds():
        one, other = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        if (one in held) != (other in held):
            bonds.append(bond.GetIdx())
            ends.append(one if one in held else other)
    if not bonds:
        return {}
    # Isotopes of the dummy atoms say which core atom was there, counted from 1: 0 would be none.
    cut = Chem.FragmentOnBonds(mol, bonds, dummyLabels=[(end + 1, end + 1) for end in ends])
    found: dict[int, list[str]] = {}
    for piece in Chem.GetMolFrags(cut):
        if held & set(piece):
            continue
        here = {
            cut.GetAtomWithIdx(atom).GetIsotope() - 1 for atom in piece
            if cut.GetAtomWithIdx(atom).GetAtomicNum() == 0 and cut.GetAtomWithIdx(atom).GetIsotope()
        }  # fmt: skip
        text = Chem.MolFragmentToSmiles(cut, piece)
        for end in here:
            text = text.replace(f"[{end + 1}*]", "*")
        for end in here:
            found.setdefault(end, []).append(text)
    return {end: ".".join(sorted(texts)) for end, texts in found.items()}


def _chosen(ways: dict[int, list[tuple[str, ...]]]) -> dict[int, tuple[str, ...]]:
    """Return for each compound the way that fits the others best."""
    chosen: dict[int, tuple[str, ...]] = {}
    counts: Counter[tuple[int, str]] = Counter()
    for _ in range(_PASSES):
        for row, options in ways.items():
            if row in chosen:
                counts.subtract(enumerate(chosen[row]))
            best = max(options, key=lambda one: sum(math.log(counts[at, group] + 0.5) for at, group in enumerate(one)))
            chosen[row] = best
            counts.update(enumerate(best))
    return chosen


def common_core(mols: Sequence[Chem.Mol]) -> str:
    """Return the scaffold that accounts for most atoms of the compounds: its size times how many hold it.

    Raises
    ------
    UsageError
        If fewer than two compounds have a ring system in common.
    """
    mols = mols[:: max(1, len(mols) // _TRIED)]
    scaffolds = Counter(scaffold for scaffold in map(murcko_scaffold, mols) if scaffold)
    listed = [Chem.MolFromSmiles(text) for text, _ in scaffolds.most_common(_SCAFFOLDS)]
    options = rdScaffoldNetwork.ScaffoldNetworkParams()
    options.includeGenericScaffolds = False
    options.includeScaffoldsWithAttachments = False
    options.includeScaffoldsWithoutAttachments = True
    network = rdScaffoldNetwork.CreateScaffoldNetwork([mol for mol in listed if mol is not None], options)
    best = ("", 0.0)
    for text in sorted(set(network.nodes)):
        query = Chem.MolFromSmiles(text)
        if query is None or query.GetNumHeavyAtoms() < LEAST_CORE:
            continue
        having = sum(mol.HasSubstructMatch(query) for mol in mols)
        # What a benzene ring would account for counts for nothing.
        score = having * (query.GetNumHeavyAtoms() - LEAST_CORE + 1)
        if having > 1 and score > best[1]:
            best = (text, float(score))
    if not best[0]:
        raise UsageError(
            "the compounds have no ring system in common", expected="a core, as SMILES or SMARTS (core=, --core)"
        )
    return best[0]


def _query(text: str) -> Chem.Mol:
    mol = Chem.MolFromSmiles(text) or Chem.MolFromSmarts(text)
    if mol is None or not mol.GetNumAtoms():
        raise UsageError(f"the core {text!r:.80} cannot be read", expected="SMILES or SMARTS of a substructure")
    return mol


def _without_points(query: Chem.Mol) -> tuple[Chem.Mol, dict[int, int]]:
    """Return a core without its attachment points, and atom to the number of the point that was on it."""
    bare = Chem.RWMol(query)
    points = [atom for atom in bare.GetAtoms() if atom.GetAtomicNum() == 0 and atom.GetAtomMapNum()]
    for atom in points:
        for near in atom.GetNeighbors():
            near.SetIntProp("point", atom.GetAtomMapNum())
    for index in sorted((atom.GetIdx() for atom in points), reverse=True):
        bare.RemoveAtom(index)
    found = bare.GetMol()
    found.UpdatePropertyCache(strict=False)
    if not found.GetNumAtoms():
        raise UsageError("the core has attachment points alone", expected="SMILES or SMARTS of a substructure")
    numbers = {atom.GetIdx(): atom.GetIntProp("point") for atom in found.GetAtoms() if atom.HasProp("point")}
    return found, numbers


def _labelled(query: Chem.Mol, numbers: dict[int, int]) -> str:
    """Return the SMILES of a core with attachment points."""
    edited = Chem.RWMol(query)
    for at, number in numbers.items():
        atom = edited.GetAtomWithIdx(at)
        # Aromatic nitrogen with its hydrogen, as of pyrrole: the group stands in the place of the hydrogen.
        if atom.GetNumExplicitHs():
            atom.SetNumExplicitHs(atom.GetNumExplicitHs() - 1)
        point = Chem.Atom(0)
        point.SetAtomMapNum(number)
        edited.AddBond(at, edited.AddAtom(point), Chem.BondType.SINGLE)
    return str(Chem.MolToSmiles(edited))


def _atom_name(query: Chem.Mol, at: int) -> str:
    return f"{query.GetAtomWithIdx(at).GetSymbol()}{at + 1}"
