"""Workers on this machine: one that dies while it starts is replaced."""

from __future__ import annotations

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
