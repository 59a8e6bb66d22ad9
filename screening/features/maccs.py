"""The 166 public MACCS keys, present or not.

Durant et al., J. Chem. Inf. Comput. Sci. 2002, 42, 1273.
"""

from __future__ import annotations

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors


def counts(mol: Chem.Mol) -> dict[int, int]:
    """Return key to 1 for the keys that are present."""
    return dict.fromkeys(rdMolDescriptors.GetMACCSKeysFingerprint(mol).GetOnBits(), 1)
