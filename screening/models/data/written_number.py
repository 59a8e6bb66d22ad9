"""One cell of a table of measurements taken apart: relation, number and unit, as people and programs write them.

``>10 uM``, ``12.3 ± 0.4 nM``, ``1 234``, ``29,243``, ``1.2 x 10^-7 M`` and ``ca. 5`` are read. What commas and points
in a column of numbers mean is decided by the whole column.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from screening.models.data.layout_words import relation_of
from screening.models.data.typed_text import typed

_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " ") | {0x2019: "'", 0x2212: "-", 0x2032: "'"}
_POWER = r"(?:[eE][-+]?\d+|\s?[x×*]\s?10\s?\^?\s?[-+]?\d+)"
_ERROR = r"(?:\s*(?:±|\+/-|\+-)\s*[\d.,]+)?"
_WRITTEN = re.compile(
    r"^(?P<sign>'?[<>=~≥≤≈]{1,2}'?|ca\.?|circa|approx\.?|approximately|about|less than|below|greater than|more than"
    r"|above)?"
    rf"\s*(?P<number>[-+]?\d[\d.,' ]*{_POWER}?|[-+]?\.\d+{_POWER}?){_ERROR}"
    rf"\s*(?P<unit>[A-Za-zµμ%][\wµμ%./·^-]*)?{_ERROR}\s*(?:\([^()]*\))?$",
    re.IGNORECASE,
)
_GROUPS = re.compile(r"[-+]?\d{1,3}(?:[ ']\d{3})+(?=$|[.,eE])")


@dataclasses.dataclass(frozen=True)
class Written:
    """Relation as a sign, number as text, unit; empty where the cell has none."""

    sign: str
    number: str
    unit: str


def take_apart(text: str) -> Written | None:
    """Return the parts of a cell, None where it does not begin with a number (after a relation)."""
    plain = typed(text).strip().translate(_SPACES)
    match = _WRITTEN.match(plain)
    if match is None:
        return None
    number = match["number"].rstrip(" ,'")
    number = re.sub(r"\s?[x×*]\s?10\s?\^?\s?", "e", number)
    whole = _GROUPS.match(number)
    if whole:
        number = re.sub("[ ']", "", whole[0]) + number[whole.end() :]
    if " " in number or "'" in number:
        return None
    return Written(relation_of(match["sign"] or ""), number, match["unit"] or "")


def comma_meaning(texts: Sequence[str]) -> str:
    """Say what commas and points in a column of numbers are.

    Returns
    -------
    str
        ``thousands`` (1,234.5, and 1,23,456 of India), ``decimal`` (12,5), ``european`` (1.234,5 or 1.234.567),
        ``unclear`` (93 beside 29.243: of three digits each, while small numbers have no point), or "" for plain
        numbers and what cannot be told.
    """
    numbers = [part.number if (part := take_apart(text)) else text.lstrip("<>=~≥≤≈ ") for text in texts]
    commas = [text for text in numbers if "," in text]
    if not commas:
        return _points(numbers)
    if all(re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?|[1-9]\d?(,\d\d)+,\d{3}(\.\d+)?", text) for text in commas):
        return "thousands"
    if any(re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+,\d+", text) for text in commas):
        grouped = (re.fullmatch(r"\d{1,3}(\.\d{3})*(,\d+)?|\d+(,\d+)?", text) for text in numbers if text)
        return "european" if all(grouped) else ""
    points = any("." in text for text in numbers)
    if not points and all(re.fullmatch(r"\d+,\d+([eE][-+]?\d+)?", text) for text in commas):
        return "decimal"
    return ""


def _points(numbers: Sequence[str]) -> str:
    """Say what points are in a column without commas: of groups of three digits only where they cannot be decimal."""
    points = [text for text in numbers if "." in text]
    if not all(re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+", text) for text in points):
        return ""
    if any(text.count(".") > 1 for text in points):
        return "european"
    # The values of a logarithm, or of a program that writes three decimals, have no such small whole numbers beside.
    small = [text for text in numbers if re.fullmatch(r"[1-9]\d{0,2}", text)]
    above = [text for text in points if float(text) > 15]
    return "unclear" if len(small) > 1 and len(points) > 2 and above else ""


def plain_number(text: str, commas: str) -> str:
    """Return a number with its commas taken out or turned into points, as `comma_meaning` says."""
    if commas == "thousands":
        return text.replace(",", "")
    if commas == "european":
        return text.replace(".", "").replace(",", ".")
    if commas == "unclear" and "." in text:
        return text.replace(".", ",")  # what no number is written like: refused, not guessed
    return text.replace(",", ".") if commas == "decimal" else text


def separators_told(texts: Sequence[str]) -> list[str]:
    """Return a sentence on how commas and points of a column are read, where they could be read in two ways."""
    commas = comma_meaning(texts)
    numbers = [part.number for text in texts if (part := take_apart(text))]
    if commas in ("thousands", "european", "decimal"):
        shown = next(text for text in numbers if "," in text or text.count(".") > 1)
        return [f"{shown!r} is read as {plain_number(shown, commas)}."]
    points = [text for text in numbers if "." in text]
    if len(points) > 2 and all(re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", text) for text in points):
        return [f"Points are read as decimal points: {points[0]!r} as {float(points[0]):g}."]
    return []
