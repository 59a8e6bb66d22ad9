"""A filled table: every gap with its prediction, interval and domain, what to measure next, and how good it is."""

from __future__ import annotations

import dataclasses
import json
import os
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from screening.engine.csv_table import write_csv
from screening.engine.files import storage_error
from screening.engine.replace_folder import recovered, replacing_folder
from screening.errors import FileError
from screening.models.tables.affinity_table import AffinityTable
from screening.models.tables.next_measurements import Suggestion
from screening.provenance import package_versions
from screening.result_table import ResultTable

FORMAT = "filled-table-1"
CARD = "card.json"
_DECIMALS = 3
_RELATIONS = {0: "=", -1: "weaker than", 1: "tighter than"}
LIMITATIONS = (
    "The test leaves out measured cells at random; what was never measured may have been left for a reason, and then"
    " errors are larger.",
    "A prediction uses the other values of its row and column: it is no model of a compound that is not in the table.",
    "Values that are limits are trained on as if they were exact, and are not tested on.",
)


@dataclasses.dataclass(frozen=True, repr=False)
class FilledTable:
    """A table of n compounds by k targets, filled.

    Attributes
    ----------
    table
        As it was measured.
    predicted, half_width, likely_active
        float64, shape (n, k): prediction of each gap, half the width of its 90 % interval, and the chance that it is
        as tight as `evaluation["active above"]`; NaN where something was measured.
    in_domain
        bool, shape (n, k): gaps whose interval is narrower than one around the mean of the target would be.
    nearest, similarity
        int32 and float64, shape (n, k): most similar other compound measured at the target (-1: none), and its
        Tanimoto similarity (Morgan, radius 2, 2048 bits).
    suggestions
        Gaps to measure first.
    evaluation
        Method, and errors on left-out cells beside the baselines.
    """

    table: AffinityTable
    predicted: np.ndarray
    half_width: np.ndarray
    in_domain: np.ndarray
    likely_active: np.ndarray
    nearest: np.ndarray
    similarity: np.ndarray
    suggestions: tuple[Suggestion, ...]
    evaluation: dict[str, Any]

    @cached_property
    def gaps(self) -> ResultTable:
        """A row for each gap, in the order of the table; those to measure first say at which place and why."""
        order = {(one.row, one.column): at for at, one in enumerate(self.suggestions, 1)}
        why = {(one.row, one.column): one.why for one in self.suggestions}
        cells = [(int(row), int(column)) for row, column in np.argwhere(~self.table.known)]
        return self._result([self._gap(*cell, order.get(cell), why.get(cell, "")) for cell in cells], "Gaps")

    @cached_property
    def measure_next(self) -> ResultTable:
        """The gaps to measure first, in order."""
        rows = [self._gap(one.row, one.column, at, one.why) for at, one in enumerate(self.suggestions, 1)]
        return self._result(rows, "Measure next")

    @property
    def filled(self) -> pa.Table:
        """The wide table: for each target its value, 90 % interval, and whether it was measured or predicted."""
        table, known = self.table, self.table.known
        columns: dict[str, Any] = {"name": table.names, "smiles": table.smiles}
        number = pa.field("", pa.float64(), metadata={b"decimals": str(_DECIMALS).encode()})
        fields = [pa.field("name", pa.string()), pa.field("smiles", pa.string())]
        for at, name in enumerate(table.targets):
            half = np.where(known[:, at], np.nan, self.half_width[:, at])
            value = np.where(known[:, at], table.values[:, at], self.predicted[:, at])
            states = [self._state(row, at) for row in range(len(value))]
            for ending, content in (("", value), (" lower", value - half), (" upper", value + half)):
                columns[name + ending] = content
                fields.append(number.with_name(name + ending))
            columns[f"{name} is"] = states
            fields.append(pa.field(f"{name} is", pa.string()))
        return pa.Table.from_arrays(
            [pa.array(content, type=field.type) for content, field in zip(columns.values(), fields)],
            schema=pa.schema(fields),
        )

    def card(self) -> dict[str, Any]:
        """Return what was filled, how, and how good it is; JSON all the way down."""
        table = self.table
        return {
            "format": FORMAT,
            "source": table.source,
            "sha256": table.sha256,
            "compounds": len(table.names),
            "targets": list(table.targets),
            "unit": table.unit,
            "scale": table.scale,
            "measured": int(table.known.sum()),
            "limits": int((table.known & (table.limits != 0)).sum()),
            "gaps": int((~table.known).sum()),
            "in_domain": int(self.in_domain.sum()),
            "left_out": len(table.left_out),
            "notes": list(table.notes),
            "evaluation": self.evaluation,
            "limitations": list(LIMITATIONS),
            "versions": package_versions(),
        }

    def write(self, path: str | os.PathLike[str]) -> Path:
        """Write a folder in one step: ``filled.csv``, ``gaps.csv``, ``measure_next.csv``, ``left_out.csv``, the card.

        Raises
        ------
        FileError
            If something that is no filled table is in the way.
        StorageError
            If it cannot be written.
        """
        folder = require_place(path)
        left = [dataclasses.asdict(one) for one in self.table.left_out]
        schema = pa.schema(
            [("line", pa.int64()), ("column", pa.string()), ("text", pa.string()), ("reason", pa.string())]
        )
        with replacing_folder(folder) as fresh:
            for name, table in (
                ("filled.csv", self.filled),
                ("gaps.csv", self.gaps.table),
                ("measure_next.csv", self.measure_next.table),
                ("left_out.csv", pa.Table.from_pylist(left, schema=schema)),
            ):
                with open(fresh / name, "w", encoding="utf-8", newline="") as stream:
                    write_csv(stream, table, decimals=_DECIMALS)
            (fresh / CARD).write_text(json.dumps(self.card(), indent=2) + "\n", "utf-8")
        return folder

    def _gap(self, row: int, column: int, place: int | None, why: str) -> dict[str, Any]:
        table, near = self.table, int(self.nearest[row, column])
        value, half = self.predicted[row, column], self.half_width[row, column]
        return {
            "measure_next": place,
            "why": why,
            "name": table.names[row],
            "target": table.targets[column],
            "predicted": round(float(value), _DECIMALS),
            "lower": round(float(value - half), _DECIMALS),
            "upper": round(float(value + half), _DECIMALS),
            "in_domain": bool(self.in_domain[row, column]),
            "likely_active": round(float(self.likely_active[row, column]), _DECIMALS),
            "measured_elsewhere": int(table.known[row].sum()),
            "nearest": table.names[near] if near >= 0 else "",
            "similarity": round(float(self.similarity[row, column]), _DECIMALS) if near >= 0 else None,
            "nearest_relation": _RELATIONS[int(table.limits[near, column])] if near >= 0 else "",
            "nearest_measured": round(float(table.values[near, column]), _DECIMALS) if near >= 0 else None,
            "smiles": table.smiles[row],
        }

    def _result(self, rows: list[dict[str, Any]], title: str) -> ResultTable:
        kinds = {"measure_next": pa.int64(), "in_domain": pa.bool_(), "measured_elsewhere": pa.int64()}
        texts = ("why", "name", "target", "nearest", "nearest_relation", "smiles")
        names = list(rows[0]) if rows else list(self._gap(0, 0, None, ""))
        schema = pa.schema([(one, kinds.get(one, pa.string() if one in texts else pa.float64())) for one in names])
        return ResultTable(
            pa.Table.from_pylist(rows, schema=schema),
            title=f"{title} ({self.table.scale}; lower to upper: 90 % interval)",
            decimals=dict.fromkeys(("predicted", "lower", "upper", "likely_active", "similarity"), 2),
        )

    def _state(self, row: int, column: int) -> str:
        if self.table.known[row, column]:
            limit = int(self.table.limits[row, column])
            return "measured" if limit == 0 else f"measured: {_RELATIONS[limit]}"
        return "predicted" if self.in_domain[row, column] else "predicted, outside the domain"

    def __repr__(self) -> str:
        n, k = self.table.values.shape
        return f"<FilledTable: {n} compounds by {k} targets, {int((~self.table.known).sum())} gaps filled>"


def require_place(path: str | os.PathLike[str]) -> Path:
    """Check that a filled table can be written to `path`, before the work.

    Raises
    ------
    FileError
        If something that is no filled table is in the way.
    StorageError
        If the folder above it cannot be made.
    """
    folder = Path(path)
    recovered(folder)
    if folder.exists() and not (folder.is_dir() and (not any(folder.iterdir()) or _is_ours(folder))):
        raise FileError(
            "is in the way and is no filled table", source=folder, expected="a new folder or an older filled table"
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, folder) from error
    return folder


def _is_ours(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / CARD).read_text("utf-8"))["format"] == FORMAT)
    except (OSError, ValueError, KeyError, TypeError):
        return False
