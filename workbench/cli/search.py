"""``workbench search``: most of the best compounds of a library after asking about a few percent of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from screening.errors import UsageError
from screening.printable import printable

if TYPE_CHECKING:
    from screening.compounds.library.prepared_library import PreparedLibrary
    from screening.compounds.reactions.reaction_library import ReactionLibrary
    from screening.runs.search.oracles.oracle import Oracle
    from screening.runs.search.recall import Recall
    from screening.runs.search.rounds import SearchRun
    from screening.runs.search.tiers import Tiers


class _LibraryFirst(TyperGroup):
    """``workbench search LIBRARY ...`` is ``workbench search run LIBRARY ...``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["run", *args]
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=_LibraryFirst,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Find most of the best compounds of a library after asking about a few percent: workbench search LIBRARY"
    " --oracle ... --budget 2% --out SEARCH.",
)


@app.command("run")
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
        None, "--first", help="Compounds of the first round. Default: a sixth of the budget.", min=1
    ),
    batch: int = typer.Option(None, "--batch", help="Compounds of a later round. Default: a sixth.", min=1),
    top: int = typer.Option(100, "--top", help="How many best compounds the search is after.", min=1),
    acquisition: str = typer.Option(
        None,
        "--acquisition",
        help="expected improvement (default), upper bound, greedy (default for reactions) or thompson.",
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

    prepared = _opened(library)
    asked = _limited(read_oracle(oracle, _direction(best), _sequence(target)), short, time_limit)
    plan = plan_search(
        prepared, asked, budget=_budget(budget), first=first, batch=batch, top=min(top, prepared.compounds),
        **({} if acquisition is None else {"acquisition": acquisition}), random_share=random_share, seed=seed,
        tiers=_tiers(only, longest, like, reference, asked), full=full,
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
        _say_cost(begin_search(plan, out), asked, workers, cluster is not None or scheduler is not None, estimate)
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
    _print(found)


@app.command("ask")
def ask(
    search: Path = typer.Argument(..., metavar="SEARCH", help="Folder of the search."),
    count: int = typer.Option(None, "--count", "-n", help="Compounds of the next round. Default: the plan's.", min=1),
    out: Path = typer.Option(None, "--out", "-o", metavar="FILE", help="CSV file. Default: standard output."),
) -> None:
    """Give the compounds to measure next, with an empty column for their values."""
    import io

    import pyarrow as pa

    from screening.engine import files
    from screening.engine.csv_table import write_csv
    from screening.runs.search import ask_tell
    from screening.runs.search.rounds import open_search

    table = ask_tell.ask(open_search(search), count)
    shown = table.select(["name", "smiles", "record", "chosen"])
    stream = io.StringIO(newline="")
    write_csv(stream, shown.append_column("value", pa.nulls(table.num_rows, pa.string())))
    if out is None:
        sys.stdout.write(stream.getvalue())
        return
    files.write_text(out, stream.getvalue())
    typer.echo(f"{table.num_rows:,} compounds in {out}; when they are measured: workbench search tell {search} FILE")


@app.command("tell")
def tell(
    search: Path = typer.Argument(..., metavar="SEARCH", help="Folder of the search."),
    file: Path = typer.Argument(..., metavar="FILE", help="CSV with a value for each compound that was asked for."),
    value: str = typer.Option("value", "--value", help="Its column with the values."),
    name: str = typer.Option("name", "--name", help="Its column with the names."),
) -> None:
    """Take the measured values of the compounds that were asked for."""
    from screening.runs.search import ask_tell
    from screening.runs.search.rounds import open_search

    found = open_search(search)
    told = ask_tell.tell(found, file, value=value, name=name)
    if told.missing:
        named = ", ".join(printable(one) for one in told.missing[:5])
        raise UsageError(
            f"{len(told.missing)} compounds that were asked for are not in it ({named}); nothing was taken",
            source=file,
            expected="a row for each, its value empty where it was not measured",
        )
    typer.echo(f"{told.answered:,} values, {told.failed:,} without one")
    if found.finished:
        _print(found)


@app.command("show")
def show(
    search: Path = typer.Argument(..., metavar="SEARCH", help="Folder of the search."),
    top: int = typer.Option(20, "--top", "-n", help="How many of the best.", min=1),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Show what a search has found so far, and how much of the best that is expected to be."""
    import json

    from screening.runs.search.rounds import open_search

    found = open_search(search)
    if as_json:
        typer.echo(json.dumps({"summary": found.summary, "found": found.found().slice(0, top).to_pylist()}))
        return
    _print(found, top)


@app.command("reagents")
def reagents(
    search: Path = typer.Argument(..., metavar="SEARCH", help="Folder of a search through a reaction library."),
    top: int = typer.Option(100, "--top", "-n", help="Of how many of the best products.", min=1),
    out: Path = typer.Option(None, "--out", "-o", metavar="FILE", help="CSV file. Default: standard output."),
    routes: bool = typer.Option(False, "--routes", help="The products with their routes instead."),
) -> None:
    """List the reagents to buy for the best products found, those needed most often first; or how each is made."""
    import io

    from screening.engine import files
    from screening.engine.csv_table import write_csv
    from screening.runs.search.reactions.shopping import reagents_to_buy, routes_of
    from screening.runs.search.rounds import open_search

    found = open_search(search)
    table = routes_of(found, top) if routes else reagents_to_buy(found, top)
    stream = io.StringIO(newline="")
    write_csv(stream, table)
    if out is None:
        sys.stdout.write(stream.getvalue())
        return
    files.write_text(out, stream.getvalue())
    typer.echo(f"{table.num_rows:,} {'products' if routes else 'reagents'} in {out}")


def _opened(library: Path) -> PreparedLibrary | ReactionLibrary:
    from screening.compounds.library.prepared_library import open_library
    from screening.compounds.reactions.reaction_library import open_reactions
    from screening.compounds.reactions.scheme import is_scheme

    if not is_scheme(library):
        return open_library(library)
    found = open_reactions(library)
    for warning in found.warnings():
        typer.echo(f"note: {printable(warning)}", err=True)
    return found


def _limited(oracle: Oracle, short: bool, seconds: float | None) -> Oracle:
    """Return an oracle with its time limit, and with the short search if that is asked for."""
    import dataclasses

    from screening.runs.search.oracles.command import CommandOracle
    from screening.runs.search.oracles.dock import DockOracle

    if seconds is not None:
        if not isinstance(oracle, CommandOracle | DockOracle):
            raise UsageError("--time-limit goes with docking or a program", expected="another oracle, or no limit")
        if not 0 < seconds < float("inf"):
            raise UsageError(f"--time-limit {seconds:g} leaves no time", expected="seconds above 0")
        oracle = dataclasses.replace(oracle, seconds=seconds)
    if not short:
        return oracle
    if not isinstance(oracle, DockOracle):
        raise UsageError("--short goes with docking", expected="--oracle dock:FILE,SITE")
    return dataclasses.replace(oracle, short=True)


def _tiers(
    only: list[str] | None, longest: float | None, like: str | None, reference: str | None, oracle: Oracle
) -> Tiers:
    from screening.runs.search.oracles.dock import DockOracle
    from screening.runs.search.tiers import Tiers

    if like is None:
        if reference is not None:
            raise UsageError("--reference says to what compounds are similar", expected="--like SHARE too")
        return Tiers(tuple(only or ()), longest)
    share = _budget(like, what="share", expected="a part such as 50%")
    if share > 1:
        raise UsageError(f"--like {like} is no share", expected="a part such as 50%")
    bound = reference or (oracle.bound_ligand if isinstance(oracle, DockOracle) else "")
    if not bound:
        raise UsageError("there is no bound ligand to be similar to", expected="--reference SMILES")
    return Tiers(tuple(only or ()), longest, float(share), bound)


def _say_cost(run: SearchRun, oracle: Oracle, workers: int | None, elsewhere: bool, stops: bool) -> None:
    """Print the arithmetic of a search: what passes each tier, seconds, cores, hours, expected recall."""
    import json

    from screening.clusters.local import cores
    from screening.runs.search.estimate import estimate_search
    from screening.runs.search.tiers import COUNTS

    cost = estimate_search(run, oracle)
    lines = [f"{cost.library:,} compounds"]
    if run.plan.tiers is not None:
        told = json.loads((run.folder / COUNTS).read_text("utf-8"))["tiers"]
        lines += [f"  {each['left']:,} {each['tier']}" for each in told]
    lines.append(f"{cost.asked:,} are asked for, {cost.seconds:.1f} s each on one core (tried on {cost.tried})")
    if cost.full:
        lines.append(f"{cost.full:,} of them again in full, {cost.full_seconds:.1f} s each")
    used = workers if workers else 1 if elsewhere or workers == 0 else cores()
    lines.append(
        f"{_hours(cost.core_hours)} of one core, {_hours(cost.core_hours / used)} on {used};"
        f" all compounds in full would take {_hours(cost.whole_core_hours)} of one core"
    )
    lines.append(
        f"expected: about {cost.expected:.0%} of the best 1 % of the {cost.candidates:,} that may be asked for"
        " (as measured on one docked library; what was found is estimated at the end)"
    )
    typer.echo("\n".join(lines), err=not stops)


def _hours(hours: float) -> str:
    return f"{hours * 60:.1f} min" if hours < 1 else f"{hours:,.1f} h" if hours < 48 else f"{hours / 24:,.1f} days"


def _print(found: SearchRun, top: int = 20) -> None:
    from rich.table import Table

    from screening.runs.evidence.text import number_text
    from screening.runs.search.search import read_recall
    from workbench.console import Console

    best = found.found()
    shown = Table(box=None, pad_edge=False)
    again = ("full",) if "full" in best.column_names else ()
    for heading in ("rank", "name", *again, "value", "chosen", "smiles"):
        shown.add_column(
            heading, justify="right" if heading in ("rank", "value", "full") else "left", no_wrap=heading != "smiles"
        )
    for row in best.slice(0, top).to_pylist():
        numbers = ["" if row[name] is None else number_text(row[name], 3) for name in (*again, "value")]
        shown.add_row(str(row["rank"]), printable(row["name"]), *numbers, row["chosen"], row["smiles"])
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = max(console.width, 200)
    console.print(shown)
    answered = found.answered()
    failed = len(answered.reasons) - best.num_rows
    console.print(
        f"{len(answered.rows):,} of {found.plan.budget:,} compounds asked for in {found.rounds} rounds,"
        f" {best.num_rows:,} answers" + (f", {failed:,} without one ({_reasons(answered.reasons)})" if failed else "")
    )
    console.print(
        _recall_sentence(read_recall(found)) if found.finished else "the search goes on: the same command again"
    )


def _reasons(reasons: list[str]) -> str:
    from collections import Counter

    counted = Counter(reason for reason in reasons if reason).most_common(3)
    return "; ".join(f"{count} x {printable(reason)}" for reason, count in counted)


def _recall_sentence(recall: Recall | None) -> str:
    if recall is None:
        return "too few answers to say how many of the best were found"
    return (
        f"expected among them: {recall.expected:.0%} of the best {recall.top:,} of the library"
        f" (90 % interval {recall.lower:.0%} to {recall.upper:.0%})"
    )


def _budget(
    text: str, *, what: str = "budget", expected: str = "a number of compounds, or a part such as 2%"
) -> int | float:
    try:
        found = float(text.rstrip("%")) / 100 if text.endswith("%") else int(text)
    except ValueError:
        raise UsageError(f"{text!r} is no {what}", expected=expected) from None
    if found <= 0 or (text.endswith("%") and found > 1):
        raise UsageError(f"a {what} of {text} cannot be asked for", expected=expected)
    return found if not text.endswith("%") or found < 1 else 0.999999999


def _direction(best: str | None) -> bool | None:
    if best not in (None, "high", "low"):
        raise UsageError(f"--best {best} is no direction", expected="high or low")
    return None if best is None else best == "high"


def _sequence(target: Path | None) -> str | None:
    if target is None:
        return None
    from screening.targets.files.read import read_target

    return read_target(target).sequence
