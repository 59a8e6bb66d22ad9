"""Dates as tables write them, for a split by time."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

import numpy as np

_MONTHS = {name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}
_FORMS = (
    re.compile(r"(?P<y>\d{4})([-/.](?P<m>\d{1,2})([-/.](?P<d>\d{1,2}))?)?([T ].*)?"),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
    re.compile(r"(?P<m>0?[1-9]|1[0-2])/(?P<d>1[3-9]|2\d|3[01])/(?P<y>\d{4})( .*)?"),
    re.compile(r"(?P<d>1[3-9]|2\d|3[01])/(?P<m>0?[1-9]|1[0-2])/(?P<y>\d{4})( .*)?"),
    re.compile(r"((?P<d>\d{1,2})[- ])?(?P<month>[A-Za-z]{3})[a-z]*[- ](?P<y>\d{4})"),
)
#: Days since 30 December 1899, of 1954 and later.
_SERIAL = re.compile(r"([2-7]\d{4})(?:\.\d+)?")
_SPREADSHEET_DAY_0 = datetime.date(1899, 12, 30).toordinal()


def is_date(text: str) -> bool:
    """Say whether a text is empty or a date that `day` reads."""
    try:
        day(text)
    except ValueError:
        return False
    return True


def day(text: str) -> float:
    """Return the days since year 1 of a date: ``2019``, ``2019-05``, ``2019-05-31``, ``31.05.2019``, ``31-May-2019``,
    ``5/31/2019``, or a serial number of a spreadsheet (``43616``).

    NaN if the text is empty. A date without day or month is that period's first day.

    Raises
    ------
    ValueError
        If it is none of these; ``03/04/2020`` is refused because it can be March or April.
    """
    if not text.strip():
        return float("nan")
    serial = _SERIAL.fullmatch(text.strip())
    if serial:
        return float(_SPREADSHEET_DAY_0 + int(serial[1]))
    for form in _FORMS:
        match = form.fullmatch(text.strip())
        if match:
            parts = match.groupdict()
            named = parts.get("month")
            month = _MONTHS.get(named.lower(), 0) if named else int(parts.get("m") or 1)
            try:
                return float(datetime.date(int(parts["y"]), month, int(parts["d"] or 1)).toordinal())
            except ValueError:
                break
    raise ValueError(f"{text!r} is not a date that can be read in one way only")


def days(texts: Sequence[str]) -> np.ndarray:
    """Return `day` of each text, float64, shape (n,)."""
    return np.array([day(text) for text in texts], dtype=np.float64)
