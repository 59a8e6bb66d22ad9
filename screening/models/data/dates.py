"""Dates as tables write them, for a split by time."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

import numpy as np

_MONTHS = {name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}
_FORMS = (
    re.compile(r"(?P<y>\d{4})([-/.](?P<m>\d{1,2})([-/.](?P<d>\d{1,2}))?)?([T ].*)?"),
    re.compile(r"(?P<y>19\d\d|20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-2]\d|3[01])"),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})( .*)?"),
    re.compile(r"(?P<m>0?[1-9]|1[0-2])[/-](?P<d>1[3-9]|2\d|3[01])[/-](?P<y>\d{4})( .*)?"),
    re.compile(r"(?P<d>1[3-9]|2\d|3[01])[/-](?P<m>0?[1-9]|1[0-2])[/-](?P<y>\d{4})( .*)?"),
    re.compile(r"((?P<d>\d{1,2})[-. ]{1,2})?(?P<month>[A-Za-z]{3})[a-z]*[-., ]{1,2}(?P<y>\d{4}|\d{2})( .*)?"),
    re.compile(r"(?P<month>[A-Za-z]{3})[a-z]* (?P<d>\d{1,2}),? (?P<y>\d{4})( .*)?"),
)
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})( .*)?")
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
    """Return the days since year 1 of a date: ``2019``, ``2019-05``, ``2019-05-31``, ``20190531``, ``31.05.2019``,
    ``31-May-2019``, ``31-May-19``, ``May 31, 2019``, ``5/31/2019``, or a serial number of a spreadsheet (``43616``).

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
            year = int(parts["y"])
            if year < 100:  # as spreadsheets write a year in two digits
                year += 1900 if year >= 50 else 2000
            try:
                return float(datetime.date(year, month, int(parts["d"] or 1)).toordinal())
            except ValueError:
                break
    raise ValueError(f"{text!r} is not a date that can be read in one way only")


def days(texts: Sequence[str]) -> np.ndarray:
    """Return `day` of each text, float64, shape (n,)."""
    return np.array([day(text) for text in texts], dtype=np.float64)


def in_one_way(texts: Sequence[str], *, american: bool = False) -> list[str]:
    """Return the dates of a column, those that could be read in two ways written as ``2020-04-03``.

    ``03/04/2020`` is April where another date of the column, such as ``14/03/2020``, can only be day, month, year and
    none can only be month, day, year; where neither is so it stays as it is, and `day` refuses it, unless the program
    that wrote the column is known to put the month first (`american`).
    """
    parts = [_SLASHED.fullmatch(text.strip()) for text in texts]
    numbers = [(int(part[1]), int(part[2])) for part in parts if part]
    day_first = any(first > 12 for first, _ in numbers)
    month_first = any(second > 12 for _, second in numbers)
    if american and not day_first:
        month_first = True
    if day_first == month_first:
        return list(texts)
    found = []
    for text, part in zip(texts, parts):
        if part and not is_date(text):
            first, second = (part[2], part[1]) if day_first else (part[1], part[2])
            text = f"{part[3]}-{int(first):02d}-{int(second):02d}"
        found.append(text)
    return found
