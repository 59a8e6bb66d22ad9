"""Measured values of compounds at several targets, as a table with gaps."""

from __future__ import annotations

import dataclasses
import math
import os
import statistics
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from screening.compounds.files.columns import Columns, asked
from screening.compounds.files.table import Row, Table, open_table, table_rows
from screening.compounds.standardisation.standardise import Parent, Refusal, parent_of
from screening.errors import AffinityDataError, UsageError
from screening.models.data import replicates
from screening.models.data.layout_rows import cell
from screening.models.data.layout_words import is_remark
from screening.models.data.measured_value import parse_value
from screening.models.data.units import PLAUSIBLE, Unit, unit_of
from screening.models.data.written_number import comma_meaning, plain_number, take_apart
from screening.models.tables.target_columns import is_empty, target_columns
from screening.provenance import file_sha256

#: What stands for values that are taken as they are, such as % inhibition.
AS_IS = "%"
#: Fewest compounds, targets, and exact values; and most compounds and cells.
FEWEST_COMPOUNDS, FEWEST_TARGETS, FEWEST_VALUES = 5, 2, 40
MOST_COMPOUNDS, MOST_CELLS = 5_000, 2_000_000


@dataclasses.dataclass(frozen=True)
class LeftOut:
    """A row or cell that could not be used, and why."""

    line: int
    column: str
    text: str
    reason: str


@dataclasses.dataclass(frozen=True)
class AffinityTable:
    """n compounds by k targets.

    Attributes
    ----------
    names, smiles
        Of the compounds: n each; SMILES of the standardised parents.
    targets
        k names.
    values
        float64, shape (n, k): -log10 molar, or as they are given where `unit` is ``%``; NaN where nothing was measured.
    limits
        int8, shape (n, k): 0 exact, -1 the affinity is weaker than the value, 1 it is tighter.
    unit
        What the file gives: a unit of `Unit`, or ``%``.
    left_out
        Rows and cells that could not be used.
    notes
        How the table was understood.
    source, sha256
        Where it came from.
    """

    names: list[str]
    smiles: list[str]
    targets: list[str]
    values: np.ndarray
    limits: np.ndarray
    unit: str
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    source: str = ""
    sha256: str = ""

    @property
    def known(self) -> np.ndarray:
        """bool, shape (n, k): where something was measured."""
        return np.isfinite(self.values)

    @property
    def scale(self) -> str:
        """What the values are, for people."""
        return "as given" if self.unit == AS_IS else "-log10 molar"


def read_affinity_table(
    path: str | os.PathLike[str],
    *,
    smiles: str | None = None,
    name: str | None = None,
    columns: Sequence[str] = (),
    target: str | None = None,
    value: str | None = None,
    qualifier: str | None = None,
    unit: str | None = None,
) -> AffinityTable:
    """Read compounds by targets from a table.

    Wide: a row for each compound and a column for each target. Long, if `target` is given: a row for each measurement,
    with a column that names the target and one with the value. A compound in several rows is one compound; its
    values at a target are merged as `screening.models.data.replicates` says.

    Parameters
    ----------
    path
        CSV, TSV, a spreadsheet or Parquet; the first line names the columns.
    smiles, name
        Columns of structures and names; recognised if left out.
    columns
        Columns of values of a wide table; by default all of numbers that are no property of the molecule.
    target, value, qualifier
        Columns of a long table; a relation may also stand before the number.
    unit
        nM, uM, mM, pM, M, ``p`` (-log10 molar), or ``%`` for values taken as they are; left out, ``p`` if all values
        may be that.

    Raises
    ------
    FileError, UsageError
        If it cannot be read or a column is not there.
    AffinityDataError
        If it holds too little, or it is not clear what the values are.
    """
    if (target is None) is not (value is None):
        raise UsageError(
            "a long table needs two columns", source=path, expected="that of the targets and of the values"
        )
    if target is not None and columns:
        raise UsageError(
            "a table is either wide or long", source=path, expected="columns of values, or a target column"
        )
    wanted = tuple(one for one in (*columns, target, value, qualifier) if one)
    table = open_table(table_rows(Path(path)), Columns(smiles, name, wanted), path)
    rows = [row for row in table.rows if not is_remark(row.cells)]
    if not rows:
        raise AffinityDataError("has a header but no rows", source=path, expected="compounds with values")
    left_out: list[LeftOut] = []
    notes = [f"Read as a table: {table.choice.told}."]
    if target is None:
        cells = _wide(table, rows, columns, notes, left_out, path)
    else:
        cells = _long(table, rows, target, value, qualifier, left_out, path)
    parsed, used = _parsed(list(cells), unit, left_out, path)
    return _assembled(path, table, rows, parsed, used, left_out, notes)


@dataclasses.dataclass(frozen=True)
class _Cell:
    """A cell with a value: row of the table, target, text, relation."""

    row: int
    target: str
    text: str
    relation: str = ""


def _wide(
    table: Table, rows: Sequence[Row], columns: Sequence[str], notes: list[str], left_out: list[LeftOut], path: object
) -> Iterator[_Cell]:
    chosen = target_columns(table, rows, columns, path)
    if len(chosen) < FEWEST_TARGETS:
        named = ", ".join(repr(table.header[at]) for at in chosen) or "none"
        raise AffinityDataError(
            f"columns of values: {named}", source=path,
            expected=f"at least {FEWEST_TARGETS} targets, each a column of numbers, or a long table (--by COLUMN)",
        )  # fmt: skip
    twice = next(
        (table.header[at] for at in chosen if [table.header[i] for i in chosen].count(table.header[at]) > 1), None
    )
    if twice is not None:
        raise UsageError(f"two columns of values are named {twice!r}", source=path, expected="each target once")
    notes.append(f"Targets: {', '.join(table.header[at] for at in chosen)}.")
    for number, row in enumerate(rows):
        if row.problem:
            continue
        if any(text.strip() for text in row.cells[len(table.header) :]):
            reason = f"the row has {len(row.cells)} columns where the header has {len(table.header)}"
            left_out.append(LeftOut(row.line, "", "", reason))
            continue
        for at in chosen:
            text = cell(row.cells, at)
            if not is_empty(text):
                yield _Cell(number, table.header[at], text)


def _long(
    table: Table,
    rows: Sequence[Row],
    target: str,
    value: str | None,
    qualifier: str | None,
    left_out: list[LeftOut],
    path: object,
) -> Iterator[_Cell]:
    target_at, value_at, sign_at = (asked(table.header, one, path) for one in (target, value, qualifier))
    for number, row in enumerate(rows):
        if row.problem:
            continue
        text, named = cell(row.cells, value_at), cell(row.cells, target_at)
        if is_empty(text):
            continue
        if not named:
            left_out.append(LeftOut(row.line, target, "", "no target is named"))
            continue
        yield _Cell(number, named, text, cell(row.cells, sign_at))


def _parsed(
    cells: list[_Cell], unit: str | None, left_out: list[LeftOut], path: object
) -> tuple[list[tuple[_Cell, float, int, str]], str]:
    """Return the values of cells, whether they are limits, and why one is none; and the unit."""
    commas = {
        name: comma_meaning([one.text for one in cells if one.target == name]) for name in {one.target for one in cells}
    }
    written = [take_apart(one.text) for one in cells]
    plain = [
        one.text if part is None else part.sign + plain_number(part.number, commas[one.target])
        for one, part in zip(cells, written)
    ]
    used = _unit(unit, plain, [part.unit for part in written if part is not None], path)
    found: list[tuple[_Cell, float, int, str]] = []
    for one, part, text in zip(cells, written, plain):
        own = unit_of(part.unit) if part is not None and part.unit and used is not None else used
        try:
            if part is not None and part.unit and used is not None and own is None:
                raise ValueError(f"{part.unit[:20]!r} is no molar concentration")
            number, limit = _as_is(text, one.relation) if own is None else parse_value(text, one.relation, own)
        except ValueError as error:
            found.append((one, math.nan, 0, str(error)))
        else:
            found.append((one, number, limit, ""))
    return found, AS_IS if used is None else used.value


def _unit(given: str | None, texts: Iterable[str], own: Sequence[str], path: object) -> Unit | None:
    """Return the unit of the values, None for values as they are.

    Raises
    ------
    AffinityDataError
        If none is given and the values can be no -log10 molar values.
    """
    if given is not None and given.strip().lower() in (AS_IS, "percent", "as is"):
        return None
    if given is not None:
        return Unit.parse(given)
    if any(own):
        named = next((unit for text in own if text and (unit := unit_of(text)) is not None), None)
        if named is not None and all(own):
            return named
    numbers = []
    for text in texts:
        try:
            numbers.append(float(text.lstrip("<>=~≥≤≈ ")))
        except ValueError:
            continue
    if numbers and not all(PLAUSIBLE[0] <= one <= PLAUSIBLE[1] for one in numbers):
        raise AffinityDataError(
            f"its values go from {min(numbers):g} to {max(numbers):g}, and no unit is given", source=path,
            expected="--unit nM, uM, mM, pM, M, p (-log10 molar) or % (taken as they are)",
        )  # fmt: skip
    return Unit.NEGATIVE_LOG


def _as_is(text: str, relation: str) -> tuple[float, int]:
    sign = relation or text[:1] if text[:1] in "<>≤≥" or relation else ""
    try:
        number = float(text.lstrip("<>=~≥≤≈ "))
    except ValueError:
        raise ValueError(f"{text[:40]!r} is not a number") from None
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]!r} is not a finite number")
    return number, {"<": -1, "≤": -1, "<=": -1, ">": 1, "≥": 1, ">=": 1}.get(sign, 0)


def _assembled(
    path: str | os.PathLike[str],
    table: Table,
    rows: Sequence[Row],
    parsed: Sequence[tuple[_Cell, float, int, str]],
    unit: str,
    left_out: list[LeftOut],
    notes: list[str],
) -> AffinityTable:
    parents: dict[int, Parent] = {}
    names: dict[bytes, str] = {}
    order: list[Parent] = []
    for number, row in enumerate(rows):
        text = cell(row.cells, table.choice.smiles)
        if row.problem:
            left_out.append(LeftOut(row.line, "", text[:200], row.problem))
            continue
        parent = parent_of(text) if text else Refusal("structure", "no structure is given")
        if isinstance(parent, Refusal):
            left_out.append(LeftOut(row.line, "", text[:200], f"{parent.stage}: {parent.reason}"))
            continue
        parents[number] = parent
        if parent.identity not in names:
            order.append(parent)
            names[parent.identity] = cell(row.cells, table.choice.name) or f"{Path(path).name}:{row.line}"
    grouped: dict[tuple[bytes, str], list[replicates.Measurement]] = {}
    for one, p, limit, reason in parsed:
        if reason:
            left_out.append(LeftOut(rows[one.row].line, one.target, one.text[:40], reason))
        elif one.row in parents:
            group = grouped.setdefault((parents[one.row].identity, one.target), [])
            group.append(replicates.Measurement(one.row, p, limit))
    exact = [one.p for group in grouped.values() for one in group if one.limit == 0]
    if not exact:
        first = min(left_out, key=lambda one: one.line, default=None)
        why = f"; the first problem, line {first.line}: {first.reason}" if first else ""
        raise AffinityDataError(f"holds no exact value{why}", source=path, expected="compounds with values")
    there = {one.target for one, *_ in parsed}
    # In the order of the columns; in a long table, whose targets are no columns, as they come.
    targets = list(
        dict.fromkeys([*(name for name in table.header if name in there), *(one.target for one, *_ in parsed)])
    )
    row_of = {parent.identity: at for at, parent in enumerate(order)}
    column_of = {name: at for at, name in enumerate(targets)}
    values = np.full((len(order), len(targets)), np.nan)
    limits = np.zeros(values.shape, dtype=np.int8)
    middle = statistics.median(exact)
    silent = several = 0
    for (identity, name), group in grouped.items():
        merged = _median(group) if unit == AS_IS else replicates.merge(group, middle)
        several += len(group) > 1
        for at_row, reason in merged.left_out.items():
            silent += merged.p is None
            if merged.p is None:
                left_out.append(LeftOut(rows[at_row].line, name, "", reason))
        if merged.p is not None:
            at = row_of[identity], column_of[name]
            values[at], limits[at] = merged.p, merged.limit
    measured = np.isfinite(values).any(axis=0)
    if not measured.all():
        empty = [name for name, there in zip(targets, measured) if not there]
        notes.append(f"No usable value at {', '.join(empty)}: left out.")
        values, limits = values[:, measured], limits[:, measured]
        targets = [name for name, there in zip(targets, measured) if there]
    if several:
        notes.append(f"{several:,} cells have several measurements, which are merged to their median.")
    if silent:
        notes.append(f"{silent:,} measurements say nothing about a cell, which stays a gap.")
    found = AffinityTable(
        names=[names[parent.identity] for parent in order],
        smiles=[parent.smiles for parent in order],
        targets=targets,
        values=values,
        limits=limits,
        unit=unit,
        left_out=tuple(sorted(left_out, key=lambda one: (one.line, one.column))),
        notes=tuple(notes),
        source=Path(path).name,
        sha256=file_sha256(Path(path)),
    )
    _require_enough(found, path)
    return found


def _median(group: Sequence[replicates.Measurement]) -> replicates.Merged:
    """Merge values on a scale that is not known: the median of the exact ones, else of the limits of one sense."""
    exact = [one for one in group if one.limit == 0]
    senses = {one.limit for one in exact or group}
    if len(senses) > 1:
        return replicates.Merged(None, 0, 0.0, (), {one.row: "only limits, in both directions" for one in group})
    values = [one.p for one in exact or group]
    used = tuple(one.row for one in exact or group)
    return replicates.Merged(statistics.median(values), senses.pop(), max(values) - min(values), used, {})


def _require_enough(table: AffinityTable, path: object) -> None:
    n, k = table.values.shape
    exact = int((table.known & (table.limits == 0)).sum())
    if n < FEWEST_COMPOUNDS or k < FEWEST_TARGETS or exact < FEWEST_VALUES:
        raise AffinityDataError(
            f"{n} compounds, {k} target{'' if k == 1 else 's'} and {exact} exact values are left", source=path,
            expected=f"at least {FEWEST_COMPOUNDS} compounds, {FEWEST_TARGETS} targets and {FEWEST_VALUES} values",
        )  # fmt: skip
    if n > MOST_COMPOUNDS or n * k > MOST_CELLS:
        raise AffinityDataError(
            f"{n:,} compounds by {k:,} targets are too many to fill at once", source=path,
            expected=f"at most {MOST_COMPOUNDS:,} compounds and {MOST_CELLS:,} cells: train a model of each target",
        )  # fmt: skip
    if table.known.all():
        raise AffinityDataError("has no gaps: every cell is measured", source=path, expected="a table with gaps")
    if float(np.std(table.values[table.known])) < 1e-6:
        raise AffinityDataError("all its values are the same", source=path, expected="values that differ")
