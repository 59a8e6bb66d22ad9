"""Morgan counts: every atom neighbourhood up to three bonds, with chirality.

Rogers and Hahn, Extended-connectivity fingerprints, J. Chem. Inf. Model. 2010, 50, 742. Not folded, so that different
neighbourhoods never share a feature.
"""

from __future__ import annotations

import functools

from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator


@functools.cache
def _generator() -> rdFingerprintGenerator.FingerprintGenerator64:
    return rdFingerprintGenerator.GetMorganGenerator(radius=3, includeChirality=True)


def counts(mol: Chem.Mol) -> dict[int, int]:
    """Return feature to number of occurrences."""
    found: dict[int, int] = _generator().GetSparseCountFingerprint(mol).GetNonzeroElements()
    return found
