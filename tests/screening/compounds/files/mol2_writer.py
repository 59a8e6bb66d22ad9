"""MOL2 blocks of RDKit molecules with the habits of several programs, for tests."""

from __future__ import annotations

from rdkit import Chem
from rdkit.Chem import rdDistGeom

HABITS = ("sybyl", "babel", "kekule", "amber")
HYDROGENS = ("all", "polar", "none")


def mol2_block(mol: Chem.Mol, habit: str, hydrogens: str, name: str = "made") -> str:
    """Return a block in 3D (2D where RDKit finds no conformer)."""
    mol = Chem.AddHs(mol)
    if rdDistGeom.EmbedMolecule(mol, randomSeed=7) != 0:
        raise ValueError("no conformer")
    place = mol.GetConformer().GetPositions()
    kekule = Chem.Mol(mol)
    Chem.Kekulize(kekule, clearAromaticFlags=False)
    kept = [atom.GetIdx() for atom in mol.GetAtoms() if _kept(atom, hydrogens)]
    number = {index: at for at, index in enumerate(kept, start=1)}
    bonds = []
    for bond, drawn in zip(mol.GetBonds(), kekule.GetBonds()):
        ends = (bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
        if all(end in number for end in ends):
            order = "ar" if _written_ar(bond, habit) else str(int(drawn.GetBondTypeAsDouble()))
            bonds.append(f"{len(bonds) + 1} {number[ends[0]]} {number[ends[1]]} {order}")
    lines = ["@<TRIPOS>MOLECULE", name, f"{len(kept)} {len(bonds)} 0 0 0", "SMALL", "NO_CHARGES", "", "@<TRIPOS>ATOM"]
    for index in kept:
        atom = mol.GetAtomWithIdx(index)
        x, y, z = place[index]
        label = f"{atom.GetSymbol()}{number[index]}"
        lines.append(f"{number[index]:7d} {label:8s} {x:9.4f} {y:9.4f} {z:9.4f} {_type(atom, habit):6s} 1 LIG1 0.0")
    return "\n".join([*lines, "@<TRIPOS>BOND", *bonds, ""])


def _kept(atom: Chem.Atom, hydrogens: str) -> bool:
    if atom.GetSymbol() != "H" or hydrogens == "all":
        return True
    return hydrogens == "polar" and atom.GetNeighbors()[0].GetSymbol() != "C"


def _carboxylate(atom: Chem.Atom) -> bool:
    """Say whether an atom is an end oxygen of a deprotonated acid."""
    if atom.GetSymbol() != "O" or atom.GetDegree() != 1:
        return False
    ends = [o for o in atom.GetNeighbors()[0].GetNeighbors() if o.GetSymbol() == "O" and o.GetDegree() == 1]
    return any(end.GetFormalCharge() < 0 for end in ends) and atom.GetNeighbors()[0].GetSymbol() in ("C", "P", "S")


def _cation_carbon(atom: Chem.Atom) -> bool:
    return atom.GetSymbol() == "C" and not atom.GetIsAromatic() and any(
        bond.GetBondTypeAsDouble() == 2 and bond.GetOtherAtom(atom).GetFormalCharge() > 0
        and bond.GetOtherAtom(atom).GetSymbol() == "N" and not bond.GetOtherAtom(atom).IsInRing()
        for bond in atom.GetBonds()
    )  # fmt: skip


def _written_ar(bond: Chem.Bond, habit: str) -> bool:
    first, second = bond.GetBeginAtom(), bond.GetEndAtom()
    if bond.GetIsAromatic():
        return habit in ("sybyl", "babel", "amber")
    if habit != "babel":
        return False
    if _carboxylate(first) or _carboxylate(second):
        return True
    cation = first if _cation_carbon(first) else second if _cation_carbon(second) else None
    return cation is not None and bond.GetOtherAtom(cation).GetSymbol() == "N"


def _type(atom: Chem.Atom, habit: str) -> str:
    symbol = atom.GetSymbol()
    doubles = sum(bond.GetBondTypeAsDouble() == 2 for bond in atom.GetBonds())
    if habit == "amber":
        names = {"C": "ca" if atom.GetIsAromatic() else "c3", "N": "na" if atom.GetDegree() == 3 else "nb", "O": "o",
                 "H": "hc", "S": "ss", "P": "p5", "F": "f", "Cl": "cl", "Br": "br", "I": "i", "B": "b"}  # fmt: skip
        return names.get(symbol, symbol)
    if symbol == "C":
        if _cation_carbon(atom):
            return "C.cat"
        return "C.ar" if atom.GetIsAromatic() else "C.2" if doubles == 1 else "C.1" if atom.GetDegree() == 2 else "C.3"
    if symbol == "N":
        if atom.GetFormalCharge() > 0 and atom.GetTotalDegree() == 4:
            return "N.4"
        if atom.GetIsAromatic():
            return "N.pl3" if atom.GetTotalDegree() == 3 else "N.ar"
        return "N.2" if doubles else "N.1" if atom.GetTotalDegree() == 1 else "N.3"
    if symbol == "O":
        return "O.co2" if _carboxylate(atom) else "O.2" if doubles else "O.3"
    if symbol == "S":
        return "S.O2" if doubles == 2 else "S.O" if doubles == 1 else "S.3"
    return {"P": "P.3"}.get(symbol, symbol)
