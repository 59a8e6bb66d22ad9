"""Open whatever run lies in a folder: a screen, a matrix, or a library docked without a model."""

from __future__ import annotations

import os
from pathlib import Path

from screening.provenance import as_path
from screening.runs.docking.docking import Docking, open_docking
from screening.runs.matrix import ensemble
from screening.runs.matrix.matrix_run import MARK, MatrixRun, open_matrix
from screening.runs.run import PLAN, ScreenRun, open_run


def open_folder(path: str | os.PathLike[str]) -> ScreenRun | MatrixRun | Docking:
    """Open a run folder; the docking layer where a library was docked into a structure and nothing else was done.

    Raises
    ------
    FileError, PlanError
        If the folder holds none of them, or its plan was changed by hand.
    """
    plan = as_path(path, "a run folder") / PLAN
    if not plan.is_file():
        docking = open_docking(path)
        if docking is not None:
            return docking
    elif MARK in plan.read_text("utf-8", errors="replace"):
        return open_matrix(path)
    return open_run(path)


def run_folders(path: str | os.PathLike[str]) -> list[Path]:
    """Return the folders of the runs at a path: those of the structures of an ensemble, else the path itself.

    Raises
    ------
    PlanError
        If the plan of an ensemble cannot be read.
    """
    folder = Path(path)
    if not (folder / ensemble.PLAN).is_file():
        return [folder]
    found = ensemble.open_ensemble(folder)
    return [folder / ensemble.STRUCTURES / one.folder for one in found.structures]
