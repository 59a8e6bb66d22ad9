"""A prepared library: every record accounted for, equal bytes however it was made, and loud about trouble."""

from __future__ import annotations

import hashlib
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import rdkit

from screening.clusters.catalog import open_client
from screening.compounds.compound import COMPOUND_SCHEMA, structure_key
from screening.compounds.library import library_plan, prepare
from screening.compounds.library.library_plan import WORK
from screening.compounds.library.prepare import PrepareOptions, prepare_library
from screening.compounds.library.prepared_library import open_library
from screening.compounds.library.profile import profile_library
from screening.compounds.standardisation.standardise import PROTOCOL
from screening.engine.ledger import LEDGER_SCHEMA
from screening.engine.lock import folder_lock
from screening.errors import FileError, LibraryError, RunLockedError, RunMismatchError, StorageError

SMILES = ["CCO", "c1ccccc1", "CC(=O)Oc1ccccc1C(=O)O", "CC(=O)O.CCN", "OCC", "CCN.Cl", "xx", "C1CC", "", "*C"]


def _smi(path: Path, smiles: list[str]) -> Path:
    path.write_text("".join(f"{text}\tm{row}\n" for row, text in enumerate(smiles)))
    return path


def _many(count: int) -> list[str]:
    """Distinct small molecules, one in five of them repeated, one in forty broken."""
    pick = random.Random(7)
    made = []
    for _ in range(count):
        chain = "".join(
            pick.choice(["C", "N", "O", "C(C)", "C(=O)", "c1ccccc1", "C(F)"]) for _ in range(pick.randint(3, 9))
        )
        made.append(pick.choice(made) if made and pick.random() < 0.2 else f"C{chain}C")
    return [text + "(" if pick.random() < 0.025 else text for text in made]


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*/part-*.parquet")):
        digest.update(path.parent.name.encode() + path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def test_every_record_is_accounted_for(tmp_path: Path) -> None:
    library = prepare_library(_smi(tmp_path / "a.smi", SMILES), tmp_path / "lib")
    assert library.records == 10
    assert library.counts == {"duplicate": 2, "ready": 4, "rejected": 4}
    compounds, ledger = library.read_compounds(0), library.read_ledger(0)
    assert compounds.schema == COMPOUND_SCHEMA
    assert ledger.schema == LEDGER_SCHEMA
    assert ledger["record"].to_pylist() == list(range(10))
    assert ledger["input"].to_pylist() == SMILES
    rows = ledger.to_pylist()
    assert [row["state"] for row in rows] == [
        "ready", "ready", "ready", "ready", "duplicate", "duplicate", "rejected", "rejected", "rejected", "rejected",
    ]  # fmt: skip
    assert rows[4]["reason"] == "same parent as record 0 (a.smi, number 1)"
    assert rows[5]["reason"] == "same parent as record 3 (a.smi, number 4)"
    assert "ring that is never closed" in rows[7]["reason"]
    assert compounds["record"].to_pylist() == [0, 1, 2, 3]
    assert compounds["smiles"].to_pylist() == ["CCO", "c1ccccc1", "CC(=O)Oc1ccccc1C(=O)O", "CCN"]
    assert compounds["identity"].to_pylist() == [structure_key(text) for text in compounds["smiles"].to_pylist()]


def test_names_numbers_and_files_stay_traceable_over_several_files(tmp_path: Path) -> None:
    first = _smi(tmp_path / "a.smi", ["CCO", "CCN"])
    second = tmp_path / "b.csv"
    second.write_text("smiles\nOCC\nCCCC\n")
    library = prepare_library([first, second], tmp_path / "lib")
    rows = library.read_ledger(0).to_pylist()
    assert [(row["source"], row["number"], row["name"]) for row in rows] == [
        ("a.smi", 1, "m0"), ("a.smi", 2, "m1"), ("b.csv", 1, "b.csv:1"), ("b.csv", 2, "b.csv:2"),
    ]  # fmt: skip
    assert rows[2]["reason"] == "same parent as record 0 (a.smi, number 1)"


def test_equal_bytes_for_any_number_of_workers_and_equal_rows_for_any_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _smi(tmp_path / "a.smi", _many(600))
    monkeypatch.setattr(prepare, "BATCH_RECORDS", 100)
    alone = prepare_library(path, tmp_path / "alone")
    assert len(alone.parts) == 6
    with open_client(workers=2) as client:
        together = prepare_library(path, tmp_path / "together", client=client)
    assert _digest(alone.folder) == _digest(together.folder)
    assert alone.key == together.key
    monkeypatch.setattr(prepare, "BATCH_RECORDS", 7)
    small = prepare_library(path, tmp_path / "small")
    for read in ("read_compounds", "read_ledger"):
        whole = [pa.concat_tables(getattr(lib, read)(part.index) for part in lib.parts) for lib in (alone, small)]
        assert whole[0].equals(whole[1])
    assert small.counts == alone.counts
    assert small.counts["duplicate"] > 60


def test_a_finished_library_is_returned_and_another_one_refused(tmp_path: Path) -> None:
    path = _smi(tmp_path / "a.smi", SMILES)
    first = prepare_library(path, tmp_path / "lib")
    before = {file: file.stat().st_mtime_ns for file in first.folder.rglob("*.parquet")}
    assert prepare_library(path, tmp_path / "lib") == first
    assert before == {file: file.stat().st_mtime_ns for file in first.folder.rglob("*.parquet")}
    with pytest.raises(RunMismatchError, match="other files or settings"):
        prepare_library(path, tmp_path / "lib", options=PrepareOptions(seconds=1))
    _smi(path, ["CC"])
    with pytest.raises(RunMismatchError):
        prepare_library(path, tmp_path / "lib")
    with pytest.raises(RunMismatchError, match=r"holds other things \(a\.smi"):
        prepare_library(path, tmp_path)
    with folder_lock(tmp_path / "new"), pytest.raises(RunLockedError):
        prepare_library(path, tmp_path / "new")


def test_the_key_tells_programs_apart_and_the_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _smi(tmp_path / "a.smi", SMILES)
    keys = {prepare_library(path, tmp_path / "lib").key}
    for place, name, value, said in (
        (rdkit, "__version__", "1999.03.1", f"RDKit {rdkit.__version__} (here: 1999.03.1); its numbers may differ"),
        (library_plan, "LAYOUT", "library-x", f"another version of this program ({library_plan.LAYOUT}, {PROTOCOL})"),
        (prepare, "PROTOCOL", "parent-x", f"another version of this program ({library_plan.LAYOUT}, {PROTOCOL})"),
    ):
        with monkeypatch.context() as changed:
            changed.setattr(place, name, value)
            with pytest.raises(RunMismatchError, match=re.escape(said)):
                prepare_library(path, tmp_path / "lib")
            with pytest.raises(RunMismatchError, match="other files or settings"):
                prepare_library(path, tmp_path / "lib", options=PrepareOptions(seconds=1))
            keys.add(prepare_library(path, tmp_path / name).key)
    assert len(keys) == 4
    assert prepare_library(path, tmp_path / "lib").facts["rdkit"] == rdkit.__version__


_CHILD = """
import sys
from screening.compounds.library import prepare
prepare.BATCH_RECORDS = 40
prepare.prepare_library(sys.argv[1], sys.argv[2])
"""


@pytest.mark.parametrize("kills", [(9,), pytest.param((1, 20), marks=pytest.mark.slow)])
def test_killed_at_any_time_it_goes_on_to_the_same_bytes(
    kills: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _smi(tmp_path / "a.smi", _many(800))
    monkeypatch.setattr(prepare, "BATCH_RECORDS", 40)
    whole = prepare_library(path, tmp_path / "whole")
    for finished in kills:
        out = tmp_path / f"killed-{finished}"
        child = subprocess.Popen([sys.executable, "-c", _CHILD, path, out])
        receipts = out / WORK / "receipts"
        deadline = time.monotonic() + 60
        while child.poll() is None and len(list(receipts.glob("*.json"))) < finished and time.monotonic() < deadline:
            time.sleep(0.001)
        child.kill()
        child.wait()
        with pytest.raises(LibraryError, match="not a finished prepared library"):
            open_library(out)
        again = prepare_library(path, out)
        assert _digest(again.folder) == _digest(whole.folder)
        assert again == whole.__class__(again.folder, whole.key, whole.records, whole.counts, whole.compounds)
        assert not (out / WORK).exists()


def test_a_file_whose_smiles_each_lost_a_character_raises_the_alarm(tmp_path: Path) -> None:
    cut = [
        text[:-1] for text in ("c1ccccc1", "CC(=O)Oc1ccccc1C(=O)O", "CC(C)", "C1CCCCC1", "CC(N)", "OC1CC1", "N#C")
    ] * 5
    library = prepare_library(_smi(tmp_path / "cut.smi", cut), tmp_path / "lib")
    (warning,) = library.warnings
    assert warning.startswith("30 of 35 records (85.7%) could not be used: ")
    assert warning.count(" x ") == 3
    assert "15 x read: not SMILES: a ring that is never closed (such as cut.smi record 1: c1ccccc)" in warning


def test_no_alarm_for_a_few_bad_records_among_many(tmp_path: Path) -> None:
    library = prepare_library(_smi(tmp_path / "a.smi", ["C" * n for n in range(1, 100)] + ["x"] * 4), tmp_path / "lib")
    assert library.counts["rejected"] == 4
    assert library.warnings == []


def test_size_limits_are_ledger_states(tmp_path: Path) -> None:
    smiles = ["C" * 14_000, "C" * 1_000, "C" * 999, "CCO"]
    library = prepare_library(_smi(tmp_path / "a.smi", smiles), tmp_path / "lib")
    rows = library.read_ledger(0).to_pylist()
    assert [row["state"] for row in rows] == ["rejected", "rejected", "ready", "ready"]
    assert rows[0]["reason"] == "SMILES of 14000 characters, at most 10000 are read"
    assert rows[1]["reason"] == "1000 heavy atoms, at most 999 are read"


def test_bad_outputs_are_one_sentence(tmp_path: Path) -> None:
    path = _smi(tmp_path / "a.smi", ["CC"])
    with pytest.raises(StorageError, match="is a file"):
        prepare_library(path, path)
    with pytest.raises(FileError, match="no such file"):
        prepare_library(tmp_path / "b.smi", tmp_path / "lib")
    assert not (tmp_path / "lib").exists()
    header = tmp_path / "header.csv"
    header.write_text("smiles,name\n")
    with pytest.raises(LibraryError, match=r"header\.csv: no record found"):
        prepare_library(header, tmp_path / "lib")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount a tiny file system")
def test_a_full_disk_is_one_sentence_and_the_same_command_goes_on(tmp_path: Path) -> None:
    path = _smi(tmp_path / "a.smi", _many(3000))
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk], check=False).returncode:
        pytest.skip("cannot mount here")
    try:
        with pytest.raises(StorageError, match="the disk is full"):
            prepare_library(path, disk / "lib")
        subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
        assert prepare_library(path, disk / "lib").records == 3000
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_damaged_library_is_not_opened(tmp_path: Path) -> None:
    library = prepare_library(_smi(tmp_path / "a.smi", SMILES), tmp_path / "lib")
    library.parts[0].compounds.unlink()
    with pytest.raises(LibraryError, match="parts are missing"):
        open_library(library.folder)
    with pytest.raises(LibraryError, match="no such folder"):
        open_library(tmp_path / "nothing")
    (tmp_path / "lib" / "library.json").write_text("{")
    with pytest.raises(LibraryError, match=r"library\.json cannot be read"):
        open_library(tmp_path / "lib")


def test_the_profile_agrees_with_the_columns(tmp_path: Path) -> None:
    library = prepare_library(_smi(tmp_path / "a.smi", _many(400)), tmp_path / "lib")
    found = profile_library(library)
    assert found.records == 400
    assert found.counts == library.counts
    table = pa.concat_tables(library.iterate())
    for name, summary in found.properties.items():
        column = table[name]
        assert summary.mean == pytest.approx(pc.mean(column).as_py())
        assert (summary.minimum, summary.maximum) == (pc.min(column).as_py(), pc.max(column).as_py())
        median = pc.quantile(column, 0.5)[0].as_py()
        assert summary.median == pytest.approx(median, abs=max(0.51, (summary.maximum - summary.minimum) / 200))
        assert summary.counts.sum() == library.compounds


def test_progress_counts_what_is_finished_and_not_what_was_read(tmp_path: Path) -> None:
    """A file that is read at once must not look finished while its compounds are being worked on."""
    steps = []
    path = _smi(tmp_path / "many.smi", _many(400))
    prepare_library([path], tmp_path / "library", batch_records=40, on_progress=steps.append)
    done = [step.done for step in steps if step.stage == "standardising"]
    assert len(done) == 10
    assert done == sorted(done)
    assert done[0] < 0.3 * path.stat().st_size
    assert done[-1] == path.stat().st_size
