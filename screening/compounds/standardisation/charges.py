"""Charges taken away by adding or removing hydrogens, metals told from simple ions."""

from __future__ import annotations

import functools

from rdkit import Chem
from rdkit.Chem.MolStandardize import rdMolStandardize

_METALS = frozenset(
    """
    Sc Ti V Cr Mn Fe Co Ni Cu Ga Ge Y Zr Nb Mo Tc Ru Rh Pd Cd In Sn Sb Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po
    La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr
    """.split()
)
_MAX_BORONS = 7
#: Centres of anions that hold more neighbours than a neutral compound could: element to the fewest neighbours.
_CENTRES = {"P": 6, "As": 6, "Sb": 6, "Si": 5, "Ge": 5, "B": 4, "Al": 4}


def is_centre(atom: Chem.Atom) -> bool:
    """Say whether a negative atom has so many neighbours that no proton can neutralise it."""
    return bool(atom.GetDegree() >= _CENTRES.get(atom.GetSymbol(), 99))


def is_metallic(mol: Chem.Mol) -> bool:
    """Say whether a molecule holds a metal that is not a simple counter-ion, or a borane cage."""
    symbols = [atom.GetSymbol() for atom in mol.GetAtoms()]
    return symbols.count("B") > _MAX_BORONS or not _METALS.isdisjoint(symbols)


@functools.cache
def _uncharger() -> rdMolStandardize.Uncharger:
    return rdMolStandardize.Uncharger(canonicalOrder=True)


@functools.cache
def hydrogens_removed() -> Chem.RemoveHsParameters:
    """Return which explicit hydrogens become implicit: also those that define the stereo of a double bond."""
    parameters = Chem.RemoveHsParameters()
    parameters.removeDefiningBondStereo = True
    parameters.showWarnings = False
    return parameters


def uncharged(mol: Chem.Mol) -> Chem.Mol:
    """Return the molecule with as few charges as hydrogens allow."""
    # Centres that have no room for a proton are hidden from RDKit's Uncharger, which would break on them.
    hidden = [
        (atom.GetIdx(), atom.GetAtomicNum(), atom.GetFormalCharge())
        for atom in mol.GetAtoms()
        if atom.GetFormalCharge() < 0 and is_centre(atom)
    ]
    if hidden:
        mol = Chem.Mol(mol)
        for index, _, _ in hidden:
            mol.GetAtomWithIdx(index).SetAtomicNum(0)
            mol.GetAtomWithIdx(index).SetFormalCharge(0)
        mol.UpdatePropertyCache(strict=False)
    mol = _uncharger().uncharge(mol)
    for index, number, charge in hidden:
        mol.GetAtomWithIdx(index).SetAtomicNum(number)
        mol.GetAtomWithIdx(index).SetFormalCharge(charge)
    Chem.SanitizeMol(mol)
    return Chem.RemoveHs(mol, hydrogens_removed())
