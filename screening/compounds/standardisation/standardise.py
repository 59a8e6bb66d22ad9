"""Raw structure to parent: one written protocol for libraries, training sets and queries.

Steps of `PROTOCOL`, in order:

1. Refuse what is not a compound: no atoms, 1,000 heavy atoms or more, attachment points, query atoms and bonds,
   polymers (`screening.compounds.standardisation.not_one_structure`), letters that no SMILES has.
2. Isotope labels are dropped, and hydrogens become implicit, also those that only say the stereo of a C=N-H.
3. Group 1 and 2 metals drawn as bonded to N, O, S or halogen are disconnected to ions. Molecules with
   another metal, or with more than seven borons, keep their drawing and are flagged ``metal``.
4. Functional groups are drawn one way (`screening.compounds.standardisation.normalise_groups`).
5. Anions of fluorine, chlorine or carbon around P, As, Sb, B, Al or Si leave, as from hexafluorophosphates, then
   solvents, then salt formers (`screening.compounds.standardisation.salts`); where nothing else would be left, they
   stay. Copies of the same fragment become one. Different fragments that are left stay together, flagged
   ``mixture``.
6. Charges are removed by adding or removing hydrogens where that is possible (RDKit's ``Uncharger`` in
   canonical order).
7. The parent is written as canonical SMILES and read back, so that its name does not depend on how it was
   drawn. Racemates, relative stereo and atropisomers are named by CXSMILES
   (`screening.compounds.standardisation.enhanced_stereo`).

It follows the parent rules of the ChEMBL curation pipeline (Bento et al., J. Cheminform. 2020, 12, 51); where it
differs and why is in ``tests/screening/compounds/standardisation/disagreements.csv``. Tautomers are left as drawn
(`screening.compounds.standardisation.tautomer` changes that on request).
"""

from __future__ import annotations

import dataclasses
import unicodedata

from rdkit import Chem, rdBase

from screening.compounds.compound import structure_key
from screening.compounds.standardisation import enhanced_stereo, normalise_groups
from screening.compounds.standardisation.charges import hydrogens_removed, is_metallic, uncharged
from screening.compounds.standardisation.fast_path import short_form
from screening.compounds.standardisation.not_one_structure import extension_peculiarity, says_relative
from screening.compounds.standardisation.salts import without_complex_anions, without_salts

#: Name of the rules above; it changes whenever a result can change.
PROTOCOL = "parent-2"

#: Limits beyond which a record is refused before any chemistry.
MAX_SMILES = 10_000
MAX_HEAVY_ATOMS = 999


@dataclasses.dataclass(frozen=True)
class Parent:
    """The parent of a structure.

    Attributes
    ----------
    smiles
        Canonical SMILES, or CXSMILES where only that can say the stereo.
    identity
        Key of `smiles` (``structure_key``); equal for equal parents.
    family
        Key of the parent without stereo; parents are neutral where that is possible, so protomers share
        it too.
    flags
        ``mixture`` if several different fragments are left, ``metal`` if it holds a metal or a borane cage,
        ``racemate``, ``relative_stereo``, ``atropisomer``.
    """

    smiles: str
    identity: bytes
    family: bytes
    flags: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Refusal:
    """Why a structure has no parent: the stage that refused it and the reason, as the ledger stores them."""

    stage: str
    reason: str


def parent_of(smiles: str) -> Parent | Refusal:
    """Return the parent of a SMILES, or why it has none. Never raises for any text."""
    found = standard_form(smiles)
    return found if isinstance(found, Refusal) else found[1]


def parent_of_mol(mol: Chem.Mol) -> Parent | Refusal:
    """Return the parent of a sanitised molecule, or why it has none; `mol` is not changed."""
    found = standard_form_of_mol(mol)
    return found if isinstance(found, Refusal) else found[1]


def standard_form(smiles: str) -> tuple[Chem.Mol, Parent] | Refusal:
    """Return the parent of a SMILES as a molecule and its names, or why it has none."""
    smiles = smiles.strip()
    if len(smiles) < MAX_HEAVY_ATOMS:
        with rdBase.BlockLogs():
            short = short_form(smiles)
        if short is not None:
            return short[0], names(*short, plain=True)
    return long_form(smiles)


def long_form(smiles: str) -> tuple[Chem.Mol, Parent] | Refusal:
    """Return what `standard_form` returns, by every step of the protocol."""
    mol = read_smiles(smiles)
    return mol if isinstance(mol, Refusal) else standard_form_of_mol(mol)


def read_smiles(smiles: str) -> Chem.Mol | Refusal:
    """Return a sanitised molecule, or why there is none."""
    smiles = smiles.strip()
    if not smiles:
        return Refusal("read", "no structure: the SMILES is empty")
    if len(smiles) > MAX_SMILES:
        return Refusal("size", f"SMILES of {len(smiles)} characters, at most {MAX_SMILES} are read")
    bare, _, extension = smiles.partition(" ")
    # RDKit ends at a letter that it does not know, as if the SMILES ended there.
    strange = next((letter for letter in bare if not " " < letter < "\x7f"), None)
    if strange is not None:
        return Refusal("read", f"not SMILES: character {strange!a} ({unicodedata.name(strange, 'unnamed')})")
    extension = extension if extension.startswith("|") else ""
    with rdBase.BlockLogs():
        try:
            mol = Chem.MolFromSmiles(smiles)
            if mol is None and extension and Chem.MolFromSmiles(bare) is not None:
                return Refusal("read", "a CXSMILES extension (between bars) that cannot be read")
            if mol is None:
                mol = normalise_groups.rescue(Chem.MolFromSmiles(bare, sanitize=False))
        except Exception as error:  # RDKit's C++ errors arrive as several unrelated classes
            return Refusal("read", f"RDKit stops at this SMILES ({type(error).__name__})")
    if isinstance(mol, str):
        return Refusal("read", mol)
    if mol is None:
        return Refusal("read", normalise_groups.syntax_problem(bare))
    if extension:
        problem = extension_peculiarity(extension, mol)
        if problem is not None:
            return Refusal("structure", problem)
        if says_relative(extension):
            mol = enhanced_stereo.relative_by_flag(mol)
    return mol


def standard_form_of_mol(mol: Chem.Mol) -> tuple[Chem.Mol, Parent] | Refusal:
    """Return the parent of a sanitised molecule as a molecule and its names, or why it has none."""
    refused = refuse(mol)
    if refused is not None:
        return refused
    with rdBase.BlockLogs():
        try:
            parent = _parent(Chem.Mol(mol))
            if enhanced_stereo.has_enhanced_stereo(parent):
                smiles = enhanced_stereo.stereo_smiles(parent)
                if " " in smiles:
                    named = Chem.MolFromSmiles(smiles)
                    return named, names(named, smiles)
            smiles = Chem.MolToSmiles(parent)
            for _ in range(3):
                again = Chem.MolFromSmiles(smiles)
                if again is None:
                    return Refusal("standardise", "the parent cannot be read back")
                written = Chem.MolToSmiles(again)
                if written == smiles:
                    break
                smiles = written
        except Exception as error:  # RDKit's C++ errors arrive as several unrelated classes
            return Refusal("standardise", _first_line(error))
    return again, names(again, smiles)


def names(mol: Chem.Mol, smiles: str, *, plain: bool = False) -> Parent:
    """Return the names of a parent given as molecule and canonical SMILES; `plain` ones have no flags."""
    identity = structure_key(smiles)
    family = identity
    if "@" in smiles or "/" in smiles or "\\" in smiles or " " in smiles:
        family = structure_key(Chem.MolToSmiles(mol, isomericSmiles=False))
    if plain:
        return Parent(smiles, identity, family)
    flags = []
    if "." in smiles.partition(" ")[0]:
        flags.append("mixture")
    if "[" in smiles and is_metallic(mol):
        flags.append("metal")
    if " " in smiles:
        flags += enhanced_stereo.flags_of(mol)
    return Parent(smiles, identity, family, tuple(flags))


def refuse(mol: Chem.Mol) -> Refusal | None:
    """Return why a molecule is no compound, or None."""
    if mol.GetNumAtoms() == 0:
        return Refusal("read", "no structure: no atoms")
    heavy = mol.GetNumHeavyAtoms()
    if heavy > MAX_HEAVY_ATOMS:
        return Refusal("size", f"{heavy} heavy atoms, at most {MAX_HEAVY_ATOMS} are read")
    if any(atom.GetAtomicNum() == 0 or atom.HasQuery() for atom in mol.GetAtoms()):
        return Refusal("structure", "an attachment point or query atom (such as *): not one compound")
    if any(bond.HasQuery() for bond in mol.GetBonds()):
        return Refusal("structure", "a query bond (any, or one of several orders): not one compound")
    return None


def _parent(mol: Chem.Mol) -> Chem.Mol:
    labelled = False
    for atom in mol.GetAtoms():
        if atom.GetIsotope():
            atom.SetIsotope(0)
            labelled = True
        atom.SetAtomMapNum(0)
    if labelled:
        Chem.SanitizeMol(mol)
    mol = without_complex_anions(Chem.RemoveHs(mol, hydrogens_removed()))
    if not is_metallic(mol):
        mol = normalise_groups.draw_one_way(normalise_groups.disconnect(mol))
        mol = uncharged(mol)
    mol = without_salts(mol)
    return uncharged(mol)


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"RDKit: {lines[0]}" if lines else f"RDKit: {type(error).__name__}"
