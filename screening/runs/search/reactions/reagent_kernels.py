"""How alike the reagents of one position are: the mean of MinMax similarities of four count fingerprints."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rdkit import Chem

from screening.errors import UsageError
from screening.features.catalog import FINGERPRINTS
from screening.features.count_table import CountTable
from screening.models.estimators.kernels import References

#: Fingerprints that the similarity is the mean of.
USED = ("Morgan", "feature Morgan", "atom pair", "topological torsion")
#: Reagents of one position at most: their similarities take 4 bytes a pair.
MOST_REAGENTS = 12_000
_ROWS = 1_024


def reagent_kernel(mols: Sequence[Chem.Mol]) -> np.ndarray:
    """Return the similarity of every two reagents, float32, shape (n, n), ones on the diagonal.

    Raises
    ------
    UsageError
        If there are more than `MOST_REAGENTS`.
    """
    if len(mols) > MOST_REAGENTS:
        raise UsageError(
            f"{len(mols):,} reagents of one position are too many to compare", expected=f"at most {MOST_REAGENTS:,}"
        )
    total = np.zeros((len(mols), len(mols)), np.float32)
    for name in USED:
        table = CountTable.of([FINGERPRINTS[name](mol) for mol in mols])
        references = References(table)
        for start in range(0, len(mols), _ROWS):
            some = np.arange(start, min(start + _ROWS, len(mols)))
            total[some] += references.similarity(table.take(some)).astype(np.float32)
    return total / len(USED)
