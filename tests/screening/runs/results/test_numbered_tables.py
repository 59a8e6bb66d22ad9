"""Tables that a run collects: numbered, checked, one writer at a time."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from screening.engine.lock import folder_lock
from screening.errors import FileError, RunLockedError
from screening.runs.results.numbered_tables import NumberedTables


def test_tables_come_back_in_order_and_none_is_written_over(tmp_path: Path) -> None:
    kept = NumberedTables(tmp_path / "kept", "kept-1", "is damaged")
    assert kept.read() == []
    paths = [kept.keep(pa.table({"x": [at]}), {"said": at}) for at in range(3)]
    paths[1].unlink()
    paths[1].with_suffix(".json").unlink()
    assert kept.keep(pa.table({"x": [9]}), {"said": 9}).name == "0004.parquet"
    assert [(one.number, one.table["x"].to_pylist(), one.facts["said"]) for one in kept.read()] == [
        (1, [0], 0), (3, [2], 2), (4, [9], 9),
    ]  # fmt: skip


def test_a_second_writer_is_told_and_writes_nothing(tmp_path: Path) -> None:
    kept = NumberedTables(tmp_path / "kept", "kept-1", "is damaged")
    with folder_lock(tmp_path / "kept"), pytest.raises(RunLockedError, match="in use by process"):
        kept.keep(pa.table({"x": [1]}), {})
    assert kept.read() == []


def test_what_was_changed_is_not_read(tmp_path: Path) -> None:
    kept = NumberedTables(tmp_path / "kept", "kept-1", "is damaged")
    path = kept.keep(pa.table({"x": [1]}), {})
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(FileError, match="is damaged"):
        kept.read()
