"""Stereo that plain SMILES cannot say: "and" and "or" groups (racemates, relative stereo), and atropisomers.

A structure with any of them is named by a canonical CXSMILES: the SMILES, a space and an extension such as
``|&1:1,3|`` (centres 1 and 3 as drawn *and* both the other way round: a racemate), ``|o1:1,3|`` (one of the two, nobody
knows which) or ``|wU:7.6|`` (an axis that cannot turn). Both drawings of a racemate are given one name, and none of
these ever equals a pure enantiomer. Groups of absolute stereo are what plain SMILES means, and are left out.
"""

from __future__ import annotations

from rdkit import Chem, rdBase
from rdkit.Chem import rdCIPLabeler

#: Flags of parents.
RACEMATE = "racemate"
RELATIVE = "relative_stereo"
ATROPISOMER = "atropisomer"

_AXES = (Chem.BondStereo.STEREOATROPCW, Chem.BondStereo.STEREOATROPCCW)
_ROUNDS = 4


def has_enhanced_stereo(mol: Chem.Mol) -> bool:
    """Say whether a molecule needs more than SMILES to say its stereo."""
    groups = any(group.GetGroupType() != Chem.StereoGroupType.STEREO_ABSOLUTE for group in mol.GetStereoGroups())
    return groups or bool(_axes(mol))


def flags_of(mol: Chem.Mol) -> tuple[str, ...]:
    """Return the flags of a parent that says its stereo by groups or axes."""
    kinds = {group.GetGroupType() for group in mol.GetStereoGroups()}
    said = (
        (RACEMATE, Chem.StereoGroupType.STEREO_AND in kinds),
        (RELATIVE, Chem.StereoGroupType.STEREO_OR in kinds),
        (ATROPISOMER, bool(_axes(mol))),
    )
    return tuple(flag for flag, holds in said if holds)


def stereo_smiles(mol: Chem.Mol) -> str:
    """Return the canonical CXSMILES of a molecule, which is its canonical SMILES if there is nothing to add."""
    if not has_enhanced_stereo(mol):
        return str(Chem.MolToSmiles(mol))
    text = ""
    for _ in range(_ROUNDS):  # read back until it does not change: its name must not depend on how it was drawn
        written = _written(mol)
        if written == text:
            break
        text = written
        again = Chem.MolFromSmiles(text)
        if again is None:
            break
        mol = again
    return text


def relative_by_flag(mol: Chem.Mol) -> Chem.Mol:
    """Return the molecule with all its centres in one "and" group, but for those in groups already."""
    grouped = {atom.GetIdx() for group in mol.GetStereoGroups() for atom in group.GetAtoms()}
    centres = [
        atom.GetIdx()
        for atom in mol.GetAtoms()
        if atom.GetChiralTag() in (Chem.ChiralType.CHI_TETRAHEDRAL_CW, Chem.ChiralType.CHI_TETRAHEDRAL_CCW)
        and atom.GetIdx() not in grouped
    ]
    if not centres:
        return mol
    changed = Chem.RWMol(mol)
    group = Chem.CreateStereoGroup(Chem.StereoGroupType.STEREO_AND, changed, centres)
    changed.SetStereoGroups([*mol.GetStereoGroups(), group])
    return changed.GetMol()


def _axes(mol: Chem.Mol) -> list[Chem.Bond]:
    return [bond for bond in mol.GetBonds() if bond.GetStereo() in _AXES]


def _written(mol: Chem.Mol) -> str:
    mol = Chem.Mol(mol)
    mol.RemoveAllConformers()
    senses = _senses(mol)
    # RDKit's own writing of axes depends on the order of the atoms: they are written below, by their CIP label.
    for bond in _axes(mol):
        bond.SetStereo(Chem.BondStereo.STEREONONE)
    for bond in mol.GetBonds():
        if bond.HasProp("_MolFileBondCfg"):
            bond.ClearProp("_MolFileBondCfg")
    mol = Chem.CanonicalizeStereoGroups(_without_idle_groups(mol))
    text = str(Chem.MolToCXSmiles(mol, Chem.SmilesWriteParams(), Chem.CXSmilesFields.CX_ENHANCEDSTEREO.real))
    if not senses:
        return text
    smiles, _, extension = text.partition(" ")
    plain = Chem.MolFromSmiles(smiles)
    order = list(mol.GetSubstructMatch(plain, useChirality=True))
    if len(order) < len(senses):
        return text
    pieces = [extension.strip("|")] if extension else []
    for atoms, sense in sorted((sorted(order.index(atom) for atom in axis), sense) for axis, sense in senses.items()):
        wedge = _wedge(smiles, plain, atoms[0], atoms[1], sense)
        pieces += [wedge] if wedge else []
    return f"{smiles} |{','.join(pieces)}|" if pieces else smiles


def _wedge(smiles: str, plain: Chem.Mol, first: int, second: int, sense: str) -> str:
    """Return the first wedge from which RDKit reads that sense of an axis; bonds count in the order of the text."""
    with rdBase.BlockLogs():
        for atom in (first, second):
            for bond in range(plain.GetNumBonds()):
                for wedge in (f"wU:{atom}.{bond}", f"wD:{atom}.{bond}"):
                    read = Chem.MolFromSmiles(f"{smiles} |{wedge}|")
                    if read is not None and _senses(read).get((first, second)) == sense:
                        return wedge
    return ""


def _without_idle_groups(mol: Chem.Mol) -> Chem.Mol:
    """Leave out groups whose other form is the same compound, such as one drawn on a mirror plane."""
    kept = []
    groups = list(mol.GetStereoGroups())
    drawn = Chem.MolToSmiles(mol)
    for group in groups:
        other = Chem.RWMol(mol)
        other.SetStereoGroups([])
        for atom in group.GetAtoms():
            other.GetAtomWithIdx(atom.GetIdx()).InvertChirality()
        if Chem.MolToSmiles(other) != drawn:
            kept.append([group.GetGroupType(), [atom.GetIdx() for atom in group.GetAtoms()]])
    if len(kept) == len(groups):
        return mol
    changed = Chem.RWMol(mol)
    changed.SetStereoGroups([Chem.CreateStereoGroup(kind, changed, atoms) for kind, atoms in kept])
    return changed.GetMol()


def _senses(mol: Chem.Mol) -> dict[tuple[int, int], str]:
    """Return the atoms of each axis and its sense, M or P."""
    axes = _axes(mol)
    if not axes:
        return {}
    labelled = Chem.Mol(mol)
    rdCIPLabeler.AssignCIPLabels(labelled)
    found = {}
    for bond in _axes(labelled):
        if bond.HasProp("_CIPCode"):
            first, second = sorted((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()))
            found[first, second] = bond.GetProp("_CIPCode")
    return found
