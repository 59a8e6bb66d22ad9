"""The oracles a search can ask, by the word before the colon of ``--oracle``."""

from __future__ import annotations

from collections.abc import Callable

from screening.errors import UsageError
from screening.runs.search.oracles.command import CommandOracle
from screening.runs.search.oracles.dock import DockOracle
from screening.runs.search.oracles.laboratory import LaboratoryOracle
from screening.runs.search.oracles.model import ModelOracle
from screening.runs.search.oracles.oracle import Oracle
from screening.runs.search.oracles.table import TableOracle

#: (text after the colon, whether a higher answer is better, sequence of the target) -> oracle.
Maker = Callable[[str, bool | None, str | None], Oracle]


def read_oracle(text: str, higher_is_better: bool | None, sequence: str | None = None) -> Oracle:
    """Return the oracle that a text such as ``command:'prog {smi}'`` names.

    Parameters
    ----------
    text
        ``csv:FILE,VALUE[,KEY]``, ``command:PROGRAM {smi}``, ``model:FOLDER``, ``dock:FILE,SITE`` or
        ``laboratory:WHAT``.
    higher_is_better
        Direction of the answers; models and docking state their own.
    sequence
        Of the target, for a model that needs one.

    Raises
    ------
    UsageError
        If there is no such oracle, or its direction is not stated.
    """
    kind, _, rest = text.partition(":")
    if kind not in ORACLES or not rest:
        known = ", ".join(ORACLES)
        raise UsageError(f"{text!r} is no oracle", expected=f"one of {known}, a colon, and what it needs")
    return ORACLES[kind](rest, higher_is_better, sequence)


def _direction(higher_is_better: bool | None, what: str) -> bool:
    if higher_is_better is None:
        raise UsageError(
            f"it is not stated whether a higher or a lower answer of {what} is better",
            expected="--best high or --best low",
        )
    return higher_is_better


def _table(rest: str, higher: bool | None, sequence: str | None) -> Oracle:
    path, _, columns = rest.partition(",")
    value, _, key = columns.partition(",")
    if not value:
        raise UsageError(f"csv:{rest} names no column", expected="csv:FILE,VALUE or csv:FILE,VALUE,KEY")
    return TableOracle(path, value, _direction(higher, "the table"), key or "name")


def _command(rest: str, higher: bool | None, sequence: str | None) -> Oracle:
    return CommandOracle(rest, _direction(higher, "the program"))


def _model(rest: str, higher: bool | None, sequence: str | None) -> Oracle:
    return ModelOracle(rest, sequence)


def _laboratory(rest: str, higher: bool | None, sequence: str | None) -> Oracle:
    return LaboratoryOracle(rest, _direction(higher, rest))


def _dock(rest: str, higher: bool | None, sequence: str | None) -> Oracle:
    target, _, site = rest.partition(",")
    if not site:
        raise UsageError(f"dock:{rest} names no site", expected="dock:FILE,SITE, such as dock:1fmo.cif,ligand ADN")
    return DockOracle(target, site)


ORACLES: dict[str, Maker] = {
    "csv": _table,
    "command": _command,
    "model": _model,
    "dock": _dock,
    "laboratory": _laboratory,
}
