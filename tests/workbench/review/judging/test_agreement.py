"""Agreement figures against published values."""

from __future__ import annotations

import numpy as np
import pytest

from screening.runs.decisions.event import Event
from screening.runs.decisions.state import DecisionState
from workbench.review.judging.agreement import agreement, alpha_interval, disagreements, krippendorff_alpha, ranks_after

#: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, section C: 4 observers, 12 units, alpha 0.743.
OBSERVERS = [
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
]


def test_alpha_is_the_published_one() -> None:
    ratings = np.array([[-1 if value == "." else int(value) for value in line.split()] for line in OBSERVERS]).T
    assert krippendorff_alpha(ratings) == pytest.approx(0.743, abs=0.0005)
    interval = alpha_interval(ratings)
    assert interval is not None
    assert interval[0] < 0.743 < interval[1]


def test_alpha_at_its_ends() -> None:
    assert krippendorff_alpha(np.array([[0, 0], [1, 1], [2, 2]])) == 1.0
    assert krippendorff_alpha(np.array([[0, 0], [0, 0]])) == 1.0
    assert krippendorff_alpha(np.array([[0, -1], [1, -1]])) is None
    assert krippendorff_alpha(np.zeros((0, 0), int)) is None
    opposite = krippendorff_alpha(np.array([[0, 1], [1, 0], [0, 1], [1, 0]]))
    assert opposite is not None
    assert opposite < 0
    random = np.random.default_rng(0)
    chance = krippendorff_alpha(random.integers(0, 3, (4000, 2)))
    assert chance == pytest.approx(0, abs=0.04)


def test_agreement_of_a_review() -> None:
    state = DecisionState()
    said = [("ada", 0, "accept"), ("bo", 0, "accept"), ("ada", 1, "reject"), ("bo", 1, "hold"), ("ada", 2, "accept")]
    for n, (who, record, verdict) in enumerate(said, start=1):
        state.apply(Event(who, "decide", record=record, after=verdict, n=n))
    state.apply(Event("ada", "repeat", record=0, before="accept", after="reject", n=6))
    found = agreement(state)
    assert (found.records, found.pairs, found.consistency) == (2, [("ada", "bo", 2, 0.5)], [("ada", 1, 0.0)])
    assert disagreements(state) == [1]
    assert ranks_after(state, {0: 3, 1: 1, 2: 4, 3: 2}) == {0: 1, 2: 2, 1: 3, 3: 4}
