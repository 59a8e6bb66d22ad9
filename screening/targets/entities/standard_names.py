"""Residue names of force fields and modelling programs to those of the PDB: HSD is a histidine, T3P is water.

Names that tell a protonation (HID, HIE, HIP, ASH, GLH, LYN, CYX, CYM) stay, and others are put into those terms. A name
counts only where the atoms are those of the residue: CYN is cyanide, OPC a lipid and CLA chlorophyll in the PDB.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from screening.targets.entities.components import (
    AMINO_ACIDS,
    FORCE_FIELD_NAMES,
    NUCLEOTIDE_NAMES,
    STANDARD_AMINO_ACIDS,
    WATER_MODELS,
)  # fmt: skip
from screening.targets.raw_structure import RawAtoms

_WATER = "HOH"
#: Longest O-H bond of water, in Å.
_OH_A = 1.25
#: Heavy atoms of the largest amino acid (tryptophan with its terminal oxygen).
_MOST_HEAVY = 15


def with_standard_names(atoms: RawAtoms, notes: list[str]) -> RawAtoms:
    """Return the atoms with residue names of the PDB; what was renamed is appended to `notes`."""
    codes = set(atoms.residue_name.tolist())
    odd = {code for code in codes if code in FORCE_FIELD_NAMES or code in NUCLEOTIDE_NAMES}
    odd |= {code for code in codes if code in WATER_MODELS and code not in (_WATER, "DOD")}
    unknown = {code for code in codes if code not in AMINO_ACIDS and code not in WATER_MODELS}
    candidates = np.flatnonzero(np.isin(atoms.residue_name, sorted(odd)) | _small_oxygens(atoms, unknown))
    if not len(candidates):
        return atoms
    names = atoms.residue_name.astype("<U8")
    identity = (atoms.model, atoms.chain, atoms.label_chain, atoms.number, atoms.insertion_code, atoms.residue_name)
    keys = list(zip(*(column[candidates].tolist() for column in identity)))
    members: dict[tuple[object, ...], list[int]] = {}
    for key, row in zip(keys, candidates.tolist()):
        members.setdefault(key, []).append(row)
    renamed: dict[tuple[str, str], int] = {}
    for key, rows in members.items():
        code = str(key[-1])
        wanted = _name(atoms, np.array(rows), code)
        if wanted and wanted != code:
            names[rows] = wanted
            renamed[code, wanted] = renamed.get((code, wanted), 0) + 1
    if renamed:
        told = ", ".join(f"{old} is {new} ({count})" for (old, new), count in sorted(renamed.items()))
        notes.append(f"Residue names of other programs were read as those of the PDB: {told}.")
    return dataclasses.replace(atoms, residue_name=names)


def _small_oxygens(atoms: RawAtoms, unknown: set[str]) -> np.ndarray:
    """Return the atoms of components that are oxygen and hydrogens only: a water under any name."""
    mask = np.isin(atoms.residue_name, sorted(unknown))
    others = {str(code) for code in np.unique(atoms.residue_name[mask & ~np.isin(atoms.element, ("O", "H", "D"))])}
    return mask & ~np.isin(atoms.residue_name, sorted(others))


def _name(atoms: RawAtoms, rows: np.ndarray, code: str) -> str:
    present = set(atoms.name[rows].tolist())
    elements = atoms.element[rows]
    heavy = rows[~np.isin(elements, ("H", "D"))]
    oxygen = len({str(atoms.name[row]) for row in heavy}) == 1 and (atoms.element[heavy] == "O").all()
    if oxygen and (code in WATER_MODELS or _two_hydrogens(atoms, rows, heavy)):
        return _WATER
    small = len({str(atoms.name[row]) for row in heavy}) <= _MOST_HEAVY
    if code in FORCE_FIELD_NAMES and small and ("CA" in present or (not atoms.hetero[rows[0]] and _unmistakable(code))):
        return FORCE_FIELD_NAMES[code]
    if code in NUCLEOTIDE_NAMES and {"C1'", "C1*"} & present and {"O3'", "O3*", "P", "O5'", "O5*"} & present:
        parent = NUCLEOTIDE_NAMES[code]
        deoxy = not {"O2'", "O2*"} & present
        return f"D{parent}" if deoxy and len(parent) == 1 and parent != "U" else parent
    return ""


def _unmistakable(code: str) -> bool:
    """Tell whether a name is surely that of an amino acid, even if only one of its atoms was seen."""
    return code in ("HSD", "HSE", "HSP") or (len(code) == 4 and code[1:] in STANDARD_AMINO_ACIDS)


def _two_hydrogens(atoms: RawAtoms, rows: np.ndarray, heavy: np.ndarray) -> bool:
    if len(rows) != 3 or len(heavy) != 1:
        return False
    places = np.stack([atoms.x[rows], atoms.y[rows], atoms.z[rows]], axis=1)
    at = places[rows == heavy[0]][0]
    gaps = np.linalg.norm(places - at, axis=1)
    return bool(((gaps > 0) & (gaps < _OH_A)).sum() == 2)
