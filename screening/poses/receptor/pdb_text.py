"""A prepared receptor as PDB and PDBQT text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from screening.poses.receptor.receptor import Receptor

#: Atom types whose hydrogens PDBQT leaves out: engines of this kind see carbon and its hydrogens as one atom.
NONPOLAR_HYDROGEN = "H"


def pdb_text(receptor: Receptor) -> str:
    """Return PDB text with all hydrogens.

    A chain id longer than a letter is cut to its first, and numbers start again where they outgrow their column:
    the residues of such a file are told apart by their order.
    """
    atoms = receptor.atoms
    lines = []
    for row in range(len(atoms)):
        record = "HETATM" if atoms.hetero[row] else "ATOM  "
        charge = receptor.formal_charge[row]
        sign = f"{abs(charge)}{'+' if charge > 0 else '-'}" if charge else "  "
        lines.append(f"{record}{_place(receptor, row, row + 1)}  1.00  0.00          {_element(receptor, row)}{sign}")
    return "\n".join([*lines, "END", ""])


def pdbqt_text(receptor: Receptor) -> str:
    """Return PDBQT text: heavy atoms and polar hydrogens with AutoDock atom types.

    The column of partial charges is zero: the scoring functions of Vina, Vinardo and the CNNs do not read it.
    """
    lines: list[str] = []
    for row, kind in enumerate(receptor.atom_type):
        if kind == NONPOLAR_HYDROGEN:
            continue
        record = "HETATM" if receptor.atoms.hetero[row] else "ATOM  "
        lines.append(f"{record}{_place(receptor, row, len(lines) + 1)}  1.00  0.00     0.000 {kind:<2s}")
    return "\n".join([*lines, ""])


def _place(receptor: Receptor, row: int, serial: int) -> str:
    atoms = receptor.atoms
    name = str(atoms.name[row])
    padded = f" {name:<3s}" if len(name) < 4 and len(str(atoms.element[row])) == 1 else f"{name:<4s}"
    number = int(atoms.number[row]) % 10000 if atoms.number[row] > 9999 else int(atoms.number[row])
    x, y, z = np.asarray(atoms.coordinates[row], dtype=np.float64)
    return (
        f"{serial % 100000:5d} {padded[:4]} {str(atoms.residue_name[row])[:3]:>3s} {str(atoms.chain[row])[:1] or 'A'}"
        f"{number:4d}{str(atoms.insertion_code[row])[:1] or ' '}   {x:8.3f}{y:8.3f}{z:8.3f}"
    )


def _element(receptor: Receptor, row: int) -> str:
    return f"{str(receptor.atoms.element[row]).upper():>2s}"
