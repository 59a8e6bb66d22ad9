"""``workbench search run``, and ``workbench search LIBRARY``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from workbench.cli.search.oracle_options import (
    direction,
    limited,
    opened_library,
    sequence_of,
    share_or_number,
    tiers_of,
)
from workbench.cli.search.print_cost import print_cost
from workbench.cli.search.print_search import print_search


def run(
    library: Path = typer.Argument(
        ..., metavar="LIBRARY", help="Prepared library, or a scheme of reactions (TOML) with its reagents."
    ),
    oracle: str = typer.Option(
        ...,
        "--oracle",
        help="What is asked: command:'PROGRAM {smi}' (prints a number), csv:FILE,COLUMN[,NAMES], model:FOLDER,"
        " dock:FILE,SITE or laboratory:WHAT, which is answered with `search ask` and `search tell`.",
    ),
    out: Path = typer.Option(..., "--out", "-o", metavar="SEARCH", help="Folder; the same command goes on."),
    budget: str = typer.Option("2%", "--budget", help="Compounds that may be asked for: a number, or a part as 2%."),
    best: str = typer.Option(
        None, "--best", help="high or low: which answers are better. Models and docking state it themselves."
    ),
    target: Path = typer.Option(None, "--target", "-t", metavar="FILE", help="For a model that needs a sequence."),
    first: int = typer.Option(
        None,
        "--first",
        help="Compounds of the first round. Default: a sixth of the budget, a tenth for reactions.",
        min=1,
    ),
    batch: int = typer.Option(
        None,
        "--batch",
        help="Compounds of a later round; smaller ones find more. Default: a quarter of the first; for a laboratory and"
        " for reactions as many.",
        min=1,
    ),
    top: int = typer.Option(100, "--top", help="How many best compounds the search is after.", min=1),
    acquisition: str = typer.Option(
        None,
        "--acquisition",
        help="'improvement, then bound' (default: the bound for the last quarter of the budget), expected improvement,"
        " upper bound, greedy (default for reactions) or thompson.",
    ),
    random_share: float = typer.Option(
        0.0, "--random-share", help="Part of each later round drawn at random, beside the first, which is so whole."
    ),
    only: list[str] = typer.Option(
        None,
        "--only",
        help="Ask only compounds inside: 'heavy_atoms 15-35', lipinski, ... (repeat for several).",
    ),
    longest: float = typer.Option(
        None,
        "--longest",
        metavar="LENGTH",
        help="Ask only compounds that are at most so many Å long, stretched out.",
    ),
    like: str = typer.Option(
        None, "--like", metavar="SHARE", help="Ask only the share, as 50%, that is most similar to the bound ligand."
    ),
    reference: str = typer.Option(
        None, "--reference", metavar="SMILES", help="For --like, instead of the ligand of the docking site."
    ),
    short: bool = typer.Option(
        False, "--short", help="Docking: ask the short search, and at the end the full one about the best."
    ),
    full: int = typer.Option(
        None, "--full", help="With --short: how many are docked again in full. Default: a fifth of the budget.", min=0
    ),
    time_limit: float = typer.Option(
        None, "--time-limit", metavar="SECONDS", help="A compound may take: docking or a program. Default: 600."
    ),
    estimate: bool = typer.Option(
        False,
        "--estimate",
        help="Say what it will cost and find, and stop; with docking it always says so first.",
    ),
    seed: int = typer.Option(0, "--seed", help="Seed of every random choice."),
    workers: int = typer.Option(None, "--workers", "-w", help="Worker processes or jobs; 0: only this one.", min=0),
    scheduler: str = typer.Option(None, "--scheduler", help="Address or file of a running Dask scheduler."),
    cluster: str = typer.Option(None, "--cluster", help="Start workers as jobs: slurm, pbs, sge or lsf."),
    certificates: Path = typer.Option(None, "--certificates", help="Folder of `workbench cluster certificates`."),
    insecure: bool = typer.Option(False, "--insecure", help="Allow traffic that is not encrypted."),
    as_json: bool = typer.Option(False, "--json", help="Print the summary as JSON."),
) -> None:
    """Search a library with any oracle: a program, docking by one, a model, a table, a laboratory."""
    import contextlib
    import json

    from screening.clusters.catalog import open_client
    from screening.runs.search.oracles.catalog import read_oracle
    from screening.runs.search.oracles.dock import DockOracle
    from screening.runs.search.oracles.laboratory import LaboratoryOracle
    from screening.runs.search.search import begin_search, plan_search, run_search
    from workbench.progress import progress_bar

    prepared = opened_library(library)
    asked = limited(read_oracle(oracle, direction(best), sequence_of(target)), short, time_limit)
    plan = plan_search(
        prepared, asked, budget=share_or_number(budget), first=first, batch=batch, top=min(top, prepared.compounds),
        **({} if acquisition is None else {"acquisition": acquisition}), random_share=random_share, seed=seed,
        tiers=tiers_of(only, longest, like, reference, asked), full=full,
    )  # fmt: skip
    if isinstance(asked, LaboratoryOracle):
        begin_search(plan, out)
        typer.echo(
            f"{plan.budget:,} of {prepared.compounds:,} compounds may be asked for; next: workbench search ask {out}"
        )
        return
    if not as_json:
        typer.echo(
            f"asks for {plan.budget:,} of {prepared.compounds:,} compounds ({plan.budget / prepared.compounds:.1%}):"
            f" {plan.first:,} at random, then rounds of {plan.batch:,}",
            err=True,
        )
    if estimate or plan.tiers or isinstance(asked, DockOracle):
        print_cost(begin_search(plan, out), asked, workers, cluster is not None or scheduler is not None, estimate)
    if estimate:
        return
    options: dict[str, Any] = {}
    if scheduler is not None or cluster is not None:
        options = {"certificates": certificates, "insecure": insecure}
    with contextlib.ExitStack() as stack:
        client = stack.enter_context(open_client(cluster or "local", workers=workers, address=scheduler, **options))
        on_progress = stack.enter_context(progress_bar())
        found = run_search(plan, out, asked, client=client, on_progress=on_progress)
    if as_json:
        typer.echo(json.dumps(found.summary))
        return
    print_search(found)
