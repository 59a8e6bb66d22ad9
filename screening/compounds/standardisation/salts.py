"""Salts and solvents taken off a structure: what is left is its parent."""

from __future__ import annotations

import functools

from rdkit import Chem

from screening.compounds.standardisation.charges import is_centre, is_metallic, uncharged
from screening.compounds.standardisation.salt_list import IONS, salt_keys, solvent_keys


def without_complex_anions(mol: Chem.Mol) -> Chem.Mol:
    """Leave out anions such as PF6-, which RDKit would give a proton that there is no room for."""
    if not any(atom.GetFormalCharge() < 0 and is_centre(atom) for atom in mol.GetAtoms()):
        return mol
    fragments = list(Chem.GetMolFrags(mol, asMols=True))
    kept = [fragment for fragment in fragments if not is_complex_anion(fragment)]
    if len(kept) == len(fragments) or all(fragment.GetNumAtoms() == 1 for fragment in kept):
        return mol
    parent = functools.reduce(Chem.CombineMols, kept)
    Chem.SanitizeMol(parent)
    return parent


def without_salts(mol: Chem.Mol) -> Chem.Mol:
    """Return the molecule without solvents, salt formers and simple ions, copies of a fragment once.

    Where nothing else would be left, they stay.
    """
    fragments = list(Chem.GetMolFrags(mol, asMols=True))
    if len(fragments) == 1:
        return mol
    neutral = [uncharged(fragment) for fragment in fragments]
    keys = [Chem.MolToSmiles(fragment, isomericSmiles=False) for fragment in neutral]
    rows = range(len(fragments))
    kept = [row for row in rows if keys[row] not in solvent_keys()]
    if not kept:
        return mol
    after_solvents = kept
    kept = [row for row in kept if not is_salt_former(fragments[row], keys[row])] or kept
    if len({Chem.MolToSmiles(neutral[row]) for row in kept}) == 1:
        kept = kept[:1]
    if any(is_metallic(fragments[row]) for row in kept):
        kept = after_solvents
    parent = fragments[kept[0]]
    for row in kept[1:]:
        parent = Chem.CombineMols(parent, fragments[row])
    Chem.SanitizeMol(parent)
    return parent


def is_salt_former(fragment: Chem.Mol, key: str) -> bool:
    """Say whether a fragment, with the given key of its neutral form, is a salt former or a simple ion."""
    if fragment.GetNumAtoms() == 1 and fragment.GetAtomWithIdx(0).GetSymbol() in IONS:
        return True
    return key in salt_keys()


def is_complex_anion(fragment: Chem.Mol) -> bool:
    """Say whether a fragment is an anion such as PF6-, SbF6-, BPh4- or Ph3SiF2-: halogens and carbons round a centre.

    Around boron all four must be of one kind: trifluoroborates and boronate esters are compounds themselves.
    """
    if Chem.GetFormalCharge(fragment) >= 0:
        return False
    centres = [atom for atom in fragment.GetAtoms() if atom.GetFormalCharge() < 0]
    if len(centres) != 1 or not is_centre(centres[0]):
        return False
    symbols = [neighbour.GetSymbol() for neighbour in centres[0].GetNeighbors()]
    if centres[0].GetSymbol() in ("B", "Al"):
        return len(set(symbols)) == 1 and symbols[0] in ("F", "Cl", "C")
    return set(symbols) <= {"F", "Cl", "C"} and len(set(symbols) & {"F", "Cl"}) > 0
