"""What figures have in common: size, type, colours, and saving with one call."""

from __future__ import annotations

import io
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from screening.engine.files import writable_folder
from screening.errors import UsageError
from workbench.page.depiction import few_colours

INK, SOFT = "#1c2430", "#5b6675"
FORMATS = ("png", "svg", "pdf")


class Chart(Figure):
    """A matplotlib figure that shows itself in notebooks, with or without ``%matplotlib inline``."""

    def _repr_png_(self) -> bytes:
        content = io.BytesIO()
        self.savefig(content, format="png", dpi=130, facecolor="white")
        return few_colours(content.getvalue(), 128)

    def __repr__(self) -> str:
        titles = ", ".join(axes.get_xlabel() for axes in self.axes if axes.get_xlabel())
        return f"<Chart: {titles}; shows itself in a notebook, or save_figure(chart, path)>"


def new_figure(width: float = 6.4, height: float = 3.9, *, columns: int = 1, rows: int = 1) -> tuple[Chart, list[Axes]]:
    """Return an empty figure (in inches) and its axes; it is kept by nobody else and shows itself in notebooks."""
    figure = Chart(figsize=(width, height), layout="constrained", dpi=110)
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
        axis.spines[["left", "bottom"]].set_color(SOFT)
        axis.tick_params(colors=SOFT, labelsize=9)
        axis.xaxis.label.set_color(INK)
        axis.yaxis.label.set_color(INK)
        axis.title.set_color(INK)
        axis.title.set_size(11)
    return figure, axes


def save_figure(figure: Figure, path: str | Path, *, dpi: int = 200) -> Path:
    """Save as PNG, SVG or PDF by the suffix.

    Raises
    ------
    UsageError
        If the suffix is another.
    StorageError
        If the folder cannot be written.
    """
    path = Path(path)
    if path.suffix.lstrip(".").lower() not in FORMATS:
        raise UsageError(f"cannot save a figure as {path.name}", expected="a name that ends in .png, .svg or .pdf")
    writable_folder(path.parent)
    figure.savefig(path, dpi=dpi, facecolor="white")
    return path
