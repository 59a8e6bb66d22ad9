"""Results come home: joined to what was predicted, kept, judged; and two runs compared."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import binom

from screening.errors import FileError, UsageError
from screening.models.affinity import AffinityKind, ScoreKind
from screening.models.data.labels import read_labels
from screening.models.data.measurements import data_from_arrays
from screening.models.evaluation.conformal import conformal_quantile
from screening.runs.comparison.compare_runs import compare_runs
from screening.runs.results.assay import (
    all_results,
    join_results,
    keep_results,
    kept_results,
    labels_as_limits,
    require_affinity,
)
from screening.runs.results.calibration import calibration
from screening.runs.results.chosen_correction import chosen_correction, weighted_quantile
from screening.runs.results.kept_batch import batch_of, batch_outcomes, keep_batch, kept_batches
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
    with pytest.raises(UsageError, match="neither measured, trained on"):
        next_batch(run, 100_000, threshold=5.0)


def test_limits_alone_count_for_hits_and_not_for_errors(run: ScreenRun) -> None:
    hits = run.hits().slice(0, 5)
    data = data_from_arrays(hits.column("smiles").to_pylist(), np.full(5, 5.0), kind=AffinityKind(run.kind))
    data = dataclasses.replace(data, limits=np.full(5, -1, np.int8))
    keep_results(run, join_results(run, data))
    (found,) = [one for one in calibration(all_results(run), 6.0) if one.group == "all"]
    assert (found.compounds, found.exact, found.hits) == (5, 0, 0)
    assert np.isnan(found.rmse)
    assert np.isnan(found.coverage)


def test_labels_are_limits_at_the_threshold_of_the_assay(run: ScreenRun, tmp_path: Path) -> None:
    hits = run.hits().slice(0, 4)
    lines = [f"{text},{word}" for text, word in zip(hits.column("smiles").to_pylist(), ["active", "inactive"] * 2)]
    (tmp_path / "labels.csv").write_text("\n".join(["smiles,outcome", *lines]))
    data = read_labels(tmp_path / "labels.csv", smiles="smiles", label="outcome")
    with pytest.raises(UsageError, match="the results are labels and the run predicts"):
        labels_as_limits(data, run, None)
    with pytest.raises(UsageError, match="the results are probability"):
        join_results(run, data)
    found = join_results(run, labels_as_limits(data, run, 6.0)).table
    by_name = dict(zip(found.column("record").to_pylist(), found.column("limit").to_pylist()))
    assert [by_name[record] for record in hits.column("record").to_pylist()] == [1, -1, 1, -1]
    (group,) = [one for one in calibration(found, 6.0) if one.group == "all"]
    assert (group.hits, group.hit_rate, group.exact) == (2, 0.5, 0)


def test_a_probability_is_promised_as_it_stands(run: ScreenRun) -> None:
    hits = run.hits().slice(0, 4)
    data = data_from_arrays(hits.column("smiles").to_pylist(), np.full(4, 6.0), kind=AffinityKind(run.kind))
    table = join_results(run, data).table
    at = table.schema.get_field_index("predicted")
    table = table.set_column(at, table.schema.field(at), pa.array([0.5] * 4, pa.float32()))
    assert calibration(table, 0.5, ScoreKind.PROBABILITY)[0].promised == pytest.approx(0.5)


def test_a_kept_batch_holds_its_promise_against_what_is_measured(run: ScreenRun) -> None:
    batch = next_batch(run, 8, learn=0.5, threshold=5.0)
    path = keep_batch(run, batch, learn=0.5, file="batch.csv")
    (kept,) = kept_batches(run)
    assert kept.table.equals(batch.table)
    assert kept.facts["promises"]["best"]["rate"] == batch.promise.rate
    assert kept.facts["model"] == run.plan.model_key
    assert batch_of(run) == batch_of(run, 1)
    with pytest.raises(UsageError, match="there is no batch 7; expected 1 to 1"):
        batch_of(run, 7)

    best = kept.records("best")
    assert len(best) == 4
    later = next_batch(run, 8, threshold=5.0).table.column("record").to_pylist()
    assert not kept.records() & set(later)
    assert next_batch(run, 8, learn=0.5, threshold=5.0, again=True).table.equals(batch.table)

    rows = [row for row in batch.table.to_pylist() if row["why"] == "best"]
    values = np.array([row["predicted"] - 0.5 for row in rows])
    values[0] = 6.0  # its limit, "weaker than 6", does not say whether it is a hit at 5
    limits = np.array([-1, 0, 0, 0], np.int8)
    data = data_from_arrays([row["smiles"] for row in rows], values, kind=AffinityKind(run.kind))
    data = dataclasses.replace(data, limits=limits)
    results = join_results(run, data, best).table
    assert results.column("chosen").to_pylist() == [True] * 4
    good, learning = batch_outcomes(run, results)
    assert (good.why, good.measured, good.undecided) == ("best", 4, 1)
    assert good.hits == int((values[1:] >= 5).sum())
    assert good.bias == pytest.approx(-0.5, abs=1e-3)
    assert f"promised {batch.promise.rate:.0%}" in good.sentence
    assert learning.measured == 0
    assert learning.sentence.endswith("none measured yet")
    path.write_bytes(b"changed")
    with pytest.raises(FileError, match="damaged or was changed"):
        kept_batches(run)


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
