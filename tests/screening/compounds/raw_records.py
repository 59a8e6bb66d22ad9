"""Three compounds, as files of them are made, and the raw records of a file."""

from __future__ import annotations

from pathlib import Path

from rdkit import Chem

from screening.compounds.files.columns import Columns
from screening.compounds.files.formats import CompoundFile
from screening.compounds.files.record import RawRecord

COMPOUNDS = {
    "aspirin": "CC(=O)Oc1ccccc1C(=O)O",
    "caffeine": "Cn1c(=O)c2c(ncn2C)n(C)c1=O",
    "L-alanine": "C[C@H](N)C(=O)O",
}


def records(path: Path, **columns: str) -> list[RawRecord]:
    return list(CompoundFile(path, Columns(**columns)).records())


def sdf(v3000: bool) -> str:
    blocks = []
    for name, smiles in COMPOUNDS.items():
        mol = Chem.MolFromSmiles(smiles)
        mol.SetProp("_Name", name)
        block = Chem.MolToMolBlock(mol, forceV3000=v3000)
        blocks.append(f"{block}>  <ID>  (1)\nID-{name}\n\n$$$$\n")
    return "".join(blocks)
