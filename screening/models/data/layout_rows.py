"""Rows of a recognised table of measurements: each a value with its unit and kind, or left out for a stated reason."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from screening.compounds.files.columns import Columns
from screening.compounds.files.table import Table, open_table, table_rows
from screening.errors import AffinityDataError
from screening.models.affinity import AffinityKind
from screening.models.data.layout import Layout, is_remark, is_sound, kind_of, recognise, relation_of, unit_of
from screening.models.data.measured_value import parse_value
from screening.models.data.units import Unit

#: A pChEMBL value further than this from the one worked out says that unit or value is wrong.
_PCHEMBL = 0.1


@dataclasses.dataclass(frozen=True)
class Reading:
    """One row of a table: `p` and `limit` as `parse_value` gives them, or why it is left out.

    `stage` is empty for a value; ``rejected`` says whether the row is broken rather than no affinity.
    """

    line: int
    smiles: str
    name: str = ""
    date: str = ""
    target: str = ""
    kind: AffinityKind | None = None
    p: float = 0.0
    limit: int = 0
    stage: str = ""
    reason: str = ""
    rejected: bool = False


def read_layout(
    path: Path, columns: Columns, layout: str, unit: Unit | None, kind: AffinityKind | None, target: str | None
) -> tuple[list[Reading], AffinityKind, list[str]]:
    """Read a table whose layout is recognised; return its rows, what was measured, and how it was understood.

    Raises
    ------
    FileError, UsageError
        If it cannot be read, or its columns are not recognised.
    AffinityDataError
        If different quantities or targets would be mixed.
    """
    table = open_table(table_rows(path), columns, path)
    found = recognise(table.header, table.choice.smiles, table.choice.name, layout, path)
    rows = list(_readings(table, found, unit))
    kinds = Counter(row.kind for row in rows if not row.stage and row.kind is not None)
    chosen = kind or (next(iter(kinds)) if len(kinds) == 1 else None)
    if kinds and chosen is None:
        shown = " and ".join(f"{one.value[1:]} ({count} values)" for one, count in kinds.most_common())
        raise AffinityDataError(
            f"{shown} would be mixed", source=path, expected=f"one of them (--kind {next(iter(kinds)).value})"
        )
    chosen = chosen or AffinityKind.PIC50
    for at, row in enumerate(rows):
        reason = f"{(row.kind or chosen).value[1:]}, not {chosen.value[1:]}"
        rows[at] = _checked(row, "type", row.kind in (None, chosen), reason)
    targets = Counter(row.target for row in rows if not row.stage and row.target)
    if target is not None:
        rows = [_checked(row, "target", row.target == target, "another target") for row in rows]
    elif len(targets) > 1:
        shown = ", ".join(f"{name} ({count})" for name, count in targets.most_common(4))
        more = f" and {len(targets) - 4} more" if len(targets) > 4 else ""
        raise AffinityDataError(
            f"values of {len(targets)} targets would be mixed: {shown}{more}", source=path,
            expected="one of them (--target NAME)",
        )  # fmt: skip
    return rows, chosen, _told(table, found, rows, chosen)


def _checked(row: Reading, stage: str, holds: bool, reason: str) -> Reading:
    return row if row.stage or holds else dataclasses.replace(row, stage=stage, reason=reason)


def _told(table: Table, layout: Layout, rows: list[Reading], kind: AffinityKind) -> list[str]:
    def called(at: int | None) -> str:
        return "" if at is None else repr(table.header[at])

    values = ", ".join(called(at) for at, _, _ in layout.values)
    used = [("relation", layout.relation), ("unit", layout.unit), ("type", layout.kind), ("target", layout.target),
            ("date", layout.date)]  # fmt: skip
    shown = "".join(f", {word} from {called(at)}" for word, at in used if at is not None)
    told = [f"Read as {layout.name}: {table.choice.told}, values from {values}{shown}; taken as {kind.value}."]
    left = Counter(f"{row.stage}: {row.reason}" for row in rows if row.stage and not row.rejected)
    if left:
        told.append("Left out: " + "; ".join(f"{count} x {reason}" for reason, count in left.most_common(8)) + ".")
    return told


def _readings(table: Table, layout: Layout, fixed: Unit | None) -> Iterator[Reading]:
    rows = [row for row in table.rows if not is_remark(row.cells)]
    turn = {at: comma_meaning([cell(row.cells, at) for row in rows]) for at, _, _ in layout.values}
    for row in rows:
        cells = row.cells
        base = Reading(
            row.line, cell(cells, layout.smiles), cell(cells, layout.names),
            cell(cells, layout.date), cell(cells, layout.target),
        )  # fmt: skip
        if row.problem:
            yield dataclasses.replace(base, stage="read", reason=row.problem, rejected=True)
            continue
        filled = [one for one in layout.values if cell(cells, one[0])]
        if not filled:
            yield dataclasses.replace(base, stage="value", reason="there is no value", rejected=True)
            continue
        for at, kind, unit in filled:
            yield _one(base, cells, layout, plain_number(cell(cells, at), turn[at]), kind, unit, fixed)


def _one(
    base: Reading, cells: list[str], layout: Layout, text: str, kind: AffinityKind | None, unit: str, fixed: Unit | None
) -> Reading:
    def left(stage: str, reason: str, *, rejected: bool = False) -> Reading:
        return dataclasses.replace(base, kind=kind, stage=stage, reason=reason, rejected=rejected)

    logarithm = unit == "p"
    if layout.kind is not None and kind is None:
        said = cell(cells, layout.kind)
        kind, logarithm = kind_of(said)
        if kind is None:
            return left("type", f"{said[:30]!r} is no affinity" if said else "no type is given")
    if layout.validity is not None and not is_sound(cell(cells, layout.validity)):
        return left("validity", cell(cells, layout.validity)[:60])
    written = unit or cell(cells, layout.unit)
    if logarithm:
        one: Unit | None = Unit.NEGATIVE_LOG
    elif written:
        one = unit_of(written)
        if one is None:
            return left("unit", f"{written[:20]!r} is no molar concentration")
    elif layout.unit is not None and fixed is None:
        return left("unit", "no unit is given", rejected=True)
    else:
        one = fixed
    if one is None:
        raise AffinityDataError("no unit is given", source=base.name, expected="--unit nM, uM, mM, pM, M or p")
    try:
        p, limit = parse_value(text, relation_of(cell(cells, layout.relation)), one)
    except ValueError as error:
        return left("value", str(error), rejected=True)
    stated = cell(cells, layout.pchembl)
    if stated:
        try:
            far = abs(float(stated) - p) > _PCHEMBL
        except ValueError:
            far = False
        if far:
            return left("value", "its pChEMBL value does not agree with value and unit", rejected=True)
    return dataclasses.replace(base, kind=kind, p=p, limit=limit)


def cell(cells: list[str], at: int | None) -> str:
    """Return a cell without space around it; empty where there is none."""
    return cells[at].strip() if at is not None and at < len(cells) else ""


def comma_meaning(texts: list[str]) -> str:
    """Say what commas in a column of numbers are: ``thousands``, ``decimal``, or unknown (empty)."""
    numbers = [text.lstrip("<>=~≥≤≈ ") for text in texts if "," in text]
    if not numbers:
        return ""
    if all(re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?", text) for text in numbers):
        return "thousands"
    points = any("." in text for text in texts)
    if not points and all(re.fullmatch(r"\d+,\d+([eE][-+]?\d+)?", text) for text in numbers):
        return "decimal"
    return ""


def plain_number(text: str, commas: str) -> str:
    """Return a number with its commas taken out or turned into points, as `comma_meaning` says."""
    if commas == "thousands":
        return text.replace(",", "")
    return text.replace(",", ".") if commas == "decimal" else text
