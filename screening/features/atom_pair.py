"""Atom-pair counts: two atoms and the number of bonds between them, with chirality.

Carhart, Smith and Venkataraghavan, J. Chem. Inf. Comput. Sci. 1985, 25, 64.
"""

from __future__ import annotations

import functools

from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator


@functools.cache
def _generator() -> rdFingerprintGenerator.FingerprintGenerator64:
    return rdFingerprintGenerator.GetAtomPairGenerator(includeChirality=True)


def counts(mol: Chem.Mol) -> dict[int, int]:
    """Return feature to number of occurrences."""
    found: dict[int, int] = _generator().GetSparseCountFingerprint(mol).GetNonzeroElements()
    return found
