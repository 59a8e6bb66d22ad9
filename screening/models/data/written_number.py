"""One cell of a table of measurements taken apart: relation, number and unit, as people and programs write them.

``>10 uM``, ``12.3 ± 0.4 nM``, ``1 234``, ``29,243``, ``1.2 x 10^-7 M`` and ``ca. 5`` are read. What commas and points
in a column of numbers mean is decided by the whole column.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from screening.models.data.layout_words import relation_of

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
    plain = text.strip().translate(_SPACES)
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
    """Say what commas in a column of numbers are: ``thousands``, ``decimal``, ``european`` (1.234,5), or "" unknown."""
    numbers = [part.number if (part := take_apart(text)) else text.lstrip("<>=~≥≤≈ ") for text in texts]
    commas = [text for text in numbers if "," in text]
    if not commas:
        return ""
    if all(re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?", text) for text in commas):
        return "thousands"
    if any(re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+,\d+", text) for text in commas):
        grouped = (re.fullmatch(r"\d{1,3}(\.\d{3})*(,\d+)?|\d+(,\d+)?", text) for text in numbers if text)
        return "european" if all(grouped) else ""
    points = any("." in text for text in numbers)
    if not points and all(re.fullmatch(r"\d+,\d+([eE][-+]?\d+)?", text) for text in commas):
        return "decimal"
    return ""


def plain_number(text: str, commas: str) -> str:
    """Return a number with its commas taken out or turned into points, as `comma_meaning` says."""
    if commas == "thousands":
        return text.replace(",", "")
    if commas == "european":
        return text.replace(".", "").replace(",", ".")
    return text.replace(",", ".") if commas == "decimal" else text
