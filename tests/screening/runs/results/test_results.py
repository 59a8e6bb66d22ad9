"""Results come home: joined to what was predicted, kept, judged; and two runs compared."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from screening.errors import FileError, UsageError
from screening.models.affinity import AffinityKind
from screening.models.data.measurements import data_from_arrays
from screening.models.evaluation.conformal import conformal_quantile
from screening.runs.comparison.compare_runs import compare_runs
from screening.runs.results.assay import all_results, join_results, keep_results, kept_results, require_affinity
from screening.runs.results.calibration import calibration
from screening.runs.results.chosen_correction import chosen_correction, weighted_quantile
from screening.runs.results.next_batch import next_batch
from screening.runs.results.promise import promised
from screening.runs.run import ScreenRun, open_run


@pytest.fixture
def run(root: Path, tmp_path: Path) -> ScreenRun:
    old = root / "tests" / "formats" / "0.1"
    shutil.copytree(old / "finished.run", tmp_path / "run")
    shutil.copytree(old / "compounds.library", tmp_path / "run" / "library")
    return open_run(tmp_path / "run")


def test_results_meet_the_predictions_as_they_were_made(run: ScreenRun) -> None:
    hits = run.hits().slice(0, 4)
    values = hits.column("affinity").to_numpy().astype(float) - 0.3
    data = data_from_arrays(
        [*hits.column("smiles").to_pylist(), "CCOCCOCCNC(=O)C"], np.append(values, 5.0), kind=AffinityKind(run.kind),
        names=[*hits.column("name").to_pylist(), "elsewhere"], source="assay.csv",
    )  # fmt: skip
    found = join_results(run, data)
    assert found.elsewhere == ["elsewhere"]
    assert found.table.column("rank").to_pylist() == [1, 2, 3, 4]
    assert found.table.column("predicted").to_pylist() == hits.column("affinity").to_pylist()
    keep_results(run, found)
    assert all_results(run).equals(found.table)
    groups = {one.group: one for one in calibration(all_results(run), 5.0)}
    assert groups["all"].bias == pytest.approx(-0.3, abs=1e-3)
    assert groups["all"].rmse == pytest.approx(0.3, abs=1e-3)
    (run.folder / "results" / "0001.parquet").write_bytes(b"changed")
    with pytest.raises(FileError, match="damaged or was changed"):
        kept_results(run)


def test_what_cannot_be_compared_is_one_sentence(run: ScreenRun) -> None:
    with pytest.raises(UsageError, match=f"the results are pOther and the run predicts {run.kind}"):
        require_affinity(run, "pOther")
    with pytest.raises(UsageError, match="holds no assay results"):
        all_results(run)
    strange = data_from_arrays(["CCOCCOCCNC(=O)C"], np.array([5.0]), kind=AffinityKind(run.kind))
    with pytest.raises(UsageError, match="none of the 1 measured compounds was scored"):
        join_results(run, strange)


def test_a_batch_leaves_out_what_was_measured(run: ScreenRun) -> None:
    batch = next_batch(run, 6, learn=0.5, threshold=5.0)
    assert batch.table.column("why").to_pylist() == ["best"] * 3 + ["to learn"] * 3
    assert len(set(batch.table.column("record").to_pylist())) == 6
    known = dict(zip(run.hits().column("record").to_pylist(), run.hits().column("known").to_pylist()))
    assert not any(known.get(record) for record in batch.table.column("record").to_pylist())
    with pytest.raises(UsageError, match="a share from 0 to 1"):
        next_batch(run, 6, learn=2, threshold=5.0)
    with pytest.raises(UsageError, match="neither measured, nor trained on"):
        next_batch(run, 100_000, threshold=5.0)


def test_a_promise_of_equal_chances_is_binomial() -> None:
    found = promised(np.full(40, 7.0), np.full(40, 1.0), 7.0)
    assert found.rate == pytest.approx(0.5)
    assert found.low * 40 == binom.ppf(0.05, 40, 0.5)
    assert found.high * 40 == binom.ppf(0.95, 40, 0.5)


def test_equal_weights_give_the_conformal_quantile() -> None:
    ratios = np.random.default_rng(0).random(200)
    assert weighted_quantile(ratios, np.ones(200)) == conformal_quantile(ratios)


def test_earlier_rounds_that_were_too_high_lower_the_next() -> None:
    random = np.random.default_rng(1)
    predicted, half = random.normal(7, 0.5, 300), np.ones(300)
    values = predicted + random.normal(0, 0.6, 300)
    plain = chosen_correction(7.0, predicted=predicted, measured=values, half=half)
    assert abs(plain.shift) < 0.15
    late = chosen_correction(
        7.0, predicted=predicted, measured=values, half=half,
        earlier_residuals=random.normal(-0.8, 0.6, 80), earlier_half=np.ones(80),
    )  # fmt: skip
    assert late.shift < plain.shift - 0.2
    assert late.earlier == 80


def test_a_run_is_the_same_as_itself(run: ScreenRun) -> None:
    found = compare_runs(run, run, top=5)
    assert found.differences == []
    assert found.correlation == pytest.approx(1.0)
    assert found.overlap[5] == 5
    assert (found.entered, found.left, found.moved) == ([], [], [])
