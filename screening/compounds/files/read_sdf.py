"""SD files and single mol files (V2000 and V3000)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from screening.compounds.files.columns import Columns
from screening.compounds.files.record import Notation, RawRecord
from screening.compounds.files.stream import TextFile

_COUNTS = re.compile(r"\s*\d+\s*\d+\s.*V[23]000\s*$")

#: Lines of one record that are kept; no sensible record is longer.
MAX_LINES = 50_000


def read_sdf(file: TextFile, columns: Columns) -> Iterator[RawRecord]:
    """Yield the records of an SD file.

    The name is the first line of a record, or the data item `columns.name` if that is given. A record without
    ``M  END`` is reported as cut; molecules that share a record because a ``$$$$`` is missing are parted.
    """
    number = 0
    block: list[str] = []
    for line in file.lines():
        if line.startswith("$$$$"):
            for piece in _molecules(block):
                number += 1
                yield _record(number, piece, columns.name, ended=True)
            block = []
        elif len(block) < MAX_LINES:
            block.append(line)
    if any(line.strip() for line in block):
        for piece in _molecules(block):
            number += 1
            yield _record(number, piece, columns.name, ended=False)


def _molecules(block: list[str]) -> list[list[str]]:
    """Split what stands between two ``$$$$`` where one between molecules is missing."""
    starts = [0]
    ended = False
    for index, line in enumerate(block):
        if line.startswith("M  END"):
            ended = True
        elif ended and index - starts[-1] > 6 and _COUNTS.match(line):
            starts.append(index - 3)  # three lines of header before the counts
            ended = False
    return [block[start:stop] for start, stop in zip(starts, [*starts[1:], len(block)])]


def _record(number: int, block: list[str], name_item: str | None, *, ended: bool) -> RawRecord:
    end = next((index for index, line in enumerate(block) if line.startswith("M  END")), None)
    name = block[0].strip() if block else ""
    if name_item is not None:
        name = _item(block, name_item, end or 0)
    if end is None:
        text = "\n".join(block) + "\n"
        if len(block) >= MAX_LINES:
            problem = f"a record of more than {MAX_LINES} lines"
        elif not ended:
            problem = "the file is cut in the middle of this record (no M  END)"
        elif len(block) >= 4 and block[3][:6].split() == ["0", "0"]:
            problem = ""  # some programs leave M  END out when there is no structure
        else:
            problem = "a record without M  END"
        return RawRecord(number, name, text, Notation.MOLBLOCK, problem)
    return RawRecord(number, name, "\n".join(block[: end + 1]) + "\n", Notation.MOLBLOCK)


def _item(block: list[str], item: str, start: int) -> str:
    tag = f"<{item}>"
    for index in range(start, len(block) - 1):
        if block[index].startswith(">") and tag in block[index]:
            return block[index + 1].strip()
    return ""
