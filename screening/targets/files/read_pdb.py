"""Read PDB and PDBQT text: atoms, header records, bonds that CONECT records list."""

from __future__ import annotations

import dataclasses

import numpy as np

from screening.errors import StructureError
from screening.targets.entities.chain_parts import named_chains
from screening.targets.entities.elements import with_elements
from screening.targets.files.autodock_types import is_pdbqt
from screening.targets.files.formats import StructureFile
from screening.targets.files.pdb_atoms import RECORDS, connected_serials, pdb_atoms
from screening.targets.files.pdb_header import read_header
from screening.targets.raw_structure import RawStructure


def read_pdb(file: StructureFile) -> RawStructure:
    """Read a PDB or PDBQT file.

    Raises
    ------
    StructureError
        If a coordinate record cannot be understood; the message has its line number.
    """
    lines = file.text.split("\n")
    raw = read_header(lines)
    _look_for_a_cut(lines, raw, file)
    pdbqt = is_pdbqt(lines, file.path.name)
    if pdbqt:
        raw.notes.append("It is PDBQT: AutoDock atom types were read as elements.")
    atoms, fields, notes = pdb_atoms(lines, file, pdbqt=pdbqt)
    raw.notes += notes
    if len(atoms):
        # In old entries these columns hold the id of the entry.
        if len(np.unique(atoms.segment_name)) == 1:
            atoms = dataclasses.replace(atoms, segment_name=np.full(len(atoms), "", "<U1"))
        atoms = with_elements(atoms, fields, raw.notes)
        raw.connected = connected_serials(lines, atoms.serial)
        atoms = named_chains(atoms, raw.notes)
    raw.atoms = atoms
    return raw


def _look_for_a_cut(lines: list[str], raw: RawStructure, file: StructureFile) -> None:
    """Refuse a file that ends inside a coordinate record; note one that has a header but no end."""
    places = [i for i, line in enumerate(lines) if line[:6] in RECORDS]
    if not places:
        return
    last = places[-1]
    whole = max(len(lines[i]) for i in places[-20:-1]) if len(places) > 1 else 0
    if last == len(lines) - 1 and len(lines[last]) < whole:
        raise StructureError("the file ends in the middle of a coordinate record", source=file.path,
                             where=f"line {last + 1}", expected="a complete file")  # fmt: skip
    closed = any(line[:6].rstrip() in ("END", "ENDMDL", "TER", "MASTER", "CONECT") for line in lines[last + 1 :])
    if not closed and (raw.id or raw.seqres):
        raw.notes.append("The file has a header but no END record after its last atom: it may be cut off.")
