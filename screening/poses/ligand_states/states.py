"""A compound to the states that are docked: protomers, tautomers, stereoisomers; a family stays one record."""

from __future__ import annotations

import dataclasses

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors
from rdkit.Chem.EnumerateStereoisomers import EnumerateStereoisomers, StereoEnumerationOptions
from rdkit.Chem.MolStandardize import rdMolStandardize

from screening.errors import InputError
from screening.poses.ligand_states.protonation import protomers

#: Stereoisomers made of a compound whose centres are not all defined.
MAX_STEREOISOMERS = 4
#: Larger ligands and looser ones are refused: the search does not converge for them.
MAX_HEAVY_ATOMS, MAX_ROTATABLE_BONDS = 100, 32


@dataclasses.dataclass(frozen=True)
class LigandState:
    """One protomer, tautomer and stereoisomer of a compound.

    Attributes
    ----------
    smiles
        Canonical SMILES of the state.
    text
        What was chosen, for people: ``"charge +1, as drawn, protomer 1 of 2"``.
    rank
        Place among the states of the compound, from 1: the most likely first.
    """

    smiles: str
    text: str
    rank: int


def ligand_states(
    smiles: str,
    *,
    pH: float = 7.4,
    protomer_count: int = 1,
    tautomer_count: int = 1,
    stereoisomer_count: int = MAX_STEREOISOMERS,
) -> list[LigandState]:
    """Return the states of a compound, the most likely protomer and the tautomer as drawn first.

    Parameters
    ----------
    smiles
        The compound, one molecule. Salts are to be stripped before (`screening.compounds.standardisation`).
    pH
        Groups are charged as at this pH; see `screening.poses.ligand_states.protonation`.
    protomer_count, tautomer_count, stereoisomer_count
        At most so many of each. One protomer and the drawn tautomer by default, since a prepared library and a chemist
        both draw the one they mean; undefined stereocentres are enumerated.

    Raises
    ------
    InputError
        If the text is no molecule, holds several fragments, no carbon, or is too large or flexible to dock.
    """
    molecule = _one_molecule(smiles)
    found: dict[str, str] = {}
    tautomers = _tautomers(molecule, tautomer_count)
    for place, tautomer in enumerate(tautomers):
        drawn = "as drawn" if place == 0 else f"tautomer {place + 1} of {len(tautomers)}"
        every = protomers(tautomer, pH)
        for number, protomer in enumerate(every[:protomer_count]):
            which = f", protomer {number + 1} of {len(every)}" if len(every) > 1 else ""
            isomers = _stereoisomers(protomer, stereoisomer_count)
            for isomer, centres in isomers:
                charge = Chem.GetFormalCharge(Chem.MolFromSmiles(isomer))
                found.setdefault(isomer, f"charge {charge:+d}, {drawn}{which}{centres}" if charge else
                                 f"neutral, {drawn}{which}{centres}")  # fmt: skip
    return [LigandState(each, text, rank) for rank, (each, text) in enumerate(found.items(), start=1)]


def _one_molecule(smiles: str) -> Chem.Mol:
    molecule = Chem.MolFromSmiles(smiles) if smiles else None
    if molecule is None:
        raise InputError(f"{smiles[:80]!r} is no molecule", expected="SMILES of one molecule")
    pieces = len(Chem.GetMolFrags(molecule))
    if pieces != 1:
        raise InputError(f"{smiles[:80]!r} holds {pieces} fragments", expected="one molecule: strip salts first")
    if not any(atom.GetAtomicNum() == 6 for atom in molecule.GetAtoms()):
        raise InputError(f"{smiles[:80]!r} holds no carbon", expected="an organic ligand, no metal or ion")
    if any(atom.GetAtomicNum() == 0 for atom in molecule.GetAtoms()):
        raise InputError(f"{smiles[:80]!r} holds an open attachment point (*)", expected="a whole molecule")
    heavy = molecule.GetNumHeavyAtoms()
    if heavy > MAX_HEAVY_ATOMS:
        raise InputError(f"{smiles[:80]!r} has {heavy} heavy atoms", expected=f"at most {MAX_HEAVY_ATOMS} to be docked")
    rotatable = rdMolDescriptors.CalcNumRotatableBonds(molecule)
    if rotatable > MAX_ROTATABLE_BONDS:
        raise InputError(
            f"{smiles[:80]!r} has {rotatable} rotatable bonds", expected=f"at most {MAX_ROTATABLE_BONDS} to be docked"
        )
    return Chem.RemoveHs(molecule)


def _tautomers(molecule: Chem.Mol, count: int) -> list[str]:
    """Return the drawn tautomer, then others by the score of RDKit's tautomer enumerator."""
    drawn = Chem.MolToSmiles(molecule)
    if count < 2:
        return [drawn]
    enumerator = rdMolStandardize.TautomerEnumerator()
    enumerator.SetMaxTautomers(50)
    scored = sorted(
        ((-enumerator.ScoreTautomer(each), Chem.MolToSmiles(each)) for each in enumerator.Enumerate(molecule)),
    )
    others = [smiles for _, smiles in scored if smiles != drawn]
    return [drawn, *others][:count]


def _stereoisomers(smiles: str, count: int) -> list[tuple[str, str]]:
    """Return the isomers of a protomer whose open centres are defined, each with what to say of them."""
    options = StereoEnumerationOptions(onlyUnassigned=True, unique=True, maxIsomers=0)
    molecule = Chem.MolFromSmiles(smiles)
    isomers = EnumerateStereoisomers(molecule, options=options)
    found: dict[str, None] = {}
    for isomer in isomers:
        found.setdefault(Chem.MolToSmiles(isomer))
        if len(found) == count:
            break
    if len(found) < 2:
        return [(each, "") for each in found] or [(smiles, "")]
    return [(each, f", stereoisomer {place} of those left open") for place, each in enumerate(sorted(found), start=1)]
