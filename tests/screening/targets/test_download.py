"""Downloads, against a real HTTP server on this machine."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from screening.errors import DownloadError, StorageError, UsageError
from screening.targets.download import download_target, is_intact, source_of
from screening.targets.read import read_target


class Archive(ThreadingHTTPServer):
    """Answers like the RCSB PDB and the AlphaFold DB, and remembers what was asked."""

    daemon_threads = True

    def __init__(self, structure: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.structure = structure
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    server: Archive

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        packed = gzip.compress(self.server.structure)
        model = [{"cifUrl": "https://alphafold.ebi.ac.uk/files/AF-P05132-F1-model_v6.cif"}]
        answers: dict[str, tuple[int, bytes]] = {
            "/download/1FMO.cif.gz": (200, packed),
            "/download/2CUT.cif.gz": (200, packed[: len(packed) // 2]),
            "/download/3WEB.cif.gz": (200, b"<html>busy</html>"),
            "/download/5BAD.cif.gz": (503, b""),
            "/download/4BRK.cif.gz": (200, packed),
            "/api/prediction/P05132": (200, json.dumps(model).encode()),
            "/files/AF-P05132-F1-model_v6.cif": (200, self.server.structure),
        }
        status, content = answers.get(self.path, (404, b"no"))
        self.send_response(status)
        short = self.path == "/download/4BRK.cif.gz"
        self.send_header("Content-Length", str(len(content) + (1000 if short else 0)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def archive(data: Path) -> Iterator[Archive]:
    server = Archive((data / "targets" / "1fmo.cif").read_bytes())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


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
