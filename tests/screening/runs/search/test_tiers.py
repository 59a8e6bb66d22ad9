"""Tiers before an oracle: what passes, what is written down, and what is asked again in full."""

from __future__ import annotations

import dataclasses
import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rdkit import Chem, DataStructs
from rdkit.Chem import rdFingerprintGenerator

from screening.compounds.library.prepared_library import PreparedLibrary
from screening.errors import PlanError, UsageError
from screening.runs.search.estimate import ESTIMATE, estimate_search, free_seconds
from screening.runs.search.oracles.command import CommandOracle
from screening.runs.search.oracles.dock import DockOracle
from screening.runs.search.oracles.oracle import Answer, Question
from screening.runs.search.plan import SearchPlan
from screening.runs.search.rounds import open_search
from screening.runs.search.search import begin_search, plan_search, run_search
from screening.runs.search.tiers import COUNTS, PASSED, Tiers, extended_length, pass_tiers, passed_in

ADENOSINE = "Nc1ncnc2c1ncn2C1OC(CO)C(O)C1O"


@dataclasses.dataclass(frozen=True)
class LengthOracle:
    """Answers with the number of characters; its short search is off by up to two."""

    short: bool = True
    score_name: str = "characters"
    higher_is_better: bool = True

    def describe(self) -> dict[str, Any]:
        return {"kind": "length", "short": self.short}

    @property
    def in_full(self) -> LengthOracle | None:
        return LengthOracle(False) if self.short else None

    def answer(self, questions: Sequence[Question]) -> list[Answer]:
        if not self.short and any(question.smiles.startswith("CCO") for question in questions):
            return [Answer(None, "too hard") for _ in questions]
        return [Answer(len(one.smiles) + (one.record % 3 if self.short else 0)) for one in questions]


def compounds(library: PreparedLibrary) -> list[dict[str, Any]]:
    return [row for table in library.iterate() for row in table.to_pylist()]


def test_each_tier_keeps_what_it_says(library: PreparedLibrary) -> None:
    rows = compounds(library)
    found = pass_tiers(library, Tiers(("heavy_atoms 8-20", "logp -3"), 14.0, 0.25, ADENOSINE))
    keeps = [8 <= row["heavy_atoms"] <= 20 for row in rows]
    assert found.counts[0] == ("heavy_atoms 8-20", sum(keeps))
    keeps = [kept and row["logp"] <= 3 for kept, row in zip(keeps, rows)]
    assert found.counts[1][1] == sum(keeps)
    keeps = [kept and extended_length(row["smiles"]) <= 14.0 for kept, row in zip(keeps, rows)]
    assert 4 < found.counts[2][1] == sum(keeps) < found.counts[1][1]
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    query = generator.GetFingerprint(Chem.MolFromSmiles(ADENOSINE))
    alike = np.array(
        [
            DataStructs.TanimotoSimilarity(query, generator.GetFingerprint(Chem.MolFromSmiles(row["smiles"])))
            for row in rows
        ]
    )
    left = found.rows
    assert left.sum() == found.counts[3][1] == round(0.25 * sum(keeps))
    others = np.array(keeps) & ~left
    assert alike[left].min() >= alike[others].max()


def test_a_search_asks_only_what_passes_and_writes_down_how_many_do(library: PreparedLibrary, tmp_path: Path) -> None:
    oracle = LengthOracle(short=False)
    tiers = Tiers(("heavy_atoms 8-15",))
    plan = plan_search(library, oracle, budget=40, first=20, batch=10, top=10, tiers=tiers, random_share=0.3)
    assert Tiers.of(plan.tiers or {}) == tiers
    run = run_search(plan, tmp_path / "run", oracle)
    heavy = [Chem.MolFromSmiles(text).GetNumHeavyAtoms() for text in run.answered().asked.column("smiles").to_pylist()]
    assert len(heavy) == 40
    assert min(heavy) >= 8
    assert max(heavy) <= 15
    passed = [8 <= row["heavy_atoms"] <= 15 for row in compounds(library)]
    told = json.loads((run.folder / COUNTS).read_text("utf-8"))
    assert told["tiers"] == [{"tier": "heavy_atoms 8-15", "left": sum(passed)}]
    assert pq.read_table(run.folder / PASSED)["passed"].to_pylist() == passed
    # A table that is not the one that was written is not believed.
    pq.write_table(pa.table({"passed": [True] * len(passed)}), run.folder / PASSED)
    assert passed_in(run.folder, library, tiers).rows.tolist() == passed
    assert run.summary["passed"] == sum(passed)
    again = SearchPlan.from_json(plan.to_json())
    assert again.key == plan.key
    assert again.key != plan_search(library, oracle, budget=40, first=20, batch=10, top=10, random_share=0.3).key


def test_more_may_be_asked_for_than_pass(library: PreparedLibrary, tmp_path: Path) -> None:
    """The search then ends when all that pass have been asked."""
    oracle = LengthOracle(short=False)
    plan = plan_search(library, oracle, budget=60, first=20, batch=20, top=5, tiers=Tiers(("heavy_atoms 8-9",)))
    run = run_search(plan, tmp_path / "run", oracle)
    passed = sum(8 <= row["heavy_atoms"] <= 9 for row in compounds(library))
    assert 0 < len(run.answered().rows) == passed < 60
    assert run.finished


def test_the_best_of_a_short_search_are_asked_again_in_full(library: PreparedLibrary, tmp_path: Path) -> None:
    plan = plan_search(library, LengthOracle(), budget=30, first=20, batch=10, top=5, full=8)
    run = run_search(plan, tmp_path / "run", LengthOracle())
    found = run.found().to_pylist()
    assert [row["rank"] for row in found] == list(range(1, 31))
    full = [row for row in found if row["full"] is not None]
    assert 0 < len(full) <= 8
    assert found[: len(full)] == full
    assert [row["full"] for row in full] == sorted((len(row["smiles"]) for row in full), reverse=True)
    assert all(row["value"] == len(row["smiles"]) + row["record"] % 3 for row in found)
    values = [row["value"] for row in found[len(full) :]]
    assert values == sorted(values, reverse=True)
    assert run.summary["full"] == 8
    # Killed before the second asking, it ends with the same bytes.
    (run.folder / "summary.json").unlink()
    before = (run.folder / "found.parquet").read_bytes()
    for path in (run.folder / "full").rglob("*.json"):
        path.unlink()
    again = run_search(plan, run.folder, LengthOracle())
    assert (again.folder / "found.parquet").read_bytes() == before


def test_what_it_costs_is_said_before_it_starts(library: PreparedLibrary, tmp_path: Path) -> None:
    plan = plan_search(library, LengthOracle(), budget=30, first=20, batch=10, top=5)
    assert plan.full == 6, "a fifth of the budget by default"
    run = begin_search(plan, tmp_path / "run")
    cost = estimate_search(run, LengthOracle())
    assert (cost.library, cost.asked, cost.full, cost.tried) == (library.compounds, 30, 6, 3)
    assert cost.core_hours == pytest.approx((30 * cost.seconds + 6 * cost.full_seconds) / 3600)
    assert 0.0 < cost.expected[0] < cost.expected[1] < 1.0
    assert estimate_search(run, LengthOracle()) == cost, "measured once"
    (run.folder / ESTIMATE).write_text("{}")
    assert estimate_search(run, LengthOracle()).asked == 30
    done = run_search(plan, run.folder, LengthOracle())
    assert open_search(done.folder).summary["asked"] == 30


@pytest.mark.parametrize(
    ("passed", "worked", "idle", "free"),
    [
        (8.0, 4.0, 0.1, 4.0),  # all cores busy: half of the time went to others
        (8.0, 4.0, 7.0, 8.0),  # a core stood idle: the work waited for something else
        (8.0, 0.1, 0.1, 8.0),  # a program that only waits for an answer from elsewhere
        (4.0, 8.0, 0.1, 8.0),  # on two cores at once
        (0.05, 0.0, 0.0, 0.05),  # too short to tell
    ],
)
def test_other_work_on_the_machine_does_not_count(passed: float, worked: float, idle: float, free: float) -> None:
    assert free_seconds(passed, worked, idle) == free


def test_work_of_programs_counts_as_that_of_the_oracle(library: PreparedLibrary, tmp_path: Path) -> None:
    program = "import time\nwhile time.process_time() < 0.25: pass\nprint(len('{smi}'))"
    oracle = CommandOracle(f'{shlex.quote(sys.executable)} -S -c "{program}"', False)
    run = begin_search(plan_search(library, oracle, budget=30, first=20, batch=10, top=5), tmp_path / "run")
    cost = estimate_search(run, oracle)
    assert cost.seconds > 0.24
    assert cost.passed > 0.24
    assert cost.reason == ""


def test_an_oracle_that_answers_nothing_is_told(library: PreparedLibrary, tmp_path: Path) -> None:
    oracle = CommandOracle("no-such-program {smi}", False)
    run = begin_search(plan_search(library, oracle, budget=30, first=20, batch=10, top=5), tmp_path / "run")
    assert "no-such-program cannot be run" in estimate_search(run, oracle).reason
    assert not (run.folder / ESTIMATE).exists(), "tried again the next time"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"windows": ("size 3-5",)}, "no property 'size'"),
        ({"windows": ("pretty",)}, "no rule 'pretty'"),
        ({"longest_A": 0.0}, "lets nothing pass"),
        ({"similar": 1.5, "reference": "C"}, "similar share is 1.5"),
        ({"similar": 0.5, "reference": "C1CC"}, "'C1CC' is no molecule"),
        ({"similar": 0.5}, "'' is no molecule"),
    ],
)
def test_tiers_that_cannot_be(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        Tiers(**settings)


def test_tiers_that_nothing_passes_are_one_sentence(library: PreparedLibrary) -> None:
    with pytest.raises(PlanError, match=r"no compound passes the tiers \(heavy_atoms 8-20: \d+ left; logp 50-60: 0"):
        pass_tiers(library, Tiers(("heavy_atoms 8-20", "logp 50-60")))


def test_an_oracle_without_a_short_search_has_nothing_to_repeat(library: PreparedLibrary) -> None:
    with pytest.raises(UsageError, match="no short search"):
        plan_search(library, LengthOracle(short=False), budget=30, full=5)


def test_the_ligand_of_a_docking_site_is_the_reference(data: Path) -> None:
    oracle = DockOracle(str(data / "targets" / "1fmo.cif"), "ADN", short=True)
    bound = Chem.MolFromSmiles(oracle.bound_ligand)
    assert Chem.MolToSmiles(bound, isomericSmiles=False) == Chem.CanonSmiles(ADENOSINE)
    again = oracle.in_full
    assert again is not None
    assert again.in_full is None
    assert {**again.describe(), "short": True} == oracle.describe()
