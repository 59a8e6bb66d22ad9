"""From the text of one record to everything a prepared library stores about it."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from rdkit import Chem, rdBase

from screening.compounds import drawing
from screening.compounds.fingerprint import packed_morgan
from screening.compounds.molblock_problem import molblock_problem
from screening.compounds.properties import property_row
from screening.compounds.record import Notation
from screening.compounds.rules import NO_RULES, RuleBook, Rules
from screening.compounds.standardise import Parent, Refusal, refuse, standard_form
from screening.compounds.tautomer import canonical_tautomer

#: Characters of the raw text of a structure that nobody could read which the ledger keeps.
KEPT_TEXT = 10_000

_MOL2_HYDROGEN = re.compile(r"^\s*\d+\s+\S+(?:\s+\S+){3}\s+H\b", re.MULTILINE)


class Described(NamedTuple):
    """What is known of a compound: its raw SMILES, its parent, packed fingerprint, properties and flags."""

    input: str
    parent: Parent
    fingerprint: bytes
    properties: tuple[float, ...]
    flags: tuple[str, ...] = ()


class Dropped(NamedTuple):
    """A record whose parent breaks a rule that drops: its raw SMILES and the rule."""

    input: str
    rule: str


class Undescribed(NamedTuple):
    """A record without a parent: the raw text (shortened) and why."""

    input: str
    refusal: Refusal


Outcome = Described | Dropped | Undescribed


def describe(text: str, notation: Notation, rules: Rules = NO_RULES, tautomers: bool = False) -> Outcome:
    """Describe a structure and judge it by rules; a pure function that never raises for any text.

    With `tautomers`, the canonical tautomer is described (`screening.compounds.tautomer`).
    """
    if notation is Notation.SMILES:
        smiles = text
    else:
        read = smiles_of_block(text, notation)
        if isinstance(read, Refusal):
            return Undescribed(text[:KEPT_TEXT], read)
        smiles = read
    found = standard_form(smiles)
    if tautomers and not isinstance(found, Refusal):
        found = canonical_tautomer(*found)
    if isinstance(found, Refusal):
        return Undescribed(smiles[:KEPT_TEXT], found)
    mol, parent = found
    properties = property_row(mol)
    if not rules:
        return Described(smiles, parent, packed_morgan(mol), properties, parent.flags)
    dropped, flags = _rule_book(rules).judge(mol, properties)
    if dropped:
        return Dropped(smiles, dropped)
    return Described(smiles, parent, packed_morgan(mol), properties, (*parent.flags, *flags))


@functools.cache
def _rule_book(rules: Rules) -> RuleBook:
    return RuleBook(rules)


def smiles_of_block(text: str, notation: Notation) -> str | Refusal:
    """Return the SMILES of a mol block or MOL2 block as drawn, or why there is none."""
    with rdBase.BlockLogs():
        try:
            mol = _read_block(text, notation)
            if isinstance(mol, Refusal):
                return mol
            # Refused here too: an attachment point can look like an ordinary query to SMILES.
            return refuse(mol) or str(Chem.MolToSmiles(mol))
        except Exception as error:  # RDKit's C++ errors arrive as several unrelated classes
            return Refusal("read", f"RDKit stops at this record ({type(error).__name__})")


def _read_block(text: str, notation: Notation) -> Chem.Mol | Refusal:
    def read(sanitize: bool) -> Chem.Mol | None:
        if notation is Notation.MOL2:
            return Chem.MolFromMol2Block(text, sanitize=sanitize, removeHs=sanitize)
        return Chem.MolFromMolBlock(text, sanitize=sanitize, removeHs=sanitize, strictParsing=False)

    mol = read(sanitize=True)
    if mol is not None:
        if notation is Notation.MOL2 and _MOL2_HYDROGEN.search(text) is None:
            # Meant to have its hydrogens, but some programs leave them all out; RDKit takes that for radicals.
            for atom in mol.GetAtoms():
                atom.SetNoImplicit(False)
                atom.SetNumRadicalElectrons(0)
            Chem.SanitizeMol(mol)
        return mol
    rescued = drawing.rescue(read(sanitize=False))
    if rescued is None:
        problem = molblock_problem(text) if notation is Notation.MOLBLOCK else "not a readable MOL2 block"
        return Refusal("read", problem)
    if isinstance(rescued, str):
        return Refusal("read", rescued)
    Chem.AssignStereochemistry(rescued, cleanIt=True, force=True)
    return rescued
