"""``workbench review show``."""

from __future__ import annotations

from pathlib import Path

import typer


def show(
    run: Path = typer.Argument(..., help="Run folder."),
    record: int = typer.Option(None, "--record", "-r", help="Only what concerns this record."),
    who: str = typer.Option(None, "--who", help="Only what this person did."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Show the log of decisions, and what stands."""
    import dataclasses
    import json
    from collections import Counter

    from screening.printable import printable
    from screening.runs.decisions.decide import open_log
    from screening.runs.run import open_run
    from workbench.cli.review.decide import sentence

    log = open_log(open_run(run))
    state = log.state
    events = [
        event
        for event in state.events
        if (record is None or event.record == record) and (who is None or event.who == who)
    ]
    if as_json:
        facts = {
            "head": log.head.facts(),
            "decided": state.decided(),
            "lists": {name: sorted(records) for name, records in state.lists().items()},
            "signatures": [
                {**dataclasses.asdict(one.event), "void": one.void} for one in state.signatures
            ],
            "events": [{**dataclasses.asdict(event), "undone": event.n in state.undone} for event in events],
        }  # fmt: skip
        typer.echo(json.dumps(facts))
        return
    for event in events:
        taken_back = f"  [undone in line {state.undone[event.n]}]" if event.n in state.undone else ""
        typer.echo(printable(sentence(event) + taken_back))
    counted = Counter(state.decided().values())
    typer.echo(
        f"{log.head}: " + (", ".join(f"{count} {what}" for what, count in sorted(counted.items())) or "none stand")
    )
    for signature in state.signatures:
        event = signature.event
        stands = f"void ({signature.void})" if signature.void else "stands"
        typer.echo(printable(f"list {event.name!r} signed by {event.who} at {event.at}: {event.text}; {stands}"))
