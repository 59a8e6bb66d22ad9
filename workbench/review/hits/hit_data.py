"""The hits of a review as the pages need them: packed for the list, one by one, and drawn."""

from __future__ import annotations

import functools
import gzip
import json
import math
from typing import Any

import pyarrow as pa

from screening.errors import UsageError
from screening.printable import json_without_direction_marks
from screening.runs.decisions.decide import evidence_rows
from screening.runs.decisions.snapshots import line_hash, snapshot
from screening.runs.evidence.catalog import EVIDENCE
from screening.runs.evidence.column import column_of
from screening.runs.evidence.table import evidence
from screening.runs.run import ScreenRun
from workbench.page import depiction
from workbench.review.hits.svg_attributes import attributes_only

#: Columns that one hit shows and the list does not carry.
_ONE_HIT_ONLY = ("id", "source", "kind", "nearest_smiles", "scored_by")


class HitData:
    """Evidence on the hits of a run, read once when the server starts.

    Parameters
    ----------
    run
        A finished run.
    top
        How many of the best; all kept hits by default.

    Attributes
    ----------
    table
        Evidence without decisions, in rank order.
    records
        Record numbers in rank order.
    """

    def __init__(self, run: ScreenRun, top: int | None = None) -> None:
        self.run = run
        blocks = [name for name in EVIDENCE if name != "decision"]
        self.table = evidence(run, top=top, columns=blocks)
        self.records: list[int] = self.table.column("record").to_pylist()
        self._rows = {record: at for at, record in enumerate(self.records)}
        self._shown: dict[int, tuple[str, bytes, int]] = {}
        self._elsewhere = evidence_rows(run)

    def __contains__(self, record: int) -> bool:
        return record in self._rows

    def row(self, record: int) -> dict[str, Any]:
        """Return the evidence row of a record.

        Raises
        ------
        UsageError
            If it was not scored.
        """
        at = self._rows.get(record)
        if at is None:
            return dict(self._elsewhere([record])[record])
        found: dict[str, Any] = self.table.slice(at, 1).to_pylist()[0]
        return found

    def shown(self, record: int) -> tuple[str, bytes, int]:
        """Return hash, line and rank of the evidence of a record, for the log.

        Raises
        ------
        UsageError
            If it was not scored.
        """
        found = self._shown.get(record)
        if found is None:
            if record not in self._rows and record < 0:
                raise UsageError(f"{record} is no record number", expected="a number counted from 0")
            row = self.row(record)
            line = snapshot(row)
            found = (line_hash(line), line, int(row["rank"]))
            self._shown[record] = found
        return found

    def fields(self) -> list[dict[str, Any]]:
        """Return what each column is, in order."""
        return [_field(field) for field in self.table.schema]

    @functools.cached_property
    def packed(self) -> bytes:
        """The list's columns as compressed JSON: ``{"fields": [...], "columns": {name: values}}``."""
        fields = [field for field in self.fields() if field["name"] not in _ONE_HIT_ONLY and field["kind"] != "numbers"]
        columns = {}
        for field in fields:
            digits = 4 if field["decimals"] is None else field["decimals"] + 1
            columns[field["name"]] = [_short(value, digits) for value in self.table.column(field["name"]).to_pylist()]
        text = json_without_direction_marks(json.dumps({"fields": fields, "columns": columns}, separators=(",", ":")))
        return gzip.compress(text.encode(), 6, mtime=0)

    @functools.lru_cache(maxsize=20_000)  # noqa: B019 - one instance a server
    def drawing(self, smiles: str, width: int, height: int) -> str:
        """Return a molecule as an SVG element; an empty one where the SMILES cannot be drawn."""
        drawn = depiction.svg(smiles, width=width, height=height)
        return attributes_only(drawn) or f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'/>"


def _short(value: Any, digits: int) -> Any:
    if not isinstance(value, float):
        return value
    return round(value, digits) if math.isfinite(value) else None


def _field(field: pa.Field) -> dict[str, Any]:
    column = column_of(field)
    kind = (
        "number" if pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
        else "flag" if pa.types.is_boolean(field.type)
        else "list" if pa.types.is_list(field.type) and pa.types.is_string(field.type.value_type)
        else "numbers" if pa.types.is_nested(field.type)
        else "text"
    )  # fmt: skip
    return {
        "name": column.name, "title": column.title or column.name.replace("_", " "), "group": column.group,
        "unit": column.unit, "decimals": column.decimals, "higher_is_better": column.higher_is_better,
        "description": column.description, "kind": kind,
    }  # fmt: skip
