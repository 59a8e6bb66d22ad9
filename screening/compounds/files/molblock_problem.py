"""Why a mol block cannot be read, in a few words."""

from __future__ import annotations

import re

_COUNTS = re.compile(r"^[ \d]{3}[ \d]{3}")


def molblock_problem(block: str) -> str:
    """Say what is wrong with a mol block that RDKit does not read; equal mistakes give equal words."""
    lines = block.split("\n")
    if len(lines) < 4:
        return "mol block: fewer than four lines"
    if "V3000" in lines[3]:
        return _v3000_problem(lines[4:])
    if not _COUNTS.match(lines[3]) or not lines[3][:3].strip():
        return "mol block: line 4 does not count atoms and bonds"
    atoms, bonds = int(lines[3][:3]), int(lines[3][3:6].strip() or 0)
    for line in lines[4 : 4 + atoms]:
        if not _is_atom(line):
            return "mol block: fewer atom lines than line 4 counts, or a broken one"
    for line in lines[4 + atoms : 4 + atoms + bonds]:
        numbers = (line[:3].strip(), line[3:6].strip(), line[6:9].strip())
        if not all(number.isdigit() for number in numbers):
            return "mol block: fewer bond lines than line 4 counts, or a broken one"
        if not all(1 <= int(number) <= atoms for number in numbers[:2]):
            return "mol block: a bond to an atom that is not there"
    return "mol block that RDKit does not read"


def _is_atom(line: str) -> bool:
    try:
        [float(line[start : start + 10]) for start in (0, 10, 20)]
    except ValueError:
        return False
    return bool(line[31:34].strip())


def _v3000_problem(lines: list[str]) -> str:
    text = "\n".join(lines)
    for needed in ("BEGIN CTAB", "COUNTS", "BEGIN ATOM", "END ATOM", "END CTAB"):
        if needed not in text:
            return f"V3000 mol block without {needed}"
    return "V3000 mol block that RDKit does not read"
