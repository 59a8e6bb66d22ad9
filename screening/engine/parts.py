"""Part files, their receipts and checksums.

A finished batch leaves ``<folder>/<table>/part-000123.parquet`` for each table it made and, last of all,
``<folder>/receipts/part-000123.json``. The receipt is the commit: a batch without one is done again, a batch
whose parts do not match its checksums too.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from screening.engine import files, ledger

RECEIPTS = "receipts"


@dataclasses.dataclass(frozen=True)
class PartFile:
    """One Parquet file of a batch: path relative to the job folder, rows and SHA-256 of its bytes."""

    path: str
    rows: int
    sha256: str


@dataclasses.dataclass(frozen=True)
class Receipt:
    """What a worker hands back for a batch.

    Attributes
    ----------
    index
        Number of the batch, from 0.
    parts
        Table name to part file.
    counts
        Record state to number of records, from the table named ``ledger`` if the batch made one.
    reasons
        ``"state: stage: reason"`` to number of records, the commonest first, at most 20.
    seconds
        Wall time spent in the work function.
    """

    index: int
    parts: dict[str, PartFile]
    counts: dict[str, int]
    reasons: dict[str, int]
    seconds: float

    def to_json(self) -> str:
        """Return JSON text."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Receipt:
        """Read back what `to_json` wrote."""
        raw = json.loads(text)
        raw["parts"] = {name: PartFile(**part) for name, part in raw["parts"].items()}
        return cls(**raw)


def part_name(index: int, suffix: str = ".parquet") -> str:
    """Return the file name of part `index`, such as ``part-000123.parquet``."""
    return f"part-{index:06d}{suffix}"


def table_bytes(table: pa.Table) -> bytes:
    """Return the Parquet bytes of `table`; the same table gives the same bytes."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", compression_level=1)
    return sink.getvalue()


def write_batch(folder: Path, index: int, tables: Mapping[str, pa.Table], seconds: float) -> Receipt:
    """Write the tables of a batch and then its receipt, each atomically.

    After a loss of power any of them may be damaged or missing: the batch is done again then. `flush` ends that.

    Raises
    ------
    StorageError
        If the disk is full or the folder cannot be written; no receipt exists then.
    """
    parts = {}
    for name, table in tables.items():
        content = table_bytes(table)
        relative = f"{name}/{part_name(index)}"
        files.write_bytes(folder / relative, content, durable=False)
        parts[name] = PartFile(relative, table.num_rows, hashlib.sha256(content).hexdigest())
    counts, reasons = {}, {}
    if "ledger" in tables:
        counts = ledger.count_states(tables["ledger"])
        reasons = _reasons(tables["ledger"])
    receipt = Receipt(index, parts, counts, reasons, seconds)
    files.write_text(folder / RECEIPTS / part_name(index, ".json"), receipt.to_json(), durable=False)
    return receipt


def _reasons(table: pa.Table, keep: int = 20) -> dict[str, int]:
    found: dict[str, int] = {}
    plain = {ledger.RecordState.READY.value, ledger.RecordState.SCORED.value, ledger.RecordState.DUPLICATE.value}
    columns = (table.column(name).to_pylist() for name in ("state", "stage", "reason"))
    for state, stage, reason in zip(*columns):
        if state not in plain:
            text = f"{state}: {stage}: {reason}"
            found[text] = found.get(text, 0) + 1
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:keep])


def read_receipt(folder: Path, index: int, *, verify: bool = True) -> Receipt | None:
    """Return the receipt of batch `index` if it is finished and intact, else None.

    Parameters
    ----------
    folder
        The job folder.
    index
        Number of the batch.
    verify
        Compare each part file with its checksum; a damaged part means the batch is not finished.
    """
    try:
        receipt = Receipt.from_json((folder / RECEIPTS / part_name(index, ".json")).read_text("utf-8"))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    # A folder that somebody sends must not make us read, or later overwrite, files beside it.
    wanted = {name: f"{name}/{part_name(index)}" for name in receipt.parts if name.isidentifier()}
    if {name: part.path for name, part in receipt.parts.items()} != wanted:
        return None
    if verify and not all(_intact(folder, part) for part in receipt.parts.values()):
        return None
    return receipt


def _intact(folder: Path, part: PartFile) -> bool:
    try:
        with open(folder / part.path, "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == part.sha256
    except OSError:
        return False


def flush(folder: Path) -> None:
    """Wait until all parts and receipts in `folder` are on the disk."""
    files.flush(folder, "*/part-*")


def receipts(folder: Path, *, verify: bool = False) -> Iterator[Receipt]:
    """Yield the receipts in `folder` in the order of their batches."""
    for path in sorted((folder / RECEIPTS).glob("part-*.json")):
        receipt = read_receipt(folder, int(path.stem.removeprefix("part-")), verify=verify)
        if receipt is not None:
            yield receipt
