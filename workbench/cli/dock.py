"""``workbench dock``: the best hits of a run, or a whole library, into a site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from screening.errors import UsageError
from workbench.cli.site_options import HELP as SITE_HELP

if TYPE_CHECKING:
    from screening.runs.docking.docking import Docking


def command(
    run_or_target: Path = typer.Argument(..., help="Run folder, or a structure file.", metavar="RUN|TARGET"),
    top: int = typer.Option(
        None, "--top", help="How many of the best hits of the run. Default: 100.", min=1, metavar="N"
    ),
    target: Path = typer.Option(None, "--target", help="Structure, for a run without one.", metavar="FILE"),
    site: str = typer.Option(None, "--site", help=SITE_HELP, metavar="SITE"),
    library: Path = typer.Option(None, "--library", help="Prepared library or compound file.", metavar="LIBRARY"),
    out: Path = typer.Option(None, "--out", "-o", help="Run folder, when a library is docked.", metavar="DIR"),
    engine: str = typer.Option(None, "--engine", help="rustina, vina, smina or gnina. Default: the first there is."),
    seed: int = typer.Option(1, "--seed", help="Seed of the search, from 1.", metavar="N"),
    poses: int = typer.Option(3, "--poses", help="Poses kept of each compound.", min=1, max=20, metavar="N"),
    time_limit: float = typer.Option(120.0, "--time-limit", help="Seconds a compound may take.", metavar="SECONDS"),
    quick: bool = typer.Option(
        False, "--quick", help="A third of the time: misses poses that the full search finds, for a first look only."
    ),
    workers: int = typer.Option(None, "--workers", help="Worker processes. Default: one per core.", min=0, metavar="N"),
    sdf: Path = typer.Option(None, "--sdf", help="Write the best poses to this SDF file too.", metavar="FILE"),
    known: Path = typer.Option(
        None,
        "--known",
        metavar="FILE",
        help="Known ligands of the site: say how well the score ranks those in the library among decoys.",
    ),
) -> None:
    """Dock the best hits of a run (RUN --top N), or a library by structure alone (TARGET --site --library --out).

    Interrupted, the same command goes on where it stopped. A docking score is no affinity.
    """
    if run_or_target.is_dir():
        if library is not None or out is not None:
            raise UsageError("--library and --out do not go with a run folder", expected="RUN --top N")
        if known is not None:
            raise UsageError("--known goes with a library", expected="TARGET --site --library --out --known FILE")
        _hits(run_or_target, top, target, site, engine, seed, poses, time_limit, quick, workers, sdf)
        return
    if top is not None or target is not None:
        raise UsageError("--top and --target go with a run folder", expected="TARGET --site --library --out")
    lacking = [name for name, given in (("--site", site), ("--library", library), ("--out", out)) if given is None]
    if lacking:
        raise UsageError(f"{' and '.join(lacking)} missing to dock a library", expected="TARGET --site --library --out")
    from workbench.docking import dock

    assert site is not None
    done = dock(
        run_or_target, library, site=site, out=out, engine=engine, seed=seed, poses=poses, time_limit=time_limit,
        quick=quick, workers=workers,
    )  # fmt: skip
    _print(done, sdf)
    if known is not None:
        _say_how_well(done, known)


def _say_how_well(docking: Docking, known: Path) -> None:
    from screening.runs.docking.known_ligands import known_ligand_test, known_records
    from workbench.ligands import read_ligands

    records = known_records(docking, [ligand.smiles for ligand in read_ligands(known) if ligand.smiles])
    typer.echo(known_ligand_test(docking, records).text())


def _hits(
    folder: Path, top: int | None, target: Path | None, site: str | None, engine: str | None, seed: int, poses: int,
    time_limit: float, quick: bool, workers: int | None, sdf: Path | None,
) -> None:  # fmt: skip
    from workbench.session import open_run

    done = open_run(folder).dock(
        100 if top is None else top, target=target, site=site, engine=engine, seed=seed, poses=poses,
        time_limit=time_limit, quick=quick, workers=workers,
    )  # fmt: skip
    _print(done, sdf)


def _print(docking: Docking, sdf: Path | None) -> None:
    from rich.markup import escape
    from rich.table import Table

    from screening.poses.checks.check import checks_text
    from screening.poses.files.write_poses import write_poses
    from screening.poses.interactions.summary import contacts_text
    from workbench.console import Console

    console = Console(highlight=False)
    console.print(", ".join(f"{count:,} {state}" for state, count in sorted(docking.counts.items()) if count))
    shown = Table(box=None, pad_edge=False)
    best = docking.best_poses(top=10)
    score = next((pose.score.name for _, pose in best if pose.score), "score")
    for heading in ("compound", score, "p(2 Å)", "checks", "contacts"):
        shown.add_column(heading, justify="right" if heading in (score, "p(2 Å)") else "left", max_width=44)
    for _, pose in best:
        shown.add_row(
            escape(pose.name), f"{pose.score.value:.2f}" if pose.score else "",
            "" if pose.probability_2A is None else f"{pose.probability_2A:.2f}", escape(checks_text(pose.checks)),
            escape(contacts_text(pose.interactions)),
        )  # fmt: skip
    if best:
        console.print(shown)
    else:
        late = docking.counts.get("timed_out", 0)
        why = f": {late:,} took longer than {docking.plan.time_limit:g} s, as on a busy machine" if late else ""
        console.print(f"no compound has a pose{why}")
        if late:
            console.print(f"To try again: remove {docking.folder}, and give the same command a larger --time-limit")
    if sdf is not None:
        write_poses((pose for _, pose in docking.best_poses()), sdf)
        console.print(str(sdf))
    console.print(f"poses {docking.folder}")
