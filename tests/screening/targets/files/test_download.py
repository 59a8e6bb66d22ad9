"""Downloads, against a real HTTP server on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from screening.errors import DownloadError, StorageError, UsageError
from screening.targets.files.download import download_target, is_intact, source_of
from screening.targets.files.read import read_target
from tests.screening.targets.archive import Archive, serving


@pytest.fixture
def archive(data: Path) -> Iterator[Archive]:
    with serving((data / "targets" / "1fmo.cif").read_bytes()) as server:
        yield server


def test_an_entry_is_fetched_once_and_checked(archive: Archive, tmp_path: Path) -> None:
    path = download_target("1fmo", tmp_path, archive.url)
    assert read_target(path).id == "1FMO"
    assert download_target("1FMO", tmp_path, archive.url) == path
    assert archive.asked == ["/download/1FMO.cif.gz"]
    path.write_bytes(path.read_bytes()[:-10])
    assert not is_intact(path)
    download_target("1FMO", tmp_path, archive.url)
    assert is_intact(path)
    assert len(archive.asked) == 2


def test_a_prediction_is_fetched_in_its_current_version(archive: Archive, tmp_path: Path) -> None:
    path = download_target("AF-P05132-F1", tmp_path, archive.url)
    assert path.name == "AF-P05132.cif"
    assert archive.asked == ["/api/prediction/P05132", "/files/AF-P05132-F1-model_v6.cif"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("9ZZZ", "the RCSB PDB has no entry 9ZZZ"),
        ("Q12345", "the AlphaFold DB has no prediction for Q12345"),
        ("2CUT", "what came is a truncated gzip file"),
        ("3WEB", "what came is a web page"),
        ("5BAD", "the server answered 503"),
        ("4BRK", "the connection broke off"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_leaves_nothing(
    archive: Archive, tmp_path: Path, entry: str, words: str
) -> None:
    with pytest.raises(DownloadError, match=words):
        download_target(entry, tmp_path / "kept", archive.url)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_without_a_network_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"cannot be reached .*expected a network connection, or a file"):
        download_target("1FMO", tmp_path, "http://127.0.0.1:9")


def test_a_silent_server_is_given_up(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(DownloadError, match="no answer in time"):
            download_target("1FMO", tmp_path, url, timeout_s=0.2)


def test_ids_are_checked_before_anything_is_asked(archive: Archive, tmp_path: Path) -> None:
    assert source_of("pdb_00001fmo") == "rcsb"
    assert source_of("A0A024RBG1") == "alphafold"
    for entry in ("../etc/passwd", "1FM", "", "hello world"):
        with pytest.raises(UsageError):
            download_target(entry, tmp_path, archive.url)
    with pytest.raises(UsageError, match="is no web address"):
        download_target("1FMO", tmp_path, "file:///etc")
    with pytest.raises(UsageError, match="AlphaFold DB"):
        download_target("1FMO", tmp_path, archive.url, source="alphafold")
    assert archive.asked == []


def test_a_folder_that_is_a_file_is_refused(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError):
        download_target("1FMO", tmp_path / "file", archive.url)
