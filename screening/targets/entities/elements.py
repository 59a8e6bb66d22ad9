"""Elements of atoms whose file does not name them, or names them wrongly.

In the PDB format the element is right-justified in the first two columns of the name, so " CA " is a carbon and "CA  "
calcium. Many programs write the names at the left, so the columns are believed only in a file that keeps to them, and
never against chemistry: amino acids and nucleotides hold no metals, and an atom at bonding distance from carbon is
none.
"""

from __future__ import annotations

import collections
import dataclasses

import numpy as np
from scipy.spatial import cKDTree

from screening.targets.entities.components import (
    AMINO_ACIDS,
    CAPS,
    FORCE_FIELD_NAMES,
    ION_NAMES,
    METALS,
    NUCLEOTIDE_NAMES,
    NUCLEOTIDES,
    WATER_MODELS,
)  # fmt: skip
from screening.targets.raw_structure import RawAtoms

SYMBOLS = frozenset(
    "H D HE LI BE B C N O F NE NA MG AL SI P S CL AR K CA SC TI V CR MN FE CO NI CU ZN GA GE AS SE BR KR RB SR Y ZR "
    "NB MO TC RU RH PD AG CD IN SN SB TE I XE CS BA LA CE PR ND PM SM EU GD TB DY HO ER TM YB LU HF TA W RE OS IR PT "
    "AU HG TL PB BI PO AT RN FR RA AC TH PA U NP PU AM CM BK CF ES FM".split()
)
#: Two-letter symbols that atom names of ligands begin with.
_TWO_LETTERS = frozenset({"CL", "BR", "SI", "SE", "AS", *(symbol for symbol in METALS if len(symbol) == 2)})
#: Bond lengths to carbon by which these are told from C and B with a letter behind, in Å.
_HALOGEN_A = {"CL": (1.60, 1.88), "SI": (1.75, 2.00), "SE": (1.78, 2.05), "AS": (1.80, 2.05)}
#: Nearer than this to another heavy atom of its residue an atom is no metal, in Å.
_NO_METAL_A = 1.75
#: Elements of one letter that ligands are made of.
_COMMON = frozenset("HCNOSPFIBD")
#: Names of the places without mass in water models.
_VIRTUAL = ("EP", "MW", "LP", "OM", "LA", "IW")


def with_elements(atoms: RawAtoms, fields: np.ndarray, notes: list[str]) -> RawAtoms:
    """Fill in the elements that are missing and mend those that cannot be.

    Parameters
    ----------
    atoms
        Atoms with the elements that the file states in capitals, empty where it states none.
    fields
        The four columns of each name as they stand in the file, str array of the same length.
    notes
        What was mended is appended.

    Returns
    -------
    RawAtoms
        The same atoms, without the virtual sites of water models.
    """
    element = atoms.element.astype("<U2")
    unknown = ~np.isin(element, sorted(SYMBOLS))
    standard = np.array([_standard(code) for code in atoms.residue_name.tolist()], bool)
    water = np.isin(atoms.residue_name, sorted(WATER_MODELS))
    wrong = standard & ~unknown & np.isin(element, sorted(METALS))
    if wrong.any():
        notes.append(f"{int(wrong.sum())} atoms of amino acids or nucleotides are called metals; read by their names.")
    todo = np.flatnonzero(unknown | wrong)
    virtual = np.zeros(len(atoms), bool)
    if len(todo):
        columns = _keeps_to_columns(atoms, fields, standard)
        neighbours = _Neighbours(atoms)
        for at in todo.tolist():
            name, code = str(atoms.name[at]).upper(), str(atoms.residue_name[at]).upper()
            if water[at] and name.startswith(_VIRTUAL):
                virtual[at] = True
            elif standard[at] or water[at]:
                element[at] = _of_standard(name, code)
            else:
                right = columns and str(fields[at])[:1] == " "
                two = columns and not right
                element[at] = _of_ligand(name, code, at, neighbours, one_letter=right, two_letters=two)
    if virtual.any():
        notes.append(f"{int(virtual.sum())} virtual sites of a water model were left out.")
    mended = dataclasses.replace(atoms, element=element)
    return mended.select(~virtual) if virtual.any() else mended


def _standard(code: str) -> bool:
    """Tell whether a component is an amino acid, a nucleotide or a cap, under any of its names."""
    known = (AMINO_ACIDS, NUCLEOTIDES, FORCE_FIELD_NAMES, NUCLEOTIDE_NAMES, CAPS)
    return code not in METALS and any(code in names for names in known)


def _keeps_to_columns(atoms: RawAtoms, fields: np.ndarray, standard: np.ndarray) -> bool:
    """Tell whether the file puts names where the format wants them: short names of proteins after a blank."""
    short = np.array([len(name) < 4 and not name[:1].isdigit() for name in atoms.name.tolist()], bool)
    judged = fields[short & standard] if (short & standard).any() else fields[short]
    return bool(len(judged)) and float(np.mean([field[:1] == " " for field in judged.tolist()])) > 0.5


def _of_standard(name: str, code: str) -> str:
    """Return the element of an atom of an amino acid, nucleotide or water: one letter, or selenium."""
    bare = name.lstrip("0123456789'*\"")
    if bare.startswith("SE") and code in ("MSE", "SEC", "CSE", "MHO", "PSW"):
        return "SE"
    return bare[:1] if bare[:1] in SYMBOLS else ""


def _of_ligand(name: str, code: str, at: int, near: _Neighbours, *, one_letter: bool, two_letters: bool) -> str:
    """Return the element of an atom of any other component, by its name, the columns and what it is bonded to.

    `one_letter` and `two_letters` say what the columns of the name mean; both are false in a file that does not keep to
    them.
    """
    bare = name.lstrip("0123456789")
    first, letters = bare[:1], bare[:2]
    if near.alone(at):
        # A single atom: its residue says what it is.
        ion = ION_NAMES.get(code, code).rstrip("+-0123456789")
        ion = {"IOD": "I"}.get(ion, ion)
        if ion in SYMBOLS:
            return ion
        if letters in _TWO_LETTERS:
            return letters
    gap = near.nearest(at)
    if letters == "BR":
        # Boron with an R behind it is not met.
        return letters
    if letters in _HALOGEN_A:
        low, high = _HALOGEN_A[letters]
        return letters if low <= gap <= high or gap > 3.0 or (two_letters and gap > high) else first
    coordinated = two_letters or (not one_letter and near.crowd(at) >= 3)
    if letters in METALS and len(letters) == 2 and gap > _NO_METAL_A and coordinated:
        return letters
    if first in _COMMON or (first in SYMBOLS and gap > _NO_METAL_A):
        return first
    return first if first in SYMBOLS else letters if letters in SYMBOLS else ""


class _Neighbours:
    """Distances between the atoms of one residue that are no hydrogens by their names."""

    def __init__(self, atoms: RawAtoms) -> None:
        places = np.stack([atoms.x, atoms.y, atoms.z], axis=1).astype(float)
        finite = np.isfinite(places).all(axis=1)
        names = np.char.upper(atoms.name).tolist()
        light = np.array([name.lstrip("0123456789")[:1] in ("H", "D") for name in names], bool)
        self._rows = np.flatnonzero(finite & ~light)
        self._tree = cKDTree(places[self._rows]) if len(self._rows) else None
        self._places, self._alt, self._model = places, atoms.altloc, atoms.model
        columns = (atoms.model, atoms.chain, atoms.number, atoms.insertion_code, atoms.residue_name)
        self._identity = list(zip(*(column.tolist() for column in columns)))
        self._size = collections.Counter(self._identity)

    def alone(self, at: int) -> bool:
        """Tell whether the atom is its whole residue; conformers of one atom count as one."""
        if self._size[self._identity[at]] == 1:
            return True
        return not any(gap < 3.0 and same for gap, same in self._around(at, 3.0))

    def nearest(self, at: int) -> float:
        """Return the distance to the nearest heavy atom of the residue, 9 if there is none within 3 Å."""
        return min((gap for gap, same in self._around(at, 3.0) if same), default=9.0)

    def crowd(self, at: int) -> int:
        """Return how many atoms, of any residue, lie within 2.7 Å."""
        return len(self._around(at, 2.7))

    def _around(self, at: int, reach: float) -> list[tuple[float, bool]]:
        if self._tree is None or not np.isfinite(self._places[at]).all():
            return []
        found = []
        for other in self._rows[self._tree.query_ball_point(self._places[at], reach)].tolist():
            apart = self._alt[at] and self._alt[other] and self._alt[at] != self._alt[other]
            if other == at or apart or self._model[other] != self._model[at]:
                continue
            gap = float(np.linalg.norm(self._places[at] - self._places[other]))
            found.append((gap, self._identity[other] == self._identity[at]))
        return found
