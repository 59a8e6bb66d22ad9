"""Values of evidence as text: the same digits in grid, page, CSV, JSON and dossier."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from screening.models.affinity import PREDICTION_DECIMALS
from screening.runs.evidence.column import EvidenceColumn

#: Between the entries of a list.
SEPARATOR = "; "


def number_text(value: float | None, decimals: int) -> str:
    """Return a number with so many decimals, halves away from zero; empty for None and NaN.

    Predictions are stored as float32 rounded to three decimals, so the third decimal is restored first: 7.075 is
    written 7.08 here and everywhere, whatever the nearest binary number is.
    """
    if value is None or not math.isfinite(value):
        return ""
    exact = Decimal(repr(round(float(value), max(decimals, PREDICTION_DECIMALS))))
    return f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"


def cell_text(value: Any, column: EvidenceColumn) -> str:
    """Return any value of a column as the text that people and files get."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value, PREDICTION_DECIMALS if column.decimals is None else column.decimals)
    if isinstance(value, list | tuple):
        return SEPARATOR.join(neighbour_text(one) if isinstance(one, dict) else str(one) for one in value)
    return str(value)


def neighbour_text(neighbour: dict[str, Any]) -> str:
    """Return a measured neighbour as ``name (similarity 0.62): < 5.00``."""
    sign = "" if neighbour["relation"] == "=" else f"{neighbour['relation']} "
    similarity, measured = (number_text(neighbour[name], 2) for name in ("similarity", "measured"))
    return f"{neighbour['name']} (similarity {similarity}): {sign}{measured}"


def plain_value(value: Any, column: EvidenceColumn) -> Any:
    """Return a value for JSON: numbers with the digits that people see, None for what is not known."""
    if isinstance(value, float):
        text = number_text(value, PREDICTION_DECIMALS if column.decimals is None else column.decimals)
        return float(text) if text else None
    if isinstance(value, list):
        return [plain_value(one, column) for one in value]
    if isinstance(value, dict):
        return {name: plain_value(one, column) for name, one in value.items()}
    return value
