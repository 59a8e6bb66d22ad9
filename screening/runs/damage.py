"""What is damaged in a run: its scores and ledger, hit list, log of decisions, and the layers beside them."""

from __future__ import annotations

from pathlib import Path

from screening.compounds.library.damage import library_damage
from screening.engine import parts
from screening.engine.read_part import damaged_parts, seal
from screening.errors import ScreeningError
from screening.runs.docking.docking import Docking
from screening.runs.matrix.matrix_run import MatrixRun
from screening.runs.open_folder import open_folder
from screening.runs.run import ScreenRun
from screening.runs.run_folder import SUMMARY

#: What helps against damage.
MEND = "The same command makes what is damaged again."
_MEND_LAYER = "The same command that made this layer makes what is damaged again."


def run_damage(folder: Path) -> list[str]:
    """Check a run folder whole; return what is wrong, one sentence each, with what helps.

    Raises
    ------
    FileError, PlanError
        If the folder holds no run, or its plan was edited.
    """
    run = open_folder(folder)
    folder = run.folder
    found = [f"{problem} {MEND}" for problem in damaged_parts(folder)]
    if (folder / SUMMARY).exists():
        found += _finished(run)
    for receipts in sorted(folder.glob(f"*/**/{parts.RECEIPTS}")):
        layer = receipts.parent
        if layer == folder / "library":
            found += library_damage(layer)
        elif folder / "library" not in layer.parents:
            found += [f"{problem} {_MEND_LAYER}" for problem in damaged_parts(layer)]
    return found


def _finished(run: ScreenRun | MatrixRun | Docking) -> list[str]:
    found = []
    for ask in (run.table,) if isinstance(run, Docking) else (run.hits, run.training):
        try:
            ask()
        except ScreeningError as error:
            found.append(str(error))
    if not run.finished:
        return found
    receipts = list(parts.receipts(run.folder))
    if len(receipts) != run.summary["parts"]:
        found.append(f"{run.folder}: holds {len(receipts)} receipts of {run.summary['parts']} batches. {MEND}")
    elif "seal" in run.summary and run.summary["seal"] != seal(receipts):
        found.append(f"{run.folder}: holds batches of another run. {MEND}")
    return found
