"""Put another fragment in the place of one: the molecule that comes out, and which of its atoms are new."""

from __future__ import annotations

import dataclasses
from functools import lru_cache

from rdkit import Chem

from screening.compounds.series.cuts import HYDROGEN, Cut

_KEPT = "kept"


@dataclasses.dataclass(frozen=True)
class Joined:
    """A molecule with a new fragment: canonical SMILES, and the indices of its new atoms."""

    smiles: str
    new_atoms: tuple[int, ...]


def context_of(mol: Chem.Mol, cut: Cut) -> Chem.Mol:
    """Return the molecule without a fragment, with attachment points in its place; stereo elsewhere stays."""
    edited = Chem.RWMol(mol)
    for atom in edited.GetAtoms():
        atom.SetIntProp(_KEPT, 1)
    for number, (inner, outer) in enumerate(cut.ends, 1):
        point = Chem.Atom(0)
        point.SetAtomMapNum(number)
        at = edited.AddAtom(point)
        if inner >= 0:
            edited.RemoveBond(inner, outer)
        edited.AddBond(outer, at, Chem.BondType.SINGLE)
        if inner < 0:  # in place of a hydrogen that may be written out, as of an aromatic nitrogen
            atom = edited.GetAtomWithIdx(outer)
            if atom.GetNumExplicitHs():
                atom.SetNumExplicitHs(atom.GetNumExplicitHs() - 1)
    for atom in sorted(cut.atoms, reverse=True):
        edited.RemoveAtom(atom)
    found = edited.GetMol()
    Chem.SanitizeMol(found)
    return found


@lru_cache(maxsize=100_000)
def _fragment(text: str) -> Chem.Mol | None:
    if text == HYDROGEN:
        parameters = Chem.SmilesParserParams()
        parameters.removeHs = False
        return Chem.MolFromSmiles(text, parameters)
    return Chem.MolFromSmiles(text)


def joined(context: Chem.Mol, fragment: str) -> Joined | None:
    """Return the molecule of a context and a fragment with the same attachment points; None if it is not valid."""
    piece = _fragment(fragment)
    if piece is None:
        return None
    try:
        mol = Chem.molzip(context, piece)
        if fragment == HYDROGEN:
            mol = Chem.RemoveHs(mol)
        return finished(mol)
    except (ValueError, RuntimeError):
        return None


def finished(mol: Chem.Mol, kept: str = _KEPT) -> Joined | None:
    """Return a molecule as text, its new atoms being those without the property `kept`; None if it is not valid."""
    try:
        Chem.SanitizeMol(mol)
        Chem.AssignStereochemistry(mol, cleanIt=True, force=True)
        text = Chem.MolToSmiles(mol)
    except (ValueError, RuntimeError):
        return None
    order = [int(part) for part in mol.GetProp("_smilesAtomOutputOrder").strip("[],").split(",") if part]
    new = tuple(place for place, atom in enumerate(order) if not mol.GetAtomWithIdx(atom).HasProp(kept))
    return Joined(text, new)
