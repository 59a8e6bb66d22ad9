"""SMILES files: a structure, then an optional CXSMILES extension and name, on each line.

Blank lines and lines that start with ``#`` are no records; a first line such as ``smiles name`` is a header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from screening.compounds.columns import Columns
from screening.compounds.record import Notation, RawRecord
from screening.compounds.stream import TextFile

_HEADER = re.compile(r"(canonical_|iso|cx)?_?smiles?\b", re.IGNORECASE)
_EXTENSION = re.compile(r"\s*\|[^|]*\|")


def read_smiles(file: TextFile, columns: Columns) -> Iterator[RawRecord]:
    """Yield the records of a SMILES file; `columns` does not matter."""
    number = 0
    for line in file.lines():
        if not line.strip() or line.startswith("#"):
            continue
        if number == 0 and file.line == 1 and _HEADER.match(line.strip()):
            continue
        number += 1
        yield record_of_line(number, line)


def record_of_line(number: int, line: str) -> RawRecord:
    """Return the record on a line. A line that starts with a tab has an empty SMILES."""
    if line.startswith("\t"):
        return RawRecord(number, line.strip(), "", Notation.SMILES)
    parts = line.split(None, 1)
    rest = parts[1].strip() if len(parts) > 1 else ""
    text = parts[0]
    if rest.startswith("|"):
        extension = _EXTENSION.match(rest)
        if extension:
            text, rest = f"{text} {extension.group().strip()}", rest[extension.end() :].strip()
    return RawRecord(number, rest.split("\t")[0].strip(), text, Notation.SMILES)
