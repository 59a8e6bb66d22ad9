"""MOL2 files (Tripos), one or many molecules."""

from __future__ import annotations

from collections.abc import Iterator

from screening.compounds.files.columns import Columns
from screening.compounds.files.read_sdf import MAX_CHARACTERS, MAX_LINES
from screening.compounds.files.record import Notation, RawRecord
from screening.compounds.files.stream import TextFile

_START = "@<TRIPOS>MOLECULE"


def read_mol2(file: TextFile, columns: Columns) -> Iterator[RawRecord]:
    """Yield the records of a MOL2 file, named by the line after ``@<TRIPOS>MOLECULE``; `columns` does not matter."""
    number = held = 0
    block: list[str] = []
    for line in file.lines():
        if line.startswith(_START):
            if block:
                number += 1
                yield _record(number, block)
            block, held = [line], 0
        elif block and len(block) < MAX_LINES and held < MAX_CHARACTERS:  # before the first molecule is comment
            block.append(line)
            held += len(line)
    if block:
        yield _record(number + 1, block)


def _record(number: int, block: list[str]) -> RawRecord:
    name = block[1].strip() if len(block) > 1 else ""
    problem = "" if any(line.startswith("@<TRIPOS>ATOM") for line in block) else "MOL2 block without @<TRIPOS>ATOM"
    if len(block) >= MAX_LINES:
        problem = f"a record of more than {MAX_LINES} lines"
    return RawRecord(number, name if name != "****" else "", "\n".join(block) + "\n", Notation.MOL2, problem)
