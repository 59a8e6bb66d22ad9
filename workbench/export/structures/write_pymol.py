"""Hit list to a PyMOL script, with the receptor and the poses beside it: a scene a hit, in rank order.

The script holds nothing of a compound but its rank and the letters and digits of its name.
"""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa

from screening.engine import files
from workbench.export.stamp import Stamp
from workbench.export.structures.posed_files import PosedFiles, parts_of, write_posed_files

#: Hits that get a scene of their own (F1 to F12 and the buttons of PyMOL step through them).
SCENES = 200
#: Hits in a group: PyMOL's list of objects stays readable.
GROUP = 50


def write(rows: pa.RecordBatchReader, path: Path, stamp: Stamp) -> int:
    """Write the script to `path` and the structures beside it; return the number of rows.

    Raises
    ------
    UsageError
        If there are no poses.
    StorageError
        If the folder cannot be written or the disk is full.
    """
    written = write_posed_files(rows, path, stamp)
    files.write_text(path, "\n".join(commands(written, path.name)) + "\n")
    return written.rows


def parts(path: Path) -> list[Path]:
    """Return the further files of an export at `path`."""
    return parts_of(path)


def commands(written: PosedFiles, script: str = "hits.pml") -> list[str]:
    """Return the lines of the script."""
    names = written.objects
    lines = [
        # PyMOL ends a comment at a semicolon and runs what follows: no name of a file may hold one here.
        f"# Open with: pymol {re.sub('[^A-Za-z0-9._ -]', '_', script)}, from the folder it lies in.",
        "# Page down shows the next hit, F1 to F12 the first twelve.",
        f"load {written.receptor}, receptor",
        f"load {written.poses}, multiplex=1",
        "hide everything",
        "bg_color white",
        "set valence, 1",
        "set label_size, 16",
        "set label_color, grey20",
        "set dash_color, grey30",
        "show cartoon, receptor",
        "color grey80, receptor and elem C",
        "set cartoon_transparency, 0.6",
        "set cartoon_side_chain_helper, on",
    ]
    for first in range(0, len(names), GROUP):
        lines.append(f"group hits_{first + 1:05d}, {' '.join(names[first : first + GROUP])}")
    lines += [
        # Names of objects begin with h and the rank; ? is no wildcard of PyMOL's.
        "select all_hits, h* and not receptor",
        "show sticks, all_hits",
        "color orange, all_hits and elem C",
        "select site, byres (receptor within 4.5 of all_hits)",
        "show sticks, site and not (name C+O+N and not resn PRO)",
        "set stick_radius, 0.12, receptor",
        "hide (hydro and (neighbor elem C))",
        "create pocket, byres (receptor within 7 of all_hits)",
        "hide everything, pocket",
        "show surface, pocket",
        "set transparency, 0.65, pocket",
        "color white, pocket",
        "label site and name CA, '%s%s' % (resn, resi)",
        "disable pocket",
        "orient all_hits",
        "zoom all_hits, 6",
    ]
    for at, name in enumerate(names[:SCENES]):
        lines += [
            *([f"disable {names[at - 1]}"] if at else [f"disable {other}" for other in names]),
            f"enable {name}",
            f"distance polar_{name}, {name}, receptor, 3.5, mode=2",
            f"hide labels, polar_{name}",
            f"group {_group(at)}, polar_{name}",
            f"scene {name}, store, message={name}",
            f"disable polar_{name}",
        ]
    lines += [f"scene {names[0]}, recall, animate=0", "deselect"]
    return lines


def _group(at: int) -> str:
    return f"hits_{at // GROUP * GROUP + 1:05d}"
