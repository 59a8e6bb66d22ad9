"""Structural alerts of RDKit's filter catalogs, found without trying every pattern on every molecule.

A pattern can match only if each of its atoms, with its neighbours, fits around some atom of the molecule. Which
pattern atoms fit around an atom is decided by that atom and its bonds alone, so it is worked out once for each kind
of surrounding and remembered as a row of bits. For a molecule the rows of its atoms are joined; patterns with a bit
missing are out, and the few others are tried by RDKit. The alerts found are those of the plain catalog.

Kinds of surroundings are told apart by RDKit's Morgan hashes of radius 0 and 1 (64 bits together).
"""

from __future__ import annotations

import functools

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
_BITS = 32  # bits of a pattern: one for each of its first atoms
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
        """Collect the surroundings that pattern atoms ask for, and the bits each of them answers."""
        needed = np.zeros(len(self._entries), np.uint32)
        bits: dict[_Local, int] = {}
        for row, entry in enumerate(self._entries):
            pattern = _pattern(entry)
            if pattern is None:
                continue
            for atom in list(pattern.GetAtoms())[:_BITS]:
                needed[row] |= np.uint32(1 << atom.GetIdx())
                local = _local(pattern, atom)
                bits[local] = bits.get(local, 0) | (1 << (row * _BITS + atom.GetIdx()))
        self._needed = needed
        self._by_center: dict[str, list[tuple[tuple[tuple[str, str], ...], int]]] = {}
        for (center, neighbours), mask in bits.items():
            self._by_center.setdefault(center, []).append((neighbours, mask))
        self._rows: dict[tuple[int, ...], int] = {}
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
        rows = self._rows
        joined = 0
        for index, surroundings in enumerate(self._output.GetAtomToBits()):
            row = rows.get(surroundings)
            if row is None:
                if len(rows) >= _REMEMBERED:
                    rows.clear()
                row = rows[surroundings] = self._row(mol.GetAtomWithIdx(index))
            joined |= row
        size = 4 * len(self._needed)
        found = np.frombuffer(joined.to_bytes(size, "little"), np.uint32)
        answer: list[int] = np.flatnonzero((found & self._needed) == self._needed).tolist()
        return answer

    def _row(self, atom: Chem.Atom) -> int:
        center = _class(atom, atom.GetIsAromatic())
        around = [
            (int(bond.GetBondType()), _class(bond.GetOtherAtom(atom), True if bond.GetIsAromatic() else None))
            for bond in atom.GetBonds()
        ]
        row = 0
        for query, locals_ in self._by_center.items():
            if not atom_can_match(query, center):
                continue
            for neighbours, mask in locals_:
                if len(neighbours) <= len(around) and all(
                    any(bond_can_match(bond, kind) and atom_can_match(other, near) for kind, near in around)
                    for bond, other in neighbours
                ):
                    row |= mask
        return row


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
