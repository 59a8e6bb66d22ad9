"""``workbench review shortlist``."""

from __future__ import annotations

from pathlib import Path

import typer


def shortlist(
    run: Path = typer.Argument(..., help="Run folder."),
    count: int = typer.Option(24, "--count", "-n", min=1, max=1000, help="Compounds wanted."),
    method: str = typer.Option(
        "best", "--method", help="best, maxmin (most different of the best), scaffold, cluster."
    ),
    only: str = typer.Option("not rejected", "--only", help="accepted, 'not rejected' or all."),
    want: list[str] = typer.Option(
        [], "--want", help="What is desirable: COLUMN:WORST:BEST[:WEIGHT]; may be repeated. Default: the prediction."
    ),
    window: list[str] = typer.Option([], "--window", help="COLUMN:LOW:HIGH, either end may be empty; may be repeated."),
    novelty: float = typer.Option(
        None, "--most-similarity", min=0, max=1, help="Largest similarity to the nearest known compound."
    ),
    contact: list[str] = typer.Option([], "--contact", help="Contact a pose must make, such as MET793."),
    learning: float = typer.Option(
        0.0, "--learning", min=0, max=1, help="Share kept for compounds the model is least sure of."
    ),
    include: list[int] = typer.Option([], "--include", help="Record that is in whatever its score; may be repeated."),
    save: str = typer.Option(None, "--save", help="Put the picks on this named list, each with its reason."),
    who: str = typer.Option(None, "--who", help="Your name. Default: your user name on this machine."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Pick a shortlist from the hits; each pick says why it is in."""
    import json

    from screening.printable import printable
    from screening.runs.run import open_run
    from workbench.review.run_review import RunReview, shortlist_plan, user

    plan = shortlist_plan(
        count, wants=want, windows=window, method=method, only=only, most_similarity=novelty, contacts=contact,
        learning=learning, include=include,
    )  # fmt: skip
    name = who or user()
    found = RunReview(open_run(run)).shortlist(plan, name)
    if save is not None:
        found.save(save, who=name)
    if as_json:
        typer.echo(json.dumps({"picks": found.table.to_pylist(), "notes": found.notes, "left_out": found.left_out}))
        return
    for line in repr(found).splitlines():
        typer.echo(printable(line))
    if save is not None:
        typer.echo(printable(f"Saved as list {save!r}: {found.table.num_rows} hits."))
