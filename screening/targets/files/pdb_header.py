"""The header records of PDB text: title, method, SEQRES, modified and missing residues, assemblies, cell.

Format: wwPDB, "Protein Data Bank Contents Guide", version 3.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from screening.targets.files.predicted import says_predicted
from screening.targets.files.residue_numbers import ResidueNumbers
from screening.targets.raw_structure import RawStructure
from screening.targets.symmetry import Assembly, Crystal, Operator
from screening.targets.target import ResidueId

_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_RESOLUTION = re.compile(rf"^REMARK   2 RESOLUTION\.\s+({_NUMBER})\s+ANG", re.I)
_R_FREE = re.compile(rf"^REMARK   3   FREE R VALUE\s+(?:\(.*\)\s*)?:\s*({_NUMBER})", re.I)
_R_WORK = re.compile(rf"^REMARK   3   R VALUE\s+\(WORKING SET\)\s*:\s*({_NUMBER})", re.I)


def read_header(lines: list[str]) -> RawStructure:
    """Read every header record of `lines` (they may stand anywhere); atoms are left out."""
    raw = RawStructure()
    records: dict[str, list[str]] = {}
    for line in lines:
        tag = line[:6].rstrip()
        if tag and tag not in ("ATOM", "HETATM", "ANISOU", "CONECT", "TER"):
            records.setdefault(tag, []).append(line)
    header = records.get("HEADER", [""])[0]
    raw.id = header[62:66].strip()
    raw.deposited = _date(header[50:59])
    raw.title = _continued(records.get("TITLE", []))
    raw.method = _continued(records.get("EXPDTA", []))
    remarks = records.get("REMARK", [])
    _read_remarks(raw, remarks)
    _read_seqres(raw, records.get("SEQRES", []))
    for line in records.get("MODRES", []):
        raw.modified[line[12:15].strip()] = line[24:27].strip()
    raw.links = tuple(_links(records.get("LINK", []), records.get("SSBOND", [])))
    raw.crystal = _crystal(records.get("CRYST1", []), remarks)
    raw.assemblies = _assemblies(remarks)
    named = (" ".join(records.get(tag, [])) for tag in ("HEADER", "COMPND", "AUTHOR", "KEYWDS"))
    said = [raw.title, raw.method, *named, *remarks[:40]]
    raw.predicted = says_predicted(" ".join(said), raw.method) or "PARENT" in records
    return raw


def _continued(lines: list[str]) -> str:
    """Join the lines of a record: with a blank, or without one where a word was broken.

    A word is broken after a hyphen, or at the end of a full line whose continuation does not begin with the blank that
    the format asks for.
    """
    text, full = "", False
    for line in lines:
        piece = line[10:80]
        broken = (full and piece[:1].strip() != "") or re.search(r"[^\s-]-$", text) is not None
        text += ("" if broken or not text else " ") + piece.strip()
        full = len(line[:80].rstrip()) >= 78
    return re.sub(r"\s+", " ", text).strip()


def _date(text: str) -> str:
    try:
        found = datetime.strptime(text.strip().title(), "%d-%b-%y").date()
    except ValueError:
        return ""
    # Two-digit years: the PDB began in 1971, strptime's turn is 1969.
    return found.isoformat()


def _read_remarks(raw: RawStructure, remarks: list[str]) -> None:
    unobserved, atoms = [], []
    for line in remarks:
        if match := _RESOLUTION.match(line):
            raw.resolution_A = float(match[1])
        elif raw.r_free is None and (match := _R_FREE.match(line)):
            raw.r_free = float(match[1])
        elif raw.r_work is None and (match := _R_WORK.match(line)):
            raw.r_work = float(match[1])
        elif line.startswith("REMARK 465") and (found := _listed_residue(line)):
            unobserved.append(found[0])
        elif line.startswith("REMARK 470") and (found := _listed_residue(line)) and found[1]:
            atoms.append(found)
    raw.unobserved = tuple(unobserved)
    raw.unobserved_atoms = tuple(atoms)


_LISTED = re.compile(r"^REMARK 4[67]\d\s+(?:\d+\s+)?([A-Z0-9]{1,3}) ([A-Za-z0-9])\s*(-?\d+)([A-Za-z]?)(\s.*)?$")


def _listed_residue(line: str) -> tuple[ResidueId, int] | None:
    """Read ``REMARK 465     MET A     1`` or, with atom names behind, ``REMARK 470     LYS A  12    CG   CD``."""
    match = _LISTED.match(line.rstrip())
    if match is None:
        return None
    return ResidueId(match[2], int(match[3]), match[4], match[1]), len((match[5] or "").split())


def _read_seqres(raw: RawStructure, lines: list[str]) -> None:
    for line in lines:
        chain = line[11:12].strip() or "_"
        raw.seqres[chain] = raw.seqres.get(chain, ()) + tuple(line[19:70].split())


def _links(links: list[str], disulfides: list[str]) -> Iterator[tuple[ResidueId, str, ResidueId, str]]:
    """Read LINK and SSBOND records that stay inside one asymmetric unit."""
    for line in links:
        first, second = _partner(line, 17), _partner(line, 47)
        if first and second and line[59:65].strip() == line[66:72].strip():
            yield first, line[12:16].strip(), second, line[42:46].strip()
    for line in disulfides:
        first, second = _partner(line, 11, gap=1), _partner(line, 25, gap=1)
        if first and second and line[59:65].strip() == line[66:72].strip():
            yield first, "SG", second, "SG"


def _partner(line: str, at: int, gap: int = 0) -> ResidueId | None:
    """Read a residue whose code stands at column `at`, counted from 0; `gap` columns are free before its number."""
    place = at + 5 + gap
    try:
        number = ResidueNumbers().read(line[place : place + 4])
    except ValueError:
        return None
    code = line[at : at + 3].strip()
    return ResidueId(line[at + 4].strip() or "_", number, line[place + 4 : place + 5].strip(), code)


def _floats(text: str, count: int) -> list[float] | None:
    try:
        found = [float(word) for word in text.split()]
    except ValueError:
        return None
    return found if len(found) >= count else None


def _operators(lines: list[str], tag: str) -> list[Operator]:
    """Read rows such as ``BIOMT1   1  1.0 0.0 0.0  0.0``, three to an operator."""
    rows: dict[str, list[list[float]]] = {}
    for line in lines:
        if line[13:18] != tag:
            continue
        name = line[19:23].strip()
        values = _floats(line[23:], 4)
        if values is not None:
            rows.setdefault(name, []).append(values)
    return [
        Operator(name, tuple((row[0], row[1], row[2]) for row in three), (three[0][3], three[1][3], three[2][3]))
        for name, three in rows.items()
        if len(three) == 3
    ]


def _assemblies(remarks: list[str]) -> tuple[Assembly, ...]:
    found: list[Assembly] = []
    blocks: list[tuple[str, list[str]]] = []
    for line in remarks:
        if not line.startswith("REMARK 350"):
            continue
        if line[11:23] == "BIOMOLECULE:":
            blocks.append((line[23:].strip(), []))
        elif blocks:
            blocks[-1][1].append(line)
    for name, lines in blocks:
        details = [line[11:].strip().rstrip(".") for line in lines if "DETERMINED" in line]
        parts: list[tuple[tuple[str, ...], tuple[Operator, ...]]] = []
        chains: list[str] = []
        matrix: list[str] = []

        for line in [*lines, "REMARK 350 APPLY"]:
            if line[11:16] == "APPLY":
                if chains and matrix:
                    parts.append((tuple(chains), tuple(_operators(matrix, "BIOMT"))))
                chains, matrix = [], []
            if "CHAINS:" in line:
                chains += [word.strip() for word in line.split("CHAINS:")[1].split(",") if word.strip()]
            elif line[13:18] == "BIOMT":
                matrix.append(line)
        if parts:
            found.append(Assembly(name, "; ".join(details), tuple(parts)))
    return tuple(found)


def _crystal(lines: list[str], remarks: list[str]) -> Crystal | None:
    if not lines:
        return None
    line = lines[0]
    cell = _floats(line[6:54], 6)
    if cell is None or min(cell[:3]) <= 1.0:
        # A cell of 1 Å stands for "no crystal" in NMR and electron microscopy entries.
        return None
    symmetry = [text for text in remarks if text.startswith("REMARK 290")]
    operators = tuple(_operators(symmetry, "SMTRY"))
    return Crystal((cell[0], cell[1], cell[2]), (cell[3], cell[4], cell[5]), line[55:66].strip(), operators)
