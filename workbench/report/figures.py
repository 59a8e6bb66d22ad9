"""Figures of a run by name, and as files."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from screening.engine import files
from screening.errors import UsageError
from screening.runs.hits import HIT_SCHEMA, ranking
from screening.runs.run import ScreenRun, open_run
from workbench.plots.figure import FORMATS

#: Compounds whose scores a figure draws.
MOST = 200_000


def _table(run: ScreenRun, top: int | None) -> Any:
    import pyarrow as pa

    return pa.Table.from_batches(list(ranking(run, top)), schema=HIT_SCHEMA)


def _scores(run: ScreenRun, top: int | None) -> Any:
    from workbench.plots import score_distribution

    return score_distribution(_table(run, MOST), top=top or 100)


def _scaffolds(run: ScreenRun, top: int | None) -> Any:
    from workbench.plots import scaffold_gallery

    return scaffold_gallery(_table(run, top or 100))


def _windows(run: ScreenRun, top: int | None) -> Any:
    from workbench.plots import property_windows

    return property_windows(_table(run, top or 1000))


#: Name of a figure to what draws it from a run and a number of hits.
FIGURES: dict[str, Callable[[ScreenRun, int | None], Any]] = {
    "scores": _scores,
    "properties": _windows,
}


def svg_bytes(figure: Any) -> bytes:
    """Return a matplotlib figure as SVG, the same bytes for the same figure."""
    import matplotlib

    content = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "workbench"}):
        figure.savefig(content, format="svg", metadata={"Date": None}, facecolor="white")
    return content.getvalue()


def score_picture(run: ScreenRun) -> bytes:
    """Return the distribution of the predicted values as SVG."""
    return svg_bytes(_scores(run, min(100, run.plan.top)))


def write_figure(run: Path, name: str, out: Path, *, top: int | None = None, overwrite: bool = False) -> Path:
    """Write a figure of a run by its name.

    Raises
    ------
    UsageError
        If there is no such figure, the suffix is no picture's, or a file is in the way.
    StorageError
        If the file cannot be written.
    """
    if name not in FIGURES:
        raise UsageError(f"there is no figure {name!r}", expected=f"one of {', '.join(FIGURES)}")
    suffix = out.suffix.removeprefix(".").lower()
    if suffix not in FORMATS:
        raise UsageError(f"cannot save a figure as {out.name}", expected="a name that ends in .png, .svg or .pdf")
    if out.exists() and not overwrite:
        raise UsageError("exists; it was left as it is", source=out, expected="another name, or --force")
    figure = FIGURES[name](open_run(run), top)
    content = io.BytesIO()
    if suffix == "svg":
        content.write(svg_bytes(figure))
    else:
        figure.savefig(content, format=suffix, dpi=200, facecolor="white")
    files.write_bytes(out, content.getvalue())
    return out
