"""Progress where there is no terminal: a line now and then, with time left, and one when a stage ends."""

from __future__ import annotations

import io
import time

import pytest
from IPython.testing.globalipapp import start_ipython
from IPython.utils.capture import capture_output

from screening.engine.progress import Progress
from workbench.console import Console
from workbench.progress import _Lines, progress_bar, size_text


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


def test_sizes_are_told_in_the_unit_that_suits() -> None:
    assert [size_text(each) for each in (0, 812, 3_400, 1_250_000_000)] == [
        "0 bytes",
        "812 bytes",
        "3.4 kB",
        "1,250.0 MB",
    ]
    assert size_text(400, total=3_400) == "0.4 of 3.4 kB"
    assert size_text(0, total=2_000_000) == "0.0 of 2.0 MB"


def test_a_notebook_gets_one_output_that_is_drawn_anew() -> None:
    start_ipython()
    console = Console(file=io.StringIO(), force_jupyter=True)
    with capture_output() as captured, progress_bar(console=console) as on_progress:
        for done in range(101):
            on_progress(Progress("scoring <all>", done, 100, "records", {"scored": done}))
    outputs = captured.outputs
    assert 2 <= len(outputs) < 50
    assert [output.update for output in outputs] == [False] + [True] * (len(outputs) - 1)
    assert len({output.transient["display_id"] for output in outputs}) == 1
    last = outputs[-1].data
    assert "100 of 100 records" in last["text/plain"]
    assert "left" not in last["text/plain"]
    assert "scoring &lt;all&gt;" in last["text/html"]
    assert last["text/html"].startswith('<pre style="margin:0;')
    assert "monospace" in last["text/html"]
    assert captured.stdout == ""


def test_a_bar_that_is_interrupted_shows_where_it_stopped() -> None:
    start_ipython()
    console = Console(file=io.StringIO(), force_jupyter=True)

    def interrupted() -> None:
        with progress_bar(console=console) as on_progress:
            for done in range(40):
                on_progress(Progress("scoring", done, 100, "records"))
            time.sleep(1.3)
            raise KeyboardInterrupt

    with capture_output() as captured, pytest.raises(KeyboardInterrupt):
        interrupted()
    texts = [output.data["text/plain"] for output in captured.outputs]
    assert "39 of 100 records" in texts[-1]
    assert "0:00:01" in texts[-2], "the clock goes on while nothing comes"
