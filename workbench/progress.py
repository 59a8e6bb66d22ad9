"""Progress bars for the terminal and for notebooks, drawn with Rich."""

from __future__ import annotations

import contextlib
import io
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

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
from workbench.console import Console

#: States worth naming while work goes on; the rest is in the ledger.
_SHOWN = ("scored", "ready", "duplicate", "filtered", "rejected", "failed", "timed_out")


class _RateColumn(ProgressColumn):
    """How many a second; nothing where it says nothing (files, steps, submitted jobs)."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        # What was finished before is counted at once: a rate over less than a second says nothing.
        if task.fields.get("unit") != "records" or not speed or (task.finished_time or task.elapsed or 0.0) < 1.0:
            return Text("")
        return Text(rate_text(speed))


class _LeftColumn(TimeRemainingColumn):
    """The time left, in words beside the elapsed time; nothing once the stage is over."""

    def render(self, task: Task) -> Text:
        if task.finished or not task.time_remaining:
            return Text("")
        return Text(f"{super().render(task)} left", style="progress.remaining")


class _NotebookBars:
    """Bars as one output of a cell that is drawn anew, which stays in the saved notebook without any widget.

    Rich's own bars leave an empty output below them, and need ipywidgets both to draw and to read a saved notebook.
    """

    #: Seconds between two drawings.
    EVERY = 0.2
    _STYLE = "margin:0;white-space:pre;overflow-x:auto;line-height:normal;font-family:Menlo,DejaVu Sans Mono,monospace"

    def __init__(self, bars: Progress, show: Callable[..., Any], clock: Callable[[], float] = time.monotonic) -> None:
        self._bars, self._show, self._clock = bars, show, clock
        self._drawn: float | None = None
        self._handle: Any = None
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._ticking = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> _NotebookBars:
        self._ticking.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._ticking.join()
        self.draw()

    def _tick(self) -> None:
        # The clock goes on while a step takes long, so that one sees that it lives.
        while not self._over.wait(1.0):
            self.step()

    def step(self) -> None:
        """Draw, if the last drawing is long enough ago."""
        if self._drawn is None or self._clock() >= self._drawn + self.EVERY:
            self.draw()

    def draw(self) -> None:
        """Draw the bars as they are now."""
        with self._lock:
            self._draw()

    def _draw(self) -> None:
        self._drawn = self._clock()
        if not self._bars.tasks:
            return
        console = Console(file=io.StringIO(), record=True, width=160, force_jupyter=False, force_terminal=False)
        console.print(self._bars.get_renderable())
        plain = "\n".join(line.rstrip() for line in console.export_text(clear=False).splitlines())
        html = console.export_html(inline_styles=True, code_format=f'<pre style="{self._STYLE}">{{code}}</pre>')
        drawn = {"text/html": html, "text/plain": plain}
        if self._handle is None:
            self._handle = self._show(drawn, raw=True, display_id=True)
        else:
            self._handle.update(drawn, raw=True)


class _Lines:
    """Progress as lines of a log: seldom enough for a job of a day, often enough to see that it lives."""

    #: Seconds until the first line of a stage, the factor from each to the next, and the longest wait.
    FIRST, FACTOR, LONGEST = 10.0, 1.5, 300.0

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console, self._clock = console, clock
        self._last: Step | None = None
        self._began = self._next = self._wait = 0.0

    def step(self, step: Step) -> None:
        """Take a step forward."""
        now = self._clock()
        if self._last is None or step.stage != self._last.stage:
            self.end()
            self._began, self._wait = now, self.FIRST
            self._next = now + self._wait
        elif now >= self._next:
            self._write(step, now)
            self._wait = min(self._wait * self.FACTOR, self.LONGEST)
            self._next = now + self._wait
        self._last = step

    def end(self) -> None:
        """Write the last state of the stage that is over."""
        if self._last is not None:
            self._write(self._last, self._clock(), left=False)
            self._last = None

    def _write(self, step: Step, now: float, *, left: bool = True) -> None:
        seconds = now - self._began
        said = [f"{step.stage}: {_amount(step)}", f"{_clock_time(seconds)} so far" if left else _clock_time(seconds)]
        if step.unit == "records" and seconds >= 1 and step.done:
            said.append(rate_text(step.done / seconds))
        if left and step.total and 0 < step.done < step.total:
            said.append(f"about {_clock_time(seconds * (step.total - step.done) / step.done)} left")
        counts = _counts(step)
        self._console.print(", ".join(said) + (f" ({counts})" if counts else ""), soft_wrap=True)


def rate_text(each_second: float) -> str:
    """Say how many a second, or a minute where they are slow, as docked ligands are."""
    if each_second >= 10:
        return f"{each_second:,.0f}/s"
    return f"{each_second:.1f}/s" if each_second >= 1 else f"{each_second * 60:.1f}/min"


def _clock_time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"


def _counts(step: Step) -> str:
    return ", ".join(f"{step.counts[state]:,} {state}" for state in _SHOWN if step.counts.get(state))


@contextlib.contextmanager
def progress_bar(*, console: Console | None = None) -> Iterator[OnProgress]:
    """Draw one bar per stage; give the function that long work calls with each `Progress`.

    The bars go to standard error, so that standard output stays clean for results. Where that is no terminal (a log
    file, a pipe) a line is written now and then instead, and one when a stage ends.
    """
    console = console or Console(stderr=True)
    if not (console.is_terminal or console.is_jupyter):
        lines = _Lines(console)
        yield lines.step
        lines.end()
        return
    bars = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        TextColumn("{task.fields[amount]}"),
        _RateColumn(),
        TimeElapsedColumn(),
        _LeftColumn(),
        TextColumn("{task.fields[counts]}", style="dim"),
        console=console,
        auto_refresh=not console.is_jupyter,
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
            counts=_counts(step),
        )

    if console.is_jupyter:
        from IPython.display import display

        with _NotebookBars(bars, display) as drawn:

            def on_step(step: Step) -> None:
                on_progress(step)
                drawn.step()

            yield on_step
        return
    with bars:
        yield on_progress


def size_text(count: float, *, total: float | None = None) -> str:
    """Say how many bytes, of a total where there is one, in the unit that suits: ``"0.4 of 3.4 kB"``."""
    large = count if total is None else total
    size, digits, unit = (1e6, 1, "MB") if large >= 1e6 else (1e3, 1, "kB") if large >= 1e3 else (1, 0, "bytes")
    of = "" if total is None else f" of {total / size:,.{digits}f}"
    return f"{count / size:,.{digits}f}{of} {unit}"


def _amount(step: Step) -> str:
    if step.unit == "bytes":
        return size_text(step.done, total=step.total or None)
    return f"{step.done:,} of {step.total:,} {step.unit}" if step.total else f"{step.done:,} {step.unit}"
