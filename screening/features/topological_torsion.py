"""Topological-torsion counts: four bonded atoms in a row, with chirality.

Nilakantan et al., J. Chem. Inf. Comput. Sci. 1987, 27, 82.
"""

from __future__ import annotations

import functools

from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator


@functools.cache
def _generator() -> rdFingerprintGenerator.FingerprintGenerator64:
    return rdFingerprintGenerator.GetTopologicalTorsionGenerator(includeChirality=True)


def counts(mol: Chem.Mol) -> dict[int, int]:
    """Return feature to number of occurrences."""
    found: dict[int, int] = _generator().GetSparseCountFingerprint(mol).GetNonzeroElements()
    return found
