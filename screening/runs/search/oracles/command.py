"""A program as the oracle: it is called with a SMILES and prints a number."""

from __future__ import annotations

import dataclasses
import math
import shlex
import subprocess
from collections.abc import Sequence
from typing import Any

from screening.errors import UsageError
from screening.runs.search.oracles.oracle import Answer, Question

#: Standard error that a reason quotes at most.
_QUOTED = 160


@dataclasses.dataclass(frozen=True)
class CommandOracle:
    """Runs a program for each compound; the last word that it prints is the answer.

    Attributes
    ----------
    command
        With ``{smi}`` where the SMILES goes and, if wanted, ``{name}``; split as a shell would, but run without one.
    higher_is_better
        Direction of the number.
    seconds
        Time limit for one compound.
    score_name
        What the number is.
    """

    command: str
    higher_is_better: bool
    seconds: float = 600.0
    score_name: str = "score"

    def __post_init__(self) -> None:
        if "{smi}" not in self.command:
            raise UsageError(f"the command {self.command!r} takes no SMILES", expected="{smi} where it goes")

    def describe(self) -> dict[str, Any]:
        """Return kind and command."""
        return {"kind": "command", "command": self.command}

    def answer(self, questions: Sequence[Question]) -> list[Answer]:
        """Run the program for each compound."""
        return [self._one(question) for question in questions]

    def _one(self, question: Question) -> Answer:
        words = [
            word.replace("{smi}", question.smiles).replace("{name}", question.name)
            for word in shlex.split(self.command)
        ]
        try:
            done = subprocess.run(
                words, capture_output=True, text=True, timeout=self.seconds, stdin=subprocess.DEVNULL, errors="replace"
            )
        except subprocess.TimeoutExpired:
            return Answer(None, f"took longer than {self.seconds:g} s")
        except OSError as error:
            return Answer(None, f"{words[0]} cannot be run ({error.strerror})")
        if done.returncode:
            said = " ".join(done.stderr.split())[-_QUOTED:]
            return Answer(None, f"ended with exit code {done.returncode}{f': {said}' if said else ''}")
        words = done.stdout.split()
        if not words:
            return Answer(None, "printed nothing")
        try:
            value = float(words[-1])
        except ValueError:
            return Answer(None, f"printed {words[-1][:40]!r} in the place of a number")
        return Answer(value) if math.isfinite(value) else Answer(None, f"printed {words[-1]!r}")
