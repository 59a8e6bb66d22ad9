"""Print what a search will cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from screening.printable import printable

if TYPE_CHECKING:
    from screening.runs.search.oracles.oracle import Oracle
    from screening.runs.search.rounds import SearchRun


def print_cost(run: SearchRun, oracle: Oracle, workers: int | None, elsewhere: bool, stops: bool) -> None:
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
    busy = f"; {cost.passed:.1f} s passed, other work uses the cores" if cost.passed > 1.3 * cost.seconds else ""
    lines.append(
        f"{cost.asked:,} are asked for, {cost.seconds:.1f} s each of a free core (tried on {cost.tried}{busy})"
    )
    if cost.reason:
        lines.append(f"none of those tried was answered ({printable(cost.reason)}), so the times say nothing")
    if cost.full:
        lines.append(f"{cost.full:,} of them again in full, {cost.full_seconds:.1f} s each")
    used = workers if workers else 1 if elsewhere or workers == 0 else cores()
    lines.append(
        f"{_hours(cost.core_hours)} of one core, {_hours(cost.core_hours / used)} on {used} with nothing else to do;"
        f" all compounds in full would take {_hours(cost.whole_core_hours)} of one core"
    )
    lower, upper = (f"{found:.0%}" for found in cost.expected)
    share = lower if lower == upper else f"{lower} to {upper}"
    lines.append(
        f"expected: {share} of the best 1 % of the {cost.candidates:,} that may be asked for"
        " (as measured in a hard and in an easy search; what was found is estimated at the end)"
    )
    typer.echo("\n".join(lines), err=not stops)


def _hours(hours: float) -> str:
    return f"{hours * 60:.1f} min" if hours < 1 else f"{hours:,.1f} h" if hours < 48 else f"{hours / 24:,.1f} days"
