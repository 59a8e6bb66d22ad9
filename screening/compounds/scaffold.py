"""The scaffold of a molecule."""

from __future__ import annotations

from rdkit import Chem
from rdkit.Chem.Scaffolds import MurckoScaffold


def murcko_scaffold(mol: Chem.Mol) -> str:
    """Return the Bemis-Murcko scaffold (J. Med. Chem. 1996, 39, 2887) without stereo, empty for an acyclic molecule."""
    return str(Chem.MolToSmiles(MurckoScaffold.GetScaffoldForMol(mol), isomericSmiles=False))
