"""The program itself: help, version, unknown commands, one sentence for an error."""

from __future__ import annotations

import importlib

import pytest

from tests.conftest import Run
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
