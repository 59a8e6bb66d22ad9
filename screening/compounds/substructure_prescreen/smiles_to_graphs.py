"""Canonical SMILES to arrays of atoms and bonds, a whole batch at a time.

Reads what RDKit writes for neutral or charge-separated parents of B, C, N, O, P, S and halogens. It does no
chemistry: aromaticity stands in the text, and hydrogens follow from the valences that the SMILES language defines.
Texts with anything else are left out and reported.

A text is a walk over a spanning tree: an atom hangs on the last atom before it at its depth of parentheses (one less
if it opens a branch), and a ring closure goes back to an atom on the way to the root. So a bond of the tree is in a
ring if it lies on the way from one end of a closure to the other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from screening.compounds.substructure_prescreen.molecular_graphs import (
    AROMATIC,
    DOUBLE,
    IN_RING,
    SINGLE,
    TRIPLE,
    Graphs,
)

#: Two-letter and bracket atoms to one byte each. Tetrahedral carbons have the hydrogens of plain ones.
_SHORT: dict[bytes, bytes] = {
    b"Cl": b"L", b"Br": b"R", b"[C@@H]": b"C", b"[C@H]": b"C", b"[C@@]": b"C", b"[C@]": b"C",
    b"[nH]": b"\x80", b"[N+]": b"\x81", b"[N@+]": b"\x81", b"[N@@+]": b"\x81", b"[O-]": b"\x82",
    b"[S+]": b"\x83", b"[S@+]": b"\x83", b"[S@@+]": b"\x83", b"[S@]": b"\x84", b"[S@@]": b"\x84",
    b"[n+]": b"\x85", b"[N-]": b"\x86",
}  # fmt: skip

#: Byte of an atom: atomic number, aromatic, charge, hydrogens (-1: from `_VALENCES`; -2: of aromatic carbon).
_ATOMS: dict[bytes, tuple[int, bool, int, int]] = {
    b"B": (5, False, 0, -1), b"C": (6, False, 0, -1), b"N": (7, False, 0, -1), b"O": (8, False, 0, -1),
    b"F": (9, False, 0, -1), b"P": (15, False, 0, -1), b"S": (16, False, 0, -1), b"L": (17, False, 0, -1),
    b"R": (35, False, 0, -1), b"I": (53, False, 0, -1), b"c": (6, True, 0, -2), b"n": (7, True, 0, 0),
    b"o": (8, True, 0, 0), b"s": (16, True, 0, 0), b"\x80": (7, True, 0, 1), b"\x81": (7, False, 1, 0),
    b"\x82": (8, False, -1, 0), b"\x83": (16, False, 1, 0), b"\x84": (16, False, 0, 0), b"\x85": (7, True, 1, 0),
    b"\x86": (7, False, -1, 0),
}  # fmt: skip

_VALENCES = {5: (3,), 6: (4,), 7: (3,), 8: (2,), 9: (1,), 15: (3, 5), 16: (2, 4, 6), 17: (1,), 35: (1,), 53: (1,)}
_MOST_BONDS = 8  # sum of bond orders

_NEWLINE, _OPEN, _CLOSE, _PERCENT = (ord(sign) for sign in "\n()%")


def _tables() -> tuple[np.ndarray, ...]:
    atoms = np.zeros((256, 4), np.int64)
    is_atom, is_bond, known = (np.zeros(256, bool) for _ in range(3))
    for sign, (number, aromatic, charge, hydrogens) in _ATOMS.items():
        atoms[ord(sign)] = number, aromatic, charge, hydrogens
        is_atom[ord(sign)] = True
    orders = np.zeros(256, np.int64)
    is_bond[ord("/")] = is_bond[ord("\\")] = True  # single or aromatic, as without a symbol
    for text, order in (("-", SINGLE), ("=", DOUBLE), ("#", TRIPLE), (":", AROMATIC)):
        for letter in text:
            orders[ord(letter)], is_bond[ord(letter)] = order, True
    for letter in "\n()%0123456789":
        known[ord(letter)] = True
    implied = np.full((128, _MOST_BONDS + 1), -1, np.int64)
    for number, valences in _VALENCES.items():
        for bonds in range(_MOST_BONDS + 1):
            implied[number, bonds] = next((valence - bonds for valence in valences if valence >= bonds), -1)
    return atoms, is_atom, is_bond, known | is_atom | is_bond, orders, implied


_FACTS, _IS_ATOM, _IS_BOND, _KNOWN, _ORDERS, _HYDROGENS = _tables()


def smiles_to_graphs(texts: Sequence[str]) -> tuple[Graphs, np.ndarray]:
    """Return molecules as arrays, and which texts were understood.

    Parameters
    ----------
    texts
        Canonical SMILES as RDKit writes them.

    Returns
    -------
    Graphs
        Atoms in the order of each text; no atoms for a text that was not understood.
    numpy.ndarray
        Whether each text was understood; shape (texts,).
    """
    content = ("\n".join(texts) + "\n").encode() if texts else b""
    for long, short in _SHORT.items():
        content = content.replace(long, short)
    letters = np.frombuffer(content, np.uint8)
    line = np.cumsum(letters == _NEWLINE) - (letters == _NEWLINE)
    understood = np.ones(len(texts), bool)
    understood[line[~_KNOWN[letters]]] = False
    while True:
        keep = understood[line] | (letters == _NEWLINE)
        letters, line = letters[keep], line[keep]
        graphs, doubtful = _read(letters, line, len(texts))
        if not len(doubtful):
            return graphs, understood
        understood[doubtful] = False


def _read(letters: np.ndarray, line: np.ndarray, texts: int) -> tuple[Graphs, np.ndarray]:
    """Return the molecules, and the texts that cannot be read so after all."""
    before = np.concatenate([[_NEWLINE], letters[:-1]]) if len(letters) else letters
    places = np.flatnonzero(_IS_ATOM[letters])
    number, aromatic, charge, hydrogens = _FACTS[letters[places]].T
    aromatic = aromatic.astype(bool)
    molecule = line[places]
    starts = np.searchsorted(molecule, np.arange(texts + 1))
    atom_before = np.cumsum(_IS_ATOM[letters]) - 1  # the last atom up to each letter

    symbol = np.where(_IS_BOND[before], before, 0)
    parent = _parents(letters, before, places, molecule)
    child = np.flatnonzero(parent >= 0)
    closures, symbols, unpaired = _closures(letters, symbol, atom_before, line)

    begin = np.concatenate([parent[child], closures[:, 0]])
    end = np.concatenate([child, closures[:, 1]])
    order = _ORDERS[np.concatenate([symbol[places][child], symbols])]
    order = np.where(order > 0, order, np.where(aromatic[begin] & aromatic[end], AROMATIC, SINGLE))
    in_ring = np.ones(len(order), bool)
    on_ring, stray = _on_rings(parent, closures)
    in_ring[: len(child)] = on_ring[child]
    doubtful = [unpaired, molecule[closures[stray, 0]]]

    bonds = np.where(order == AROMATIC, 0, order)
    total = np.bincount(begin, bonds, len(places)) + np.bincount(end, bonds, len(places))
    degree = np.bincount(begin, minlength=len(places)) + np.bincount(end, minlength=len(places))
    implied = _HYDROGENS[number, np.minimum(total, _MOST_BONDS).astype(np.int64)]
    shared = order == AROMATIC
    in_aromatic = np.bincount(begin, shared, len(places)) + np.bincount(end, shared, len(places))
    doubtful.append(molecule[(hydrogens == -1) & ((implied < 0) | (in_aromatic > 0))])
    doubtful.append(molecule[aromatic & ((in_aromatic < 2) | (degree - in_aromatic > 1))])
    doubtful.append(molecule[begin[(order == TRIPLE) & (aromatic[begin] | aromatic[end])]])
    hydrogens = np.where(hydrogens == -1, implied, np.where(hydrogens == -2, (degree == 2).astype(int), hydrogens))
    kind = order + IN_RING * in_ring
    return Graphs(starts, number, hydrogens, charge, aromatic, begin, end, kind), np.concatenate(doubtful)


def _parents(letters: np.ndarray, before: np.ndarray, places: np.ndarray, molecule: np.ndarray) -> np.ndarray:
    """Return the atom each atom hangs on, or -1 for the first of a molecule."""
    depth = (np.cumsum(letters == _OPEN) - np.cumsum(letters == _CLOSE))[places]
    ahead = before[places]
    ahead = np.where(_IS_BOND[ahead], before[places - 1], ahead)
    wanted = depth - (ahead == _OPEN)
    index = np.arange(len(places))
    parent = np.full(len(places), -1)
    for level in range(int(depth.max(initial=-1)) + 1):
        last = np.maximum.accumulate(np.where(depth == level, index, -1))
        here = np.flatnonzero((wanted == level) & (index > 0))
        parent[here] = last[here - 1]
    first = np.ones(len(places), bool)
    first[1:] = molecule[1:] != molecule[:-1]
    parent[first] = -1
    return parent


def _closures(
    letters: np.ndarray, symbol: np.ndarray, atom_before: np.ndarray, line: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the atoms of each ring closure (shape (n, 2), the earlier first), its bond symbol and doubtful texts."""
    digit = (letters >= ord("0")) & (letters <= ord("9"))
    value = letters.astype(np.int64) - ord("0")
    percent = np.flatnonzero(letters == _PERCENT)
    value[percent] = 10 * value[percent + 1] + value[percent + 2]
    digit[percent] = True
    digit[percent + 1] = digit[percent + 2] = False
    places = np.flatnonzero(digit)
    places = places[np.argsort(line[places] * 100 + value[places], kind="stable")]
    ring = line[places] * 100 + value[places]
    fresh = np.ones(len(ring), bool)
    fresh[1:] = ring[1:] != ring[:-1]
    rank = np.arange(len(ring)) - np.maximum.accumulate(np.where(fresh, np.arange(len(ring)), 0))
    opens = np.flatnonzero(rank % 2 == 0)
    paired = np.zeros(len(opens), bool)
    inside = opens + 1 < len(ring)
    paired[inside] = ring[opens[inside]] == ring[opens[inside] + 1]
    doubtful = line[places[opens[~paired]]]
    opens = opens[paired]
    one, other = places[opens], places[opens + 1]
    symbols = np.where(symbol[one] > 0, symbol[one], symbol[other])
    return np.stack([atom_before[one], atom_before[other]], axis=1), symbols, doubtful


def _on_rings(parent: np.ndarray, closures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return whether the bond from each atom to its parent is in a ring, and closures that lead elsewhere."""
    found = np.zeros(len(parent), bool)
    row, current = np.arange(len(closures)), closures[:, 1]
    stray = []
    while len(row):
        found[current] = True
        current = parent[current]
        goal = closures[row, 0]
        stray.append(row[current < goal])
        going = current > goal
        row, current = row[going], current[going]
    return found, np.concatenate(stray) if stray else row
