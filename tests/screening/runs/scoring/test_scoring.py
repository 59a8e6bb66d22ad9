"""The score of several aims against sums done by hand, its interval against sampling, and Pareto fronts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from screening.errors import UsageError
from screening.runs.scoring.profile import PROFILES, read_profile
from screening.runs.scoring.score import desirabilities, pareto_fronts, scored


def table(**columns: list[object]) -> pa.Table:
    return pa.table({name: pa.array(values) for name, values in columns.items()})


def test_what_is_written_is_what_is_read() -> None:
    aims = read_profile("affinity > 6..8 * 2; logp = -1..1..3..5; price < 10..50.5")
    assert [str(one) for one in aims] == ["affinity > 6..8 * 2", "logp = -1..1..3..5", "price < 10..50.5"]
    assert read_profile("; ".join(map(str, aims))) == aims
    assert all(read_profile(name) for name in PROFILES)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty"), ("affinity", "'affinity' is no aim"), ("logp = 1..2", "do not fit"),
        ("logp > 2..1", "do not fit"),
        ("logp > 1..2; logp < 1..2", "twice"), ("logp > 1..2 * 0", "every weight"), ("logp > a..b", "no aim"),
    ],
)  # fmt: skip
def test_a_profile_that_is_none(text: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        read_profile(text)


def test_scores_are_weighted_geometric_means() -> None:
    rows = table(affinity=[7.0, 8.0, 5.0, 7.0], logp=[2.0, 4.0, 2.0, None], name=["a", "b", "c", "d"])
    found = scored(rows, read_profile("affinity > 6..8 * 2; logp = -1..1..3..5")).to_pylist()
    # a: 0.5 and 1; b: 1 and 0.5; c is not acceptable, and d has no value of an aim.
    assert [row["name"] for row in found] == ["b", "a", "c", "d"]
    assert [row["mpo"] for row in found] == [pytest.approx(0.5 ** (1 / 3)), pytest.approx(0.5 ** (2 / 3)), 0.0, None]
    assert found[0]["mpo_parts"] == "affinity 1.00; logp 0.50"
    assert [row["pareto"] for row in found] == [1, 1, 2, None]
    assert found[0]["mpo_lower"] == found[0]["mpo_upper"] == pytest.approx(0.5 ** (1 / 3))


def test_the_interval_is_that_of_the_affinity_carried_over() -> None:
    heavy, half = 25, 1.2
    rows = table(
        affinity=[7.5], lower=[7.5 - half], upper=[7.5 + half], logp=[3.0], ligand_efficiency=[1.364 * 7.5 / heavy]
    )
    text = "affinity > 6..8; logp < 2..5; ligand_efficiency > 0.3..0.45"
    found = scored(rows, read_profile(text)).to_pylist()[0]
    values = np.random.default_rng(0).normal(7.5, half / 1.6448536, 100_000)
    aims = read_profile(text)
    parts = np.stack(
        [aims[0].desirability(values), np.full(len(values), 2 / 3), aims[2].desirability(1.364 * values / heavy)]
    )
    sampled = np.prod(parts, axis=0) ** (1 / 3)
    assert found["mpo"] == pytest.approx(sampled.mean(), abs=0.01)
    assert found["mpo_lower"] == pytest.approx(np.quantile(sampled, 0.05), abs=0.03)
    assert found["mpo_upper"] == pytest.approx(np.quantile(sampled, 0.95), abs=0.03)


def test_columns_of_the_input_are_numbers_where_they_can_be() -> None:
    rows = table(price=["10", "30", "", "on request"])
    assert desirabilities(rows, read_profile("price < 10..50"))[:2, 0].tolist() == [1.0, 0.5]
    assert [row["mpo"] for row in scored(rows, read_profile("price < 10..50")).to_pylist()][2:] == [None, None]
    with pytest.raises(UsageError, match="no column 'weight'"):
        scored(rows, read_profile("weight < 10..50"))


def test_fronts_are_those_of_pairwise_comparison() -> None:
    parts = np.random.default_rng(1).random((300, 3)).round(1)
    fronts = pareto_fronts(parts).to_pylist()

    def beats(a: np.ndarray, b: np.ndarray) -> bool:
        return bool((a >= b).all() and (a > b).any())

    for at, front in enumerate(fronts):
        beaten_by = [fronts[other] for other in range(len(parts)) if beats(parts[other], parts[at])]
        assert front == max(beaten_by, default=0) + 1
