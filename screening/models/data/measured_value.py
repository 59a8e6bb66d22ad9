"""One measured value as tables write it, such as ``>10000`` or ``1.2e-7``, to -log10 molar and what it limits."""

from __future__ import annotations

import re

from screening.models.data.units import Unit, implausible, negative_log_molar

_NUMBER = re.compile(
    r"^\s*(?P<sign>>>|<<|>=|<=|=>|=<|[<>=~≥≤≈])?\s*(?P<number>[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?)\s*$"
)
_SENSE = {
    **dict.fromkeys((">", ">=", "=>", ">>", "≥"), 1),
    **dict.fromkeys(("<", "<=", "=<", "<<", "≤"), -1),
    **dict.fromkeys(("=", "~", "≈", "'='", ""), 0),
}


def parse_value(value: str, qualifier: str, unit: Unit) -> tuple[float, int]:
    """Return -log10 molar and the sense of the limit (0 exact, -1 weaker than, +1 tighter than).

    A ``>`` before a concentration means weaker than; before a p value it means tighter than.

    Raises
    ------
    ValueError
        With the reason, if there is no believable value.
    """
    if not value:
        raise ValueError("there is no value")
    match = _NUMBER.match(value)
    if match is None:
        if value.lower() in ("nan", "na", "n/a", "none", "null", "nd", "-", "inf", "-inf"):
            raise ValueError(f"the value is {value!r}, not a number")
        if re.fullmatch(r"[<>=~]?\s*[1-9]\d{0,2}(,\d{3})+", value):
            raise ValueError(
                f"{value!r} could be {value.replace(',', '')} or {value.replace(',', '.')}: write it without separators"
            )
        if re.fullmatch(r"[<>=~]?\s*[-+]?\d+,\d+", value):
            raise ValueError(f"{value!r} is not a number: write it with a decimal point, {value.replace(',', '.')!r}")
        raise ValueError(f"{value[:40]!r} is not a number (written like 12.5, 1e-7 or >10000)")
    signs = {_SENSE.get(text.strip()) for text in (qualifier, match["sign"] or "") if text.strip()} or {0}
    if None in signs:
        raise ValueError(f"the qualifier {qualifier!r} is not known (known are =, ~, <, <=, >, >=)")
    if len(signs - {0}) > 1:
        raise ValueError(f"the qualifier {qualifier!r} and the value {value!r} disagree")
    sense = next((sign for sign in signs if sign), 0)
    p = negative_log_molar(float(match["number"]), unit)
    problem = implausible(p, unit)
    if problem:
        raise ValueError(problem)
    return p, sense if unit is Unit.NEGATIVE_LOG else -sense
