"""AutoDock atom types of RDKit molecules, for ligands and receptors alike.

The rules are those of Meeko's default table (Forli et al., AutoDock suite): carbon aromatic or not, nitrogen an
acceptor unless its lone pair is taken up by a double bond, ring or charge, hydrogen polar on N, O, S and P.
"""

from __future__ import annotations

from rdkit import Chem

#: SMARTS and type, later rules over earlier ones.
_RULES = [
    (Chem.MolFromSmarts(pattern), kind)
    for pattern, kind in (
        ("[#7]", "NA"),
        ("[#7X3v3][a]", "N"),
        ("[#7X3v3][#6X3v4]", "N"),
        ("[#7+1]", "N"),
        ("[#7X3v4]", "N"),
        ("[SX2]", "SA"),
        ("[SX1]", "SA"),
    )
]
#: Elements that the Vina family has types for; others take the type of a neighbour in the periodic table.
_ELEMENTS = frozenset("C N O F P S Cl Br I Si At Mg Mn Zn Ca Fe Co Ni Cu Na K Hg U Cd B".split())
_STAND_INS = {"Se": "S", "Te": "S", "As": "P", "B": "C", "Si": "C", "Ge": "C", "Sn": "C"}
#: Metals without a type of their own stand for one that every engine knows.
METAL_STAND_IN = "Zn"
KNOWN_METALS = frozenset("Mg Mn Zn Ca Fe".split())
_NONMETALS = frozenset("H B C N O F Si P S Cl Ge As Se Br Te I At".split())


def atom_types(molecule: Chem.Mol) -> list[str]:
    """Return the AutoDock type of each atom of a molecule that carries its hydrogens."""
    found = [_by_element(atom) for atom in molecule.GetAtoms()]
    for pattern, kind in _RULES:
        for match in molecule.GetSubstructMatches(pattern, maxMatches=1_000_000):
            found[match[0]] = kind
    return found


def _by_element(atom: Chem.Atom) -> str:
    symbol = str(atom.GetSymbol())
    if symbol == "H":
        polar = any(other.GetAtomicNum() in (7, 8, 15, 16) for other in atom.GetNeighbors())
        return "HD" if polar else "H"
    if symbol == "C":
        return "A" if atom.GetIsAromatic() else "C"
    if symbol == "O":
        return "OA"
    if symbol in _STAND_INS:
        return _STAND_INS[symbol]
    if symbol not in _NONMETALS:
        return symbol if symbol in KNOWN_METALS else METAL_STAND_IN
    return symbol
