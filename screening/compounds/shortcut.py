"""The short way to a parent for structures that need no clean-up, which is most of a screening library.

Looking at the text decides what a structure can need. One connected piece of C, N, O, S and halogens, without
isotopes, whose only charges are protonated nitrogens, deprotonated oxygens and nitro groups, has nothing to
disconnect or strip; removing its charges is a change of the text; and of all rules of
`screening.compounds.drawing` only two can apply to it (sulfoxides and imidic acids), which are looked for when the
text could hold them. Whatever does not fit goes the long way (`screening.compounds.standardise`), which gives the
same result: the tests compare both.
"""

from __future__ import annotations

import re

from rdkit import Chem

#: Atoms, bonds, branches and ring closures of the structures meant above. Brackets: stereo carbon and pyrrole nitrogen;
#: the others are left by `_without_charges`.
_PLAIN = re.compile(r"(?:[CNOSFIcnos\-=#()\d/\\]|Cl|Br|%\d\d|\[(?:C@@?H?|nH|NH?|NH2|OH|SH|N\+|O-)\])+", re.ASCII)
_NITRO = re.compile(r"(\[N\+\]\(=O\)\[O-\]|\[N\+\]\(\[O-\]\)=O|O=\[N\+\]\(\[O-\]\)|\[O-\]\[N\+\]\(=O\))")
_CHARGED = re.compile(r"\[[^\]]*[+-]\d*\]")
#: Charged atom to the same atom without its charge, hydrogens written out.
_NEUTRAL = {
    "[NH+]": "[N]", "[NH2+]": "[NH]", "[NH3+]": "[NH2]", "[nH+]": "n", "[O-]": "[OH]", "[S-]": "[SH]",
}  # fmt: skip
#: What the parent would hold if a charged atom was not of normal valence, or a bracket of the input was odd.
_ODD = re.compile(r"\[(?:N|NH|NH2|OH|SH|O|S|C|CH|CH2|CH3)\]")

_SULFOXIDE = Chem.MolFromSmarts("[S+0;X3]=O")
_IMIDIC = Chem.MolFromSmarts("[C]([OX2H1])=[NX2,NX1]")


def short_form(smiles: str) -> tuple[Chem.Mol, str] | None:
    """Return the parent as a molecule and canonical SMILES, or None if the long way must be taken."""
    text = _without_charges(smiles) if "+" in smiles or "-]" in smiles else smiles
    if text is None or ("[" in smiles and _ODD.search(smiles)) or _PLAIN.fullmatch(text) is None:
        return None
    mol = Chem.MolFromSmiles(text)
    if mol is None or mol.GetNumAtoms() < 2:
        return None
    if "S" in text and _may_be_sulfoxide(text) and mol.HasSubstructMatch(_SULFOXIDE):
        return None
    if (
        "O" in text
        and ("N=" in text or "=N" in text or "=[N" in text or "]=" in text)
        and mol.HasSubstructMatch(_IMIDIC)
    ):
        return None
    parent = Chem.MolToSmiles(mol)
    if _ODD.search(parent) is not None:
        return None
    return mol, parent


def _may_be_sulfoxide(text: str) -> bool:
    return "S" in text.replace("S(=O)(=O)", "").replace("O=S(=O)", "") and ("=O" in text or "O=" in text)


def _without_charges(smiles: str) -> str | None:
    """Return the text with charges removed, or None if it holds any that need thought."""
    pieces = _NITRO.split(smiles)  # every second piece is a nitro group
    positive = negative = False
    for index in range(0, len(pieces), 2):
        piece = pieces[index]
        for charged in set(_CHARGED.findall(piece)):
            neutral = _NEUTRAL.get(charged)
            if neutral is None:
                return None
            if "+" in charged:
                positive = True
            else:
                negative = True
            piece = piece.replace(charged, neutral)
        pieces[index] = piece
    if positive and negative and ("=[N" in smiles or "+]=" in smiles or "+](=" in smiles or "[nH+]" in smiles):
        return None  # charges that could recombine through a double bond
    return "".join(pieces)
