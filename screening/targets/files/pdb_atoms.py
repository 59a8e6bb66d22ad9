"""The coordinate records of PDB and PDBQT text, column by column.

Format: wwPDB, "Protein Data Bank Contents Guide", version 3.3; residue names of four letters (CHARMM, GROMACS) use
column 21 too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from screening.errors import StructureError
from screening.targets.files.autodock_types import element_of
from screening.targets.files.formats import StructureFile
from screening.targets.files.residue_numbers import ResidueNumbers
from screening.targets.raw_structure import RawAtoms

RECORDS = ("ATOM  ", "HETATM")

_COLUMNS = (
    "name", "element", "residue_name", "chain", "number", "insertion_code", "altloc", "hetero", "x", "y", "z",
    "occupancy", "b_factor", "model", "segment", "segment_name", "serial",
)  # fmt: skip


def pdb_atoms(lines: list[str], file: StructureFile, *, pdbqt: bool) -> tuple[RawAtoms, np.ndarray, list[str]]:
    """Read the coordinate records.

    Parameters
    ----------
    lines
        All lines of the file, so that messages name them by number.
    file
        For messages.
    pdbqt
        The records end in a charge and an AutoDock type.

    Returns
    -------
    atoms
        Chain ids as they stand in the file, empty where there is none.
    fields
        The four columns of each atom name.
    notes
        What was odd.

    Raises
    ------
    StructureError
        If a record has no coordinates or no residue number; the message has the line.
    """
    columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    append = [columns[name].append for name in _COLUMNS]
    fields: list[str] = []
    numbers = ResidueNumbers()
    model, inside, segment, pseudo, last_chain = 0, False, 0, 0, ""
    for at, line in enumerate(lines):
        record = line[:6]
        if record not in RECORDS:
            if record in ("MODEL ", "ENDMDL") or record.rstrip() == "MODEL":
                inside = record.rstrip() == "MODEL"
                model += inside
                segment = 0
                numbers.new_chain()
            elif record[:3] == "TER":
                segment += 1
                numbers.new_chain()
            continue
        if not inside:
            # Atoms after the end of a model belong to the next one, whether a MODEL record says so or not.
            inside, model = True, model + 1
        element = line[76:78].strip().upper()
        if pdbqt:
            found = element_of(line)
            if found is None:
                pseudo += 1
                continue
            element = found
        chain = line[21:22].strip()
        if chain != last_chain:
            numbers.new_chain()
            last_chain = chain
        try:
            number = numbers.read(line[22:26])
        except ValueError:
            raise StructureError(f"residue number {line[22:26].strip()!r} is no number", source=file.path,
                                 where=f"line {at + 1}",
                                 expected="a whole number in columns 23 to 26") from None  # fmt: skip
        try:
            x, y, z = float(line[30:38]), float(line[38:46]), float(line[46:54])
        except ValueError:
            raise StructureError("invalid or missing coordinate(s)", source=file.path, where=f"line {at + 1}",
                                 expected="x, y, z in columns 31 to 54") from None  # fmt: skip
        values = (
            line[12:16].strip(), element, line[17:21].strip(), chain, number, line[26:27].strip(), line[16:17].strip(),
            record == "HETATM", x, y, z, _real(line[54:60], 1.0), _real(line[60:66], 0.0), model, segment,
            "" if pdbqt else line[72:76].strip(), _whole(line[6:11]),
        )  # fmt: skip
        for add, value in zip(append, values):
            add(value)
        fields.append(f"{line[12:16]:<4}")
    notes = []
    if numbers.extended:
        notes.append(f"Residue numbers beyond 9999 are {numbers.extended}; they were read as such.")
    if pseudo:
        notes.append(f"{pseudo} pseudo atoms of docking (broken rings, displaced water) were left out.")
    return RawAtoms.from_columns(columns), np.array(fields, dtype="<U4"), notes


def connected_serials(lines: list[str], serials: np.ndarray) -> frozenset[tuple[int, int]]:
    """Return the pairs of atoms that CONECT records join; none if serials do not name atoms one by one."""
    joined: set[tuple[int, int]] = set()
    for line in lines:
        if line[:6] != "CONECT":
            continue
        first, *others = (_whole(line[at : at + 5]) for at in range(6, 31, 5))
        joined |= {(min(first, other), max(first, other)) for other in others if first and other}
    if not joined or len(np.unique(serials)) < len(serials):
        return frozenset()
    return frozenset(joined)


def _real(text: str, default: float) -> float:
    try:
        return float(text)
    except ValueError:
        return default


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0
