"""Feature Morgan counts: neighbourhoods of up to two bonds, atoms told apart by what they do, not by element.

Donors, acceptors, aromatic atoms, halogens, basic and acidic atoms differ, nothing else does.

Gobbi and Poppinger's feature definitions as RDKit has them; Rogers and Hahn, J. Chem. Inf. Model. 2010, 50, 742 (FCFP).
"""

from __future__ import annotations

import functools

from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator


@functools.cache
def _generator() -> rdFingerprintGenerator.FingerprintGenerator64:
    features = rdFingerprintGenerator.GetMorganFeatureAtomInvGen()
    return rdFingerprintGenerator.GetMorganGenerator(radius=2, atomInvariantsGenerator=features)


def counts(mol: Chem.Mol) -> dict[int, int]:
    """Return feature to number of occurrences."""
    found: dict[int, int] = _generator().GetSparseCountFingerprint(mol).GetNonzeroElements()
    return found
