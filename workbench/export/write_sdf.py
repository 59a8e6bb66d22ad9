"""Hit list to SDF with 2D coordinates."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from rdkit import Chem
from rdkit.Chem import rdDepictor

from screening.engine import files
from screening.models.affinity import PREDICTION_DECIMALS
from workbench.export.stamp import Stamp

#: Above this many atoms or bonds V2000 cannot count, so the record is written as V3000.
_V2000_LIMIT = 999


def write(rows: pa.RecordBatchReader, path: Path, stamp: Stamp) -> int:
    """Write the rows to `path`, each column a data field; return the number of rows.

    The coordinates are a 2D depiction: they are not a pose.

    Raises
    ------
    StorageError
        If the folder cannot be written or the disk is full; no file is left then.
    """
    written = 0
    with files.replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as stream:
        for batch in rows:
            for row in batch.to_pylist():
                stream.write(_record(row))
            written += batch.num_rows
    return written


def _record(row: dict[str, object]) -> str:
    molecule = Chem.MolFromSmiles(str(row["smiles"]))
    rdDepictor.Compute2DCoords(molecule)
    molecule.SetProp("_Name", _one_line(row["name"]))
    large = max(molecule.GetNumAtoms(), molecule.GetNumBonds()) > _V2000_LIMIT
    block = Chem.MolToV3KMolBlock(molecule) if large else Chem.MolToMolBlock(molecule)
    fields = []
    for name, value in row.items():
        if name == "name":
            continue
        text = ";".join(map(str, value)) if isinstance(value, list) else _one_line(value)
        fields.append(f">  <{name}>\n{text}\n\n")
    return block + "".join(fields) + "$$$$\n"


def _one_line(value: object) -> str:
    # A line break inside a value would end the field, and "$$$$" the record.
    if isinstance(value, float):
        return f"{value:.{PREDICTION_DECIMALS}f}"
    return " ".join(str(value).split()).replace("$$$$", "$$ $$")
