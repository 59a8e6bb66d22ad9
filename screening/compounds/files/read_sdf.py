"""SD files and single mol files (V2000 and V3000)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from screening.compounds.files.columns import Columns, choose_names
from screening.compounds.files.record import MAX_EXTRA, Notation, RawRecord
from screening.compounds.files.size_limits import MAX_BLOCK, MAX_EXTRAS
from screening.compounds.files.stream import TextFile

_COUNTS = re.compile(r"\s*\d+\s*\d+\s.*V[23]000\s*$")

#: The chiral flag of V2000 and of V3000, and how many characters of a file are looked at before it is read.
_FLAG = re.compile(r"^.{12}  1.*V2000|^M  V30 COUNTS \d+ \d+ \d+ \d+ 1\b", re.MULTILINE)
LOOKED_AT = 1 << 20

_TAG = re.compile(r"^>[^<]*<(.*)>|^>\s.*\b(DT\d+)")

#: Lines and characters of one record that are kept; no sensible record is longer.
MAX_LINES = 50_000
MAX_CHARACTERS = MAX_BLOCK + 2 * MAX_EXTRAS


def read_sdf(file: TextFile, columns: Columns) -> Iterator[RawRecord]:
    """Yield the records of an SD file.

    The name is the first line of a record, or the data item `columns.name` if that is given, or (`naming_item`) one
    that names the records where their first lines are blank. A record without
    ``M  END`` is reported as cut; molecules that share a record because a ``$$$$`` is missing are parted.
    """
    number = held = 0
    block: list[str] = []
    head = file.head(LOOKED_AT).replace("\r\n", "\n")
    flagged = uses_chiral_flag(head) if columns.chiral_flag == "auto" else columns.chiral_flag == "obeyed"
    item = columns.name or naming_item(head)
    told = [f"names from the data item {item!r}"] if item else []
    if flagged:
        why = "as others have it" if columns.chiral_flag == "auto" else "as told"
        told.append(f"records without the chiral flag are racemates, {why} (--chiral-flag ignored takes them as drawn)")
    file.understood = ", ".join(told)
    for line in file.lines():
        if line.startswith("$$$$"):
            for piece in _molecules(block):
                number += 1
                yield _with_flag(_record(number, piece, item, ended=True), flagged)
            block, held = [], 0
        elif len(block) < MAX_LINES and held < MAX_CHARACTERS:
            block.append(line)
            held += len(line)
    if any(line.strip() for line in block):
        for piece in _molecules(block):
            number += 1
            yield _with_flag(_record(number, piece, item, ended=False), flagged)


def uses_chiral_flag(head: str) -> bool:
    """Say whether the program that wrote a file sets the chiral flag: then a record without it is a racemate.

    Many programs never set it and draw pure enantiomers: in their files its absence says nothing.
    """
    return _FLAG.search(head) is not None


def naming_item(head: str) -> str | None:
    """Return the data item that names the records of a file, if most of their own titles are blank."""
    blocks = re.split(r"^\$\$\$\$.*\n", head, flags=re.M)
    whole = [block.split("\n") for block in blocks[:-1][:50] or blocks]
    if not whole or 2 * sum(bool(lines[0].strip()) for lines in whole) > len(whole):
        return None
    items = [data_items(lines) for lines in whole]
    header = list(dict.fromkeys(name for found in items for name in found))
    at = choose_names(header, [[found.get(name, "") for name in header] for found in items])
    return None if at is None else header[at]


def _with_flag(record: RawRecord, flagged: bool) -> RawRecord:
    if flagged and not record.problem and _FLAG.search(record.text) is None:
        return record._replace(notation=Notation.RELATIVE_MOLBLOCK)
    return record


def _molecules(block: list[str]) -> list[list[str]]:
    """Split what stands between two ``$$$$`` where one between molecules is missing."""
    starts = [0]
    ended = False
    for index, line in enumerate(block):
        if line.startswith("M  END"):
            ended = True
        elif ended and index - starts[-1] > 6 and _COUNTS.match(line):
            if any(_TAG.match(before) for before in block[index - 4 : index]):
                continue  # a mol block in a data item of this record
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
        elif len(text) >= MAX_CHARACTERS:
            problem = f"a record of more than {MAX_CHARACTERS:,} characters"
        elif not ended:
            problem = "the file is cut in the middle of this record (no M  END)"
        elif len(block) >= 4 and block[3][:6].split() == ["0", "0"]:
            problem = ""  # some programs leave M  END out when there is no structure
        else:
            problem = "a record without M  END"
        return RawRecord(number, name, text, Notation.MOLBLOCK, problem)
    extra = tuple((item, value) for item, value in data_items(block[end + 1 :]).items() if item != name_item)
    return RawRecord(number, name, "\n".join(block[: end + 1]) + "\n", Notation.MOLBLOCK, "", extra)


def data_items(lines: list[str]) -> dict[str, str]:
    """Return the data items below a mol block: name to text, lines joined; empty ones left out.

    An item ends at a blank line (but for one that holds a mol block itself, which ends after its ``M  END``).
    """
    found: dict[str, str] = {}
    at = 0
    while at < len(lines):
        tag = _TAG.match(lines[at])
        at += 1
        if tag is None:
            continue
        start = at
        if any(_COUNTS.match(line) for line in lines[start : start + 4]):
            while at < len(lines) and not lines[at].startswith("M  END"):
                at += 1
            at += 1
        while at < len(lines) and lines[at].strip() and not (at > start and _TAG.match(lines[at])):
            at += 1
        value = "\n".join(lines[start:at]).rstrip()
        if value:
            name = tag.group(1) or tag.group(2)
            number = 2
            while name in found:
                name, number = f"{tag.group(1) or tag.group(2)} ({number})", number + 1
            found[name] = value[:MAX_EXTRA]
    return found


def _item(block: list[str], item: str, start: int) -> str:
    tag = f"<{item}>"
    for index in range(start, len(block) - 1):
        if block[index].startswith(">") and tag in block[index]:
            return block[index + 1].strip()
    return ""
