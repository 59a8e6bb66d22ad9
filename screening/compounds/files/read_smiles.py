"""SMILES files: a structure, then an optional CXSMILES extension and name, on each line.

Blank lines and lines that start with ``#`` are no records; a first line such as ``smiles name`` is a header. Files
with the name first and the structure after a tab or space are recognised by their first records.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from screening.compounds.files.columns import Columns, is_smiles, looks_like_smiles
from screening.compounds.files.record import Notation, RawRecord, distinct_names, extra_cells
from screening.compounds.files.smiles_extension import is_extension, split_extension
from screening.compounds.files.stream import TextFile

_HEADER = re.compile(r"([a-z_ (-]*smiles?([ _)-][a-z_ ()-]*)?|smi)\s*$", re.IGNORECASE)
_LOOKED_AT = 50


def read_smiles(file: TextFile, columns: Columns) -> Iterator[RawRecord]:
    """Yield the records of a SMILES file; `columns` does not matter."""
    header: list[str] = []
    lines = _record_lines(file, header)
    first = list(itertools.islice(lines, _LOOKED_AT))
    name_first = _name_first(first)
    for number, line in enumerate(itertools.chain(first, lines), start=1):
        if name_first and len(_cells(line)) > 1:
            name, rest = line.split("\t", 1) if "\t" in line else line.split(None, 1)
            structure, _, more = rest.strip().partition("\t")
            yield record_of_line(number, f"{structure}\t{name}" + (f"\t{more}" if more else ""), header)
        else:
            yield record_of_line(number, line, header)


def _record_lines(file: TextFile, header: list[str]) -> Iterator[str]:
    for line in file.lines():
        if not line.strip() or line.startswith("#"):
            continue
        if file.line == 1 and _is_header(_cells(line)):
            header += distinct_names(_cells(line))
            continue
        yield line


def _is_header(cells: list[str]) -> bool:
    """Say whether a first line names its columns; a compound called "smiles" has a structure before its name."""
    return any(_HEADER.match(cell.strip()) for cell in cells) and not is_smiles(cells[0])


def _cells(line: str) -> list[str]:
    return line.split("\t") if "\t" in line else line.split()


def _name_first(lines: list[str]) -> bool:
    """Say whether most lines make sense only with the structure in the second of two columns."""
    rows = [cells for line in lines if len(cells := _cells(line)) > 1]
    if 2 * len(rows) <= len(lines):
        return False
    swapped = sum(not is_smiles(row[0]) and looks_like_smiles(row[1]) for row in rows)
    return 2 * swapped > len(rows)


def record_of_line(number: int, line: str, header: Sequence[str] = ()) -> RawRecord:
    """Return the record on a line. A line that starts with a tab has an empty SMILES.

    Columns after the name are extra ones; `header` names them if the file has a header line.
    """
    if line.startswith("\t"):
        return RawRecord(number, line.strip(), "", Notation.SMILES)
    parts = line.split(None, 1)
    rest = parts[1].strip() if len(parts) > 1 else ""
    text, rest = split_extension(parts[0], rest)
    cells = rest.split("\t")
    if "|" not in text:  # the extension in a column of its own
        own = next((at for at, cell in enumerate(cells) if at and is_extension(cell)), None)
        if own is not None:
            text = f"{text} {cells[own].strip()}"
            cells[own] = ""
    if len(cells) == 1 and len(header) > 2 and len(rest.split()) == len(header) - 1:
        cells = rest.split()  # columns with spaces between them, as eMolecules and ZINC write
    extra: tuple[tuple[str, str], ...] = ()
    if len(cells) > 1:
        names = [*header, *(f"column {at + 1}" for at in range(len(header), len(cells) + 1))]
        extra = extra_cells(names[1:], cells, {0})
    return RawRecord(number, cells[0].strip(), text, Notation.SMILES, "", extra)
