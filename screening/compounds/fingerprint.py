"""The Morgan fingerprint of a prepared library, packed to 256 bytes a compound."""

from __future__ import annotations

import functools

import numpy as np
from rdkit import Chem, DataStructs
from rdkit.Chem import rdFingerprintGenerator

from screening.compounds.compound import FINGERPRINT_BITS, FINGERPRINT_BYTES, FINGERPRINT_RADIUS


@functools.cache
def _generator() -> rdFingerprintGenerator.FingerprintGenerator64:
    return rdFingerprintGenerator.GetMorganGenerator(radius=FINGERPRINT_RADIUS, fpSize=FINGERPRINT_BITS)


def packed_morgan(mol: Chem.Mol) -> bytes:
    """Return the Morgan fingerprint (radius 2, 2048 bits) of a molecule as 256 bytes.

    Bit *i* is bit ``i % 8`` of byte ``i // 8``, as ``numpy.packbits(bits, bitorder="little")`` gives it.
    """
    return bytes(DataStructs.BitVectToBinaryText(_generator().GetFingerprint(mol)))


def stack(fingerprints: list[bytes]) -> np.ndarray:
    """Return packed fingerprints as a uint8 array of shape (n, 256)."""
    return np.frombuffer(b"".join(fingerprints), dtype=np.uint8).reshape(-1, FINGERPRINT_BYTES)
