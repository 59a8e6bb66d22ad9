"""Ways to set compounds aside for testing; each returns a boolean mask, True where a compound is tested."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rdkit import Chem
from rdkit.Chem.Scaffolds import MurckoScaffold

TEST_SHARE = 0.2


def scaffolds(smiles: Sequence[str]) -> list[str]:
    """Return the Bemis-Murcko scaffold (J. Med. Chem. 1996, 39, 2887) of each SMILES, empty for acyclic ones."""
    found = []
    for text in smiles:
        mol = Chem.MolFromSmiles(text)
        if mol is None:
            found.append("")
            continue
        found.append(Chem.MolToSmiles(MurckoScaffold.GetScaffoldForMol(mol), isomericSmiles=False))
    return found


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
