"""What each atom of a site can do: residues by their names, everything else bound there by its elements and bonds."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.spatial import cKDTree

from screening.targets.entities.components import METALS, STANDARD_AMINO_ACIDS, WATER
from screening.targets.target import Atoms

_DONORS = {
    "ARG": {"NE", "NH1", "NH2"}, "ASN": {"ND2"}, "GLN": {"NE2"}, "HIS": {"ND1", "NE2"}, "LYS": {"NZ"},
    "HID": {"ND1"}, "HIE": {"NE2"}, "HIP": {"ND1", "NE2"}, "LYN": {"NZ"}, "ASH": {"OD2"}, "GLH": {"OE2"},
    "SER": {"OG"}, "THR": {"OG1"}, "TRP": {"NE1"}, "TYR": {"OH"}, "CYS": {"SG"},
    "A": {"N6", "O2'"}, "C": {"N4", "O2'"}, "G": {"N1", "N2", "O2'"}, "U": {"N3", "O2'"},
    "DA": {"N6"}, "DC": {"N4"}, "DG": {"N1", "N2"}, "DT": {"N3"}, "SEC": {"SE"}, "HYP": {"OD1"},
}  # fmt: skip
_PHOSPHATE = {"OP1", "OP2", "O1P", "O2P", "O3P", "OP3"}
_RIBOSE = {"O2'", "O3'", "O4'", "O5'"} | _PHOSPHATE
_ACCEPTORS = {
    "ASN": {"OD1"}, "ASP": {"OD1", "OD2"}, "GLN": {"OE1"}, "GLU": {"OE1", "OE2"}, "HIS": {"ND1", "NE2"},
    "HID": {"NE2"}, "HIE": {"ND1"}, "ASH": {"OD1", "OD2"}, "GLH": {"OE1", "OE2"}, "LYN": {"NZ"},
    "SER": {"OG"}, "THR": {"OG1"}, "TYR": {"OH"}, "MET": {"SD"}, "CYS": {"SG"}, "CYM": {"SG"}, "HYP": {"OD1"},
    "SEP": {"OG"} | _PHOSPHATE, "TPO": {"OG1"} | _PHOSPHATE, "PTR": {"OH"} | _PHOSPHATE, "KCX": {"OQ1", "OQ2"},
    "A": {"N1", "N3", "N7"} | _RIBOSE, "C": {"N3", "O2"} | _RIBOSE, "G": {"N3", "N7", "O6"} | _RIBOSE,
    "U": {"O2", "O4"} | _RIBOSE, "DA": {"N1", "N3", "N7"} | _RIBOSE, "DC": {"N3", "O2"} | _RIBOSE,
    "DG": {"N3", "N7", "O6"} | _RIBOSE, "DT": {"O2", "O4"} | _RIBOSE,
}  # fmt: skip
_POSITIVE = {"ARG": {"NE", "NH1", "NH2"}, "LYS": {"NZ"}, "HIP": {"ND1", "NE2"}}
_NEGATIVE = {
    "ASP": {"OD1", "OD2"}, "GLU": {"OE1", "OE2"}, "SEP": _PHOSPHATE, "TPO": _PHOSPHATE, "PTR": _PHOSPHATE,
    "KCX": {"OQ1", "OQ2"}, "CYM": {"SG"},
    **dict.fromkeys(("A", "C", "G", "U", "DA", "DC", "DG", "DT"), _PHOSPHATE),
}  # fmt: skip
_SIX = ("CG", "CD1", "CD2", "CE1", "CE2", "CZ")
_IMIDAZOLE = ("CG", "ND1", "CD2", "CE1", "NE2")
_PURINE = (("C4", "C5", "N7", "C8", "N9"), ("N1", "C2", "N3", "C4", "C5", "C6"))
_PYRIMIDINE = (("N1", "C2", "N3", "C4", "C5", "C6"),)
_RINGS: dict[str, tuple[tuple[str, ...], ...]] = {
    "PHE": (_SIX,), "TYR": (_SIX,), "PTR": (_SIX,),
    "TRP": (("CG", "CD1", "CD2", "NE1", "CE2"), ("CD2", "CE2", "CE3", "CZ2", "CZ3", "CH2")),
    **dict.fromkeys(("HIS", "HID", "HIE", "HIP"), (_IMIDAZOLE,)),
    **dict.fromkeys(("A", "G", "DA", "DG"), _PURINE),
    **dict.fromkeys(("C", "U", "DC", "DT"), _PYRIMIDINE),
}  # fmt: skip
_HYDROPHOBIC = (
    "ALA", "VAL", "LEU", "ILE", "MET", "MSE", "PHE", "TYR", "PTR", "TRP", "PRO", "THR", "LYS", "ARG", "GLN", "GLU",
    "CYS", "HIS", "HID", "HIE",
)  # fmt: skip
#: Donors and ring nitrogens whose hydrogens lie in the plane of their neighbours.
_PLANAR = {"ARG": {"NE", "NH1", "NH2"}, "ASN": {"ND2"}, "GLN": {"NE2"}, "TRP": {"NE1"},
           **{name: {"ND1", "NE2"} for name in ("HIS", "HID", "HIE", "HIP")},
           "A": {"N6"}, "C": {"N4"}, "G": {"N1", "N2"}, "DA": {"N6"}, "DC": {"N4"}, "DG": {"N1", "N2"},
           "U": {"N3"}, "DT": {"N3"}}  # fmt: skip
_LONE_PAIR = {**{name: {"ND1", "NE2"} for name in ("HIS", "HID", "HIE")},
              **{name: {"N1", "N3", "N7"} for name in ("A", "G", "DA", "DG")}, "C": {"N3"}, "DC": {"N3"}}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class SiteRoles:
    """Roles of atoms of a site, as bool arrays of shape (n,), their rings and what each is bonded to."""

    donor: np.ndarray
    acceptor: np.ndarray
    positive: np.ndarray
    negative: np.ndarray
    hydrophobic: np.ndarray
    planar: np.ndarray
    lone_pair_in_plane: np.ndarray
    water: np.ndarray
    metal: np.ndarray
    rings: tuple[tuple[int, ...], ...]
    bonded: tuple[tuple[int, ...], ...]


def site_roles(atoms: Atoms) -> SiteRoles:
    """Return what each heavy atom of a site can do.

    Parameters
    ----------
    atoms
        Heavy atoms only. Histidine without a stated tautomer is donor and acceptor at both nitrogens. An atom of what
        is neither residue nor nucleotide, such as a cofactor, goes by its element and by how many it is bonded to.
    """
    element = np.char.upper(atoms.element.astype(str))
    metal = np.isin(element, list(METALS)) & (np.bincount(atoms.residue_index)[atoms.residue_index] == 1)
    water = np.isin(atoms.residue_name, list(WATER))
    bonded = _bonded(atoms, metal | water)

    def named(table: dict[str, set[str]]) -> np.ndarray:
        pairs = zip(atoms.name.tolist(), atoms.residue_name.tolist())
        return np.array([name in table.get(residue, ()) for name, residue in pairs], dtype=bool)

    polymer = _has_backbone(atoms)
    known = np.isin(atoms.residue_name, [*_ACCEPTORS, *_DONORS, *_HYDROPHOBIC, "GLY"])
    other = ~known & ~metal & ~water
    degree = np.array([len(found) for found in bonded])
    backbone_n = polymer & (atoms.name == "N") & ~np.isin(atoms.residue_name, ["PRO", "HYP"])
    backbone_o = polymer & np.isin(atoms.name, ["O", "OXT"])
    loose = other & ~backbone_n & ~backbone_o
    donor = named(_DONORS) | backbone_n | (loose & np.isin(element, ["N"]) & (degree <= 2))
    donor |= loose & (element == "O") & (degree == 1) & _long_bond(atoms, bonded)
    acceptor = named(_ACCEPTORS) | backbone_o | (loose & (element == "O")) | (loose & (element == "N") & (degree <= 2))
    carbon = (element == "C") & np.array([all(element[b] in ("C", "S", "SE") for b in found) for found in bonded])
    greasy = carbon & (np.isin(atoms.residue_name, _HYDROPHOBIC) & ~np.isin(atoms.name, ["C", "CA"]) | loose)
    rings = []
    for members in np.split(np.arange(len(atoms)), atoms.residue_starts[1:]) if len(atoms) else []:
        by_name = {str(atoms.name[i]): int(i) for i in members}
        for ring in _RINGS.get(str(atoms.residue_name[members[0]]), ()):
            if all(name in by_name for name in ring):
                rings.append(tuple(by_name[name] for name in ring))
    phosphate = loose & (element == "O") & np.array([any(element[b] == "P" for b in found) for found in bonded])
    return SiteRoles(
        donor | water, acceptor | water, named(_POSITIVE), named(_NEGATIVE) | (phosphate & (degree == 1)), greasy,
        named(_PLANAR) | backbone_n, named(_LONE_PAIR), water, metal, tuple(rings), bonded,
    )  # fmt: skip


def _bonded(atoms: Atoms, alone: np.ndarray) -> tuple[tuple[int, ...], ...]:
    """Return the heavy atoms each atom is bonded to; metals and waters are bonded to nothing."""
    found: list[list[int]] = [[] for _ in range(len(atoms))]
    if len(atoms) > 1:
        for first, second in cKDTree(atoms.coordinates).query_pairs(2.15, output_type="ndarray").tolist():
            if alone[first] or alone[second]:
                continue
            gap = float(np.linalg.norm(atoms.coordinates[first] - atoms.coordinates[second]))
            if 0.4 < gap < (2.15 if {"S", "SE", "P"} & {atoms.element[first], atoms.element[second]} else 1.75):
                found[first].append(second)
                found[second].append(first)
    return tuple(tuple(sorted(one)) for one in found)


def _has_backbone(atoms: Atoms) -> np.ndarray:
    """Tell which atoms belong to amino acids: by name, or by having N and CA."""
    has_ca = np.unique(atoms.residue_index[(atoms.name == "CA") & (atoms.element == "C")])
    has_n = np.unique(atoms.residue_index[atoms.name == "N"])
    standard = np.isin(atoms.residue_name, list(STANDARD_AMINO_ACIDS))
    return standard | np.isin(atoms.residue_index, np.intersect1d(has_ca, has_n))


def _long_bond(atoms: Atoms, bonded: tuple[tuple[int, ...], ...]) -> np.ndarray:
    """Tell which atoms with one neighbour hang on it by a single bond, by its length."""
    long = np.zeros(len(atoms), dtype=bool)
    for index, found in enumerate(bonded):
        if len(found) == 1:
            long[index] = float(np.linalg.norm(atoms.coordinates[index] - atoms.coordinates[found[0]])) > 1.33
    return long
