"""RDKit path counts: all subgraphs of up to six bonds, branched ones too, as in Daylight's fingerprints."""

from __future__ import annotations

import functools

from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator


@functools.cache
def _generator() -> rdFingerprintGenerator.FingerprintGenerator64:
    return rdFingerprintGenerator.GetRDKitFPGenerator(maxPath=6, useHs=False)


def counts(mol: Chem.Mol) -> dict[int, int]:
    """Return feature to number of occurrences."""
    found: dict[int, int] = _generator().GetSparseCountFingerprint(mol).GetNonzeroElements()
    return found
