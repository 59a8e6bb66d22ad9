"""Questions about libraries and targets from a notebook, each in one line and answered by a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from screening.compounds.library.prepared_library import PreparedLibrary, open_library
from screening.compounds.library.profile import profile_library
from screening.compounds.library.write_library import COLUMNS
from screening.compounds.search.diversity import pick_diverse
from screening.compounds.search.queries import read_queries
from screening.compounds.search.scaffolds_and_overlap import top_scaffolds
from screening.compounds.search.similarity import FingerprintTable, all_fingerprints, search_library
from screening.compounds.standardisation.standardise import Refusal, parent_of
from screening.errors import UsageError
from screening.models.panel.panel import load_panel
from screening.models.panel.panel_table import panel_table
from screening.result_table import ResultTable
from screening.targets.binding_site import BindingSite
from screening.targets.pockets.find import DEFAULT_TOP, find_pockets
from screening.targets.quality.quality_report import assess
from screening.targets.target import Target

Library = PreparedLibrary | str | Path


def similar(library: Library, compounds: str | Sequence[str], *, top: int = 20, threshold: float = 0.0) -> ResultTable:
    """Find the compounds of a library most similar to others, by exact Tanimoto similarity (Morgan, radius 2).

    Parameters
    ----------
    library
        A prepared library or its folder.
    compounds
        SMILES, or compound files, of what to look for.
    top, threshold
        How many for each at most, and the least similarity.

    Raises
    ------
    ScreeningError
        If the library or a compound cannot be read.
    """
    opened = _library(library)
    queries = read_queries([compounds] if isinstance(compounds, str) else list(compounds))
    _require_positive("top", top)
    found = search_library(opened, np.stack([query.fingerprint for query in queries]), top=top, threshold=threshold)
    more = {
        "query": pa.array(
            [query.name for query, one in zip(queries, found) for _ in range(len(one.rows))], pa.string()
        ),
        "similarity": np.concatenate([one.similarity for one in found]),
    }
    return _compounds(
        opened, np.concatenate([one.rows for one in found]), more, f"Most similar of {opened.compounds:,} compounds"
    )


def pick(library: Library, count: int = 100, *, seed: int = 0) -> ResultTable:
    """Pick a diverse set: each pick is the compound least similar to all picks before it (MaxMin).

    Raises
    ------
    ScreeningError
        If the library cannot be read, or `count` is not 1 or more.
    """
    opened = _library(library)
    _require_positive("count", count)
    rows = pick_diverse(FingerprintTable(all_fingerprints(opened)), min(count, opened.compounds), seed=seed)
    more = {"pick": np.arange(1, len(rows) + 1)}
    return _compounds(opened, rows, more, f"Diverse picks of {opened.compounds:,} compounds")


def scaffolds(library: Library, top: int = 20) -> ResultTable:
    """Count the Bemis-Murcko scaffolds of a library, the commonest first.

    Raises
    ------
    ScreeningError
        If the library cannot be read.
    """
    opened = _library(library)
    _require_positive("top", top)
    return ResultTable(top_scaffolds(opened, top), title=f"Scaffolds of {opened.compounds:,} compounds")


def profile(library: Library) -> ResultTable:
    """Say how the properties of the compounds of a library are distributed.

    Raises
    ------
    ScreeningError
        If the library cannot be read.
    """
    opened = _library(library)
    names = ("mean", "minimum", "low", "median", "high", "maximum")
    columns = ("mean", "minimum", "5 %", "median", "95 %", "maximum")
    found = profile_library(opened)
    rows = [
        {"property": name.replace("_", " ")} | {to: float(getattr(one, of)) for of, to in zip(names, columns)}
        for name, one in found.properties.items()
    ]
    schema = pa.schema([("property", pa.string()), *((name, pa.float64()) for name in columns)])
    return ResultTable(
        pa.Table.from_pylist(rows, schema=schema),
        title=f"{found.records:,} records, {found.compounds:,} unique compounds",
        decimals=dict.fromkeys(columns, 2),
    )


def off_targets(compounds: str | Sequence[str]) -> ResultTable:
    """Predict compounds (SMILES) at the targets of the off-target panel: a row each, the likely ones first.

    Fifteen targets are no safety panel: what is not among them is not looked at.

    Raises
    ------
    ScreeningError
        If something given is no compound.
    """
    given = [compounds] if isinstance(compounds, str) else list(compounds)
    parents = []
    for text in given:
        parent = parent_of(text) if isinstance(text, str) else Refusal("structure", "it is no text")
        if isinstance(parent, Refusal):
            raise UsageError(f"off_targets: {text!r:.60}: {parent.reason}", expected="SMILES")
        parents.append(parent.smiles)
    return panel_table(load_panel(), given, parents)


def pockets(target: Target, top: int = DEFAULT_TOP) -> ResultTable:
    """Find where a ligand could bind, the most likely place first; `wb.find_pockets` gives what `view_pockets` draws.

    Raises
    ------
    ScreeningError
        If there is no protein with coordinates.
    """
    _require_positive("top", top)
    rows = [pocket.to_row() for pocket in find_pockets(target, top=top)]
    if not rows:
        return ResultTable(pa.table({"rank": pa.array([], pa.int64())}), title=f"No pocket of {target.id} was found")
    return ResultTable(pa.Table.from_pylist(rows), title=f"Pockets of {target.id}", hidden=("residues", "key"))


def quality(target: Target, site: BindingSite | None = None) -> ResultTable:
    """Say what a structure, and a site of it, is fit for, and why.

    Raises
    ------
    ScreeningError
        If the site is not on the target.
    """
    report = assess(target, site)
    rows = [{"what": one.what, "grade": one.grade, "finding": one.sentence} for one in report.findings]
    return ResultTable(pa.Table.from_pylist(rows), title=f"{target.id}: {report.verdict} (score {report.score:.2f})")


def _library(library: Library) -> PreparedLibrary:
    if isinstance(library, PreparedLibrary):
        return library
    if not isinstance(library, str | Path):
        raise UsageError(f"{library!r:.60} is no library", expected="wb.open_library(FILE) or the folder of one")
    return open_library(Path(library))


def _require_positive(name: str, value: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise UsageError(f"{name} is {value!r:.60}", expected="a whole number of 1 or more")


def _compounds(library: PreparedLibrary, rows: np.ndarray, more: Mapping[str, object], title: str) -> ResultTable:
    table = library.take(rows, COLUMNS)
    return ResultTable(
        pa.table({**more, **{name: table[name] for name in COLUMNS}}),
        title=title,
        hidden=[name for name in COLUMNS if name not in ("name", "smiles")],
        decimals={"similarity": 2},
    )
