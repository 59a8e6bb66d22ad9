"""What a check of a pose is."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Check:
    """One check of a pose.

    Attributes
    ----------
    name
        Such as ``"clashes"``.
    passed
        None where the number is told and nothing is demanded of it, or where it could not be worked out.
    text
        One clause a chemist can read: ``"strain 3.1 kcal/mol (limit 9)"``.
    value
        The number, None if there is none.
    unit
        Its unit.
    """

    name: str
    passed: bool | None
    text: str
    value: float | None = None
    unit: str = ""

    def __str__(self) -> str:
        return self.text


def failed(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """Return the checks that failed."""
    return tuple(check for check in checks if check.passed is False)


def checks_text(checks: tuple[Check, ...]) -> str:
    """Return checks as one line: ``passed``, or what failed; empty without checks."""
    if not checks:
        return ""
    wrong = failed(checks)
    return "; ".join(check.text for check in wrong) if wrong else "passed"
