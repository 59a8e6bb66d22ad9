"""How the scores of a batch are stored, and in which order compounds are ranked."""

from __future__ import annotations

import pyarrow as pa

#: One row per scored compound, in the order of `record`. `nearest` is a row of the run's ``training.parquet``.
#: `full` is False where the number comes from the fast first stage of a model that has one.
SCORE_SCHEMA = pa.schema(
    [
        pa.field("record", pa.int64(), nullable=False),
        pa.field("identity", pa.binary(16), nullable=False),
        pa.field("affinity", pa.float32(), nullable=False),
        pa.field("lower", pa.float32(), nullable=False),
        pa.field("upper", pa.float32(), nullable=False),
        pa.field("in_domain", pa.bool_(), nullable=False),
        pa.field("nearest", pa.int32(), nullable=False),
        pa.field("similarity", pa.float32(), nullable=False),
        pa.field("known", pa.bool_(), nullable=False),
        pa.field("full", pa.bool_(), nullable=False),
    ]
)

#: The rank order: tightest first; equal affinities by identity key, then by record.
RANK_ORDER = [("affinity", "descending"), ("identity", "ascending"), ("record", "ascending")]

#: One row per training compound of the model, in the model's order: name and identity key.
TRAINING_SCHEMA = pa.schema(
    [
        pa.field("name", pa.string(), nullable=False),
        pa.field("identity", pa.binary(16), nullable=False),
    ]
)
