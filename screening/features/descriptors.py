"""Physicochemical descriptors that RDKit computes in C++ in less than 0.2 ms a molecule: counts, shape indices, partial
charges over the surface, topological autocorrelation; and the ten properties of a prepared library, which cost nothing.

Names and definitions as in RDKit; VSA: Labute, J. Mol. Graph. Model. 2000, 18, 464; autocorrelation: Todeschini and
Consonni, Molecular Descriptors for Chemoinformatics, 2009. Connectivity indices, MQN and the other surface descriptors
take four times as long and changed nothing in cross-validation.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from screening.compounds.compound import PROPERTIES

_SIMPLE = (
    "lipinskiHBA",
    "lipinskiHBD",
    "NumHeteroatoms",
    "NumAmideBonds",
    "NumAromaticRings",
    "NumAliphaticRings",
    "NumSaturatedRings",
    "NumHeterocycles",
    "NumAromaticHeterocycles",
    "NumSpiroAtoms",
    "NumBridgeheadAtoms",
    "NumAtomStereoCenters",
    "labuteASA",
    "hallKierAlpha",
    "kappa1",
    "kappa2",
)
_FAMILIES = (("PEOE_VSA", 14), ("AUTOCORR2D", 192))

#: Names of the descriptors, in order.
NAMES = (
    *PROPERTIES,
    *_SIMPLE,
    *(f"{family}{number}" for family, count in _FAMILIES for number in range(1, count + 1)),
)

#: How many of them are single numbers that a chemist would recognise; they come first.
SIMPLE = len(PROPERTIES) + len(_SIMPLE)

_CEILING = np.float32(1e6)


@functools.cache
def _calculator() -> rdMolDescriptors.Properties:
    return rdMolDescriptors.Properties(list(_SIMPLE))


def rows(mols: Sequence[Chem.Mol], properties: np.ndarray) -> np.ndarray:
    """Return the descriptors of n molecules, float32, shape (n, len(NAMES)); what is not finite becomes 0.

    The ten `properties` of each, shape (n, 10), are those that a prepared library holds.
    """
    values = np.empty((len(mols), len(NAMES)), dtype=np.float32)
    values[:, : len(PROPERTIES)] = properties
    calculator = _calculator()
    for row, mol in enumerate(mols):
        values[row, len(PROPERTIES) :] = [
            *calculator.ComputeProperties(mol),
            *rdMolDescriptors.PEOE_VSA_(mol),
            *rdMolDescriptors.CalcAUTOCORR2D(mol),
        ]
    return finite(values)


def finite(values: np.ndarray) -> np.ndarray:
    """Return the values with 0 in the place of what is not finite, cut at a million."""
    return np.clip(np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0), -_CEILING, _CEILING)
