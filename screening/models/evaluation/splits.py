"""Ways to set compounds aside for testing; each returns a boolean mask, True where a compound is tested."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rdkit import Chem

from screening.compounds.scaffold import murcko_scaffold
from screening.models.data.row_labels import SPLIT_WORDS
from screening.models.fingerprint_index import FingerprintIndex

TEST_SHARE = 0.2


def scaffolds(smiles: Sequence[str]) -> list[str]:
    """Return the scaffold of each SMILES (`screening.compounds.scaffold`), empty for one that does not parse."""
    mols = map(Chem.MolFromSmiles, smiles)  # one at a time: a molecule takes some 40 kB
    return ["" if mol is None else murcko_scaffold(mol) for mol in mols]


def grouped_test(groups: Sequence[str], share: float = TEST_SHARE) -> np.ndarray:
    """Test on the rarest groups: groups go to training from the largest down until it holds ``1 - share``.

    Parameters
    ----------
    groups
        Group of each compound; no group is cut in two.
    share
        Part of the compounds to test on.

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    members: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        members.setdefault(group, []).append(row)
    test = np.zeros(len(groups), dtype=bool)
    room = round(len(groups) * (1 - share))
    for group in sorted(members, key=lambda name: (-len(members[name]), name)):
        rows = members[group]
        if len(rows) <= room:
            room -= len(rows)
        else:
            test[rows] = True
    return test


def scaffold_test(smiles: Sequence[str], share: float = TEST_SHARE) -> np.ndarray:
    """Test on the compounds of rare scaffolds; see `grouped_test`."""
    return grouped_test(scaffolds(smiles), share)


def random_test(n: int, share: float = TEST_SHARE, seed: int = 0) -> np.ndarray:
    """Test on compounds drawn at random."""
    test = np.zeros(n, dtype=bool)
    test[np.random.default_rng(seed).permutation(n)[: round(n * share)]] = True
    return test


def folds(n: int, count: int, seed: int = 0, y: np.ndarray | None = None) -> np.ndarray:
    """Return the fold (0 to count-1) of each of n compounds, drawn at random.

    If `y` is given, every fold gets its share of each region of y.
    """
    generator = np.random.default_rng(seed)
    if y is None:
        return generator.permutation(np.arange(n) % count)
    fold = np.empty(n, dtype=np.int64)
    order = np.lexsort((generator.permutation(n), y))
    for start in range(0, n, count):
        rows = order[start : start + count]
        fold[rows] = generator.permutation(count)[: len(rows)]
    return fold


def clusters(fingerprints: np.ndarray, alike: float = 0.65) -> list[str]:
    """Return the Butina cluster of each compound, named by the row of its centre.

    Compounds with the most neighbours of similarity `alike` or more become centres first and take their neighbours
    with them. Butina, J. Chem. Inf. Comput. Sci. 1999, 39, 747.

    Parameters
    ----------
    fingerprints
        Packed Morgan fingerprints, uint8, shape (n, 256).
    alike
        Least Tanimoto similarity to the centre.
    """
    index = FingerprintIndex(fingerprints)
    near: list[np.ndarray] = []
    for start in range(0, len(fingerprints), 512):
        close = index.similarity(fingerprints[start : start + 512]) >= np.float32(alike)
        near += [np.flatnonzero(row) for row in close]
    cluster = np.full(len(near), -1, dtype=np.int64)
    for centre in sorted(range(len(near)), key=lambda row: (-len(near[row]), row)):
        if cluster[centre] < 0:
            free = near[centre][cluster[near[centre]] < 0]
            cluster[free] = centre
            cluster[centre] = centre
    return [str(number) for number in cluster.tolist()]


def time_test(days: np.ndarray, share: float = TEST_SHARE) -> np.ndarray:
    """Test on the compounds measured last.

    Parameters
    ----------
    days
        Days since any date, shape (n,); NaN where the date is not known, such compounds are trained on. No day is cut
        in two, so the part tested on can be smaller than `share`.
    share
        Part of the dated compounds to test on.
    """
    known = np.flatnonzero(np.isfinite(days))
    test = np.zeros(len(days), dtype=bool)
    if len(known):
        order = np.sort(days[known])
        first = order[len(order) - max(1, round(len(order) * share))]
        late = days[known] >= first
        if late.mean() > 1.5 * share:  # many compounds share that day: it stays in training
            late = days[known] > first
        test[known[late]] = True
    return test


def predefined_test(labels: Sequence[str]) -> np.ndarray:
    """Test on the compounds that the file says to test on.

    Parameters
    ----------
    labels
        ``train``, ``test`` or one of `SPLIT_WORDS`, in any case; an empty one is trained on.

    Raises
    ------
    ValueError
        If a label is another word.
    """
    strange = sorted({text for text in labels if text and text.lower() not in SPLIT_WORDS})
    if strange:
        raise ValueError(f"{strange[0]!r} is no side of a split")
    return np.array([SPLIT_WORDS.get(text.lower(), False) for text in labels], dtype=bool)


def leave_group_out(groups: Sequence[str]) -> list[tuple[str, np.ndarray]]:
    """Return for each group, the largest first, its name and the mask that tests on it and trains on all others.

    With the target of each measurement as its group this is leave-target-out.
    """
    members: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        members.setdefault(group, []).append(row)
    found = []
    for group in sorted(members, key=lambda name: (-len(members[name]), name)):
        test = np.zeros(len(groups), dtype=bool)
        test[members[group]] = True
        found.append((group, test))
    return found
