"""Hit list to a ChimeraX command file, with the receptor and the poses beside it.

The file holds nothing of a compound; ChimeraX reads names from the SDF, where they are plain letters and digits.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from screening.engine import files
from workbench.export.stamp import Stamp
from workbench.export.structures.posed_files import PosedFiles, parts_of, write_posed_files


def write(rows: pa.RecordBatchReader, path: Path, stamp: Stamp) -> int:
    """Write the commands to `path` and the structures beside it; return the number of rows.

    Raises
    ------
    UsageError
        If there are no poses.
    StorageError
        If the folder cannot be written or the disk is full.
    """
    written = write_posed_files(rows, path, stamp)
    files.write_text(path, "\n".join(commands(written)) + "\n")
    return written.rows


def parts(path: Path) -> list[Path]:
    """Return the further files of an export at `path`."""
    return parts_of(path)


def commands(written: PosedFiles) -> list[str]:
    """Return the lines of the command file."""
    count = len(written.objects)
    several = count > 1
    lines = [
        "# Open with: chimerax FILE, from the folder it lies in. The slider steps through the hits in rank order.",
        f"open {written.receptor} name receptor",
        f"open {written.poses} name hits",
        "delete solvent",
        "hide atoms",
        "cartoon #1",
        "color #1 lightgray",
        "transparency #1 50 target c",
        "show #2 atoms",
        "style #2 stick",
        "color #2 orange target a",
        "color #2 byhetero",
        "select zone #2 4.5 #1 residues true",
        "show sel atoms",
        "style sel stick",
        "color sel byhetero",
        "label sel residues text {0.name}{0.number} height 0.9 color black",
        "surface zone #1 nearAtoms #2 distance 6",
        "transparency #1 70 target s",
        "hbonds #2 restrict #1 reveal true color dimgray",
        "select clear",
        "set bgColor white",
        "view #2",
    ]
    return [*lines, f"mseries slider #2.1-{count}"] if several else lines
