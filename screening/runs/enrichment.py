"""How well a ranking finds known actives."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from rdkit.ML.Scoring import Scoring

from screening.errors import UsageError


@dataclasses.dataclass(frozen=True)
class Enrichment:
    """Early and overall recognition of known actives in a ranking.

    Attributes
    ----------
    actives, compounds
        Number of known actives among the ranked compounds.
    roc_auc
        Probability that an active is ranked above another compound; 0.5 is chance.
    ef1, ef5
        Enrichment factor in the best 1 % and 5 %: actives found there over those expected by chance.
    bedroc
        BEDROC with alpha 20 (Truchon and Bayly 2007, J Chem Inf Model 47, 488).
    """

    actives: int
    compounds: int
    roc_auc: float
    ef1: float
    ef5: float
    bedroc: float


def enrichment(ranks: Collection[int], compounds: int) -> Enrichment:
    """Measure where the actives stand.

    Parameters
    ----------
    ranks
        Ranks of the known actives, from 1.
    compounds
        Number of ranked compounds, actives included.

    Raises
    ------
    UsageError
        If there is no active, nothing else than actives, or a rank outside the ranking.
    """
    found = set(ranks)
    if not 0 < len(found) < compounds:
        raise UsageError(f"{len(found)} actives among {compounds} compounds", expected="some actives and some others")
    if not all(1 <= rank <= compounds for rank in found):
        raise UsageError(f"a rank lies outside 1 to {compounds}")
    rows = [(rank in found,) for rank in range(1, compounds + 1)]
    ef1, ef5 = Scoring.CalcEnrichment(rows, 0, [0.01, 0.05])
    return Enrichment(
        actives=len(found),
        compounds=compounds,
        roc_auc=float(Scoring.CalcAUC(rows, 0)),
        ef1=float(ef1),
        ef5=float(ef5),
        bedroc=float(Scoring.CalcBEDROC(rows, 0, 20.0)),
    )
