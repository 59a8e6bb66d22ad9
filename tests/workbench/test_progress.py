"""Progress where there is no terminal: a line now and then, with time left, and one when a stage ends."""

from __future__ import annotations

import io

from screening.engine.progress import Progress
from workbench.console import Console
from workbench.progress import _Lines, progress_bar


def lines_of(steps: list[tuple[float, Progress]]) -> list[str]:
    """Return what is written when steps come at these seconds."""
    stream = io.StringIO()
    now = [0.0]
    lines = _Lines(Console(file=stream, width=200), clock=lambda: now[0])
    for at, step in steps:
        now[0] = at
        lines.step(step)
    lines.end()
    return stream.getvalue().splitlines()


def test_a_line_now_and_then_with_what_is_left() -> None:
    steps = [(float(at), Progress("scoring", at * 100, 10_000, "records", {"scored": at * 90})) for at in range(100)]
    written = lines_of(steps)
    assert written[0] == "scoring: 1,000 of 10,000 records, 0:00:10 so far, 100/s, about 0:01:30 left (900 scored)"
    assert 4 <= len(written) <= 8
    assert written[-1].startswith("scoring: 9,900 of 10,000 records, 0:01:39, 100/s")


def test_each_stage_ends_with_a_line() -> None:
    written = lines_of(
        [
            (0.0, Progress("reading", 1, 2, "files")),
            (3.0, Progress("reading", 2, 2, "files")),
            (4.0, Progress("fitting", 1, 10, "fits")),
        ]
    )
    assert written == ["reading: 2 of 2 files, 0:00:04", "fitting: 1 of 10 fits, 0:00:00"]


def test_a_log_file_gets_lines_and_no_bars() -> None:
    stream = io.StringIO()
    with progress_bar(console=Console(file=stream, width=200)) as on_progress:
        on_progress(Progress("standardising", 2_500_000, 5_000_000, "bytes"))
    assert stream.getvalue() == "standardising: 2.5 of 5.0 MB, 0:00:00\n"


def test_a_slow_rate_is_told_by_the_minute() -> None:
    from workbench.progress import rate_text

    assert [rate_text(each) for each in (1234.5, 23.4, 3.21, 0.42)] == ["1,234/s", "23/s", "3.2/s", "25.2/min"]
