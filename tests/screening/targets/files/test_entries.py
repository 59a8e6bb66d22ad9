"""Ids among files and folders, against a real HTTP server on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from screening.engine.progress import Progress
from screening.errors import DownloadError, FileError
from screening.targets.files.entries import GIVE_UP, fetch_entries
from tests.screening.targets.archive import Archive, serving


@pytest.fixture
def archive(data: Path) -> Iterator[Archive]:
    with serving((data / "targets" / "1fmo.cif").read_bytes()) as server:
        yield server


def test_ids_become_files_and_the_order_stays(archive: Archive, data: Path, tmp_path: Path) -> None:
    seen: list[Progress] = []
    places = ["P05132", data / "targets", "1fmo"]
    found = fetch_entries(places, tmp_path, archive.url, on_progress=seen.append)
    assert found == [tmp_path / "AF-P05132.cif", data / "targets", tmp_path / "1fmo.cif.gz"]
    assert [(step.done, step.total) for step in seen] == [(1, 2), (2, 2)]
    asked = len(archive.asked)
    assert fetch_entries(places, tmp_path, "http://127.0.0.1:9") == found
    assert len(archive.asked) == asked


def test_nothing_is_asked_for_without_an_id(
    archive: Archive, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fetch_entries([data / "targets"], tmp_path / "kept", archive.url) == [data / "targets"]
    (tmp_path / "1FMO").mkdir()
    monkeypatch.chdir(tmp_path)
    assert fetch_entries(["1FMO"], "kept", archive.url) == [Path("1FMO")]
    with pytest.raises(FileError, match=r"structurs: no such file; expected a structure file, .* a PDB id"):
        fetch_entries(["2SRC", "structurs"], "kept", archive.url)
    assert archive.asked == []
    assert not Path("kept").exists()


def test_entries_that_fail_are_all_told_and_the_others_kept(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"2 entries could not be fetched: .*no entry 9ZZZ; .*answered 503"):
        fetch_entries(["9ZZZ", "1FMO", "5BAD"], tmp_path, archive.url)
    assert (tmp_path / "1fmo.cif.gz").is_file()
    with pytest.raises(DownloadError, match="the RCSB PDB has no entry 9ZZZ"):
        fetch_entries(["9ZZZ", "1FMO"], tmp_path, archive.url)


def test_a_dead_server_is_not_asked_for_every_entry(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=f"{GIVE_UP} entries could not be fetched"):
        fetch_entries([f"9ZZ{i}" for i in range(9)], tmp_path, archive.url)
    assert len(archive.asked) == GIVE_UP
