"""Which training compound a compound is: itself, a stereoisomer or a tautomer."""

from __future__ import annotations

from collections.abc import Sequence

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors, rdMolHash


class Twins:
    """The n training compounds, ready to be asked.

    Parameters
    ----------
    smiles, identities
        Parent SMILES and identity keys, n each.
    """

    def __init__(self, smiles: Sequence[str], identities: Sequence[bytes]) -> None:
        self._smiles = smiles
        self._rows: dict[bytes, int] = {}
        for row, identity in enumerate(identities):
            self._rows.setdefault(identity, row)
        self._formulas: dict[str, list[int]] = {}
        for row, text in enumerate(smiles):
            self._formulas.setdefault(rdMolDescriptors.CalcMolFormula(Chem.MolFromSmiles(text)), []).append(row)

    def twin(self, smiles: str, identity: bytes) -> tuple[int, str] | None:
        """Return the row of the training compound that a parent is, and how: itself, stereoisomer or tautomer.

        None if there is none.
        """
        if identity in self._rows:
            return self._rows[identity], "itself"
        rows = self._formulas.get(rdMolDescriptors.CalcMolFormula(Chem.MolFromSmiles(smiles)), [])
        if not rows:
            return None
        family, flat = tautomer_family(smiles), _flat(smiles)
        others = [row for row in rows if tautomer_family(self._smiles[row]) == family]
        stereo = [row for row in others if _flat(self._smiles[row]) == flat]
        if stereo:
            return stereo[0], "stereoisomer"
        return (others[0], "tautomer") if others else None


def tautomer_family(smiles: str) -> str:
    """Return what all tautomers and stereoisomers of a compound share: its element graph and its sum formula."""
    mol = Chem.MolFromSmiles(smiles)
    Chem.RemoveStereochemistry(mol)
    graph = rdMolHash.MolHash(mol, rdMolHash.HashFunction.ElementGraph)
    return f"{graph} {rdMolDescriptors.CalcMolFormula(mol)}"


def _flat(smiles: str) -> str:
    mol = Chem.MolFromSmiles(smiles)
    Chem.RemoveStereochemistry(mol)
    return str(Chem.MolToSmiles(mol))
