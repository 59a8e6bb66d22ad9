"""Figures of a run by name, and as files."""

from __future__ import annotations

import dataclasses
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
    from collections import Counter

    import pyarrow as pa
    from rdkit import Chem

    from screening.compounds.scaffold import murcko_scaffold
    from screening.compounds.search.scaffolds_and_overlap import NO_RING
    from workbench.plots import scaffold_gallery

    mols = [Chem.MolFromSmiles(text) for text in _table(run, top or 100).column("smiles").to_pylist()]
    counts = Counter(murcko_scaffold(mol) or NO_RING for mol in mols)
    rows = [
        {"scaffold": scaffold, "compounds": count, "share": count / len(mols)}
        for scaffold, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    ]
    return scaffold_gallery(pa.Table.from_pylist(rows))


def _windows(run: ScreenRun, top: int | None) -> Any:
    from screening.compounds.library.profile import profile_library
    from workbench.plots import property_windows

    return property_windows(profile_library(run.library()))


def _results(run: ScreenRun, top: int | None) -> Any:
    from screening.runs.results.assay import all_results
    from screening.runs.results.calibration import hit_threshold
    from workbench.plots.results_calibration import results_calibration

    return results_calibration(all_results(run), run.kind, hit_threshold(run, None))


@dataclasses.dataclass(frozen=True)
class Figure:
    """A figure of a run: what it shows, and what draws it from a run and a number of hits."""

    title: str
    draw: Callable[[ScreenRun, int | None], Any]


#: By name.
FIGURES: dict[str, Figure] = {
    "scores": Figure("predicted values of the whole library, the best marked", _scores),
    "properties": Figure("properties of the library and the usual windows", _windows),
    "scaffolds": Figure("commonest scaffolds of the hits", _scaffolds),
    "results": Figure("assay results against the predictions as they were made", _results),
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


def picture_suffix(out: Path, *, overwrite: bool) -> str:
    """Return the form of a picture by its name, ``png``, ``svg`` or ``pdf``.

    Raises
    ------
    UsageError
        If the suffix is no picture's, or a file is in the way.
    """
    suffix = out.suffix.removeprefix(".").lower()
    if suffix not in FORMATS:
        raise UsageError(f"cannot save a figure as {out.name}", expected="a name that ends in .png, .svg or .pdf")
    if out.exists() and not overwrite:
        raise UsageError("exists; it was left as it is", source=out, expected="another name, or --force")
    return suffix


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
        raise UsageError(f"there is no figure {name!r}", expected=f"one of {', '.join([*FIGURES, 'slide'])}")
    suffix = picture_suffix(out, overwrite=overwrite)
    figure = FIGURES[name].draw(open_run(run), top)
    content = io.BytesIO()
    if suffix == "svg":
        content.write(svg_bytes(figure))
    else:
        figure.savefig(content, format=suffix, dpi=200, facecolor="white")
    files.write_bytes(out, content.getvalue())
    return out
