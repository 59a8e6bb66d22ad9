"""Poses to an SDF in the layout that Fragalysis takes up as a set of computed molecules (version ver_1.2).

The first record is blank and describes the columns; each further record is a pose with ``ref_mols``, ``ref_pdb`` and
``original SMILES``. The layout is that of its upload page, as
published; no server was asked to take one.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from rdkit import Chem

from screening.engine import files
from workbench.export.columns import decimals, direction, plain_text, title
from workbench.export.stamp import Stamp
from workbench.export.structures.posed_files import parts_of, require_poses, require_some
from workbench.export.structures.scene import object_name
from workbench.export.write_sdf import record_text

#: Columns that Fragalysis shows as scores, where the list has them.
SCORES = ("rank", "affinity", "lower", "upper", "similarity")


def write(rows: pa.RecordBatchReader, path: Path, stamp: Stamp) -> int:
    """Write the best pose of each row to `path` and the receptor beside it; return the number of rows.

    Raises
    ------
    UsageError
        If there are no poses.
    StorageError
        If the folder cannot be written or the disk is full.
    """
    scene = require_poses(stamp.scene, path)
    (receptor,) = parts(path)
    fields = [field for field in rows.schema if field.name in SCORES]
    about = {field.name: ", ".join(filter(None, (title(field), direction(field)))) for field in fields}
    header = {
        "ref_url": "none",
        "submitter_name": "workbench",
        "submitter_email": "none",
        "submitter_institution": "none",
        "generation_date": stamp.manifest.created[:10],
        "method": f"{stamp.title}; run {stamp.manifest.key[:12]}",
        "ref_mols": "crystal structure of the receptor",
        "ref_pdb": "receptor the pose was made in",
        "original SMILES": "SMILES as it was screened",
        "pose_origin": "how the pose was made",
        **about,
    }
    count = posed = 0
    with files.replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as stream:
        blank = Chem.RWMol()
        blank.AddAtom(Chem.Atom("C"))
        blank.AddConformer(Chem.Conformer(1))
        stream.write(record_text(blank.GetMol(), "ver_1.2", header))
        for batch in rows:
            for row in batch.to_pylist():
                count += 1
                for pose in scene.poses.get(row["record"], ())[:1]:
                    posed += 1
                    values = {field.name: plain_text(row[field.name], decimals(field)) for field in fields}
                    facts = {
                        "ref_mols": scene.name,
                        "ref_pdb": receptor.name,
                        "original SMILES": row["smiles"],
                        "pose_origin": pose.origin,
                        "name": plain_text(row["name"]),
                        **values,
                    }
                    stream.write(record_text(pose.molecule(), object_name(row["rank"], plain_text(row["name"])), facts))
        require_some(posed, path)
    files.write_text(receptor, scene.receptor)
    return count


def parts(path: Path) -> list[Path]:
    """Return the further files of an export at `path`."""
    return parts_of(path)[:1]
