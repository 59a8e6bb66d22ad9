"""The hits of a run by the score of several aims."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from screening.runs.evidence.table import evidence, evidence_schema
from screening.runs.run import ScreenRun
from screening.runs.scoring.profile import Aim
from screening.runs.scoring.score import COLUMNS, require_columns, scored


def best_hits(run: ScreenRun, aims: Sequence[Aim], *, top: int | None = None, among: int | None = None) -> pa.Table:
    """Return all evidence on the hits with the best score, the best first, and the columns of the score.

    All hits are scored, on the columns that the aims need; the rest is worked out for those that are returned.

    Parameters
    ----------
    run
        A finished run.
    aims
        A profile, see `screening.runs.scoring.profile.read_profile`.
    top
        How many hits to return; all if None.
    among
        How many hits are scored, the best of the run; all that it keeps if None.

    Raises
    ------
    UsageError
        If an aim names no column of evidence, or one that holds no numbers.
    """
    require_columns(evidence_schema(run), aims)
    needed = ["record", "affinity", "lower", "upper", *(aim.column for aim in aims)]
    found = scored(evidence(run, top=among, columns=list(dict.fromkeys(needed))), aims).slice(0, top)
    whole = evidence(run, found.column("record").to_pylist())
    for column in COLUMNS:
        whole = whole.append_column(column.field(), found.column(column.name))
    return whole
