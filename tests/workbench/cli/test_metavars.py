"""Every ``--help`` says what a parameter takes in one word of capitals: no type in brackets, no name in braces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from workbench.cli.main import COMMANDS, application
from workbench.cli.printing.metavars import word

_WORD = re.compile(r"[A-Z][A-Z|:.,_\[\]]*")


def _commands(name: str) -> Iterator[tuple[list[str], Any]]:
    def walk(command: Any, path: list[str]) -> Iterator[tuple[list[str], Any]]:
        inner = getattr(command, "commands", {})
        if not inner:
            yield path, command
        for each, found in inner.items():
            yield from walk(found, [*path, each])

    made = typer.main.get_command(application(name))
    yield from walk(made.commands[name], [name])


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_parameter_has_a_word(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for path, command in _commands(name):
        for parameter in command.params:
            if getattr(parameter, "is_flag", False) or getattr(parameter, "hidden", False):
                continue
            assert _WORD.fullmatch(parameter.metavar.rstrip(".")), (path, parameter.name, parameter.metavar)
            assert (getattr(parameter, "help", None) or "").strip(), (path, parameter.name, "has no help")
        command.main(["--help"], prog_name=" ".join(["workbench", *path]), standalone_mode=False)
        said = capsys.readouterr().out
        assert not re.search(r"<[a-z]+[\[> ]|\{[A-Za-z_]+\}(?! \(|')|\bx[<>]=", re.sub(r"'[^']*'", "", said)), said


@pytest.mark.parametrize(
    ("name", "annotation", "text", "expected"),
    [
        ("out", "Path", "Run folder; the same command goes on.", "DIR"),
        ("out", "Path", "File to write: .csv.", "FILE"),
        ("top", "int", "How many.", "N"),
        ("share", "float | None", "Part.", "X"),
        ("library", "Path", "Prepared library.", "LIBRARY"),
        ("text", "str", "The comment.", "TEXT"),
    ],
)
def test_words(name: str, annotation: str, text: str, expected: str) -> None:
    assert word(name, annotation, text) == expected
