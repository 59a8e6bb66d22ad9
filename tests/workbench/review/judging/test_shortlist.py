"""Shortlists: what is asked for is kept to, and each pick says why."""

from __future__ import annotations

from typing import Any

import pytest
from rdkit import Chem, DataStructs
from rdkit.Chem import rdFingerprintGenerator

from screening.errors import UsageError
from workbench.review.judging.shortlist import shortlist
from workbench.review.schemas import Desirability, ShortlistPlan, Window

SMILES = ["c1ccccc1", "Cc1ccccc1", "CCc1ccccc1", "CCO", "CCCO", "c1ccncc1", "CC(=O)O", "C1CCCCC1"]


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    return [
        {
            "rank": at + 1, "record": 10 + at, "name": f"c{at}", "smiles": smiles, "affinity": 8.0 - at / 2,
            "lower": 7.5 - at / 2 - at / 10, "upper": 8.5 - at / 2, "similarity": at / 10, "logp": float(at),
            "scaffold": smiles if smiles.startswith("c") else "", "cluster": at // 2,
            "contacts": "MET793" if at % 2 else "",
        }
        for at, smiles in enumerate(SMILES)
    ]  # fmt: skip


def records(found: Any) -> list[int]:
    return [pick.record for pick in found.picks]


def test_the_best_by_score_and_what_cannot_be_told_apart(rows: list[dict[str, Any]]) -> None:
    found = shortlist(rows, ShortlistPlan(count=3), {})
    assert records(found) == [10, 11, 12]
    assert found.picks[1].why == "number 2 by score"
    assert "1 compounds" in found.notes[0]
    assert "cannot be told apart" in found.notes[0]


def test_windows_decisions_novelty_and_contacts_keep_out(rows: list[dict[str, Any]]) -> None:
    plan = ShortlistPlan(count=8, windows={"logp": Window(low=1, high=6)}, most_similarity=0.5, contacts=["met793"])
    found = shortlist(rows, plan, {11: "reject"})
    assert records(found) == [13, 15]
    assert found.left_out["rejected"] == 1
    assert sum(found.left_out.values()) + len(found.picks) == len(rows)
    assert "Only 2 of 8" in found.notes[0]
    assert records(shortlist(rows, ShortlistPlan(count=8, only="accepted"), {12: "accept", 10: "hold"})) == [12]


def test_weights_change_who_is_in(rows: list[dict[str, Any]]) -> None:
    wants = [Desirability(column="affinity", worst=4, best=8), Desirability(column="logp", worst=0, best=7, weight=20)]
    assert records(shortlist(rows, ShortlistPlan(count=1, desirability=wants), {})) != [10]
    wants[1].weight = 0
    found = shortlist(rows, ShortlistPlan(count=1, desirability=wants), {})
    assert records(found) == [10]
    assert found.picks[0].parts == {"affinity": 1.0, "logp": 0.01}


def test_one_per_scaffold_or_cluster(rows: list[dict[str, Any]]) -> None:
    assert records(shortlist(rows, ShortlistPlan(count=4, method="cluster"), {})) == [10, 12, 14, 16]
    for row in rows[:3]:
        row["scaffold"] = "c1ccccc1"
    found = shortlist(rows, ShortlistPlan(count=3, method="scaffold"), {})
    assert records(found) == [10, 13, 14]  # those without a scaffold count each for itself
    assert "best of its scaffold (c1ccccc1)" in found.picks[0].why


def test_maxmin_picks_the_most_different(rows: list[dict[str, Any]]) -> None:
    found = shortlist(rows, ShortlistPlan(count=4, method="maxmin"), {})
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    prints = {row["record"]: generator.GetFingerprint(Chem.MolFromSmiles(row["smiles"])) for row in rows}
    chosen = [10]
    while len(chosen) < 4:
        left = [one for one in prints if one not in chosen]
        chosen.append(
            min(left, key=lambda o: max(DataStructs.TanimotoSimilarity(prints[o], prints[c]) for c in chosen))
        )
    nearest = [max(DataStructs.TanimotoSimilarity(prints[o], prints[c]) for c in chosen[:at])
               for at, o in enumerate(chosen) if at]  # fmt: skip
    mine = records(found)
    assert mine[0] == 10
    for at, one in enumerate(mine):
        if at:
            value = max(DataStructs.TanimotoSimilarity(prints[one], prints[c]) for c in mine[:at])
            assert value == pytest.approx(nearest[at - 1])


def test_a_share_is_kept_for_learning_and_names_are_kept(rows: list[dict[str, Any]]) -> None:
    found = shortlist(rows, ShortlistPlan(count=4, learning=0.5, include=[13]), {13: "reject"})
    assert records(found) == [13, 10, 17, 16]
    assert found.picks[0].why == "asked for by name"
    assert "to learn from" in found.picks[2].why


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        ({"desirability": [{"column": "nothing", "worst": 0, "best": 1}]}, "no column"),
        ({"desirability": [{"column": "name", "worst": 0, "best": 1}]}, "no numbers"),
        ({"desirability": [{"column": "logp", "worst": 1, "best": 1}]}, "are the same"),
        ({"desirability": [{"column": "logp", "worst": 0, "best": 1, "weight": 0}]}, "weights are zero"),
        ({"windows": {"nothing": {}}}, "no column"),
    ],
)
def test_what_cannot_be_asked(rows: list[dict[str, Any]], plan: dict[str, Any], problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        shortlist(rows, ShortlistPlan.model_validate({"count": 2, **plan}), {})
