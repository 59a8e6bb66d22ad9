"""What a record says beside its atoms and bonds that makes it no single, whole structure.

Polymers, link nodes, attachment points, positions that vary and groups hidden behind a label: the atoms that are drawn
look like a compound, which is not what was meant. Such records are refused, with the word.
"""

from __future__ import annotations

import re

from rdkit import Chem

#: Types of S-groups that are polymers or mixtures of unknown make-up, as mol blocks and as CXSMILES name them.
_POLYMERS = frozenset({"SRU", "MON", "MER", "COP", "CRO", "MOD", "GRA", "ANY"})
_CX_POLYMERS = "n|mon|mer|co|xl|mod|gra|any|alt|ran|blk"

_PECULIAR_LINE = re.compile(r"^(?:M  (?:STY|APO|LIN|V30)|A  )", re.MULTILINE)
_TYPES = re.compile(r"^M  STY\s+\d+((?:\s+\d+\s+[A-Z]{3})+)", re.MULTILINE)
_V30_TYPE = re.compile(r"^M  V30\s+\d+\s+([A-Z]{3})\s+\d+", re.MULTILINE)
_GROUP_LABEL = re.compile(r"[A-Z*#][A-Za-z0-9()\[\]*'#+\-]{0,19}")

_CX_LABELS = re.compile(r"\$([^$]*)\$")
_CX_COORDINATES = re.compile(r"\([^)]*\)")

_POLYMER = "a polymer or repeating unit: not one compound"
_LINK = "a link node (a part that repeats): not one compound"
_ATTACHMENT = "an attachment point: not a whole compound"
_VARIABLE = "a substituent whose position varies: not one compound"


def molblock_peculiarity(text: str, mol: Chem.Mol) -> str | None:
    """Return why the molecule of a mol block is not one whole structure, or None."""
    if _PECULIAR_LINE.search(text) is None:
        return None
    v3000 = "M  V30 BEGIN CTAB" in text
    kinds = {kind for found in _TYPES.findall(text) for kind in found.split()[1::2]}
    if v3000 and "BEGIN SGROUP" in text:
        kinds |= set(_V30_TYPE.findall(text[text.index("BEGIN SGROUP") :]))
    if kinds & _POLYMERS:
        return _POLYMER
    if "\nM  LIN" in text or (v3000 and "M  V30 LINKNODE" in text):
        return _LINK
    if "\nM  APO" in text or (v3000 and re.search(r"^M  V30 \d.* ATTCHPT=", text, re.MULTILINE)):
        return _ATTACHMENT
    if v3000 and "ATTACH=ANY" in text:
        return _VARIABLE
    labels = ((atom.GetProp("molFileAlias"), atom) for atom in mol.GetAtoms() if atom.HasProp("molFileAlias"))
    return next((problem for label, atom in labels if (problem := _label_problem(label, atom))), None)


def extension_peculiarity(extension: str, mol: Chem.Mol) -> str | None:
    """Return why a structure with this CXSMILES extension is not one whole structure, or None."""
    plain = _plain(extension)
    if re.search(rf"(?:^|,)Sg:(?:{_CX_POLYMERS}):", plain):
        return _POLYMER
    if re.search(r"(?:^|,)LN:", plain):
        return _LINK
    if re.search(r"(?:^|,)m:", plain):
        return _VARIABLE
    for found in _CX_LABELS.findall(extension):
        if found.startswith("_AV:"):
            continue
        for label, atom in zip(found.split(";"), mol.GetAtoms()):
            problem = _label_problem(label, atom)
            if problem is not None:
                return problem
    return None


def says_relative(extension: str) -> bool:
    """Say whether a CXSMILES extension has the flag ``r``: the stereo that is drawn is relative, of a racemate."""
    return "r" in _plain(extension).split(",")


def _plain(extension: str) -> str:
    return _CX_COORDINATES.sub("", _CX_LABELS.sub("", extension.strip("|")))


def _label_problem(label: str, atom: Chem.Atom) -> str | None:
    label = label.strip()
    if atom.GetAtomicNum() == 0 or _GROUP_LABEL.fullmatch(label) is None or _own_name(label, atom):
        return None
    return f"an atom labelled {label!r}: the group it stands for is not in the record"


def _own_name(label: str, atom: Chem.Atom) -> bool:
    """Say whether a label only repeats what the atom is: its symbol, its hydrogens, its charge or a number."""
    symbol = atom.GetSymbol()
    if label == "Me":
        return symbol == "C" and atom.GetDegree() == 1 and atom.GetTotalNumHs() == 3
    bare = re.sub(r"[+\-]\d*$|^\d*(?=H)", "", label)
    forms = rf"(?:H\d*)?{symbol}(?:H\d*)?|{symbol}\d+"
    return re.fullmatch(forms, bare) is not None
