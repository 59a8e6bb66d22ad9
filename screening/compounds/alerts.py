"""Structural alerts of RDKit's filter catalogs, found without trying every pattern on every molecule.

The atoms of a pattern are matched by different atoms of the molecule, and each of those must fit what the pattern
asks of it and of its neighbours. Which of these questions an atom answers is decided by the atom and its bonds
alone, so it is worked out once for each kind of surroundings and remembered. For a molecule the answers are counted;
a pattern that asks a question more often than it is answered, or that has more rings, is out, and the few others are
tried by RDKit. The alerts found are those of the plain catalog.

Kinds of surroundings are told apart by RDKit's Morgan hashes of radius 0 and 1 (64 bits together).
"""

from __future__ import annotations

import functools
from collections import Counter

import numpy as np
from rdkit import Chem
from rdkit.Chem import FilterCatalog, rdFingerprintGenerator

from screening.compounds.query_text import AtomClass, atom_can_match, bond_can_match

#: Our name of an alert set to RDKit's.
ALERT_SETS = {
    "pains": "PAINS",
    "brenk": "BRENK",
    "nih": "NIH",
    "bms": "CHEMBL_BMS",
    "glaxo": "CHEMBL_Glaxo",
    "dundee": "CHEMBL_Dundee",
    "lint": "CHEMBL_LINT",
    "mlsmr": "CHEMBL_MLSMR",
    "inpharmatica": "CHEMBL_Inpharmatica",
    "surechembl": "CHEMBL_SureChEMBL",
    "zinc": "ZINC",
}

_MAGIC = b"\xef\xbe\xad\xde"  # how RDKit's pickled molecules begin
_MOST = 255  # atoms that are counted
_REMEMBERED = 50_000

_Local = tuple[str, tuple[tuple[str, str], ...]]


class AlertCatalog:
    """Alert sets to look for.

    Parameters
    ----------
    names
        Keys of `ALERT_SETS`.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self._entries: list[FilterCatalog.FilterCatalogEntry] = []
        self._labels: list[str] = []
        self._catalogs = []  # entries live as long as their catalog
        for name in names:
            parameters = FilterCatalog.FilterCatalogParams()
            parameters.AddCatalog(getattr(FilterCatalog.FilterCatalogParams.FilterCatalogs, ALERT_SETS[name]))
            catalog = FilterCatalog.FilterCatalog(parameters)
            self._catalogs.append(catalog)
            for index in range(catalog.GetNumEntries()):
                entry = catalog.GetEntryWithIdx(index)
                self._entries.append(entry)
                self._labels.append(f"{name}: {entry.GetDescription().lstrip('>')}")
        self._index()

    def __len__(self) -> int:
        return len(self._entries)

    def _index(self) -> None:
        """Number the questions that pattern atoms ask, and note how often each pattern asks them."""
        numbers: dict[_Local, int] = {}
        asked: list[tuple[int, int]] = []  # (question, times), pattern after pattern
        starts: list[int] = []
        rings: list[int] = []
        for entry in self._entries:
            pattern = _pattern(entry)
            times: Counter[_Local] = Counter()
            if pattern is not None:
                for atom in pattern.GetAtoms():
                    local = _local(pattern, atom)
                    times[local] += 1
                    times[local[0], ()] += 1 if local[1] else 0
            starts.append(len(asked))
            asked.append((0, 0))  # so that every pattern asks something
            asked += [(numbers.setdefault(local, len(numbers)), count) for local, count in times.items()]
            rings.append(0 if pattern is None else _cycles(pattern))
        self._question, self._times = (np.array(column) for column in zip(*asked))
        self._times = np.minimum(self._times, _MOST).astype(np.uint8)
        self._starts, self._rings = np.array(starts), np.array(rings)
        self._questions = len(numbers)
        self._by_center: dict[str, list[tuple[tuple[tuple[str, str], ...], int]]] = {}
        for (center, neighbours), number in numbers.items():
            self._by_center.setdefault(center, []).append((neighbours, number))
        self._known: dict[tuple[int, ...], int] = {}
        self._answers = np.zeros((256, self._questions), np.uint8)
        self._generator = rdFingerprintGenerator.GetMorganGenerator(radius=1, includeRedundantEnvironments=True)
        self._output = rdFingerprintGenerator.AdditionalOutput()
        self._output.AllocateAtomToBits()

    def matches(self, mol: Chem.Mol) -> list[str]:
        """Return the alerts in a molecule as ``"set: alert"``, in the order of the sets and of their alerts."""
        entries, labels = self._entries, self._labels
        return [labels[row] for row in self.candidates(mol) if entries[row].HasFilterMatch(mol)]

    def candidates(self, mol: Chem.Mol) -> list[int]:
        """Return the alerts that could match, as positions in the catalog."""
        self._generator.GetSparseFingerprint(mol, additionalOutput=self._output)
        known, rows = self._known, []
        if len(known) >= _REMEMBERED:
            known.clear()
        for index, surroundings in enumerate(self._output.GetAtomToBits()):
            row = known.get(surroundings)
            if row is None:
                row = known[surroundings] = len(known)
                self._remember(row, mol.GetAtomWithIdx(index))
            rows.append(row)
        if len(rows) > _MOST:  # counts would not fit
            return list(range(len(self._entries)))
        answered = np.add.reduce(self._answers[rows], axis=0, dtype=np.uint8)
        enough = np.logical_and.reduceat(answered[self._question] >= self._times, self._starts)
        enough &= self._rings <= mol.GetRingInfo().NumRings()
        found: list[int] = np.flatnonzero(enough).tolist()
        return found

    def _remember(self, row: int, atom: Chem.Atom) -> None:
        if row == len(self._answers):
            self._answers = np.concatenate([self._answers, np.zeros_like(self._answers)])
        self._answers[row] = 0
        center = _class(atom, atom.GetIsAromatic())
        around = [
            (int(bond.GetBondType()), _class(bond.GetOtherAtom(atom), True if bond.GetIsAromatic() else None))
            for bond in atom.GetBonds()
        ]
        for query, questions in self._by_center.items():
            if not atom_can_match(query, center):
                continue
            for neighbours, number in questions:
                if len(neighbours) <= len(around) and all(
                    any(bond_can_match(bond, kind) and atom_can_match(other, near) for kind, near in around)
                    for bond, other in neighbours
                ):
                    self._answers[row, number] = 1


def _cycles(pattern: Chem.Mol) -> int:
    """Return the number of independent rings of a pattern (if it has several pieces, a number not above it)."""
    return int(pattern.GetNumBonds() - pattern.GetNumAtoms() + 1)


def _class(atom: Chem.Atom, aromatic: bool | None) -> AtomClass:
    return AtomClass(
        atom.GetAtomicNum(), aromatic, atom.GetDegree(), atom.GetTotalNumHs(), atom.GetFormalCharge(), atom.IsInRing()
    )


def _pattern(entry: FilterCatalog.FilterCatalogEntry) -> Chem.Mol | None:
    """Return the pattern of an entry, or None if it has several or it cannot be told (then it is always tried)."""
    content = bytes(entry.Serialize())
    start = content.find(_MAGIC)
    if start < 0:
        return None
    size = content[:start].split()[-1]
    if not size.isdigit() or content.find(_MAGIC, start + int(size)) >= 0:
        return None
    try:
        return Chem.Mol(content[start : start + int(size)])
    except RuntimeError:
        return None


def _local(pattern: Chem.Mol, atom: Chem.Atom) -> _Local:
    neighbours = []
    for bond in atom.GetBonds():
        text = bond.DescribeQuery() if bond.HasQuery() else f"BondOrder {int(bond.GetBondType())} = val\n"
        neighbours.append((text, _describe(bond.GetOtherAtom(atom))))
    return _describe(atom), tuple(sorted(set(neighbours)))


def _describe(atom: Chem.Atom) -> str:
    return str(atom.DescribeQuery()) if atom.HasQuery() else "AtomNull\n"


@functools.cache
def alert_catalog(names: tuple[str, ...]) -> AlertCatalog:
    """Return the catalog of some alert sets; the same object for the same names in a process."""
    return AlertCatalog(names)
