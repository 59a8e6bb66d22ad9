"""``workbench next``: what to measure next."""

from __future__ import annotations

from pathlib import Path

import typer


def command(
    run: Path = typer.Argument(..., help="Run folder."),
    count: int = typer.Option(96, "--count", "-n", help="Compounds in the batch.", min=1),
    learn: float = typer.Option(0.25, "--learn", help="Share of the batch to learn from, 0 to 1."),
    active_above: float = typer.Option(None, "--active-above", metavar="P", help="A hit has this value or more."),
    out: Path = typer.Option(
        None, "--out", "-o", help="Write the batch to this CSV file, and keep it in the run with what it promises."
    ),
    after: list[Path] = typer.Option(
        None,
        "--after",
        metavar="RUN",
        help="Run of an earlier round, whose results count for the intervals (repeatable).",
    ),
    again: bool = typer.Option(False, "--again", help="Compounds of earlier batches may come again."),
    force: bool = typer.Option(False, "--force", help="Write over an existing file."),
) -> None:
    """Propose the next batch: the best that are not all alike, a share to learn from, and the hit rate to expect.

    What was measured, trained on, rejected or in an earlier batch is left out. Predictions of the best are corrected
    for having been chosen: by the cross-validated errors of the model and by the results of earlier rounds, where the
    run holds some. `workbench results add` holds the promise of a kept batch against what was found.
    """
    from screening.engine import files
    from screening.engine.csv_table import write_csv
    from screening.errors import ScreeningError, UsageError
    from screening.models.storage import load_model
    from screening.models.trained import TrainedModel
    from screening.printable import printable
    from screening.runs.results.calibration import hit_threshold
    from screening.runs.results.kept_batch import keep_batch
    from screening.runs.results.next_batch import next_batch
    from screening.runs.run import open_run

    opened = open_run(run)
    if out is not None and out.exists() and not force:
        raise UsageError("exists; it was left as it is", source=out, expected="another name, or --force")
    try:
        model = load_model(opened.plan.model)
    except ScreeningError:
        model = None
    found = next_batch(
        opened, count, learn=learn, threshold=hit_threshold(opened, active_above),
        model=model if isinstance(model, TrainedModel) else None, again=again,
        after=[open_run(path) for path in after or ()],
    )  # fmt: skip
    for row in found.table.slice(0, 10).to_pylist():
        typer.echo(
            printable(f"{row['place']:>4}  {row['why']:<8}  {row['name']:<24}  {row['predicted']:.2f}")
            + f" ({row['lower']:.2f} to {row['upper']:.2f})"
        )
    if found.table.num_rows > 10:
        typer.echo(f"      ... {found.table.num_rows - 10:,} more")
    if found.promise.compounds:
        typer.echo(f"chosen for being good: {found.promise.sentence}; {found.correction.sentence}")
    if found.learning is not None:
        typer.echo(f"chosen to learn from: {found.learning.sentence}")
    if out is not None:
        with files.replacing(out) as temporary, open(temporary, "w", newline="", encoding="utf-8") as stream:
            write_csv(stream, found.table.drop_columns(["identity"]), decimals=2)
        kept = keep_batch(opened, found, learn=learn, file=out.name)
        typer.echo(f"{out}; kept as batch {int(kept.stem)} of the run")
