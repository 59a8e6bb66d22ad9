"""The program itself: help, version, unknown commands, one sentence for an error."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.cli import main
from workbench.cli.main import COMMANDS, with_shipped


def test_help_names_every_command(workbench: Run) -> None:
    done = workbench("--help")
    assert done.returncode == 0
    for name, (_, text) in COMMANDS.items():
        assert name in done.stdout
        assert text.split(",")[0] in " ".join(done.stdout.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_module_and_help(name: str, workbench: Run) -> None:
    module = importlib.import_module(COMMANDS[name][0])
    assert hasattr(module, "app") != hasattr(module, "command")
    done = workbench(name, "--help")
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout


def test_an_unknown_command_is_bad_usage(workbench: Run) -> None:
    done = workbench("dance")
    assert done.returncode == 2
    assert "dance" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_nobody_foresaw_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(wanted: str | None) -> None:
        raise KeyError("a\nb")

    monkeypatch.setattr(main, "application", broken)
    with pytest.raises(SystemExit) as stop:
        main.main(["status", "x"])
    assert stop.value.code == 1
    assert capsys.readouterr().err.startswith("error: unexpected KeyError: ")
    monkeypatch.setenv(main.DEBUG, "1")
    with pytest.raises(KeyError):
        main.main(["status", "x"])


@pytest.mark.parametrize(("arguments", "code"), [(["--version"], 0), (["dance"], 2)])
def test_the_program_ends_after_clean_up_and_before_threads_are_cut(arguments: list[str], code: int) -> None:
    """Threads of libraries may abort a process that is taken down: the answer's exit code must stand."""
    script = (
        "import atexit, os, sys\n"
        "from workbench.cli import main\n"
        "class Witness:\n"
        "    def __del__(self): os.write(2, b'taken down')\n"
        "sys.modules['witness'] = Witness()\n"
        f"sys.argv = ['workbench', *{arguments!r}]\n"
        "within = main.main\n"
        "def registers():\n"
        "    atexit.register(os.write, 2, b'cleaned up')\n"
        "    within()\n"
        "main.main = registers\n"
        "main.program()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code
    assert "cleaned up" in done.stderr
    assert "taken down" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_an_answer_that_cannot_be_written_is_no_success() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "workbench.cli.main", "--version"],
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False, env=os.environ,
        )  # fmt: skip
    assert done.returncode == 1
    assert "No space left" in done.stderr


def test_shipped_files_are_found_by_the_names_of_the_manual_from_any_folder(
    cli: Callable[..., tuple[int, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = cli("target", "show", "data/targets/1fmo.cif")
    assert code == 0, err
    assert out.startswith("1FMO")
    code, out, err = cli("target", "show", "data/targets/none.cif")
    assert (code, out) == (1, "")
    assert err.startswith("error: data/targets/none.cif: ")
    # A file that is written is where its name says.
    words = ["library", "prepare", "data/libraries/nci.smi", "--out", "data/libraries/nci.smi"]
    assert with_shipped(words)[3:] == words[3:]
    assert with_shipped(words)[2] != words[2]
