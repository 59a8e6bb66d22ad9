"""Atom types of AutoDock, the last column of PDBQT files, to elements.

Morris, G. M. et al., "AutoDock4 and AutoDockTools4", J. Comput. Chem. 30, 2785 (2009); the types of macrocycles (CG0,
G0) and water (W) are those of Meeko and AutoDock Vina 1.2.
"""

from __future__ import annotations

import re

#: Types that are no symbols of elements, as they are written.
TYPES: dict[str, str] = {
    "C": "C", "A": "C", "N": "N", "NA": "N", "NS": "N", "NX": "N", "O": "O", "OA": "O", "OS": "O", "OX": "O",
    "S": "S", "SA": "S", "H": "H", "HD": "H", "HS": "H", "P": "P", "F": "F", "I": "I", "B": "B", "Z": "ZN", "M": "MG",
    "J": "C", "Q": "C", "CG": "C", "n": "N", "c": "CL", "b": "BR", "f": "FE",
}  # fmt: skip

#: Pseudo atoms: the two halves of a broken ring, and the place of a displaced water.
PSEUDO = frozenset({"W", "G", *(f"G{i}" for i in range(10))})

_TAGS = re.compile(r"^(ROOT|ENDROOT|BRANCH |ENDBRANCH|TORSDOF|BEGIN_RES|END_RES|REMARK VINA RESULT)", re.M)
_CHARGED = re.compile(r"^(?:ATOM  |HETATM).{60}\s*[-+]?\d+\.\d{3} +([A-Za-z][A-Za-z0-9]{0,2})\s*$")


def is_pdbqt(lines: list[str], name: str) -> bool:
    """Tell whether the coordinate records of a file end in a charge and an AutoDock type."""
    if _TAGS.search("\n".join(lines[:400])):
        return True
    atoms = [line for line in lines if line[:6] in ("ATOM  ", "HETATM")][:200]
    fitting = sum(_CHARGED.match(line) is not None for line in atoms)
    return bool(atoms) and fitting > (0.5 if name.lower().endswith(".pdbqt") else 0.9) * len(atoms)


def element_of(line: str) -> str | None:
    """Return the element of a PDBQT record in capitals; None for a pseudo atom, empty if the type is unknown."""
    words = line[76:].split()
    kind = words[0] if words else ""
    if kind == "NA" and line[17:21].strip() in ("NA", "NA+", "SOD"):
        # Some programs write the symbol of sodium in capitals, which is also the type of an accepting nitrogen.
        return "NA"
    if kind in PSEUDO:
        return None
    if re.fullmatch(r"CG\d", kind):
        return "C"
    if kind in TYPES:
        return TYPES[kind]
    stated = re.fullmatch(r"[A-Z][a-z]", kind) or kind in ("MG", "ZN", "FE", "CA", "MN", "CL", "BR")
    return kind.upper() if stated else ""
