"""Diverse picks and clusters on packed fingerprints, by Tanimoto similarity."""

from __future__ import annotations

import numpy as np

from screening.compounds.search.similarity import FingerprintTable


def pick_diverse(table: FingerprintTable, count: int, *, seed: int = 0, first: int | None = None) -> np.ndarray:
    """Pick rows that are unlike each other: each pick is the row least similar to all picks before it (MaxMin).

    Kennard and Stone, Technometrics 1969, 11, 137; ties go to the lower row. One pass over the table a pick,
    most of it on folded fingerprints; 4 bytes a row of memory.

    Parameters
    ----------
    table
        The fingerprints.
    count
        How many to pick; all if there are fewer.
    seed
        Chooses the first pick, if `first` does not.
    first
        Row to begin with.

    Returns
    -------
    ndarray
        int64, rows in the order of their picking.
    """
    size = len(table)
    count = min(count, size)
    if count == 0:
        return np.empty(0, np.int64)
    row = int(np.random.default_rng(seed).integers(size)) if first is None else first
    rows = table.positions
    highest = np.zeros(size, np.float32)  # similarity to the pick most like it, in the table's inner order
    position = np.empty(size, np.int64)
    position[rows] = np.arange(size)
    picks = [row]
    while len(picks) < count:
        table.raise_similarity(highest, row)
        highest[position[row]] = 2.0  # never again
        row = int(rows[highest == highest.min()].min())
        picks.append(row)
    return np.array(picks, np.int64)


def cluster_butina(table: FingerprintTable, similarity: float = 0.6) -> np.ndarray:
    """Cluster by Butina's method (J. Chem. Inf. Comput. Sci. 1999, 39, 747).

    The row with most neighbours of at least `similarity` becomes a centre and takes them; then the row with most
    neighbours among those left (by its count at the start, as Butina's paper does), and so on.

    Parameters
    ----------
    table
        The fingerprints. Every row is compared with every other, so this is for up to some ten thousand rows.
    similarity
        Least similarity of a member to its centre.

    Returns
    -------
    ndarray
        int64, shape (n,): for each row the row of its centre; centres are their own.
    """
    size = len(table)
    neighbours = [np.sort(table.search(table.packed(row), top=None, threshold=similarity).rows) for row in range(size)]
    order = np.argsort(np.array([-len(found) for found in neighbours]), kind="stable")
    centre = np.full(size, -1, np.int64)
    for row in order:
        if centre[row] < 0:
            found = neighbours[row]
            centre[found[centre[found] < 0]] = row
            centre[row] = row
    return centre


def pick_leaders(table: FingerprintTable, similarity: float = 0.6) -> np.ndarray:
    """Return the rows that are less similar than `similarity` to every leader before them (sphere exclusion).

    Returns
    -------
    ndarray
        int64, ascending.
    """
    covered = np.zeros(len(table), bool)
    leaders = []
    for row in range(len(table)):
        if not covered[row]:
            leaders.append(row)
            covered[table.search(table.packed(row), top=None, threshold=similarity).rows] = True
    return np.array(leaders, np.int64)
