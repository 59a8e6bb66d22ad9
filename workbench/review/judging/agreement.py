"""How far reviewers agree with each other and with themselves."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np

from screening.errors import UsageError
from screening.runs.decisions.event import VERDICTS
from screening.runs.decisions.state import DecisionState


@dataclasses.dataclass(frozen=True)
class Agreement:
    """Agreement of reviewers.

    Attributes
    ----------
    alpha, low, high
        Krippendorff's alpha for unordered categories and its 95 % bootstrap interval; None where it is not defined.
    records
        Records that at least two people judged.
    pairs
        For each two people: records both judged, and the share on which they agree.
    consistency
        For each person: records judged twice without their knowing, and the share judged alike.
    """

    alpha: float | None
    low: float | None
    high: float | None
    records: int
    pairs: list[tuple[str, str, int, float]]
    consistency: list[tuple[str, int, float]]


def krippendorff_alpha(ratings: np.ndarray) -> float | None:
    """Return Krippendorff's alpha for unordered categories.

    Parameters
    ----------
    ratings
        int, shape (units, raters): category from 0, -1 where a rater gave none.

    Returns
    -------
    float or None
        1 for full agreement, 0 for what chance gives; None if fewer than two values can be compared. All values in one
        category give 1 by convention, since nobody disagreed.

    Notes
    -----
    Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: nominal data, any number of observers,
    missing data.
    """
    counts = _counts(ratings)
    return _alpha(counts) if len(counts) else None


def _counts(ratings: np.ndarray) -> np.ndarray:
    """Return values by unit and category, of units with at least two values."""
    categories = int(ratings.max(initial=-1)) + 1
    if categories < 1:
        return np.zeros((0, 1))
    counts = np.stack([(ratings == one).sum(axis=1) for one in range(categories)], axis=1).astype(float)
    return counts[counts.sum(axis=1) >= 2]


def _alpha(counts: np.ndarray) -> float:
    per_unit = counts.sum(axis=1)
    total = per_unit.sum()
    disagree = (per_unit**2 - (counts**2).sum(axis=1)) / (per_unit - 1)
    marginal = counts.sum(axis=0)
    expected = (total**2 - (marginal**2).sum()) / (total - 1)
    return 1.0 if expected == 0 else float(1 - disagree.sum() / expected)


def alpha_interval(ratings: np.ndarray, *, draws: int = 1000, seed: int = 0) -> tuple[float, float] | None:
    """Return the 95 % percentile interval of alpha over units drawn with replacement; None below three units."""
    counts = _counts(ratings)
    if len(counts) < 3:
        return None
    random = np.random.default_rng(seed)
    values = [_alpha(counts[random.integers(0, len(counts), len(counts))]) for _ in range(draws)]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def agreement(state: DecisionState, records: Mapping[int, object] | None = None) -> Agreement:
    """Return how far the people of a review agree, on all records or some.

    Parameters
    ----------
    state
        The state of the log; hold its ``reading``.
    records
        Only these records.
    """
    verdicts = {
        record: {who: event.after for who, event in state.verdicts(record).items()}
        for record in sorted(state.touched())
        if records is None or record in records
    }
    verdicts = {record: said for record, said in verdicts.items() if said}
    people = sorted({who for said in verdicts.values() for who in said})
    place = {verdict: at for at, verdict in enumerate(VERDICTS)}
    ratings = np.array(
        [[place.get(said.get(who, ""), -1) for who in people] for said in verdicts.values()], int
    ).reshape(len(verdicts), len(people))
    alpha, interval = krippendorff_alpha(ratings), alpha_interval(ratings)
    low, high = interval or (None, None)
    pairs = []
    for first, second in combinations(range(len(people)), 2):
        both = (ratings[:, first] >= 0) & (ratings[:, second] >= 0)
        if both.any():
            same = float((ratings[both, first] == ratings[both, second]).mean())
            pairs.append((people[first], people[second], int(both.sum()), same))
    twice: dict[str, list[bool]] = {}
    for event in state.repeats():
        twice.setdefault(event.who, []).append(event.before == event.after)
    return Agreement(
        alpha, low, high, int(((ratings >= 0).sum(axis=1) >= 2).sum()), pairs,
        [(who, len(same), sum(same) / len(same)) for who, same in sorted(twice.items())],
    )  # fmt: skip


def disagreements(state: DecisionState) -> list[int]:
    """Return the records on which people differ, those with most people first."""
    found = []
    for record in state.touched():
        said = [event.after for event in state.verdicts(record).values()]
        if len(set(said)) > 1:
            found.append((-len(said), record))
    return [record for _, record in sorted(found)]


def require_open(state: DecisionState) -> None:
    """Check that no blind pass is going on.

    Raises
    ------
    UsageError
        If one is.
    """
    if state.settings["blind"]:
        raise UsageError("the blind pass is not over", expected="a lead to end it first")


def judged_together(state: DecisionState, ranks: Mapping[int, int]) -> dict[str, Any]:
    """Return agreement, the records people differ on, lifted ranks with the reasons, and ranks after review.

    Parameters
    ----------
    state
        The state of the log; hold its ``reading``.
    ranks
        Record number to the model's rank.

    Raises
    ------
    UsageError
        If a blind pass is going on.
    """
    require_open(state)
    after = ranks_after(state, ranks)
    lifted = [
        {
            "record": record, "rank": ranks[record], "after": after[record],
            "why": [event.text for event in state.verdicts(record).values() if event.after == "accept"],
        }
        for record, decision in state.decided().items()
        if decision == "accept" and record in ranks and ranks[record] > state.settings["lift_rank"]
    ]  # fmt: skip
    return {
        **dataclasses.asdict(agreement(state)), "disagreements": disagreements(state), "lifted": lifted,
        "ranks_after": after,
    }  # fmt: skip


#: Order of decisions in the ranking after review.
_AFTER = {"accept": 0, "hold": 1, "disputed": 1, "": 2, "reject": 3}


def ranks_after(state: DecisionState, ranks: Mapping[int, int]) -> dict[int, int]:
    """Return the rank of each record after the human hand: accepted, held, undecided, rejected, each by model rank."""
    decided = state.decided()
    order = sorted(ranks, key=lambda record: (_AFTER[decided.get(record, "")], ranks[record]))
    return {record: at for at, record in enumerate(order, start=1)}
