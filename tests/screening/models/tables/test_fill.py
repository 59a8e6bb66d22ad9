"""Filling tables with gaps."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from screening.errors import FileError
from screening.models.pairs.pair_boosting import PairBoosting
from screening.models.tables import fillers, next_measurements, summary
from screening.models.tables.affinity_table import AffinityTable
from screening.models.tables.fill import FillOptions, fill_table
from screening.models.tables.filled_table import FilledTable
from screening.models.tables.fillers import BASELINES
from tests.screening.models.tables.conftest import CORES, ENDS, SMILES


def made(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Values of 40 compounds at 8 targets, of series and substituent each seen by two factors, and where gaps are."""
    rng = np.random.default_rng(seed)
    core, end = rng.normal(size=(len(CORES), 2)), 0.5 * rng.normal(size=(len(ENDS), 2))
    left = (core[:, None, :] + end[None, :, :]).reshape(-1, 2)
    values = 6.5 + left @ rng.normal(size=(2, 8)) + 0.1 * rng.normal(size=(len(SMILES), 8))
    return values, rng.random(values.shape) < 0.3


@pytest.fixture(scope="module")
def truth() -> np.ndarray:
    return made()[0]


@pytest.fixture(scope="module")
def table() -> AffinityTable:
    values, gaps = made()
    gaps[7] = True  # nothing is known of this compound
    limits = np.zeros(values.shape, dtype=np.int8)
    limits[3, 0], gaps[3, 0] = -1, False
    names = [f"c{at}" for at in range(len(SMILES))]
    return AffinityTable(names, SMILES, list("ABCDEFGH"), np.where(gaps, np.nan, values), limits, "p")


@pytest.fixture(scope="module")
def filled(table: AffinityTable) -> FilledTable:
    with pytest.MonkeyPatch.context() as patch:  # the trees of a tenth of the size: the rest is the real thing
        patch.setattr(fillers, "PairBoosting", lambda seed: PairBoosting(trees=20, leaves=7, boosters=1, seed=seed))
        return fill_table(table, options=FillOptions(measure_next=6))


def test_gaps_are_filled_and_nothing_else(filled: FilledTable, table: AffinityTable, truth: np.ndarray) -> None:
    gaps = ~table.known
    assert np.isfinite(filled.predicted[gaps]).all()
    assert np.isnan(filled.predicted[table.known]).all()
    assert not filled.in_domain[table.known].any()
    seen = gaps & table.known.any(axis=1)[:, None]
    error = np.sqrt(np.mean((filled.predicted - truth)[seen] ** 2))
    means = BASELINES["mean of the target"](np.eye(len(SMILES)), table.values, gaps)
    assert error < 0.7 * np.sqrt(np.mean((means - truth)[seen] ** 2))


def test_the_test_says_what_the_gaps_say(filled: FilledTable, table: AffinityTable, truth: np.ndarray) -> None:
    """Errors that cross-validation reports are those on gaps whose values are known here and hidden from the filler."""
    report = filled.evaluation["cells left out"]
    assert report["cells"] == int((table.known & (table.limits == 0)).sum())
    seen = ~table.known & table.known.any(axis=1)[:, None]
    error = float(np.sqrt(np.mean((filled.predicted - truth)[seen] ** 2)))
    assert report["model"]["rmse"] == pytest.approx(error, rel=0.5)
    assert report["model"]["rmse"] < min(one["rmse"] for one in report["baselines"].values())
    inside = np.abs(filled.predicted - truth)[seen] <= filled.half_width[seen]
    assert inside.mean() > 0.8
    assert report["flags"]["mean error of the least sure tenth"] > report["flags"]["mean error"]


def test_a_compound_without_values_is_tested_apart_and_less_sure(filled: FilledTable) -> None:
    left_out, cells = filled.evaluation["compounds left out"], filled.evaluation["cells left out"]
    assert left_out["model"]["rmse"] > cells["model"]["rmse"]
    assert left_out["interval"]["median_width"] > cells["interval"]["median_width"]
    assert np.isfinite(filled.half_width[7]).all()


def test_without_such_a_compound_it_is_not_tested(table: AffinityTable) -> None:
    rows = np.delete(np.arange(len(SMILES)), 7)
    part = dataclasses.replace(
        table, names=[table.names[at] for at in rows], smiles=[table.smiles[at] for at in rows],
        values=table.values[rows], limits=table.limits[rows],
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fillers, "fillers", lambda shape, seed: {"Gaussian process over pairs": fillers.Process()})
        assert "compounds left out" not in fill_table(part).evaluation


def test_what_targets_have_in_common_never_turns_the_kernel_indefinite() -> None:
    rng = np.random.default_rng(0)
    table = np.where(rng.random((30, 12)) < 0.6, np.nan, rng.normal(size=(30, 12)))
    found = fillers.target_kernel(table)
    assert np.linalg.eigvalsh(found).min() > 0.4
    np.testing.assert_allclose(np.diag(found), 1)


def test_suggestions_take_each_compound_once_and_say_why() -> None:
    where = np.array([[0, 0], [0, 1], [1, 0], [2, 0], [3, 1]])
    half = np.array([0.5, 3.0, 1.0, 2.0, 0.1])
    likely = np.array([0.9, 0.2, 0.8, 0.1, 0.0])
    found = next_measurements.choose(where, half, likely, 4)
    assert [(one.row, one.column, one.why) for one in found] == [
        (0, 0, "likely active"), (2, 0, "least sure"), (1, 0, "likely active"), (3, 1, "least sure"),
    ]  # fmt: skip


def test_tables_and_files(filled: FilledTable, table: AffinityTable, tmp_path: Path) -> None:
    assert len(filled.gaps) == int((~table.known).sum())
    assert filled.measure_next["measure_next"] == [1, 2, 3, 4, 5, 6]
    assert len(set(filled.measure_next["name"])) == 6
    folder = filled.write(tmp_path / "out")
    lines = (folder / "filled.csv").read_text("utf-8").splitlines()
    assert len(lines) == len(SMILES) + 1
    assert lines[0].startswith("name,smiles,A,A lower,A upper,A is,B")
    assert "measured: weaker than" in lines[4]
    card = json.loads((folder / "card.json").read_text("utf-8"))
    assert card["gaps"] == len(filled.gaps)
    assert card["limits"] == 1
    filled.write(folder)  # an older one is replaced
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("mine")
    with pytest.raises(FileError, match="is in the way and is no filled table"):
        filled.write(tmp_path / "other")


def test_a_summary_that_is_no_better_says_so(filled: FilledTable) -> None:
    tables = summary.tests(filled)
    assert len(tables) == 2
    assert "smaller than that of the best baseline" in tables[0][1][0]
    worse = json.loads(json.dumps(filled.evaluation))
    worse["cells left out"]["baselines"]["mean of the target"]["rmse"] = 0.001
    found = summary.tests(dataclasses.replace(filled, evaluation=worse))
    assert "not smaller than that of the simplest way" in found[0][1][0]
