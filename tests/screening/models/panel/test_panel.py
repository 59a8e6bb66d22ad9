"""The off-target panel: what it predicts, keeps and says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from screening.errors import ModelError
from screening.features.count_table import CountTable
from screening.features.molecule_features import MoleculeFeatures, molecule_features
from screening.models.estimators import gaussian_process
from screening.models.panel import additive_process
from screening.models.panel.additive_process import FINGERPRINTS
from screening.models.panel.panel import ARRAYS, CARD, LIKELY, Panel, default_folder, load_panel, save_panel
from screening.models.panel.panel_table import panel_table
from screening.models.panel.train_target import TrainedTarget, train_target
from screening.models.training_set import compound_block


def features_of(smiles: list[str]) -> MoleculeFeatures:
    return molecule_features(smiles, list(FINGERPRINTS), compound_block(smiles).properties)


@pytest.fixture(scope="module")
def measured(rows: list[dict[str, str]]) -> tuple[list[str], np.ndarray]:
    return [row["smiles"] for row in rows], np.array([float(row["pIC50"]) for row in rows])


@pytest.fixture(scope="module")
def target(measured: tuple[list[str], np.ndarray]) -> TrainedTarget:
    smiles, values = measured
    return train_target(smiles, values, np.arange(len(values)) % 4 == 0)


def test_a_prediction_is_that_of_the_process_with_all_training_compounds(
    measured: tuple[list[str], np.ndarray],
) -> None:
    """Against the Gaussian process on the kernel written out, with the features that two training compounds have."""
    smiles, values = measured[0][:60], measured[1][:60]
    features, asked = features_of(smiles), features_of(measured[0][60:70])
    kernels = [np.mean([_kernel(one.tables[name], features.tables[name]) for name in FINGERPRINTS], axis=0)
               for one in (features, asked)]  # fmt: skip
    np.fill_diagonal(kernels[0], 1.0)
    posterior = gaussian_process.fit(kernels[0], values, leave_one_out=False)
    fitted = additive_process.fit(features, values)
    found, terms = fitted.predict(asked)
    np.testing.assert_allclose(found, posterior.mean + kernels[1] @ posterior.weights, atol=1e-4)
    far = np.maximum(1 - kernels[1].mean(axis=1) / fitted.closeness, 0) * fitted.spread
    np.testing.assert_allclose(terms[:, 2], far, atol=0.02 * fitted.spread)


def _kernel(left: CountTable, right: CountTable) -> np.ndarray:
    """The intersection kernel of logarithmic counts, divided by the root of both totals."""
    words = right.vocabulary(2)
    levels = [np.floor(np.log2(np.maximum(one.dense(words), 0.5))) + 1 for one in (left, right)]
    shared = np.minimum(levels[0][:, None, :], levels[1][None, :, :]).sum(axis=2)
    totals = [
        (np.floor(np.log2(np.maximum(one.dense(one.vocabulary()), 0.5))) + 1).sum(axis=1) for one in (left, right)
    ]
    return np.asarray(shared / np.sqrt(np.outer(*totals)))


def test_it_beats_the_baselines_and_its_interval_holds(target: TrainedTarget) -> None:
    assert target.test["rmse"] < min(target.test["baselines"].values())
    assert target.test["coverage"] > 0.75
    assert target.test["in_domain"] > 0.7


def test_what_is_far_from_the_training_compounds_is_outside(target: TrainedTarget, data: Path) -> None:
    others = [line.split()[0] for line in (data / "libraries" / "nci.smi").read_text().splitlines()[:80]]
    _, terms = target.process.predict(features_of(others))
    half = target.interval.half_width(terms)
    assert target.domain.holds(terms, target.process.spread, half).mean() < 0.3


def test_rounding_for_the_file_changes_next_to_nothing(
    target: TrainedTarget, measured: tuple[list[str], np.ndarray]
) -> None:
    features = features_of(measured[0][:30])
    back = additive_process.restored(additive_process.stored(target.process))
    np.testing.assert_allclose(back.predict(features)[0], target.process.predict(features)[0], atol=0.01)


def test_a_written_panel_is_read_back_and_a_changed_one_refused(
    target: TrainedTarget, measured: tuple[list[str], np.ndarray], tmp_path: Path
) -> None:
    save_panel({"one": ("sodium channel", "CHEMBL4296", "pIC50", target)}, {"what": "a test"}, tmp_path)
    panel = load_panel(tmp_path)
    block = compound_block(measured[0][:20])
    found = panel.predict(block)
    alone = panel.predict(block.take(np.array([7])))
    np.testing.assert_array_equal(found.affinity[7], alone.affinity[0])
    assert (found.lower < found.affinity).all()
    assert (found.affinity < found.upper).all()
    np.testing.assert_array_equal(found.likely(), found.in_domain & (found.chance >= LIKELY))
    content = (tmp_path / ARRAYS).read_bytes()
    (tmp_path / ARRAYS).write_bytes(content[:-1] + b"x")
    with pytest.raises(ModelError, match="was changed: its SHA-256"):
        load_panel(tmp_path)
    (tmp_path / CARD).write_text("{}")
    with pytest.raises(ModelError, match="is no card of a panel"):
        load_panel(tmp_path)
    with pytest.raises(ModelError, match="holds no panel"):
        load_panel(tmp_path / "elsewhere")


@pytest.fixture(scope="module")
def shipped() -> Panel:
    return load_panel()


def test_the_shipped_panel_holds_no_compound_and_is_small(shipped: Panel) -> None:
    folder = default_folder()
    assert sum(path.stat().st_size for path in folder.iterdir()) < 6_000_000
    with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
        for name in arrays.files:
            assert arrays[name].dtype.kind in "iuf", name
    for target in shipped.targets:
        # Fewer numbers than compounds and features: one for each feature and level, none for each compound.
        assert all(sums.weights.shape == (len(sums.words), additive_process.LEVELS) for sums in target.process.sums)
    assert "ChEMBL" in shipped.card["attribution"]


def test_the_card_says_how_each_target_did_beside_the_baselines(shipped: Panel) -> None:
    assert len(shipped.targets) == 15
    for target in shipped.targets:
        assert target.test["rmse"] < min(target.test["baselines"].values())
        assert 0.8 < target.test["coverage"] < 0.97
    mean = shipped.card["mean_test"]
    assert mean["rmse"] == pytest.approx(np.mean([one.test["rmse"] for one in shipped.targets]), abs=0.002)
    json.dumps(shipped.card)


@pytest.mark.parametrize(
    ("smiles", "target"),
    [
        ("CN(C)CCC=C1c2ccccc2CCc2ccccc12", "histamine H1 receptor"),  # amitriptyline
        ("CNCC[C@H](Oc1ccc(C(F)(F)F)cc1)c1ccccc1", "serotonin transporter"),  # fluoxetine
        ("CCCN(CCC)[C@H]1CCc2nc(N)sc2C1", "dopamine D3 receptor"),  # a pramipexole analogue
    ],
)
def test_drugs_are_likely_at_their_targets(shipped: Panel, smiles: str, target: str) -> None:
    found = panel_table(shipped, ["drug"], [smiles])
    row = next(row for row in found if row["target"] == target)
    assert row["affinity"] > 6
    assert len(found) == 15
    order = [(not row["in_domain"], -row["chance"]) for row in found]
    assert order == sorted(order)


def test_most_compounds_of_a_library_are_in_few_domains(shipped: Panel, data: Path) -> None:
    others = [line.split()[0] for line in (data / "libraries" / "nci.smi").read_text().splitlines()[::100]]
    found = shipped.predict(compound_block(others))
    assert found.likely().mean() < 0.02


def test_no_compound_no_row(shipped: Panel) -> None:
    assert len(panel_table(shipped, [], [])) == 0
