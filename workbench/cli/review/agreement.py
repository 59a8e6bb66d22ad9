"""``workbench review agreement``."""

from __future__ import annotations

from pathlib import Path

import typer


def agreement(
    run: Path = typer.Argument(..., help="Run folder."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Show how far reviewers agree with each other and with themselves, and where they differ."""
    import json

    from screening.printable import printable
    from screening.runs.run import open_run
    from workbench.review.run_review import RunReview

    review = RunReview(open_run(run))
    found = review.agreement()
    if as_json:
        typer.echo(json.dumps(found))
        return
    typer.echo(f"{found['records']} hits were judged by at least two people.")
    if found["alpha"] is not None:
        ends = f" (95 % interval {found['low']:.2f} to {found['high']:.2f})" if found["low"] is not None else ""
        typer.echo(f"Krippendorff's alpha {found['alpha']:.2f}{ends}; 1 is full agreement, 0 what chance gives.")
    lines = [f"{a} and {b}: same decision on {same:.0%} of {n} hits" for a, b, n, same in found["pairs"]]
    lines += [f"{who} judged {n} hits twice and {same:.0%} alike" for who, n, same in found["consistency"]]
    for record in found["disagreements"]:
        said = review.log.state.verdicts(record).items()
        lines.append(f"record {record}: " + ", ".join(f"{who} {event.after}" for who, event in sorted(said)))
    lines += [
        f"record {one['record']} lifted from rank {one['rank']} to {one['after']}: {'; '.join(one['why'])}"
        for one in found["lifted"]
    ]
    for line in lines:
        typer.echo(printable(line))
