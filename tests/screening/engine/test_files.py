"""Atomic writes: whole or absent, on a full disk and in a read-only folder too."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from screening.engine import files
from screening.errors import StorageError


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    place = tmp_path / "tiny"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", place], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a tmpfs needs root")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_the_old_content_stays_until_the_new_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    files.write_text(path, "old")

    def write_half() -> None:
        with files.replacing(path) as temporary:
            temporary.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_half()
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_keeps_the_old_content(tiny_disk: Path) -> None:
    path = tiny_disk / "file"
    files.write_text(path, "old")
    with pytest.raises(StorageError, match="the disk is full"):
        files.write_bytes(path, bytes(1 << 20))
    assert path.read_text() == "old"
    assert [each.name for each in tiny_disk.iterdir()] == ["file"]


def test_a_read_only_disk_is_named(tiny_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", tiny_disk], check=True)
    with pytest.raises(StorageError, match=r"tiny.* cannot be written \(read-only"):
        files.write_text(tiny_disk / "file", "x")
    with pytest.raises(StorageError, match="cannot be written"):
        files.writable_folder(tiny_disk / "run")


def test_the_probe_of_a_killed_process_is_swept(tmp_path: Path) -> None:
    killed = "import os, sys, pathlib; from screening.engine import files\n"
    killed += "pathlib.Path.unlink = lambda *_, **__: os._exit(9)\nfiles.writable_folder(sys.argv[1])"
    assert subprocess.run([sys.executable, "-c", killed, str(tmp_path)], check=False).returncode == 9
    assert len(list(tmp_path.glob(".probe*"))) == 1
    files.writable_folder(tmp_path)
    assert list(tmp_path.iterdir()) == []
