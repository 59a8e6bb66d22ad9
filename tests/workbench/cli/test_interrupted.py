"""Ctrl-C ends a command with one sentence that says what is kept, and with exit code 130."""

from __future__ import annotations

import importlib
import inspect
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.cli import main as program
from workbench.cli.printing.print_interrupted import _GO_ON, kept_text


def test_every_command_that_goes_on_has_the_option_that_names_where() -> None:
    for module, option in _GO_ON.items():
        home = importlib.import_module(module)
        name = "command" if hasattr(home, "command") else module.rsplit(".", 1)[1]
        assert option in inspect.signature(getattr(home, name)).parameters, module


def test_the_sentence_names_what_is_kept(tmp_path: Path) -> None:
    assert "nothing was finished yet" in kept_text("workbench.cli.screen", {"out": tmp_path / "run"})
    assert f"kept in {tmp_path};" in kept_text("workbench.cli.screen", {"out": tmp_path})
    assert f"kept in {tmp_path};" in kept_text("workbench.cli.dock", {"out": None, "run_or_target": tmp_path})
    assert "nothing was finished yet" in kept_text("workbench.cli.train", {"out": tmp_path / "model"})
    (tmp_path / "model.unfinished").mkdir()
    assert "model.unfinished; the same command" in kept_text("workbench.cli.train", {"out": tmp_path / "model"})
    assert "nothing unfinished was written" in kept_text("workbench.cli.report", {"out": tmp_path})


def test_a_command_ends_with_its_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """As Python raises it in the middle of the work of a command; a real Ctrl-C is in the slow tests."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    from workbench import series

    monkeypatch.setattr(series, "compounds_of", stop)
    with pytest.raises(SystemExit) as ended:
        program.main(["series", "pairs", "some.csv"])
    assert ended.value.code == program.INTERRUPTED
    assert capsys.readouterr().err == ("interrupted: nothing unfinished was written; run the same command again.\n")


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("what", ["prepare", "screen", "train", "matrix", "series", "report"])
def test_each_long_command_is_interrupted_for_real(what: str, data: Path, tmp_path: Path) -> None:
    nci, table = data / "libraries" / "nci.smi", data / "affinities" / "nav17.csv"
    model, run = data / "models" / "kinome", Path(__file__).parents[2] / "formats" / "0.1" / "finished.run"
    target = data / "targets" / "1fmo.cif"
    measured: list[object] = ["--smiles", "smiles", "--value", "pIC50", "--unit", "p", "--kind", "pIC50"]
    out = tmp_path / "out"
    begun: Callable[[], bool] = out.exists
    words: list[object]
    if what == "prepare":
        words = ["library", "prepare", nci, "-o", out, "--workers", "0"]
    elif what == "screen":
        words = ["screen", "-l", nci, "-m", model, "-t", target, "-o", out, "--workers", "0"]
    elif what == "train":
        words = ["train", table, *measured, "--name", "name", "--out", out]
        begun = (tmp_path / "out.unfinished").exists
    elif what == "matrix":
        words = ["matrix", "-l", nci, "-m", model, "-t", target, "-o", out, "--workers", "0"]
    elif what == "series":
        words = ["series", "pairs", table, *measured, "--name", "name"]
        since = time.monotonic()
        begun = lambda: time.monotonic() - since > 12  # noqa: E731
    else:
        words = ["report", run, "-o", out.with_suffix(".html")]
        since = time.monotonic()
        begun = lambda: time.monotonic() - since > 4  # noqa: E731
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench.cli.main", *map(str, words)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, cwd=tmp_path,
    )  # fmt: skip
    while not begun() and process.poll() is None:
        time.sleep(0.05)
    if process.poll() is not None:
        pytest.fail(f"{what} ended before it could be interrupted: {process.communicate()}")
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    last = errors.strip().splitlines()[-1]
    assert process.returncode == program.INTERRUPTED, errors
    assert last.startswith("interrupted: "), errors
    assert "Traceback" not in errors
    assert ("is kept in" in last) == (what not in ("series", "report")), last
