"""The ten properties a prepared library stores, as RDKit defines them."""

from __future__ import annotations

import functools

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from screening.compounds.rules.rotatable_bonds import rotatable_bonds

#: Our column name to RDKit's descriptor name; logP and rotatable bonds are worked out here.
_RDKIT_NAMES = {
    "molecular_weight": "amw",
    "tpsa": "tpsa",
    "hbd": "NumHBD",
    "hba": "NumHBA",
    "heavy_atoms": "NumHeavyAtoms",
    "rings": "NumRings",
    "fraction_csp3": "FractionCSP3",
}

#: Wildman and Crippen's contributions of hydrogens to logP, by what they are bound to.
_H1, _H2, _H3, _H4, _HS = 0.123, -0.2677, 0.2142, 0.298, 0.1125


@functools.cache
def _calculator() -> rdMolDescriptors.Properties:
    return rdMolDescriptors.Properties(list(_RDKIT_NAMES.values()))


@functools.cache
def _bearers() -> Chem.Mol:
    return Chem.MolFromSmarts("[!#6;!H0]")


def property_row(mol: Chem.Mol) -> tuple[float, ...]:
    """Return the properties of a molecule in the order of `PROPERTIES`.

    Molecular weight is the average mass in g/mol, logP is Wildman and Crippen's (J. Chem. Inf. Comput. Sci.
    1999, 39, 868), TPSA is Ertl's without S and P in Å^2 (J. Med. Chem. 2000, 43, 3714), rotatable bonds are
    RDKit's strict definition, formal charge is in units of e.
    """
    weight, tpsa, donors, acceptors, *others = _calculator().ComputeProperties(mol)
    bonds = float(rotatable_bonds(mol))
    weight, tpsa = round(weight, 3), round(tpsa, 2)  # as exact as their terms; the order of these does not tell
    return (weight, log_p(mol), tpsa, donors, acceptors, bonds, *others, float(Chem.GetFormalCharge(mol)))


def log_p_contributions(mol: Chem.Mol) -> list[float]:
    """Return what each atom of a molecule without hydrogen atoms adds to logP, with the hydrogens it bears."""
    contributions = rdMolDescriptors._CalcCrippenContribs(mol)
    found = []
    for atom, (heavy, _) in zip(mol.GetAtoms(), contributions):
        count = atom.GetTotalNumHs()
        each = 0.0 if not count else _H1 if atom.GetAtomicNum() == 6 else _hydrogen(atom, count)
        found.append(heavy + count * each)
    return found


def log_p(mol: Chem.Mol) -> float:
    """Return Wildman and Crippen's logP, rounded to its five decimals, as RDKit's ``MolLogP`` gives it.

    RDKit adds the hydrogens as atoms to find their types, which doubles its work. Their types follow from the
    heavy atom they are bound to, so here they are only counted.
    """
    if mol.GetNumHeavyAtoms() != mol.GetNumAtoms():  # explicit hydrogens: leave it all to RDKit
        return round(float(rdMolDescriptors.CalcCrippenDescriptors(mol, True, True)[0]), 5)
    heavy: float = rdMolDescriptors.CalcCrippenDescriptors(mol, False, True)[0]
    for name in ("_crippenLogP", "_crippenMR"):
        mol.ClearProp(name)  # RDKit would give it out as the value with hydrogens
    on_carbon = mol.GetNumAtoms(onlyExplicit=False) - mol.GetNumAtoms()
    hydrogens = 0.0
    for (index,) in mol.GetSubstructMatches(_bearers(), maxMatches=mol.GetNumAtoms()):
        atom = mol.GetAtomWithIdx(index)
        count = atom.GetTotalNumHs()
        on_carbon -= count
        hydrogens += count * _hydrogen(atom, count)
    return round(heavy + on_carbon * _H1 + hydrogens, 5) + 0.0


def _hydrogen(atom: Chem.Atom, count: int) -> float:
    """Return the contribution of a hydrogen on a heteroatom that bears `count` of them."""
    number = atom.GetAtomicNum()
    if number == 7:
        return _H3
    if number != 8:
        return _H2
    if count > 1:
        return _H2
    best = 4
    for bond in atom.GetBonds():
        if bond.GetBondType() not in (Chem.BondType.SINGLE, Chem.BondType.AROMATIC):
            continue  # bonds to metals
        other = bond.GetOtherAtom(atom)
        near, aromatic = other.GetAtomicNum(), other.GetIsAromatic()
        if (near == 6 and (aromatic or other.GetTotalDegree() == 4)) or near not in (6, 7, 8, 16):
            best = min(best, 1)
        elif near == 7:
            best = min(best, 2)
        elif near in (8, 16) or _doubly_bound(other):
            best = min(best, 3)
    return {1: _H2, 2: _H3, 3: _H4, 4: _HS}[best]


def _doubly_bound(carbon: Chem.Atom) -> bool:
    """Say whether an aliphatic carbon is doubly bound to C, N, O or S (``C=[#6,#7,O,S]``)."""
    for bond in carbon.GetBonds():
        if bond.GetBondType() == Chem.BondType.DOUBLE:
            other = bond.GetOtherAtom(carbon)
            if other.GetAtomicNum() in (6, 7) or (other.GetAtomicNum() in (8, 16) and not other.GetIsAromatic()):
                return True
    return False
