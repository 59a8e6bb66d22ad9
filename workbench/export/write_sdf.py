"""Hit list to SDF: the poses of each compound where there are any, else 2D coordinates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from rdkit import Chem
from rdkit.Chem import rdDepictor

from screening.engine import files
from screening.poses.pose import Pose
from screening.printable import one_line
from workbench.export.columns import decimals, plain_text
from workbench.export.stamp import Stamp

#: Above this many atoms or bonds V2000 cannot count, so the record is written as V3000.
_V2000_LIMIT = 999


def write(rows: pa.RecordBatchReader, path: Path, stamp: Stamp) -> int:
    """Write the rows to `path`, each column a data field; return the number of rows.

    A compound with poses is a record for each pose, in the protonation state and tautomer that was posed, with its
    origin and scores; the field ``coordinates`` says whether a record is a pose or a 2D depiction.

    Raises
    ------
    StorageError
        If the folder cannot be written or the disk is full; no file is left then.
    """
    written = 0
    poses = stamp.scene.poses if stamp.scene else {}
    places = {field.name: decimals(field) for field in rows.schema}
    with files.replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as stream:
        for batch in rows:
            for row in batch.to_pylist():
                for text in _records(row, poses.get(row.get("record", -1), ()), places):
                    stream.write(text)
            written += batch.num_rows
    return written


def _records(row: dict[str, Any], poses: Any, places: dict[str, int]) -> Iterator[str]:
    values = {name: plain_text(value, places[name]) for name, value in row.items() if name != "name"}
    name = plain_text(row["name"])
    if not poses:
        molecule = Chem.MolFromSmiles(str(row["smiles"]))
        rdDepictor.Compute2DCoords(molecule)
        yield record_text(molecule, name, {**values, "coordinates": "2D depiction, no pose"})
    for pose in poses:
        yield record_text(pose.molecule(), name, {**values, **pose_fields(pose)})


def pose_fields(pose: Pose) -> dict[str, str]:
    """Return what is told of a pose beside its coordinates: origin, state, scores with units and direction, checks."""
    fields = {"coordinates": "pose", "pose": str(pose.rank), "pose_origin": pose.origin, "posed_smiles": pose.smiles}
    if pose.state:
        fields["posed_state"] = pose.state
    for score in pose.scores:
        better = _BETTER[score.higher_is_better]
        fields[f"{score.name} [{score.unit or 'no unit'}{better}]"] = f"{score.value:.4g}"
    if pose.probability_2A is not None:
        fields["probability within 2 A"] = f"{pose.probability_2A:.3f}"
    if pose.checks:
        fields["checks"] = "; ".join(str(check) for check in pose.checks)
    if pose.interactions:
        fields["interactions"] = "; ".join(str(one) for one in pose.interactions)
    return fields


def record_text(molecule: Chem.Mol, name: str, values: dict[str, str]) -> str:
    """Return one SDF record; nothing in a value can end its field or the record."""
    molecule = Chem.Mol(molecule)
    molecule.SetProp("_Name", _guarded(name))
    large = max(molecule.GetNumAtoms(), molecule.GetNumBonds()) > _V2000_LIMIT
    grouped = len(molecule.GetStereoGroups()) > 0  # a racemate, or relative stereo: only V3000 can say so
    block = Chem.MolToV3KMolBlock(molecule) if large or grouped else Chem.MolToMolBlock(molecule)
    fields = (f">  <{_guarded(key).translate(_NO_BRACKETS)}>\n{_guarded(text)}\n\n" for key, text in values.items())
    return block + "".join(fields) + "$$$$\n"


_BETTER = {True: ", higher is better", False: ", lower is better", None: ""}
_NO_BRACKETS = {ord("<"): "(", ord(">"): ")"}


def _guarded(text: str) -> str:
    # A line break inside a value would end the field, and "$$$$" the record.
    return one_line(text).strip().replace("$$$$", "$$ $$")
