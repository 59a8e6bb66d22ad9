"""Avalon counts: a mixture of atoms, bonds, paths, rings and feature pairs, folded to 1,024.

Gedeck, Rohde and Bartels, J. Chem. Inf. Model. 2006, 46, 1924.
"""

from __future__ import annotations

from rdkit import Chem
from rdkit.Avalon import pyAvalonTools

WIDTH = 1024


def counts(mol: Chem.Mol) -> dict[int, int]:
    """Return feature to number of occurrences."""
    found: dict[int, int] = pyAvalonTools.GetAvalonCountFP(mol, nBits=WIDTH).GetNonzeroElements()
    return found
