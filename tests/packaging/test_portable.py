"""Nothing on the way of a chemist needs calls that only Linux, or only Unix, has.

`hidden/sitecustomize.py` takes them away from code of this project, in every process a test starts, and gives the locks
of Windows in their place. What this cannot show is how the libraries behave there.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
#: Files that use such a call behind a question whether it is there, or serve Slurm, which only Linux has.
GUARDED = {
    "screening/engine/lock.py": {"fcntl"},
    "screening/interrupts.py": {"pthread_sigmask", "pthread_kill", "sigwait"},
    "screening/engine/child_main.py": {"alarm", "setitimer"},
    "screening/clusters/block_interrupt.py": {"pthread_sigmask"},
    "screening/clusters/local.py": {"sched_getaffinity"},
    "screening/clusters/submission.py": {"getuid"},
    "workbench/export/write_sdf.py": {"sched_getaffinity"},
}


def hiding() -> dict[str, str]:
    from screening import version

    root = Path(version.__file__).parents[1]
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE / "hidden"), str(root)])}


def run(source: str, *arguments: str, timeout: float = 120) -> str:
    done = subprocess.run(
        [sys.executable, "-c", source, *arguments], env=hiding(), capture_output=True, text=True, timeout=timeout
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_no_other_file_names_them(root: Path) -> None:
    names = json.loads((HERE / "hidden" / "not_on_windows.json").read_text(encoding="utf-8"))
    modules = "|".join(names.pop("modules"))
    calls = "|".join(call for module in names.values() for call in module)
    named = re.compile(rf"^(?!\s*#).*?\b(?:os|signal|select)\.({calls})\b", re.MULTILINE)
    imported = re.compile(rf"^\s*(?:import|from) ({modules})\b", re.MULTILINE)
    found = {}
    for package in ("screening", "workbench"):
        for path in sorted((root / package).rglob("*.py")):
            name, source = path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")
            used = {*named.findall(source), *imported.findall(source)} - GUARDED.get(name, set())
            if used:
                found[name] = used
    assert found == {}


_LOCKS = """
import os, subprocess, sys
from pathlib import Path
from screening import interrupts
from screening.engine import files, leftovers, lock
from screening.errors import RunLockedError
folder = Path(sys.argv[1])
assert lock.fcntl is None and interrupts.reachable(), "they are not hidden"
if len(sys.argv) > 2:
    with lock.folder_lock(folder):
        print("held", flush=True)
        sys.stdin.read()
    sys.exit()
from screening.runs.status import lock_holder
holder = subprocess.Popen([sys.executable, "-c", os.environ["SOURCE"], str(folder), "hold"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
holder.stdout.readline()
assert f"process {holder.pid} on " in lock_holder(folder)
try:
    with lock.folder_lock(folder):
        raise SystemExit("two hold it")
except RunLockedError as error:
    assert str(holder.pid) in str(error)
holder.kill(); holder.wait()
assert lock_holder(folder) == ""
with lock.folder_lock(folder), open(folder / "log", "w+b") as stream:
    with lock.locked(stream.fileno()):
        stream.write(b"all of it"); stream.flush()
    assert files.read_at(stream.fileno(), 3, 7) == b"it"
files.write_text(folder / "text", "one\\n")
assert (folder / "text").read_bytes() == b"one\\n"
assert leftovers.owner_lives(folder / f".x.{leftovers.mark()}-abcdefgh.partial")
print("done")
"""


def test_a_folder_is_held_by_one_and_free_when_its_holder_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE", _LOCKS)
    assert run(_LOCKS, str(tmp_path)) == "done\n"


_CHILD = """
import os, time
import psutil
from screening import interrupts
from screening.engine import child_process
child = child_process.ChildProcess()
assert child.call(divmod, 17, 5) == (3, 2)
assert child.call(interrupts.reachable) is False
number = child.call(os.getpid)
try:
    child.call(time.sleep, 60, seconds=0.2)
    raise SystemExit("it may take for ever")
except TimeoutError:
    assert not psutil.pid_exists(number)
assert len(child.call(bytes, 5_000_000, seconds=60)) == 5_000_000
with interrupts.watched(), interrupts.blocked(), interrupts.blocked_for_children():
    print(child.call(os.getpid), flush=True)
os._exit(0)
"""


def test_a_child_answers_is_ended_in_time_and_ends_with_its_parent() -> None:
    import psutil

    child = int(run(_CHILD))
    try:
        psutil.Process(child).wait(20)
    except psutil.NoSuchProcess:
        return
    assert not psutil.pid_exists(child)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_open_view_train_screen_decide_and_export(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(HERE / "a_first_hour.py"), str(tmp_path)],
        env=hiding(), capture_output=True, text=True, timeout=800,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines() == [
        "opened 1FMO", "viewed", "trained", "screened 57", "decided", "exported",
    ]  # fmt: skip
