"""Physicochemical descriptors that RDKit computes in C++: counts, shape indices, charge- and lipophilicity-weighted
surfaces, and topological autocorrelation.

Names and definitions as in RDKit; VSA: Labute, J. Mol. Graph. Model. 2000, 18, 464; MQN: Nguyen et al., ChemMedChem
2009, 4, 1803; autocorrelation: Todeschini and Consonni, Molecular Descriptors for Chemoinformatics, 2009.
"""

from __future__ import annotations

import functools

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

_SIMPLE = (
    "amw",
    "lipinskiHBA",
    "lipinskiHBD",
    "NumRotatableBonds",
    "NumHeteroatoms",
    "NumAmideBonds",
    "FractionCSP3",
    "NumRings",
    "NumAromaticRings",
    "NumAliphaticRings",
    "NumSaturatedRings",
    "NumHeterocycles",
    "NumAromaticHeterocycles",
    "NumSpiroAtoms",
    "NumBridgeheadAtoms",
    "NumAtomStereoCenters",
    "labuteASA",
    "tpsa",
    "CrippenClogP",
    "CrippenMR",
    "chi0v",
    "chi1v",
    "chi2v",
    "chi3v",
    "chi4v",
    "chi0n",
    "chi1n",
    "chi2n",
    "chi3n",
    "chi4n",
    "hallKierAlpha",
    "kappa1",
    "kappa2",
    "kappa3",
    "Phi",
)
_FAMILIES = (("MQN", 42), ("SlogP_VSA", 12), ("SMR_VSA", 10), ("PEOE_VSA", 14), ("AUTOCORR2D", 192))

#: Names of the descriptors, in order.
NAMES = (
    *_SIMPLE,
    "FormalCharge",
    *(f"{family}{number}" for family, count in _FAMILIES for number in range(1, count + 1)),
)

#: How many of them are single numbers that a chemist would recognise; they come first.
SIMPLE = len(_SIMPLE) + 1

_CEILING = np.float32(1e6)


@functools.cache
def _calculator() -> rdMolDescriptors.Properties:
    return rdMolDescriptors.Properties(list(_SIMPLE))


def row(mol: Chem.Mol) -> np.ndarray:
    """Return the descriptors of a molecule, float32, shape (len(NAMES),); what is not finite becomes 0."""
    values = np.array(
        [
            *_calculator().ComputeProperties(mol),
            Chem.GetFormalCharge(mol),
            *rdMolDescriptors.MQNs_(mol),
            *rdMolDescriptors.SlogP_VSA_(mol),
            *rdMolDescriptors.SMR_VSA_(mol),
            *rdMolDescriptors.PEOE_VSA_(mol),
            *rdMolDescriptors.CalcAUTOCORR2D(mol),
        ],
        dtype=np.float32,
    )
    return np.clip(np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0), -_CEILING, _CEILING)
