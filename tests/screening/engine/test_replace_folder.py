"""A folder that is replaced is there whole at every instant, whatever happens; what is left over goes with the next."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from screening.engine import files, leftovers, replace_folder
from screening.engine.replace_folder import recovered, replacing_folder
from tests.screening.engine.faults import FAULTS, suffered


def content(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def whole(text: str) -> dict[str, str]:
    return dict.fromkeys(("a", "b", "c"), text)


def write(folder: Path, text: str) -> None:
    with replacing_folder(folder) as fresh:
        for name in ("a", "b", "c"):
            (fresh / name).write_text(text)


@pytest.mark.parametrize("exchange", [True, False], ids=["in one step", "set aside first"])
@pytest.mark.parametrize("fault", FAULTS)
def test_old_or_new_at_every_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, exchange: bool) -> None:
    if not exchange:
        monkeypatch.setattr(replace_folder, "_exchanged", lambda fresh, folder: False)
    folder = tmp_path / "model [1]"
    write(folder, "old")
    seen = set()
    for _ in suffered(lambda: write(folder, "new"), fault):
        recovered(folder)
        found = content(folder)
        assert found in (whole("old"), whole("new"))
        seen.add(found["a"])
        write(folder, "old")
        assert [path.name for path in tmp_path.iterdir()] == [folder.name], "nothing is left over"
    assert "old" in seen
    assert content(folder) == whole("new")


def test_only_what_no_living_process_owns_is_swept(tmp_path: Path, root: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from screening.engine import files\n"
        "with files.replacing(Path(sys.argv[1])) as path:\n"
        "    path.write_text('half'); print('begun', flush=True); time.sleep(60)\n"
    )
    target = tmp_path / "hits.csv"
    writers = [
        subprocess.Popen([sys.executable, "-c", program, target], stdout=subprocess.PIPE, text=True, cwd=root)
        for _ in range(2)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "begun\n"
    dead, living = writers
    dead.send_signal(signal.SIGKILL)
    dead.communicate()
    assert len(list(tmp_path.glob(".hits.csv.*"))) == 2
    files.write_text(target, "whole")
    left = [path.name for path in tmp_path.glob(".hits.csv.*")]
    assert len(left) == 1
    assert f"-{living.pid}-" in left[0]
    living.kill()
    living.communicate()
    files.write_text(target, "whole")
    assert [path.name for path in tmp_path.iterdir()] == ["hits.csv"]


def test_numbers_of_processes_are_used_again(tmp_path: Path) -> None:
    """A file older than the process that has its writer's number now is nobody's."""
    old = tmp_path / f".x.{leftovers.mark()}-0123abcd.partial"
    old.write_text("")
    assert leftovers.owner_lives(old)
    began = psutil.Process().create_time()
    os.utime(old, (began - 300,) * 2)
    assert leftovers.owner_lives(old), "the clock of a file server is behind, or was set back"
    os.utime(old, (began + 10 * 86400,) * 2)
    assert leftovers.owner_lives(old), "or before"
    os.utime(old, (1.0, 1.0))
    assert not leftovers.owner_lives(old)


def test_other_hosts_have_a_day(tmp_path: Path) -> None:
    other = tmp_path / ".x.deadbeef-17-0123abcd.partial"
    other.write_text("")
    assert leftovers.owner_lives(other)
    os.utime(other, (time.time() - 2 * 86400,) * 2)
    leftovers.sweep_in(tmp_path)
    assert not other.exists()
