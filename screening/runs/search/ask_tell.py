"""A search that people answer: `ask` gives the next compounds, `tell` takes their measured values."""

from __future__ import annotations

import csv
import dataclasses
import math
import os
from pathlib import Path

import pyarrow as pa

from screening.engine import parts
from screening.engine.lock import folder_lock
from screening.errors import FileError, RunError
from screening.provenance import require_file
from screening.runs.search.rounds import ANSWER_SCHEMA, ANSWERS, SearchRun
from screening.runs.search.search import SearchState


@dataclasses.dataclass(frozen=True)
class Told:
    """What became of a file of answers.

    Attributes
    ----------
    answered, failed
        Compounds with a value, and with a reason instead of one.
    missing
        Names of compounds that were asked for and are not in the file: the round stays open.
    """

    answered: int
    failed: int
    missing: list[str]


def ask(run: SearchRun, count: int | None = None) -> pa.Table:
    """Return the compounds of the round that is open, or choose the next `count`.

    Raises
    ------
    RunError
        If the budget is spent.
    """
    with folder_lock(run.folder):
        table = SearchState(run).next_round(count)
    if table is None:
        raise RunError("the budget of this search is spent", source=run.folder, expected="a search with a larger one")
    return table


def tell(run: SearchRun, path: str | os.PathLike[str], *, value: str = "value", name: str = "name") -> Told:
    """Take the answers of the open round from a CSV file; other rows of the file are refused.

    Parameters
    ----------
    run
        The search.
    path
        CSV file with a row for each compound of the round.
    value, name
        Its columns. A cell that is no number is kept as the reason why there is none; an empty one says
        ``not measured``.

    Raises
    ------
    RunError
        If no round is open.
    FileError
        If the file lacks a column, names a compound that was not asked for, or one twice.
    """
    path = require_file(path)
    with folder_lock(run.folder):
        number = run.open_round()
        if number is None:
            raise RunError(
                "no compounds are waiting for an answer", source=run.folder, expected="`workbench search ask` first"
            )
        asked = run.asked(number).to_pylist()
        names = {row["name"]: row["record"] for row in asked}
        cells = _cells(path, name, value, set(names))
        missing = [row["name"] for row in asked if row["name"] not in cells]
        if missing:
            return Told(0, 0, missing)
        values, reasons = zip(*(_answer(cells[row["name"]]) for row in asked))
        table = pa.table([[row["record"] for row in asked], values, reasons], schema=ANSWER_SCHEMA)
        parts.write_batch(run.round_folder(number), 0, {ANSWERS: table}, 0.0)
        state = SearchState(run)
        if len(run.answered().rows) >= min(run.plan.budget, state.space.compounds):
            state.finish()
    failed = sum(one is None for one in values)
    return Told(len(values) - failed, failed, [])


def _cells(path: Path, name: str, value: str, asked: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    with open(path, encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        columns = reader.fieldnames or []
        for wanted in (name, value):
            if wanted not in columns:
                raise FileError(f"has no column {wanted!r}", source=path, expected=f"one of {', '.join(columns)}")
        for row in reader:
            who, where = (row[name] or "").strip(), f"line {reader.line_num}"
            if who not in asked:
                raise FileError(
                    f"{who!r} was not asked for", source=path, where=where, expected="compounds of the open round"
                )
            if who in found:
                raise FileError(f"{who!r} stands there twice", source=path, where=where, expected="one row a compound")
            found[who] = (row[value] or "").strip()
    return found


def _answer(cell: str) -> tuple[float | None, str]:
    try:
        number = float(cell)
    except ValueError:
        return None, cell or "not measured"
    return (number, "") if math.isfinite(number) else (None, cell)
