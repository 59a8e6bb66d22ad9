"""Workers on this machine: one that dies while it starts is replaced, and an interrupt meanwhile leaves none behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dask

from screening.clusters.local import open_local

_DIES_ONCE = """
import os, pathlib
mark = pathlib.Path({mark!r})
def dask_setup(worker):
    if not mark.exists():
        mark.write_text("died")
        os._exit(1)
"""


def test_a_worker_that_dies_while_it_starts_is_replaced(tmp_path: Path) -> None:
    mark, preload = tmp_path / "mark", tmp_path / "dies_once.py"
    preload.write_text(_DIES_ONCE.format(mark=str(mark)))
    with dask.config.set({"distributed.worker.preload": [str(preload)]}), open_local(workers=1) as client:
        assert client.submit(sum, (1, 2)).result(timeout=60) == 3
    assert mark.read_text() == "died"


_INTERRUPTED = """
import os, signal, threading, time
from screening import interrupts
from screening.clusters.local import open_local

def interrupt_when_workers_start():
    from distributed.deploy.spec import SpecCluster
    while not any(getattr(one, "_created", ()) for one in list(SpecCluster._instances)):
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGINT)

with interrupts.watched():
    threading.Thread(target=interrupt_when_workers_start, daemon=True).start()
    try:
        with open_local(workers=1):
            print("started")
    except KeyboardInterrupt:
        import psutil
        print("interrupted", len(psutil.Process().children(recursive=True)))
"""


def test_an_interrupt_while_workers_start_leaves_none_behind() -> None:
    done = subprocess.run([sys.executable, "-c", _INTERRUPTED], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split()[0] == "interrupted"
    # What Python itself started for multiprocessing, its resource tracker, ends with the program.
    assert int(done.stdout.split()[1]) <= 1
