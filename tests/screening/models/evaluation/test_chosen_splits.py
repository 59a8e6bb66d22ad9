from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from screening.errors import AffinityDataError, UsageError
from screening.models.data.measurements import AffinityData, read_measurements
from screening.models.evaluation.chosen_splits import require_splits
from screening.models.train import TrainOptions, train_model

QUICK = TrainOptions(model="nearest neighbours", folds=3, inner_folds=2)


def write(path: Path, small: AffinityData, extra: list[str] | None = None, year: int = 2000) -> Path:
    rows = [
        f"{smiles},{value:.2f},{year + row // 10}-06,{'test' if row % 4 == 0 else 'train'}"
        for row, (smiles, value) in enumerate(zip(small.smiles, small.values))
    ]
    path.write_text("smiles,value,date,side\n" + "\n".join([*rows, *(extra or [])]) + "\n")
    return path


def read(path: Path) -> AffinityData:
    return read_measurements(path, smiles="smiles", value="value", unit="p", date="date", side="side")


def test_every_split_is_reported_beside_the_baselines(small: AffinityData, tmp_path: Path) -> None:
    salt = f"Cl.{small.smiles[4]},{small.values[4]:.2f},2030-01,train"  # row 4 is on the side of test
    again = f"{small.smiles[8]},{small.values[8]:.2f},2030-01,train"  # and so is row 8
    undated = "CCCCCCCCCCCCBr,5.00,,train"
    data = read(write(tmp_path / "m.csv", small, [salt, again, undated]))
    assert data.straddling == ("salt", "exact")
    options = TrainOptions(
        model="nearest neighbours", folds=3, inner_folds=2, splits=("cluster", "time", "predefined", "random")
    )
    model = train_model(data, options=options)
    names = [f"{name} split" for name in ("scaffold", "cluster", "time", "predefined", "random")]
    assert list(model.card.evaluation) == [*names, "random cross-validation"]
    for found in model.card.evaluation.values():
        assert set(found["baselines"]) == {"training mean", "nearest neighbour"}
        assert sum(found["leakage"]["histogram"]) == found["leakage"]["test"] == found["model"]["n"]
        assert 0.3 < found["model"]["ci"] <= 1
    given = model.card.evaluation["predefined split"]
    assert (given["leakage"]["exact"], given["leakage"]["salt"]) == (1, 1)
    assert given["model"]["n"] == sum(row % 4 == 0 for row in range(len(small))) - 2
    late = model.card.evaluation["time split"]
    assert late["how"].startswith("measured last, 20")
    assert late["how"].endswith("; 1 without a date is trained on")
    assert late["train"] + late["model"]["n"] == len(small) + 1


def test_the_earliest_date_and_the_side_of_training_stand_for_a_compound(small: AffinityData, tmp_path: Path) -> None:
    more = [f"{small.smiles[0]},{small.values[0]:.2f},1990,train", f"{small.smiles[1]},{small.values[1]:.2f},,test"]
    data = read(write(tmp_path / "m.csv", small, more))
    assert data.dates[0] == "1990"
    assert data.sides[:2] == ("train", "train")
    assert data.dates[1] == "2000-06"


def test_a_bad_side_is_one_sentence_and_a_bad_date_one_row(small: AffinityData, tmp_path: Path) -> None:
    path = write(tmp_path / "m.csv", small, ["CCO,6,2020,maybe"])
    with pytest.raises(
        AffinityDataError, match=r"line 172, column side: 'maybe' is no side of a split; expected train"
    ):
        read(path)
    data = read(write(tmp_path / "m.csv", small, ["CCO,6,03/04/2020,test"]))
    last = data.ledger.slice(170).to_pylist()[0]
    assert (last["state"], last["stage"], last["number"]) == ("rejected", "date", 172)
    assert "'03/04/2020' is not a date that can be read in one way only" in last["reason"]


def test_a_split_that_leaves_nothing_to_test_on_is_refused(small: AffinityData, tmp_path: Path) -> None:
    path = write(tmp_path / "m.csv", small)
    path.write_text(path.read_text().replace(",test", ",train"))
    with pytest.raises(AffinityDataError, match="predefined split leaves 0 exact values to test on and 170 to train"):
        train_model(read(path), options=TrainOptions(model="nearest neighbours", splits=("predefined",)))


def test_names_and_columns_of_splits_are_checked_first() -> None:
    assert require_splits(["cluster"], date=True, side=True) == ("cluster", "time", "predefined")
    with pytest.raises(UsageError, match="no split 'moon'; expected one of scaffold"):
        require_splits(["moon"], date=False, side=False)
    with pytest.raises(UsageError, match="expected --date COLUMN"):
        require_splits(["time"], date=False, side=False)
    with pytest.raises(UsageError, match="expected --side COLUMN"):
        require_splits(["predefined"], date=False, side=False)


def test_one_scaffold_only_is_said_and_not_tested_as_new(tmp_path: Path) -> None:
    ends = ["N", "O", "F", "Cl", "Br", "C#N", "C(=O)O", "C(F)(F)F"]
    smiles = [f"c1ccccc1{'C' * n}{end}" for n in range(1, 6) for end in ends]
    values = 5 + np.random.default_rng(0).random(len(smiles))
    path = tmp_path / "one.csv"
    path.write_text("smiles,value\n" + "\n".join(f"{text},{value:.2f}" for text, value in zip(smiles, values)) + "\n")
    model = train_model(read_measurements(path, smiles="smiles", value="value", unit="p"), options=QUICK)
    assert "one scaffold leaves nothing to test on" in model.card.evaluation["scaffold split"]["how"]
    assert "Nothing is known about its errors on new scaffolds." in model.card.limitations
