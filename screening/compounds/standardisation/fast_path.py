"""The fast path to a parent for structures that need no clean-up, which is most of a screening library.

Looking at the text decides what a structure can need. One connected piece of C, N, O, S and halogens, without isotopes,
whose only charges are protonated nitrogens, deprotonated oxygens, sulfurs and nitrogens, and nitro groups, has nothing
to disconnect or strip; removing its charges is a change of the text; and of all rules of
`screening.compounds.standardisation.normalise_groups` only two can apply to it, sulfoxides, which are drawn here, and
imidic acids. Whatever does not fit goes through the full protocol (`screening.compounds.standardisation.standardise`),
which gives the same result: the tests compare both.
"""

from __future__ import annotations

import re

from rdkit import Chem

#: Atoms, bonds, branches and ring closures of the structures meant above. Brackets: stereo carbon and pyrrole nitrogen;
#: the others are left by `_without_charges`.
_PLAIN = re.compile(r"(?:[CNOSFIcnos\-=#()\d/\\]|Cl|Br|%\d\d|\[(?:C@@?H?|nH|NH?|NH2|OH|SH|S@@?|N\+|O-)\])+", re.ASCII)
_NITRO = re.compile(r"(\[N\+\]\(=O\)\[O-\]|\[N\+\]\(\[O-\]\)=O|O=\[N\+\]\(\[O-\]\)|\[O-\]\[N\+\]\(=O\))")
_CHARGED = re.compile(r"\[[^\]]*[+-]\d*\]")
#: Charged atom to the same atom without its charge, hydrogens written out.
_NEUTRAL = {
    "[NH+]": "[N]", "[NH2+]": "[NH]", "[NH3+]": "[NH2]", "[nH+]": "n",
    "[O-]": "[OH]", "[S-]": "[SH]", "[N-]": "[NH]", "[n-]": "[nH]",
}  # fmt: skip
#: What the parent would hold if a charged atom was not of normal valence, or a bracket of the input was odd.
_ODD = re.compile(r"\[(?:N|NH|NH2|OH|SH|O|S|C|CH|CH2|CH3)\]")

#: A ring closed by a multiple bond: RDKit takes it for one of an aromatic ring, and the ring for one that it is not.
_RING_BOND = re.compile(r"[=#]%?\d", re.ASCII)
_AROMATIC = str.maketrans("", "", "cnos")

_SULFOXIDE = Chem.MolFromSmarts("[!O][S+0;X3](=O)[!O]")
_TWO_COORDINATE_SULFUR = Chem.MolFromSmarts("[S;D2,D1;+0]=O")
_BOUND_CHARGES = Chem.MolFromSmarts("[$([#7+0]=*),$([#7+0]~[#7,#8,#16])]")
_NITRO_ON_HETEROATOM = Chem.MolFromSmarts("[#7+](=O)([O-])[!#6]")
_IMIDIC = Chem.MolFromSmarts("[C]([OX2H1])=[NX2,NX1]")


def _parser() -> Chem.SmilesParserParams:
    parameters = Chem.SmilesParserParams()
    parameters.removeHs = False  # there are none
    parameters.parseName = False
    parameters.allowCXSMILES = False
    return parameters


_PARSER = _parser()


def short_form(smiles: str) -> tuple[Chem.Mol, str] | None:
    """Return the parent as a molecule and canonical SMILES, or None if it needs the full protocol."""
    text: str | None = smiles
    zwitterion = False
    if "[" in smiles:
        if _ODD.search(smiles) is not None:
            return None
        if "+" in smiles or "-]" in smiles:
            text, zwitterion = _without_charges(smiles)
    if text is None or _PLAIN.fullmatch(text) is None:
        return None
    mol = Chem.MolFromSmiles(text, _PARSER)
    if mol is None or mol.GetNumAtoms() < 2:
        return None
    if "[nH+]" in smiles and Chem.MolFromSmiles(smiles, _PARSER) is None:
        return None  # a ring that is aromatic only without its charge
    if text is not smiles and "+" in text and mol.HasSubstructMatch(_NITRO_ON_HETEROATOM):
        return None
    if zwitterion and mol.HasSubstructMatch(_BOUND_CHARGES):
        return None  # charges that could recombine, or belong together
    if "N" in text and "=" in text.replace("=O", "").replace("O=", "") and mol.HasSubstructMatch(_IMIDIC):
        return None
    if "S" in text and "S" in text.replace("S(=O)(=O)", "").replace("O=S(=O)", ""):
        if mol.HasSubstructMatch(_TWO_COORDINATE_SULFUR):
            return None
        if mol.HasSubstructMatch(_SULFOXIDE):
            return _with_sulfoxides(mol) if text is smiles else None
    parent = Chem.MolToSmiles(mol)
    if "[" in parent and _ODD.search(parent) is not None:
        return None
    if text is not smiles and "+" in parent and "+" in _NITRO.sub("", parent):
        return None  # taking charges away made others
    drawn = len(text) - len(text.translate(_AROMATIC))
    if drawn and (len(parent) - len(parent.translate(_AROMATIC)) != drawn or _RING_BOND.search(text) is not None):
        return None  # atoms drawn as aromatic may be none: the tests on the text above did not see them
    if _ring_choice(mol):
        mol = Chem.MolFromSmiles(parent)
        if mol is None or Chem.MolToSmiles(mol) != parent:
            return None
    return mol, parent


def _ring_choice(mol: Chem.Mol) -> bool:
    """Say whether the rings RDKit finds could depend on the order of the atoms: in cages and among large rings."""
    rings = mol.GetRingInfo().NumRings()
    if rings > mol.GetNumBonds() - mol.GetNumAtoms() + 1:
        return True
    return rings > 2 and max(map(len, mol.GetRingInfo().AtomRings())) > 8


def _with_sulfoxides(mol: Chem.Mol) -> tuple[Chem.Mol, str] | None:
    for _, sulfur, oxygen, _ in mol.GetSubstructMatches(_SULFOXIDE):
        mol.GetBondBetweenAtoms(sulfur, oxygen).SetBondType(Chem.BondType.SINGLE)
        mol.GetAtomWithIdx(sulfur).SetFormalCharge(1)
        mol.GetAtomWithIdx(oxygen).SetFormalCharge(-1)
    Chem.SanitizeMol(mol)
    smiles = ""
    for _ in range(4):
        written = Chem.MolToSmiles(mol)
        if written == smiles:
            return (mol, smiles) if _ODD.search(smiles) is None else None
        mol, smiles = Chem.MolFromSmiles(written), written
        if mol is None:
            return None
    return None


def _without_charges(smiles: str) -> tuple[str | None, bool]:
    """Return the text without charges, or None if it holds any that need thought; and if it held both kinds."""
    pieces = _NITRO.split(smiles)  # every second piece is a nitro group
    positive = negative = False
    for index in range(0, len(pieces), 2):
        piece = pieces[index]
        for charged in set(_CHARGED.findall(piece)):
            neutral = _NEUTRAL.get(charged)
            if neutral is None:
                return None, False
            if "+" in charged:
                positive = True
            else:
                negative = True
            piece = piece.replace(charged, neutral)
        pieces[index] = piece
    if positive and negative and "[nH+]" in smiles:
        return None, True
    return "".join(pieces), positive and negative
