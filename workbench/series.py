"""Questions about a series of compounds from Python: R-groups, matched pairs, activity cliffs, each in one line."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from screening.compounds.series import matched_pairs as pairs_engine
from screening.compounds.series import r_groups as groups_engine
from screening.errors import ModelError, UsageError
from screening.features.compound_blocks import morgan_fingerprints
from screening.models import explain
from screening.models.affinity import ScoreKind
from screening.models.data.measurements import AffinityData, read_measurements
from screening.models.storage import load_model, require_one_target
from workbench.progress import progress_bar
from workbench.tables.cliff_pairs import CliffPairs
from workbench.tables.compared_pair import ComparedPair
from workbench.tables.matched_pair_table import MatchedPairs
from workbench.tables.r_group_table import RGroupTable
from workbench.tables.series_page import Compounds

if TYPE_CHECKING:
    from screening.runs.comparison.compare_compounds import Knowledge

#: Hits of a run that are looked at as a series.
MOST_HITS = 1000
_EXPECTED = "a model, a run, a table file of measured values, or a table with smiles, name and affinity"


def r_groups(source: Any, core: str | None = None, *, rows: int = 30, groups: int = 8, **columns: Any) -> RGroupTable:
    """Show which group each compound of a series has at each position of a common core, and what it is worth.

    Parameters
    ----------
    source
        A model or its folder (its training compounds), a run or its folder (its hits), a table file of measured values,
        or an Arrow table with ``smiles``, ``name`` and ``affinity`` or ``value``.
    core
        SMILES or SMARTS, with or without attachment points; looked for when left out.
    rows, groups
        Compounds, and groups at a position, that are drawn.
    columns
        Of a table file: ``smiles``, ``name``, ``value``, ``unit``, ``kind``, ``qualifier`` as of `train`.

    Raises
    ------
    UsageError
        If the core cannot be read, or no compound holds it.
    ScreeningError
        If the source cannot be read.
    """
    found = compounds_of(source, **columns)
    return RGroupTable(groups_engine.r_groups(found.smiles, core), found, rows=rows, groups=groups)


def matched_pairs(
    source: Any,
    *,
    radius: int = pairs_engine.RADIUS,
    least_pairs: int = 3,
    top: int = 25,
    by: str = "surest",
    **columns: Any,
) -> MatchedPairs:
    """Show what exchanging one fragment for another did to the values, over all pairs of compounds.

    Parameters
    ----------
    source, columns
        As of `r_groups`.
    radius
        Bonds to which the surroundings of the fragment must be the same; 0 counts an exchange wherever it is.
    least_pairs
        Pairs that an exchange must have.
    top
        Exchanges that are drawn.
    by
        Their order: ``"surest"`` (lower end of the interval of the mean change), ``"pairs"`` or ``"change"``.

    Raises
    ------
    ScreeningError
        If the source cannot be read.
    """
    found = compounds_of(source, **columns)
    # A few hundred compounds take a second or two; thousands take a minute.
    with progress_bar() if len(found.smiles) > 500 else contextlib.nullcontext() as on_progress:
        exchanges = pairs_engine.matched_pairs(
            found.smiles, found.exact, radius=radius, least_pairs=least_pairs, on_progress=on_progress
        )
    return MatchedPairs(exchanges, found, top=top, by=by)


def cliffs(
    source: Any, *, alike: float = explain.ALIKE, jump: float = explain.JUMP, top: int = 8, **columns: Any
) -> CliffPairs:
    """Show activity cliffs as drawn pairs: compounds that look alike and differ much.

    Parameters
    ----------
    source, columns
        As of `r_groups`.
    alike, jump
        Least Tanimoto similarity (Morgan, radius 2) and least difference, in log units.
    top
        Pairs that are drawn.

    Raises
    ------
    ScreeningError
        If the source cannot be read.
    """
    found = compounds_of(source, **columns)
    exact: list[int] = np.flatnonzero(np.isfinite(found.exact)).tolist()
    smiles = [found.smiles[row] for row in exact]
    listed = explain.cliffs_among(
        [found.names[row] for row in exact], smiles, found.values[exact], morgan_fingerprints(smiles),
        alike=alike, jump=jump,
    )  # fmt: skip
    return CliffPairs(listed, found, top=top, alike=alike, jump=jump)


def compare_compounds(source: Any, first: str, second: str, *, target: Any = None, **columns: Any) -> ComparedPair:
    """Show why one compound is weaker than another: what changes, and what is measured, predicted and seen of it.

    Parameters
    ----------
    source, columns
        As of `r_groups`: a run knows predictions and poses, a model measured values and predictions, a table what was
        measured.
    first, second
        Each a name, SMILES or id; of a run also a record, as `Run.why` takes it.
    target
        What a model of a protein family predicts for: a target it knows by name, a sequence, or an opened target.

    Raises
    ------
    UsageError
        If a text names no compound, or several.
    ScreeningError
        If the source cannot be read.
    """
    from screening.runs.comparison import compare_compounds as engine

    for text in (first, second):
        if not isinstance(text, str) or not text.strip():
            raise UsageError(f"{text!r:.60} names no compound", expected="a name, SMILES or id")
    return ComparedPair(engine.compare_compounds(_knowledge(source, target, columns), first, second))


def _knowledge(source: Any, target: Any, columns: dict[str, Any]) -> Knowledge:
    """Return where compounds are looked up."""
    from screening.runs.comparison.compare_compounds import Knowledge, knowledge_of_model, knowledge_of_run
    from screening.runs.evidence.training import TrainingCompounds
    from screening.runs.run import PLAN, ScreenRun, open_run

    name = "the training data"
    if isinstance(source, str | Path) and Path(source).is_dir():
        place = Path(source)
        source = open_run(place) if (place / PLAN).exists() else load_model(place)
        name = f"the training data of {place.name}"
    run = source if isinstance(source, ScreenRun) else getattr(source, "run", None)
    if isinstance(run, ScreenRun):
        if target is not None:
            raise UsageError("a run has its target already", expected="target= with a model only")
        return knowledge_of_run(run)
    if hasattr(source, "for_target"):
        return knowledge_of_model(source.for_target(target), name)
    if target is not None:
        raise UsageError("measured values need no target", expected="target= with a model only")
    data = source if isinstance(source, AffinityData) else None
    if isinstance(source, str | Path):
        data, name = read_measurements(Path(source), **columns), Path(source).name
    if data is None:
        raise UsageError(f"{source!r:.60} knows no compounds", expected="a run, a model, or a table file")
    measured = TrainingCompounds(data.names, data.identities, data.smiles, data.values, data.limits)
    return Knowledge(measured, "the measured values" if name == "the training data" else name, str(data.kind))


def compounds_of(source: Any, **columns: Any) -> Compounds:
    """Return the compounds of a model, a run or a table with their values; see `r_groups`.

    Raises
    ------
    UsageError
        If `source` is none of these.
    ScreeningError
        If it cannot be read.
    """
    from screening.runs.run import PLAN, ScreenRun, open_run

    if isinstance(source, str | Path):
        place = Path(source)
        if place.is_dir():
            if (place / PLAN).exists():
                return _of_run(open_run(place))
            return _of_model(require_one_target(load_model(place), place), place.name)
        return _of_data(read_measurements(place, **columns), place.name)
    if isinstance(source, AffinityData):
        return _of_data(source, "the measured values")
    if isinstance(source, ScreenRun):
        return _of_run(source)
    if isinstance(getattr(source, "run", None), ScreenRun):
        return _of_run(source.run)
    if isinstance(source, pa.Table):
        return _of_table(source)
    if hasattr(source, "training") and hasattr(source, "card"):
        return _of_model(source, "the training data")
    raise UsageError(f"{source!r:.60} is no series of compounds", expected=_EXPECTED)


def _of_model(model: Any, name: str) -> Compounds:
    training, card = model.training, model.card
    what = str(card.data.get("measured", card.kind))
    if card.model_type == "known actives" or what == "label" or what in list(ScoreKind):
        raise ModelError("holds no measured affinities", expected="a model trained on values")
    source = name if name == "the training data" else f"the training data of {name}"
    return Compounds(training.names, training.smiles, training.values, training.limits, what, source)


def _of_data(data: AffinityData, name: str) -> Compounds:
    return Compounds(data.names, data.smiles, data.values, data.limits, str(data.kind), name)


def _of_run(run: Any) -> Compounds:
    table = run.hits().slice(0, MOST_HITS)
    return Compounds(
        table.column("name").to_pylist(), table.column("smiles").to_pylist(),
        table.column("affinity").to_numpy().astype(float), np.zeros(table.num_rows, np.int8), str(run.kind),
        f"the best {table.num_rows:,} of {Path(run.folder).name}", measured=False,
    )  # fmt: skip


def _of_table(table: pa.Table) -> Compounds:
    value = next((name for name in ("value", "affinity") if name in table.schema.names), None)
    missing = [name for name in ("smiles", "name") if name not in table.schema.names]
    if value is None or missing:
        raise UsageError(
            f"the table has no column {(missing or ['value'])[0]!r}", expected="smiles, name, and affinity or value"
        )
    values = np.array([np.nan if one is None else one for one in table.column(value).to_pylist()], float)
    kind = table.column("kind")[0].as_py() if "kind" in table.schema.names and table.num_rows else value
    return Compounds(
        [str(name) for name in table.column("name").to_pylist()], table.column("smiles").to_pylist(), values,
        np.zeros(table.num_rows, np.int8), str(kind), f"a table of {table.num_rows:,}", measured=value == "value",
    )  # fmt: skip
