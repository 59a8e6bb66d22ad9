"""What a prepared library holds of a compound, as a matrix: the bits of its Morgan fingerprint and its properties."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import sparse

_ROWS = 4096


def unpacked(fingerprints: np.ndarray) -> np.ndarray:
    """Return bits as uint8 0/1, shape (n, 8 * bytes), of packed rows of shape (n, bytes)."""
    return np.unpackbits(np.ascontiguousarray(fingerprints), axis=1, bitorder="little")


@dataclasses.dataclass(frozen=True)
class PackedFeatures:
    """Packed fingerprints, uint8 (n, 256), and properties, float32 (n, 10), of n compounds."""

    fingerprints: np.ndarray
    properties: np.ndarray

    def __len__(self) -> int:
        return len(self.fingerprints)

    def take(self, rows: np.ndarray) -> PackedFeatures:
        """Return the compounds at the given positions, or where a boolean array is True."""
        return PackedFeatures(self.fingerprints[rows], self.properties[rows])

    def matrix(self) -> np.ndarray:
        """Return bits and properties side by side, float32, shape (n, 2058)."""
        return np.hstack([unpacked(self.fingerprints).astype(np.float32), self.properties.astype(np.float32)])

    def sparse(self) -> sparse.csr_matrix:
        """Return what `matrix` does as a compressed matrix."""
        rows = [
            sparse.csr_matrix(self.take(np.arange(start, min(start + _ROWS, len(self)))).matrix())
            for start in range(0, len(self), _ROWS) or [0]
        ]
        return sparse.vstack(rows, format="csr")
