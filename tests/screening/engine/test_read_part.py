"""A part is read only as its receipt says it was written, and there is no other way to read one."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from screening.engine import parts
from screening.engine.read_part import damaged_parts, part_schema, read_part, require_intact, seal, table_of
from screening.errors import FileError

TABLE = pa.table({"record": range(6), "name": list("abcdef")})


@pytest.fixture
def part(tmp_path: Path) -> Path:
    for index in range(2):
        parts.write_batch(tmp_path, index, {"names": TABLE}, 0.1)
    return tmp_path / "names" / "part-000001.parquet"


def shifted(path: Path) -> None:
    """Move every name by one row; size and time stay as they may."""
    table = pq.read_table(path)
    names = table.column("name").to_pylist()
    moved = table.set_column(1, "name", pa.array(names[1:] + names[:1]))
    pq.write_table(moved, path, compression="zstd", compression_level=1)


def test_what_was_written_is_read(part: Path) -> None:
    for _ in range(2):
        assert read_part(part).equals(TABLE)
        assert read_part(part, columns=["name"]).column_names == ["name"]
        assert read_part(part, filters=pc.field("record") > 3).column("name").to_pylist() == ["e", "f"]
    assert part_schema(part).names == ["record", "name"]


def test_shifted_rows_are_refused_before_and_after_a_first_look(part: Path) -> None:
    shifted(part)
    for reader in (read_part, require_intact, part_schema):
        with pytest.raises(FileError, match=r"part-000001\.parquet: is missing, damaged or was changed after it"):
            reader(part)
    first = part.with_name("part-000000.parquet")
    read_part(first)
    shifted(first)
    with pytest.raises(FileError, match="damaged or was changed"):
        read_part(first, columns=["name"])


def test_a_file_exchanged_for_one_of_the_same_time_and_size_is_seen(part: Path) -> None:
    read_part(part)
    before = part.stat()
    other = part.with_name("other")
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    other.write_bytes(content)
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.replace(other, part)
    assert (part.stat().st_size, part.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    with pytest.raises(FileError, match="damaged or was changed"):
        read_part(part)


def test_a_part_without_its_receipt_is_not_read(part: Path) -> None:
    (part.parent.parent / "receipts" / "part-000001.json").unlink()
    with pytest.raises(FileError, match="has no receipt"):
        read_part(part)


def test_a_planned_checksum_goes_before_the_receipt(part: Path) -> None:
    with pytest.raises(FileError, match="damaged or was changed"):
        read_part(part, sha256="0" * 64)


def test_receipts_point_to_their_own_folder_only(part: Path) -> None:
    receipt = part.parent.parent / "receipts" / "part-000001.json"
    for path in ("../../secret.parquet", "/etc/passwd", "names/part-000000.parquet"):
        raw = json.loads(receipt.read_text())
        raw["parts"]["names"]["path"] = path
        receipt.write_text(json.dumps(raw))
        assert parts.read_receipt(part.parent.parent, 1) is None
    raw["parts"] = {"../names": {**raw["parts"]["names"], "path": "../names/part-000001.parquet"}}
    receipt.write_text(json.dumps(raw))
    assert parts.read_receipt(part.parent.parent, 1) is None


def test_no_thread_of_arrow_gives_back_memory_of_python(root: Path, part: Path) -> None:
    """Else the process may abort while the interpreter is taken down (exit code -6)."""
    assert table_of((part.parent / "part-000000.parquet").read_bytes()).num_rows
    with pytest.raises(pa.ArrowException):
        table_of(b"no Parquet")
    lent = re.compile(r"BufferReader\(|py_buffer\(|read_table\(io\.")
    found = [
        path
        for folder in ("screening", "workbench")
        for path in (root / folder).rglob("*.py")
        if lent.search(path.read_text("utf-8")) and path.name != "read_part.py"
    ]
    assert not found


def test_all_damage_is_listed(part: Path) -> None:
    folder = part.parent.parent
    assert damaged_parts(folder) == []
    sealed = seal(parts.receipts(folder))
    shifted(part)
    part.with_name("part-000000.parquet").unlink()
    assert len(damaged_parts(folder)) == 2
    parts.write_batch(folder, 1, {"names": TABLE.slice(1)}, 0.1)
    assert seal(parts.receipts(folder)) != sealed, "another part with a receipt of its own"


def test_there_is_no_way_round_it(root: Path) -> None:
    """Whoever reads parts goes through the one reader."""
    other = re.compile(
        r"pq\.read_table\(|pq\.ParquetFile\(|pq\.read_metadata|pq\.read_schema|read_parquet\(|ds\.dataset"
    )
    # Files that are no parts: a reader of compound files, models, and what was just checked.
    allowed = {"read_part.py", "read_parquet.py", "storage.py", "rebuild.py", "run.py", "screen.py", "formats.py",
               "docking.py", "rounds.py", "hits.py", "assay.py", "matrix_run.py", "fragment_table.py"}  # fmt: skip
    folders = ("engine", "compounds", "features", "models", "runs", "targets", "poses")
    found = {
        f"{path.relative_to(root)}: {match[0]}"
        for folder in folders
        for path in (root / "screening" / folder).rglob("*.py")
        for match in other.finditer(path.read_text("utf-8"))
        if path.name not in allowed
    }
    assert not found
