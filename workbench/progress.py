"""Progress bars for the terminal and for notebooks, drawn with Rich."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from screening.engine.progress import OnProgress
from screening.engine.progress import Progress as Step

#: States worth naming while work goes on; the rest is in the ledger.
_SHOWN = ("scored", "ready", "duplicate", "filtered", "rejected", "failed", "timed_out")


class _RateColumn(ProgressColumn):
    """How many a second; nothing where it says nothing (files, steps, submitted jobs)."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if task.fields.get("unit") != "records" or not speed:
            return Text("")
        return Text(f"{speed:,.0f}/s")


@contextlib.contextmanager
def progress_bar(*, console: Console | None = None) -> Iterator[OnProgress]:
    """Draw one bar per stage; give the function that long work calls with each `Progress`.

    The bars go to standard error, so that standard output stays clean for results; where that is no
    terminal (a log file, a pipe) only the last state of each bar is written.
    """
    console = console or Console(stderr=True)
    bars = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        TextColumn("{task.fields[amount]}"),
        _RateColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[counts]}", style="dim"),
        console=console,
    )
    tasks: dict[str, TaskID] = {}

    def on_progress(step: Step) -> None:
        if step.stage not in tasks:
            for task in bars.tasks:  # a new stage begins: those before it are over
                bars.update(task.id, total=task.completed or 1, completed=task.completed or 1)
            tasks[step.stage] = bars.add_task(step.stage, total=step.total, amount="", unit="", counts="")
        bars.update(
            tasks[step.stage],
            completed=step.done,
            total=step.total,
            amount=_amount(step),
            unit=step.unit,
            counts=", ".join(f"{step.counts[state]:,} {state}" for state in _SHOWN if step.counts.get(state)),
        )

    with bars:
        yield on_progress
        bars.refresh()  # in a notebook Rich leaves the last state undrawn


def _amount(step: Step) -> str:
    if step.unit == "bytes":
        megabytes = f"{step.done / 1e6:,.1f}"
        return f"{megabytes} of {step.total / 1e6:,.1f} MB" if step.total else f"{megabytes} MB"
    return f"{step.done:,} of {step.total:,} {step.unit}" if step.total else f"{step.done:,} {step.unit}"
