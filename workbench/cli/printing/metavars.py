"""One word for one thing in every ``--help``: what a parameter takes is written FILE, DIR, N and the like."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

from typer.core import TyperCommand

#: Name of a parameter to its word, where the type does not say enough.
_WORDS = {
    "library": "LIBRARY",
    "model": "MODEL",
    "models": "MODEL",
    "run": "RUN",
    "run_a": "RUN",
    "run_b": "RUN",
    "target": "TARGET",
    "targets": "TARGET",
    "smiles": "COLUMN",
    "name": "NAME",
    "value": "COLUMN",
    "unit": "UNIT",
    "kind": "KIND",
    "who": "NAME",
    "names": "VARIANT",
    "queries": "SMILES|FILE",
    "files": "FILE",
    "chain": "CHAIN",
    "chains": "CHAINS",
    "scheduler": "ADDRESS",
    "identifier": "ID",
    "verdict": "VERDICT",
    "rank": "RANK",
    "columns": "COLUMNS",
    "date": "DATE",
    "walltime": "HH:MM:SS",
    "base_url": "URL",
    "host": "HOST",
    "seconds": "SECONDS",
    "others": "FILE",
    "places": "FILE|DIR",
    "paths": "FILE|DIR",
}
#: Help of a path that is a folder.
_FOLDER = re.compile(r"(\w+ )?folder\b", re.IGNORECASE)


class WorkbenchCommand(TyperCommand):
    """A command whose help names what each parameter takes in capitals, and its arguments by that word alone."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        annotations = _annotations(self.callback)
        for parameter in self.params:
            if parameter.metavar is None and not getattr(parameter, "is_flag", False):
                parameter.metavar = word(
                    str(parameter.name), annotations.get(str(parameter.name), ""), getattr(parameter, "help", "") or ""
                )

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return ``[OPTIONS] FILE [N]``: an argument that may be left out stands in brackets."""
        pieces = [self.options_metavar] if self.options_metavar else []
        for parameter in self.get_params(ctx):
            if parameter.param_type_name == "argument":
                name = _argument(parameter)
                pieces.append(name if parameter.required else f"[{name}]")
        return pieces

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments and the options, each with the word for what it takes."""
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            name, text = record
            if parameter.param_type_name == "argument":
                sections["Arguments"].append((_argument(parameter), text))
            else:
                bounds = re.sub(r"\bx(?=[<>]=?-?\d)", str(parameter.metavar), text)
                sections["Options"].append((name, bounds))
        for title, rows in sections.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def word(name: str, annotation: str, text: str) -> str:
    """Return the word for what a parameter with this name, annotation and help takes."""
    if "Path" in annotation and name not in _WORDS:
        return "DIR" if _FOLDER.match(text) else "FILE"
    if "int" in annotation:
        return "N"
    if "float" in annotation:
        return "X"
    return _WORDS.get(name, "TEXT")


def _argument(parameter: Any) -> str:
    name = str(parameter.metavar or parameter.name).rstrip(".")
    return f"{name}..." if parameter.nargs != 1 else name


def _annotations(callback: Callable[..., Any] | None) -> dict[str, str]:
    if callback is None:
        return {}
    return {name: str(one.annotation) for name, one in inspect.signature(callback).parameters.items()}
