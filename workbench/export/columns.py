"""Headings, decimals and texts of table columns, by the metadata of their fields."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from screening.errors import UsageError
from screening.models.affinity import PREDICTION_DECIMALS
from screening.printable import one_line
from screening.runs.evidence.text import number_text


def title(field: pa.Field) -> str:
    """Return the heading of a column: its title and unit where the metadata names them, else its name."""
    known = field.metadata or {}
    heading = known.get(b"title", b"").decode() or field.name
    unit = known.get(b"unit", b"").decode()
    return f"{heading} [{unit}]" if unit and f"[{unit}]" not in heading else heading


def decimals(field: pa.Field) -> int:
    """Return how many decimals a number of the column is written with."""
    known = (field.metadata or {}).get(b"decimals", b"").decode()
    return int(known) if known.isdigit() else PREDICTION_DECIMALS


def direction(field: pa.Field) -> str:
    """Return ``"higher is better"``, ``"lower is better"`` or ``""`` where it is not stated."""
    known = (field.metadata or {}).get(b"higher_is_better", b"").decode().lower()
    return {"true": "higher is better", "false": "lower is better"}.get(known, "")


def require_columns(schema: pa.Schema, wanted: Sequence[str]) -> list[str]:
    """Return the names asked for, in the order asked.

    Raises
    ------
    UsageError
        If one is not there; the message lists those that are.
    """
    missing = [name for name in wanted if name not in schema.names]
    if missing:
        raise UsageError(f"there is no column {', '.join(missing)}", expected=f"of {', '.join(schema.names)}")
    return list(dict.fromkeys(wanted))


def plain_text(value: Any, places: int = PREDICTION_DECIMALS) -> str:
    """Write a value on one line: lists joined with ``; ``, numbers with their decimals, nothing for a missing one."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value, places)
    if isinstance(value, list):
        return "; ".join(plain_text(each, places) for each in value)
    if isinstance(value, dict):
        return _fields_text(value)
    return one_line(str(value)).strip()


def _fields_text(value: dict[str, Any]) -> str:
    """Write a value of several fields, such as a neighbour: the first bare, further ones by name, no structures."""
    parts = [(key, plain_text(each, 2)) for key, each in value.items() if key != "smiles"]
    first, rest = parts[:1], parts[1:]
    return ", ".join([*(text for _, text in first), *(f"{key.replace('_', ' ')} {text}" for key, text in rest if text)])


def flat(rows: pa.RecordBatchReader) -> pa.RecordBatchReader:
    """Return the rows as a flat table writes them.

    Columns of several fields (a list of neighbours, say) become text; numbers are rounded as everywhere else
    (`screening.runs.evidence.text.number_text`).
    """
    nested = [_holds_fields(field.type) for field in rows.schema]
    number = [pa.types.is_floating(field.type) for field in rows.schema]
    fields = [
        pa.field(field.name, pa.string() if nested[at] else pa.float64() if number[at] else field.type,
                 metadata=field.metadata)
        for at, field in enumerate(rows.schema)
    ]  # fmt: skip
    schema = pa.schema(fields, metadata=rows.schema.metadata)

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in rows:
            columns = []
            for at, column in enumerate(batch.columns):
                if nested[at]:
                    column = pa.array([plain_text(value) for value in column.to_pylist()], pa.string())
                elif number[at]:
                    column = _rounded(column, decimals(fields[at]))
                columns.append(column)
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _rounded(column: pa.Array, places: int) -> pa.Array:
    """Return the numbers as float64 with so many decimals, exactly as `number_text` rounds them; NaN becomes null."""
    exact = max(places, PREDICTION_DECIMALS)
    if not pa.types.is_float32(column.type) or exact > _EXACT_PLACES:
        texts = [number_text(value, places) for value in column.to_pylist()]
        return pa.array([float(text) if text else None for text in texts], pa.float64())
    values = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    missing = ~np.isfinite(values)
    values = np.where(missing, 0.0, values)
    # A float32 times 10^6 is exact in float64, so that both roundings are those of the decimal digits.
    whole = np.abs(np.rint(values * 10.0**exact))
    step = 10.0 ** (exact - places)
    found = np.copysign(np.floor((whole + step // 2) / step) / 10.0**places, values)
    large = np.abs(values) >= _LARGE
    return pa.array(np.where(large, values, found), pa.float64(), mask=missing)


#: Decimals, and numbers, up to which a product in float64 has every digit.
_EXACT_PLACES, _LARGE = 6, 1e9


def _holds_fields(kind: pa.DataType) -> bool:
    return pa.types.is_struct(kind) or (pa.types.is_list(kind) and pa.types.is_struct(kind.value_type))
