"""Rows of a table of measurements: each a value with its unit and kind, or left out for a stated reason."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from screening.compounds.files.columns import Columns
from screening.compounds.files.table import Table, open_table, table_rows
from screening.errors import AffinityDataError, UsageError
from screening.models.affinity import AffinityKind
from screening.models.data.dates import in_one_way, is_date
from screening.models.data.layout import Asked, Layout, recognise
from screening.models.data.layout_words import is_remark, is_sound, kind_of, relation_of
from screening.models.data.measured_value import parse_value
from screening.models.data.units import Unit, unit_of
from screening.models.data.written_number import comma_meaning, plain_number, separators_told, take_apart

#: A pChEMBL value further than this from the one worked out says that unit or value is wrong.
_PCHEMBL = 0.1
#: What stands for every target, where values of several are meant to be taken together.
ALL_TARGETS = "all"


@dataclasses.dataclass(frozen=True)
class Reading:
    """One row of a table: `p` and `limit` as `parse_value` gives them, or why it is left out.

    `stage` is empty for a value; ``rejected`` says whether the row is broken rather than no affinity. `unit` is what
    the value was converted from.
    """

    line: int
    smiles: str
    name: str = ""
    date: str = ""
    side: str = ""
    target: str = ""
    assay: str = ""
    kind: AffinityKind | None = None
    unit: Unit | None = None
    p: float = 0.0
    limit: int = 0
    stage: str = ""
    reason: str = ""
    rejected: bool = False


def read_layout(path: Path, columns: Columns, given: Asked) -> tuple[list[Reading], AffinityKind, list[str]]:
    """Read a table; return its rows, what was measured, and how it was understood.

    Raises
    ------
    FileError, UsageError
        If it cannot be read, or its columns are not recognised.
    AffinityDataError
        If different quantities or targets would be mixed.
    """
    wanted = tuple(name for name in (given.value, given.qualifier, given.date, given.side) if name)
    table = open_table(table_rows(path), dataclasses.replace(columns, others=wanted), path)
    sample = [row.cells for row in table.sample if not is_remark(row.cells)]
    found = recognise(table.header, table.choice.smiles, table.choice.name, given, path, sample)
    found = _with_units_below(found, table)
    groups = list(_readings(table, found, given, path))
    kinds = Counter(row.kind for group in groups for row in group if not row.stage and row.kind is not None)
    chosen = given.kind or (next(iter(kinds)) if len(kinds) == 1 else None)
    if kinds and chosen is None:
        shown = " and ".join(f"{one.value[1:]} ({count} values)" for one, count in kinds.most_common())
        raise AffinityDataError(
            f"{shown} would be mixed", source=path, expected=f"one of them (--kind {next(iter(kinds)).value})"
        )
    chosen = chosen or AffinityKind.PIC50
    rows = [_one_of(group, chosen) for group in groups]
    for at, row in enumerate(rows):
        reason = f"{(row.kind or chosen).value[1:]}, not {chosen.value[1:]}"
        rows[at] = _checked(row, "type", row.kind in (None, chosen), reason)
    rows = _of_one_target(rows, given.target, found, path)
    return rows, chosen, _told(table, found, rows, chosen, given)


def _with_units_below(layout: Layout, table: Table) -> Layout:
    """Return a layout with the units that stand in a row below the header, as PubChem and people write them."""
    units = next((row.cells for row in table.sample if cell(row.cells, 0) == "RESULT_UNIT"), [])
    if not units and table.sample and _names_units(table.sample[0].cells, layout):
        units = table.sample[0].cells
    values = tuple((at, kind, unit or cell(units, at)) for at, kind, unit in layout.values)
    return dataclasses.replace(layout, values=values)


def _names_units(cells: list[str], layout: Layout) -> bool:
    """Say whether a row has units where the others have values, and no structure."""
    named = [cell(cells, at) for at, _, _ in layout.values]
    return len(cell(cells, layout.smiles)) < 2 and bool(named) and all(unit_of(text) is not None for text in named)


def _of_one_target(rows: list[Reading], target: str | None, layout: Layout, path: Path) -> list[Reading]:
    targets = Counter(row.target for row in rows if not row.stage and row.target)
    if target == ALL_TARGETS and target not in targets:
        return rows
    if target is not None:
        if layout.target is None:
            raise UsageError(
                "it has no column of targets, so --target means nothing", source=path, expected="a column named target"
            )
        if target not in targets:
            known = ", ".join(name for name, _ in targets.most_common(6)) or "none"
            raise AffinityDataError(f"no value of target {target!r}", source=path, expected=f"one of {known}")
        return [_checked(row, "target", row.target == target, "another target") for row in rows]
    if len(targets) > 1:
        shown = ", ".join(f"{name} ({count})" for name, count in targets.most_common(4))
        more = f" and {len(targets) - 4} more" if len(targets) > 4 else ""
        raise AffinityDataError(
            f"values of {len(targets)} targets would be mixed: {shown}{more}", source=path,
            expected=f"one of them (--target NAME), or --target {ALL_TARGETS} to take them together",
        )  # fmt: skip
    return rows


def _one_of(group: list[Reading], kind: AffinityKind) -> Reading:
    """Return what stands for a row with values of several kinds: that of the kind that is taken."""
    fitting = [row for row in group if row.kind is kind]
    return next((row for row in fitting if not row.stage), (fitting or group)[0])


def _checked(row: Reading, stage: str, holds: bool, reason: str) -> Reading:
    return row if row.stage or holds else dataclasses.replace(row, stage=stage, reason=reason)


def _told(table: Table, layout: Layout, rows: list[Reading], kind: AffinityKind, given: Asked) -> list[str]:
    def called(at: int | None) -> str:
        return "" if at is None else repr(table.header[at])

    values = ", ".join(called(at) for at, _, _ in layout.values)
    used = [("relation", layout.relation), ("unit", layout.unit), ("type", layout.kind), ("target", layout.target),
            ("date", layout.date)]  # fmt: skip
    shown = "".join(f", {word} from {called(at)}" for word, at in used if at is not None)
    said = given.kind is not None or layout.kind is not None or all(one is not None for _, one, _ in layout.values)
    unsaid = "" if said else " (the table does not say what was measured)"
    told = [f"Read as {layout.name}: {table.choice.told}, values from {values}{shown}; taken as {kind.value}{unsaid}."]
    left = Counter(f"{row.stage}: {row.reason}" for row in rows if row.stage and not row.rejected)
    if left:
        told.append("Left out: " + "; ".join(f"{count} x {reason}" for reason, count in left.most_common(8)) + ".")
    units = Counter(row.unit.value for row in rows if not row.stage and row.unit is not None)
    if len(units) > 1:
        counts = ", ".join(f"{count} in {unit}" for unit, count in units.most_common())
        told.append(f"Units are converted row by row: {counts} (p is -log10 molar).")
    elif given.unit is not None and units and given.unit.value not in units and layout.unit is not None:
        told.append(f"The table says {next(iter(units))} row by row, and is taken so, not in {given.unit} as told.")
    for at, _, unit in layout.values:
        if unit != "p" and given.unit is not Unit.NEGATIVE_LOG:
            told += separators_told([cell(row.cells, at) for row in table.sample])
    header = {unit for _, _, unit in layout.values if unit}
    if given.unit is not None and header and {one for text in header if (one := _unit(text))} != {given.unit}:
        told.append(f"The header says {' and '.join(sorted(header))}; the values are taken in {given.unit}, as told.")
    assays = Counter(row.assay for row in rows if not row.stage and row.assay)
    if len(assays) > 1:
        told.append(f"Values of {len(assays)} assays are taken together.")
    undated = [row for row in rows if not row.stage and not is_date(row.date)]
    if undated:
        first = undated[0]
        told.append(
            f"{len(undated)} dates cannot be read in one way only (line {first.line}: {first.date[:30]!r});"
            " these rows have none."
        )
    return told


def _unit(text: str) -> Unit | None:
    return Unit.NEGATIVE_LOG if text == "p" else unit_of(text)


def _readings(table: Table, layout: Layout, given: Asked, path: Path) -> Iterator[list[Reading]]:
    """Yield the readings of each row: one for each column of values that is filled, or why there is none."""
    rows = [row for row in table.rows if not is_remark(row.cells)]
    if rows and _names_units(rows[0].cells, layout):
        rows = rows[1:]
    turn = {at: comma_meaning([cell(row.cells, at) for row in rows]) for at, _, _ in layout.values}
    dates = in_one_way([cell(row.cells, layout.date) for row in rows], american=layout.name == "bindingdb")
    needed = max(layout.smiles, *(at for at, _, _ in layout.values[:1]))
    for row, date in zip(rows, dates):
        cells = row.cells
        base = Reading(
            row.line, cell(cells, layout.smiles), cell(cells, layout.names), date, cell(cells, layout.side),
            cell(cells, layout.target), cell(cells, layout.assay),
        )  # fmt: skip
        problem = row.problem
        if not problem and len(cells) <= needed and len(layout.values) == 1:
            problem = f"the row has {len(cells)} columns where the header has {len(table.header)}"
        elif not problem and any(text.strip() for text in cells[len(table.header) :]):
            problem = (
                f"the row has {len(cells)} columns where the header has {len(table.header)}: a separator in a cell?"
            )
        if problem:
            yield [dataclasses.replace(base, stage="read", reason=problem, rejected=True)]
            continue
        if given.date is not None and not is_date(date):
            reason = f"{date[:30]!r} is not a date that can be read in one way only"
            yield [dataclasses.replace(base, date="", stage="date", reason=reason, rejected=True)]
            continue
        filled = [one for one in layout.values if cell(cells, one[0])]
        if not filled and layout.pchembl is not None and cell(cells, layout.pchembl):
            filled = [(layout.pchembl, layout.values[0][1], "p")]
        if not filled:
            yield [dataclasses.replace(base, stage="value", reason="there is no value", rejected=True)]
            continue
        yield [
            _one(base, cells, layout, cell(cells, at), turn.get(at, ""), kind, unit, given, path)
            for at, kind, unit in filled
        ]


def _one(
    base: Reading,
    cells: list[str],
    layout: Layout,
    text: str,
    commas: str,
    kind: AffinityKind | None,
    unit: str,
    given: Asked,
    path: Path,
) -> Reading:
    logarithm = False
    if layout.kind is not None and kind is None:
        said = cell(cells, layout.kind)
        kind, logarithm = kind_of(said)
        if kind is None:
            reason = f"{said[:30]!r} is no affinity" if said else "no type is given"
            return dataclasses.replace(base, stage="type", reason=reason)
    if given.value is not None and given.kind is not None and layout.kind is None:
        kind = given.kind

    def left(stage: str, reason: str, *, rejected: bool = False) -> Reading:
        return dataclasses.replace(base, kind=kind, stage=stage, reason=reason, rejected=rejected)

    if layout.validity is not None and not is_sound(cell(cells, layout.validity)):
        return left("validity", cell(cells, layout.validity)[:60])
    written = take_apart(text)
    relation = relation_of(cell(cells, layout.relation)) if unit != "p" or layout.name == "plain" else ""
    if written is not None:
        text = written.sign + plain_number(written.number, commas)
    of_cell = cell(cells, layout.unit)
    if written is not None and written.unit:
        one = unit_of(written.unit)
        if one is None:
            return left("unit", f"{written.unit[:20]!r} is no molar concentration")
    elif given.unit is Unit.NEGATIVE_LOG or logarithm or (unit == "p" and given.unit is None):
        one = Unit.NEGATIVE_LOG
    elif of_cell and not unit:
        one = unit_of(of_cell)
        if one is None:
            return left("unit", f"{of_cell[:20]!r} is no molar concentration")
    elif given.unit is not None or unit:
        one = given.unit or unit_of(unit)
    elif layout.unit is not None:
        return left("unit", "no unit is given", rejected=True)
    else:
        raise AffinityDataError("no unit is given", source=path, expected="--unit nM, uM, mM, pM, M or p")
    assert one is not None
    try:
        p, limit = parse_value(text, relation, one)
    except ValueError as error:
        return left("value", str(error), rejected=True)
    stated = cell(cells, layout.pchembl) if unit != "p" else ""
    if stated and limit == 0:
        try:
            far = abs(float(stated.replace(",", ".")) - p) > _PCHEMBL
        except ValueError:
            far = False
        if far:
            reason = f"its {'pChEMBL' if layout.name == 'chembl' else 'p'} value does not agree with value and unit"
            return left("value", reason, rejected=True)
    return dataclasses.replace(base, kind=kind, unit=one, p=p, limit=limit)


def cell(cells: list[str], at: int | None) -> str:
    """Return a cell without space around it; empty where there is none."""
    return cells[at].strip() if at is not None and at < len(cells) else ""
