"""One process at a time in a folder, and no lock left behind by the dead."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from screening.engine.lock import folder_lock
from screening.errors import RunLockedError, StorageError

_HOLDER = """
import sys, time
from pathlib import Path
from screening.engine.lock import folder_lock
with folder_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_the_second_is_told_who_holds_it_and_a_killed_holder_lets_go(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _HOLDER, tmp_path], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        words = rf"is in use by process {holder.pid} on .+ since 20"
        with pytest.raises(RunLockedError, match=words), folder_lock(tmp_path):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with folder_lock(tmp_path), pytest.raises(RunLockedError), folder_lock(tmp_path):
        pass


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="is a file; expected a folder"), folder_lock(tmp_path / "file"):
        pass
