"""Parts of a library or a run with shifted rows give no wrong row anywhere, and the same commands mend them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary, open_library
from screening.compounds.library.profile import profile_library
from screening.compounds.library.write_library import write_library
from screening.compounds.search.similarity import all_fingerprints, search_library
from screening.errors import FileError, LibraryError, ScreeningError
from screening.runs.evidence.table import evidence
from screening.runs.hits import ranking
from screening.runs.plan import ScreenPlan
from screening.runs.run import ScreenRun, open_run
from screening.runs.screen import run_screen
from screening.runs.why import why


def shift(path: Path, column: str) -> None:
    table = pq.read_table(path)
    values = table.column(column).combine_chunks()
    moved = pa.concat_arrays([values.slice(1), values.slice(0, 1)])
    at = table.schema.get_field_index(column)
    pq.write_table(table.set_column(at, table.schema.field(at), moved), path, compression="zstd", compression_level=1)


@pytest.fixture
def shifted(tmp_path: Path, library: PreparedLibrary) -> Path:
    folder = tmp_path / "library"
    shutil.copytree(library.folder, folder)
    for path in (folder / "compounds").iterdir():
        shift(path, "smiles")
    return folder


READERS: dict[str, Callable[[PreparedLibrary, Path], Any]] = {
    "write": lambda library, folder: write_library(library, folder / "out.csv"),
    "profile": lambda library, folder: profile_library(library),
    "search": lambda library, folder: search_library(library, all_fingerprints(library)[:1]),
    "pick and cluster": lambda library, folder: all_fingerprints(library),
    "rows": lambda library, folder: library.take([0, 5], ["name", "smiles"]),
}


@pytest.mark.parametrize("name", READERS)
def test_a_library_with_shifted_rows_is_refused(name: str, shifted: Path, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match=r"was changed after it was written; expected .* prepare` command mends it"):
        READERS[name](open_library(shifted), tmp_path)
    assert not (tmp_path / "out.csv").exists()


def test_the_same_prepare_mends_it(shifted: Path, source: Path, library: PreparedLibrary) -> None:
    mended = prepare_library([source], shifted, batch_records=20)
    for index in range(len(library.parts)):
        assert mended.read_compounds(index).equals(library.read_compounds(index))
    assert (shifted / "library.json").read_bytes() == (library.folder / "library.json").read_bytes()


def test_a_part_of_another_library_is_refused(tmp_path: Path, library: PreparedLibrary, model: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(library.folder, folder)
    for table in ("compounds", "ledger"):
        shutil.copy(folder / table / "part-000001.parquet", folder / table / "part-000002.parquet")
    text = (folder / "receipts" / "part-000001.json").read_text()
    (folder / "receipts" / "part-000002.json").write_text(
        text.replace("part-000001", "part-000002").replace('"index": 1', '"index": 2')
    )
    with pytest.raises(LibraryError, match="parts"):
        open_library(folder)


def test_a_ranking_over_a_shifted_library_is_refused(
    tmp_path: Path, shifted: Path, model: Path, source: Path, run: ScreenRun
) -> None:
    """The screen itself was made before; what is asked beyond the kept hits needs the library."""
    moved = tmp_path / "run"
    shutil.copytree(run.folder, moved)
    shutil.copytree(shifted, moved / "library")
    shutil.move(str(shifted), str(tmp_path / "gone"))
    damaged = open_run(moved)
    object.__setattr__(damaged.plan, "library", str(tmp_path / "nowhere"))
    for top in (None, 60):
        with pytest.raises(LibraryError, match="was changed after it was written"):
            list(ranking(damaged, top))


REWRITTEN = ["affinity", "identity", "record", "nearest"]


@pytest.mark.parametrize("column", REWRITTEN)
def test_changed_scores_move_no_rank(column: str, tmp_path: Path, run: ScreenRun, plan: ScreenPlan) -> None:
    folder = tmp_path / "run"
    shutil.copytree(run.folder, folder)
    shift(folder / "scores" / "part-000004.parquet", column)
    known = run.hits().column("name")[0].as_py()
    for ask in (
        lambda: list(ranking(open_run(folder))),
        lambda: list(ranking(open_run(folder), 60)),
        lambda: why(open_run(folder), known),
    ):
        with pytest.raises(FileError, match="run the same screen command again to mend it"):
            ask()
    mended = run_screen(plan, folder)
    assert pa.Table.from_batches(ranking(mended)).equals(pa.Table.from_batches(ranking(run)))


def test_a_score_part_with_a_receipt_of_its_own_is_refused(tmp_path: Path, run: ScreenRun) -> None:
    from screening.engine import parts

    folder = tmp_path / "run"
    shutil.copytree(run.folder, folder)
    tables = {name: pq.read_table(folder / name / "part-000004.parquet") for name in ("scores", "ledger")}
    better = tables["scores"].set_column(2, tables["scores"].schema.field(2), pa.array([9.9] * 18, pa.float32()))
    parts.write_batch(folder, 4, {**tables, "scores": better}, 0.1)
    with pytest.raises(FileError, match="run the same screen command again"):
        list(ranking(open_run(folder)))
    with pytest.raises(ScreeningError):
        evidence(open_run(folder), records=[int(tables["scores"].column("record")[0].as_py())])
