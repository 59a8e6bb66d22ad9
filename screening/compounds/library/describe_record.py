"""From the text of a record to everything a prepared library stores about it.

First each record is standardised for itself (`standardised`), then all of a batch are described together
(`describe_all`).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from rdkit import Chem, rdBase

from screening.compounds.files.mol2_atoms import Mol2Error
from screening.compounds.files.mol2_structure import mol_of_block, with_stereo
from screening.compounds.files.molblock_problem import molblock_problem
from screening.compounds.files.record import Notation
from screening.compounds.fingerprint import packed_morgan
from screening.compounds.rules.batch_properties import MOST_ATOMS, batch_properties
from screening.compounds.rules.properties import property_row
from screening.compounds.rules.rules import NO_RULES, RuleBook, Rules
from screening.compounds.standardisation import normalise_groups
from screening.compounds.standardisation.enhanced_stereo import relative_by_flag, stereo_smiles
from screening.compounds.standardisation.not_one_structure import molblock_peculiarity
from screening.compounds.standardisation.standardise import Parent, Refusal, refuse, standard_form
from screening.compounds.standardisation.tautomer import canonical_tautomer
from screening.compounds.substructure_prescreen.molecular_graphs import Graphs, graphs_of_mols
from screening.compounds.substructure_prescreen.smiles_to_graphs import smiles_to_graphs

#: Characters of the raw text of a structure that nobody could read which the ledger keeps.
KEPT_TEXT = 10_000


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


class Standardised(NamedTuple):
    """A record with a parent that is not described yet: its raw SMILES and the parent."""

    input: str
    mol: Chem.Mol
    parent: Parent


def describe(text: str, notation: Notation, rules: Rules = NO_RULES, tautomers: bool = False) -> Outcome:
    """Describe a structure and judge it by rules; a pure function that never raises for any text.

    With `tautomers`, the canonical tautomer is described (`screening.compounds.standardisation.tautomer`).
    """
    found = standardised(text, notation, tautomers)
    return found if isinstance(found, Undescribed) else describe_all([found], rules)[0]


def standardised(text: str, notation: Notation, tautomers: bool = False) -> Standardised | Undescribed:
    """Return the parent of a structure, or why it has none; never raises for any text."""
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
    return Standardised(smiles, *found)


def describe_all(compounds: Sequence[Standardised], rules: Rules = NO_RULES) -> list[Described | Dropped]:
    """Describe standardised compounds and judge them by rules."""
    if not compounds:
        return []
    graphs, understood = smiles_to_graphs([one.parent.smiles for one in compounds])
    understood &= np.diff(graphs.starts) <= MOST_ATOMS
    if understood.all():
        return _described(compounds, graphs, rules, fast=True)
    slow = [one for one, fast in zip(compounds, understood) if not fast]
    others = iter(_described(slow, graphs_of_mols([one.mol for one in slow]), rules, fast=False))
    plain = iter(describe_all([one for one, fast in zip(compounds, understood) if fast], rules))
    return [next(plain if fast else others) for fast in understood]


def _described(
    compounds: Sequence[Standardised], graphs: Graphs, rules: Rules, fast: bool
) -> list[Described | Dropped]:
    mols = [one.mol for one in compounds]
    if fast:
        rows = batch_properties(mols, [one.parent.smiles for one in compounds], graphs).tolist()
    else:
        rows = [property_row(mol) for mol in mols]
    judged = _rule_book(rules).judge_all(mols, rows, graphs) if rules else [("", ())] * len(mols)
    return [
        Dropped(one.input, dropped)
        if dropped
        else Described(one.input, one.parent, packed_morgan(one.mol), tuple(properties), (*one.parent.flags, *flags))
        for one, properties, (dropped, flags) in zip(compounds, rows, judged)
    ]


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
            refused = refuse(mol)
            if refused is None and notation is not Notation.MOL2:
                problem = molblock_peculiarity(text, mol)
                refused = None if problem is None else Refusal("structure", problem)
            if notation is Notation.RELATIVE_MOLBLOCK:
                mol = relative_by_flag(mol)
            return refused or stereo_smiles(mol)
        except Exception as error:  # RDKit's C++ errors arrive as several unrelated classes
            return Refusal("read", f"RDKit stops at this record ({type(error).__name__})")


def _read_block(text: str, notation: Notation) -> Chem.Mol | Refusal:
    if notation is Notation.MOL2:
        return _read_mol2(text)
    mol = Chem.MolFromMolBlock(text, strictParsing=False)
    if mol is not None:
        return mol
    rescued = normalise_groups.rescue(Chem.MolFromMolBlock(text, sanitize=False, removeHs=False, strictParsing=False))
    if rescued is None:
        return Refusal("read", molblock_problem(text))
    if isinstance(rescued, str):
        return Refusal("read", rescued)
    Chem.AssignStereochemistry(rescued, cleanIt=True, force=True)
    return rescued


def _read_mol2(text: str) -> Chem.Mol | Refusal:
    try:
        mol = mol_of_block(text)
    except Mol2Error as error:
        return Refusal("read", str(error))
    try:
        Chem.SanitizeMol(mol)
    except Exception:  # RDKit's C++ errors arrive as several unrelated classes
        rescued = normalise_groups.rescue(mol_of_block(text))
        if rescued is None or isinstance(rescued, str):
            return Refusal("read", rescued or "not a readable MOL2 block")
        mol = rescued
    return with_stereo(mol)
