"""A small real training set (the first Nav1.7 compounds) and models trained on it once."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from screening.models.data.measurements import AffinityData, read_measurements
from screening.models.train import TrainOptions, train_model
from screening.models.trained import TrainedModel


@pytest.fixture(scope="session")
def nav17(data: Path) -> Path:
    return data / "affinities" / "nav17.csv"


@pytest.fixture(scope="session")
def rows(nav17: Path) -> list[dict[str, str]]:
    with open(nav17, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))[::6]


@pytest.fixture(scope="session")
def small_csv(rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("affinities") / "small.csv"
    lines = [f"{row['name']},{row['smiles']},{row['pIC50']}" for row in rows]
    path.write_text("name,smiles,pIC50\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def small(small_csv: Path) -> AffinityData:
    return read_measurements(small_csv, smiles="smiles", value="pIC50", unit="p", name="name")


@pytest.fixture(scope="session")
def model(small: AffinityData) -> TrainedModel:
    return train_model(small, options=TrainOptions(model="fast"))
