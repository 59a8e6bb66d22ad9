"""Make the block a model predicts from out of SMILES, as `library prepare` does for whole libraries."""

from __future__ import annotations

import numpy as np
from rdkit import Chem

from screening.compounds.compound import FINGERPRINT_BYTES, PROPERTIES
from screening.compounds.fingerprint import packed_morgan
from screening.compounds.rules.properties import property_row


def fingerprints_and_properties(smiles: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return packed Morgan fingerprints, uint8 (n, 256), and properties, float32 (n, 10), of parent SMILES.

    Raises
    ------
    ValueError
        If a SMILES does not parse; parents of `screening.compounds.standardisation.standardise` always do.
    """
    fingerprints = np.zeros((len(smiles), FINGERPRINT_BYTES), dtype=np.uint8)
    properties = np.zeros((len(smiles), len(PROPERTIES)), dtype=np.float32)
    for row, text in enumerate(smiles):
        mol = Chem.MolFromSmiles(text)
        if mol is None:
            raise ValueError(f"SMILES {row} does not parse: {text[:80]}")
        fingerprints[row] = np.frombuffer(packed_morgan(mol), dtype=np.uint8)
        properties[row] = property_row(mol)
    return fingerprints, properties


def morgan_fingerprints(smiles: list[str]) -> np.ndarray:
    """Return packed Morgan fingerprints, uint8 (n, 256): the first of `fingerprints_and_properties`, much faster.

    Raises
    ------
    ValueError
        If a SMILES does not parse.
    """
    fingerprints = np.zeros((len(smiles), FINGERPRINT_BYTES), dtype=np.uint8)
    for row, text in enumerate(smiles):
        mol = Chem.MolFromSmiles(text)
        if mol is None:
            raise ValueError(f"SMILES {row} does not parse: {text[:80]}")
        fingerprints[row] = np.frombuffer(packed_morgan(mol), dtype=np.uint8)
    return fingerprints
