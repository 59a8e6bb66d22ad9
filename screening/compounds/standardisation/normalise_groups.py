"""One drawing for each functional group, and the rescue of drawings with impossible valences."""

from __future__ import annotations

import functools
import re

from rdkit import Chem
from rdkit.Chem.MolStandardize import rdMolStandardize

#: Transformations beyond RDKit's own normalisation list, as reaction SMARTS.
EXTRA_TRANSFORMS = {
    "four-valent N is a cation": "[N;X4;v4;+0:1]>>[*+1:1]",
    "three-valent O is a cation": "[*:1]=[O;X2;v3;+0:2]-[#6:3]>>[*:1]=[*+1:2]-[*:3]",
    "three-valent S is a cation": "[O:1]=[S;D2;+0:2]-[#6:3]>>[*:1]=[*+1:2]-[*:3]",
    "diazonium": "[*:1]-[N;X2;+0:2]#[N;X1;+0:3]>>[*:1]-[*+1:2]#[*:3]",
    "imidic acid NH is an amide": "[C:1]([OH1;D1:2])=;!@[NH1;+0:3]>>[C:1](=[OH0:2])-[NH2:3]",
    "imidic acid NR is an amide": "[C:1]([OH1;D1:2])=;!@[NH0;+0:3]>>[C:1](=[OH0:2])-[NH1:3]",
    "lone halogen is an anion": "[F,Cl,Br,I;X0;+0;H0:1]>>[*-1:1]",
    "doubly charged pyridine N-oxide": "[C,N;-;D2,D3:1]-[N+2;D3:2]-[O-;D1:3]>>[*-0:1]=[*+1:2]-[*-:3]",
    "azide with a triple bond": "[*:1][N-:2][N+:3]#[N:4]>>[*:1][N+0:2]=[N+:3]=[N-:4]",
}

_DISCONNECT = "[Li,Na,K,Rb,Cs,Be,Mg,Ca,Sr,Ba]-[#7,#8,#16,F,Cl,Br,I]"


@functools.cache
def _normalizers() -> tuple[rdMolStandardize.Normalizer, rdMolStandardize.Normalizer]:
    lines = "".join(f"{name}\t{smarts}\n" for name, smarts in EXTRA_TRANSFORMS.items())
    parameters = rdMolStandardize.CleanupParameters()
    return (
        rdMolStandardize.NormalizerFromData(lines, parameters),
        rdMolStandardize.NormalizerFromParams(parameters),
    )


@functools.cache
def _bonded_salt() -> Chem.Mol:
    return Chem.MolFromSmarts(_DISCONNECT)


def draw_one_way(mol: Chem.Mol) -> Chem.Mol:
    """Return the molecule with each functional group in its one drawing; stays sanitised."""
    for normalizer in _normalizers():
        mol = normalizer.normalize(mol)
    Chem.SanitizeMol(mol)
    return mol


def disconnect(mol: Chem.Mol) -> Chem.Mol:
    """Return the molecule with bonds of group 1 and 2 metals to N, O, S and halogens turned into charges."""
    bonds = mol.GetSubstructMatches(_bonded_salt())
    if not bonds:
        return mol
    parts = Chem.RWMol(mol)
    for metal, other in bonds:
        parts.RemoveBond(metal, other)
        for index, charge in ((metal, 1), (other, -1)):
            atom = parts.GetAtomWithIdx(index)
            atom.SetFormalCharge(atom.GetFormalCharge() + charge)
    result = parts.GetMol()
    Chem.SanitizeMol(result)
    return result


def rescue(mol: Chem.Mol | None) -> Chem.Mol | str | None:
    """Sanitise a molecule that RDKit refused, after drawing its groups one way.

    Returns
    -------
    Mol, str or None
        The sanitised molecule; the reason why it is impossible; None if there was no molecule.
    """
    if mol is None:
        return None
    problem = "RDKit cannot make sense of the structure"
    try:
        problem = _problem(mol) or problem
        mol.UpdatePropertyCache(strict=False)
        Chem.FastFindRings(mol)
        for normalizer in _normalizers():
            mol = normalizer.normalize(mol)
        Chem.SanitizeMol(mol)
    except Exception:  # RDKit's C++ errors arrive as several unrelated classes
        return problem
    return mol


def _problem(mol: Chem.Mol) -> str:
    kinds = {problem.GetType(): problem.Message() for problem in Chem.DetectChemistryProblems(mol)}
    for kind, words in (
        ("AtomValenceException", "impossible valence"),
        ("KekulizeException", "aromatic ring that cannot be kekulised"),
        ("AtomKekulizeException", "aromatic atom outside a ring"),
    ):
        if kind in kinds:
            message = re.sub(r"atom # \d+ ", "", kinds[kind].splitlines()[0])
            return f"{words} ({message})" if kind == "AtomValenceException" else words
    return ""


def syntax_problem(smiles: str) -> str:
    """Say in a few words why a text is not SMILES; equal mistakes give equal words, to be counted."""
    outside = re.sub(r"\[[^\[\]]*\]", "C", smiles)
    if "[" in outside or "]" in outside:
        return "not SMILES: a [ or ] without its partner"
    if outside.count("(") != outside.count(")"):
        return "not SMILES: a ( or ) without its partner"
    unknown = re.search(r"[^A-Za-z0-9()=#$:/\\.\-+%@*~>]", outside)
    if unknown:
        return f"not SMILES: character {unknown.group()!r}"
    labels = re.findall(r"%\(\d+\)|%\d\d|\d", outside)
    if any(labels.count(label) % 2 for label in set(labels)):
        return "not SMILES: a ring that is never closed"
    if re.search(r"[=#$:/\\\-(]$|\(\)", outside):
        return "not SMILES: a bond or branch that leads nowhere"
    return "not SMILES"
