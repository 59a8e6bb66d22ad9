"""Hit list to Parquet, for further work in pandas, DuckDB or R."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from screening.engine import files
from screening.provenance import canonical_json
from workbench.export.stamp import Stamp, manifest_dict


def write(rows: pa.RecordBatchReader, path: Path, stamp: Stamp) -> int:
    """Write the rows to `path`, the manifest in the file's metadata; return the number of rows.

    Raises
    ------
    StorageError
        If the folder cannot be written or the disk is full; no file is left then.
    """
    written = 0
    schema = rows.schema.with_metadata(
        {**(rows.schema.metadata or {}), "manifest": canonical_json(manifest_dict(stamp))}
    )
    with files.replacing(path) as temporary, pq.ParquetWriter(temporary, schema) as writer:
        for batch in rows:
            writer.write_batch(batch)
            written += batch.num_rows
    return written
