"""The standard amino acids: atoms, bonds, charges at pH 7 and handedness, by the atom names of the PDB."""

from __future__ import annotations

import dataclasses
from functools import lru_cache

from rdkit import Chem

from screening.targets.component import Component

#: Code to SMILES of the residue (its carbonyl as an aldehyde) and the PDB names of the atoms in the order of the
#: SMILES.
_RESIDUES: dict[str, tuple[str, str]] = {
    "GLY": ("NCC=O", "N CA C O"),
    "ALA": ("N[C@@H](C)C=O", "N CA CB C O"),
    "VAL": ("N[C@@H](C(C)C)C=O", "N CA CB CG1 CG2 C O"),
    "LEU": ("N[C@@H](CC(C)C)C=O", "N CA CB CG CD1 CD2 C O"),
    "ILE": ("N[C@@H]([C@@H](C)CC)C=O", "N CA CB CG2 CG1 CD1 C O"),
    "MET": ("N[C@@H](CCSC)C=O", "N CA CB CG SD CE C O"),
    "PRO": ("N1[C@@H](CCC1)C=O", "N CA CB CG CD C O"),
    "SER": ("N[C@@H](CO)C=O", "N CA CB OG C O"),
    "THR": ("N[C@@H]([C@H](O)C)C=O", "N CA CB OG1 CG2 C O"),
    "CYS": ("N[C@@H](CS)C=O", "N CA CB SG C O"),
    "ASP": ("N[C@@H](CC(=O)[O-])C=O", "N CA CB CG OD1 OD2 C O"),
    "ASN": ("N[C@@H](CC(=O)N)C=O", "N CA CB CG OD1 ND2 C O"),
    "GLU": ("N[C@@H](CCC(=O)[O-])C=O", "N CA CB CG CD OE1 OE2 C O"),
    "GLN": ("N[C@@H](CCC(=O)N)C=O", "N CA CB CG CD OE1 NE2 C O"),
    "LYS": ("N[C@@H](CCCC[NH3+])C=O", "N CA CB CG CD CE NZ C O"),
    "ARG": ("N[C@@H](CCCNC(N)=[NH2+])C=O", "N CA CB CG CD NE CZ NH1 NH2 C O"),
    "HIS": ("N[C@@H](Cc1c[nH]cn1)C=O", "N CA CB CG CD2 NE2 CE1 ND1 C O"),
    "PHE": ("N[C@@H](Cc1ccccc1)C=O", "N CA CB CG CD1 CE1 CZ CE2 CD2 C O"),
    "TYR": ("N[C@@H](Cc1ccc(O)cc1)C=O", "N CA CB CG CD1 CE1 CZ OH CE2 CD2 C O"),
    "TRP": ("N[C@@H](Cc1c[nH]c2ccccc12)C=O", "N CA CB CG CD1 NE1 CE2 CZ2 CH2 CZ3 CE3 CD2 C O"),
}
#: Names that force fields give to protonation states of the standard residues.
SYNONYMS = {
    "HID": "HIS", "HIE": "HIS", "HIP": "HIS", "HSD": "HIS", "HSE": "HIS", "HSP": "HIS", "CYX": "CYS", "CYM": "CYS",
    "ASH": "ASP", "GLH": "GLU", "LYN": "LYS",
}  # fmt: skip
BACKBONE = ("N", "CA", "C", "O")


@dataclasses.dataclass(frozen=True)
class AminoAcid:
    """A standard amino acid; `names` in the order of the atoms of `mol`, which has no hydrogens and no conformer."""

    component: Component
    names: tuple[str, ...]
    smiles: str

    @property
    def side_chain(self) -> tuple[str, ...]:
        """Names of the atoms of the side chain."""
        return tuple(name for name in self.names if name not in BACKBONE)


@lru_cache(maxsize=64)
def amino_acid(code: str) -> AminoAcid | None:
    """Return the standard amino acid of a component code or of a force field's name for it; None for any other."""
    code = SYNONYMS.get(code, code)
    if code not in _RESIDUES:
        return None
    smiles, listed = _RESIDUES[code]
    names = tuple(listed.split())
    mol = Chem.MolFromSmiles(smiles)
    Chem.Kekulize(mol, clearAromaticFlags=True)
    bonds = tuple(
        (names[bond.GetBeginAtomIdx()], names[bond.GetEndAtomIdx()], int(bond.GetBondTypeAsDouble()))
        for bond in mol.GetBonds()
    )
    charges = tuple((names[a.GetIdx()], a.GetFormalCharge()) for a in mol.GetAtoms() if a.GetFormalCharge())
    elements = tuple((names[a.GetIdx()], a.GetSymbol().upper()) for a in mol.GetAtoms())
    return AminoAcid(Component(code, bonds, charges, elements), names, smiles)
