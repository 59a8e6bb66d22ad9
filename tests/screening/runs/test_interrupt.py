"""Ctrl-C in the middle of a batch: exit code 130, and the same command ends with the same bytes.

RDKit swallows an interrupt that lands in a substructure match and gives too few matches; both passes of a library and
the features of a model are full of such matches.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from distributed import Client

from screening.compounds.library.library_plan import WORK
from screening.compounds.library.prepare import prepare_library
from screening.engine import child_process
from screening.runs.plan import ScreenPlan, plan_screen
from screening.runs.run import ScreenRun
from screening.runs.screen import run_screen
from tests.conftest import Run


def parts_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


class Rain:
    """Interrupts for some processes, one every few milliseconds."""

    def __init__(self, *processes: int) -> None:
        self._processes, self._over, self.drops = processes, threading.Event(), 0
        self._thread = threading.Thread(target=self._fall)

    def _fall(self) -> None:
        while not self._over.wait(0.003):
            for process in self._processes:
                os.kill(process, signal.SIGINT)
                self.drops += 1

    def __enter__(self) -> Rain:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def test_workers_under_a_rain_of_interrupts(
    tmp_path: Path, source: Path, plan: ScreenPlan, two_workers: Client
) -> None:
    undisturbed = prepare_library([source], tmp_path / "undisturbed", client=two_workers, batch_records=40)
    run_screen(plan, tmp_path / "run", client=two_workers)
    workers = set(two_workers.run(os.getpid).values())
    with Rain(*workers) as rain:
        rained = prepare_library([source], tmp_path / "rained", client=two_workers, batch_records=40)
        run_screen(plan, tmp_path / "rained-run", client=two_workers)
    assert rain.drops > 100
    assert set(two_workers.run(os.getpid).values()) == workers, "no worker died of it"
    assert parts_of(rained.folder) == parts_of(undisturbed.folder)
    assert parts_of(tmp_path / "rained-run") == parts_of(tmp_path / "run")


def test_the_child_of_this_process_under_a_rain_of_interrupts(tmp_path: Path, source: Path) -> None:
    undisturbed = prepare_library([source], tmp_path / "undisturbed", batch_records=40)
    child = child_process.call(os.getpid)
    rained = []
    with Rain(child) as rain:
        while rain.drops <= 50:  # one library takes a tenth of a second on a quick machine
            rained.append(prepare_library([source], tmp_path / f"rained-{len(rained)}", batch_records=40))
        assert child_process.call(os.getpid) == child, "the work was done there, and it lives"
    for library in rained:
        assert parts_of(library.folder) == parts_of(undisturbed.folder)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    """Compounds that take a second or two, in one batch for each pass."""
    path = tmp_path_factory.mktemp("many") / "many.smi"
    with open(data / "libraries" / "nci.smi", encoding="utf-8") as stream:
        path.write_text("".join(itertools.islice(stream, 1500)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def right(many: Path, model: Path, two_workers: Client) -> ScreenRun:
    """The undisturbed run."""
    library = prepare_library([many], many.parent / "library", client=two_workers)
    return run_screen(plan_screen(library, model, top=50), many.parent / "run", client=two_workers)


@pytest.mark.parametrize("workers", [0, pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize("seed", [0, *[pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6)]])
def test_the_whole_group_is_interrupted(
    tmp_path: Path, many: Path, model: Path, right: ScreenRun, workbench: Run, workers: int, seed: int
) -> None:
    out = tmp_path / "run"
    command = ("screen", "--library", many, "--model", model, "--out", out, "--top", 50, "--workers", workers)
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench.cli.main", *map(str, command)],
        start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    chance = random.Random(seed)
    # Some in the middle of the preparation, the others in the screen.
    folder = chance.choice([f"run.library/{WORK}", "run"])
    while process.poll() is None and not list(tmp_path.glob(f"{folder}/attempts/part-*")):
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.4) if folder != "run" else 0)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    if process.returncode == 0 or process.returncode == -signal.SIGINT:
        assert (out / "summary.json").exists(), "only a run that had ended already"
        return
    assert process.returncode == 130, errors
    assert "interrupted: " in errors
    assert "the same command" in errors
    assert "Traceback" not in errors
    again = workbench(*command)
    assert again.returncode == 0, again.stderr
    assert (out / "hits.parquet").read_bytes() == (right.folder / "hits.parquet").read_bytes()
    assert parts_of(out) == parts_of(right.folder)
    assert parts_of(tmp_path / "run.library") == parts_of(many.parent / "library")


_CELL = """
from workbench import session
done = session.screen(library={library!r}, model={model!r}, out={out!r}, top=50, workers={workers})
"""


@pytest.mark.slow
@pytest.mark.parametrize("workers", [0, 2])
def test_a_kernel_is_interrupted(tmp_path: Path, many: Path, model: Path, right: ScreenRun, workers: int) -> None:
    """Jupyter's stop button sends SIGINT to the group of the kernel, whose threads all take it."""
    from jupyter_client.manager import start_new_kernel

    out = tmp_path / "run"
    cell = _CELL.format(library=str(many), model=str(model), out=str(out), workers=workers)
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(Path(__file__).parents[3]))
    try:
        asked = client.execute(cell)
        while not list(tmp_path.glob(f"run.library/{WORK}/attempts/part-*")):
            time.sleep(0.002)
        time.sleep(0.2)
        manager.interrupt_kernel()
        assert reply(client, asked)["ename"] == "KeyboardInterrupt"
        assert not (out / "summary.json").exists()
        assert reply(client, client.execute(cell))["status"] == "ok"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert (out / "hits.parquet").read_bytes() == (right.folder / "hits.parquet").read_bytes()
    assert parts_of(out) == parts_of(right.folder)


def reply(client: Any, asked: str) -> dict[str, Any]:
    """Return the kernel's answer to a cell."""
    while True:
        message = client.get_shell_msg(timeout=120)
        if message["parent_header"].get("msg_id") == asked:
            content: dict[str, Any] = message["content"]
            return content
