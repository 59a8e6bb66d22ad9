"""Protecting groups that reagents are sold with, and the reaction of the catalog that takes each off.

Wuts and Greene, Greene's Protective Groups in Organic Synthesis, 2006.
"""

from __future__ import annotations

import functools

from rdkit import Chem

from screening.compounds.reactions.catalog import REACTIONS

#: Name of the group to the reaction that removes it.
REMOVED_BY: dict[str, str] = {
    "Boc": "Boc removal",
    "Cbz": "Cbz removal",
    "Fmoc": "Fmoc removal",
    "tert-butyl ester": "tert-butyl ester cleavage",
}
#: Groups that no reaction of the catalog removes.
_OTHERS = {
    "trityl": "[N,O,S]C(c1ccccc1)(c1ccccc1)c1ccccc1",
    "silyl ether": "[OX2][Si]([#6])([#6])[#6]",
    "benzyl ether": "[OX2;$(O[CX4])][CH2]c1[cH][cH][cH][cH][cH]1",
}


@functools.cache
def _patterns() -> dict[str, Chem.Mol]:
    found = {group: REACTIONS[name].compiled.GetReactantTemplate(0) for group, name in REMOVED_BY.items()}
    return found | {group: Chem.MolFromSmarts(smarts) for group, smarts in _OTHERS.items()}


def protecting_groups(mol: Chem.Mol) -> list[str]:
    """Return the names of the protecting groups in a molecule."""
    return [group for group, pattern in _patterns().items() if mol.HasSubstructMatch(pattern)]
