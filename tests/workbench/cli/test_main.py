"""The program itself: help, version, unknown commands, one sentence for an error."""

from __future__ import annotations

import importlib

import pytest

from tests.conftest import Run
from workbench.cli import main
from workbench.cli.main import COMMANDS


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
