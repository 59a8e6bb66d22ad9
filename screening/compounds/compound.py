"""How a prepared library stores a standardised compound, and its identity."""

from __future__ import annotations

import hashlib

import pyarrow as pa

#: Morgan fingerprint of a prepared library: radius, bits, bytes a row (``numpy.packbits``, little bit order).
FINGERPRINT_RADIUS = 2
FINGERPRINT_BITS = 2048
FINGERPRINT_BYTES = FINGERPRINT_BITS // 8

#: Property columns of a prepared library, in order; each is float32.
PROPERTIES = (
    "molecular_weight",
    "logp",
    "tpsa",
    "hbd",
    "hba",
    "rotatable_bonds",
    "heavy_atoms",
    "rings",
    "fraction_csp3",
    "formal_charge",
)

#: One row per unique parent of a prepared library, in the order of `record`.
COMPOUND_SCHEMA = pa.schema(
    [
        pa.field("record", pa.int64(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("number", pa.int64(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("smiles", pa.string(), nullable=False),
        pa.field("identity", pa.binary(16), nullable=False),
        pa.field("family", pa.binary(16), nullable=False),
        pa.field("fingerprint", pa.binary(FINGERPRINT_BYTES), nullable=False),
        *(pa.field(name, pa.float32(), nullable=False) for name in PROPERTIES),
        pa.field("flags", pa.list_(pa.string()), nullable=False),
    ]
)


def structure_key(smiles: str) -> bytes:
    """Return the 16-byte key of a canonical SMILES: the first half of its SHA-256.

    Two different parents collide with probability below 1e-20 in a library of a billion.
    """
    return hashlib.sha256(smiles.encode()).digest()[:16]
