"""``workbench verify``: whether a library, model, run or export is as it was written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from screening.errors import FileError, ScreeningError


def command(
    paths: list[Path] = typer.Argument(..., help="Folders of libraries, models and runs, or exported files."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Check libraries, models, runs and exports whole; say what is damaged and how to mend it.

    Every file is compared with the checksum it was written with. Exit code 1 if anything is damaged.
    """
    import json

    told = []
    for path in paths:
        kind, problems = _checked(path)
        told.append({"path": str(path), "kind": kind, "problems": problems})
        if as_json:
            continue
        typer.echo(f"{path}: {kind}, " + ("whole" if not problems else f"damaged in {len(problems)} places:"))
        for problem in problems[:20]:
            typer.echo(f"  {problem}")
        if len(problems) > 20:
            typer.echo(f"  and {len(problems) - 20:,} more: see --json")
    if as_json:
        typer.echo(json.dumps(told))
    if any(each["problems"] for each in told):
        raise typer.Exit(1)


def _checked(path: Path) -> tuple[str, list[str]]:
    """Return what is at a path, and what is wrong with it."""
    if path.is_file():
        return "export", _export(path)
    kinds: dict[str, tuple[str, Callable[[Path], list[str]]]] = {
        "checksums.json": ("model", _model), "library.json": ("library", _library), "manifest.json": ("run", _run),
        "ensemble.json": ("ensemble of structures", _ensemble),
    }  # fmt: skip
    for name, (kind, check) in kinds.items():
        if (path / name).exists():
            return kind, check(path)
    if (path / "plan.json").exists():
        return "library or run that is not finished", ["It was stopped: run the same command again to go on with it."]
    if (path / "poses" / "plan.json").exists():
        return "docked library", _docked(path)
    if not path.exists():
        raise FileError("no such file or folder", source=path)
    raise FileError("is none of them", source=path, expected="a library, a model, a run or an exported file")


def _export(path: Path) -> list[str]:
    from workbench.export.verify import verify

    found = verify(path)
    return [] if found.intact else [f"{found.sentence} `workbench export` writes it again from its run."]


def _model(folder: Path) -> list[str]:
    from screening.models.storage import load_model

    try:
        load_model(folder)
    except ScreeningError as error:
        return [f"{error} Train it again, or `workbench model rebuild` if its card and training compounds are whole."]
    return []


def _library(folder: Path) -> list[str]:
    from screening.compounds.library.damage import library_damage

    return library_damage(folder)


def _ensemble(folder: Path) -> list[str]:
    from screening.runs.matrix.ensemble import open_ensemble
    from screening.runs.open_folder import run_folders

    try:
        ensemble = open_ensemble(folder)
        found = [problem for one in run_folders(folder) if one.is_dir() for problem in _docked(one)]
        if not ensemble.finished:
            return [*found, "It was stopped: run the same command again to go on with it."]
        len(ensemble.table)
    except ScreeningError as error:
        return [f"{error} The same command makes what is damaged again."]
    return found


def _docked(folder: Path) -> list[str]:
    from screening.runs.damage import run_damage

    try:
        return run_damage(folder)
    except ScreeningError as error:
        return [str(error)]


def _run(folder: Path) -> list[str]:
    from screening.runs.damage import run_damage
    from screening.runs.decisions.log import FOLDER, LOG
    from screening.runs.decisions.verify import verify
    from screening.runs.run import open_run

    try:
        found = run_damage(folder)
        if (log := folder / FOLDER / LOG).is_file():
            found += [f"{problem} Decisions cannot be made again: take the log from a backup."
                      for problem in verify(log, open_run(folder).plan.key).problems]  # fmt: skip
    except ScreeningError as error:
        return [str(error)]
    return found
