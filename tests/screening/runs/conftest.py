"""A real small screen: a prepared library in many small parts and a real trained model."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client

from screening.clusters.local import open_local
from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary, open_library
from screening.models.data.measurements import read_measurements
from screening.models.storage import save_model
from screening.models.train import TrainOptions, train_model
from screening.runs.plan import ScreenPlan, plan_screen
from screening.runs.run import ScreenRun
from screening.runs.screen import run_screen

RECORDS = 240


def library_text(data: Path) -> str:
    """Compounds of the NCI set, some bad records and some repeated ones between them."""
    lines = []
    with open(data / "libraries" / "nci.smi", encoding="utf-8") as stream:
        for number, line in enumerate(itertools.islice(stream, 200)):
            lines.append(line.rstrip("\n"))
            if number % 20 == 7:
                lines.append(f"C1CC bad{number}")
            if number % 20 == 13:
                lines.append(f"{line.split()[0]} again{number}")
            if number % 50 == 3:
                lines += [f"* any{number}", f"c1ccccc1.Cl benzene{number}", f"CC(=O)[O-].[Na+] salt{number}"]
    lines += [f"{'C' * (number + 1)}O alcohol{number}" for number in range(RECORDS - len(lines))]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    path = tmp_path_factory.mktemp("library") / "compounds.smi"
    path.write_text(library_text(data), encoding="utf-8")
    return path


def in_parts(source: Path, folder: Path, records: int) -> PreparedLibrary:
    return prepare_library([source], folder, batch_records=records)


@pytest.fixture(scope="session")
def library(source: Path) -> PreparedLibrary:
    return open_library(in_parts(source, source.parent / "prepared", 20).folder)


@pytest.fixture(scope="session")
def other_parts(source: Path) -> PreparedLibrary:
    """The same library in parts of another size."""
    return in_parts(source, source.parent / "prepared-otherwise", 77)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    folder = tmp_path_factory.mktemp("model")
    with open(data / "affinities" / "nav17.csv", encoding="utf-8") as stream:
        (folder / "some.csv").write_text("".join(itertools.islice(stream, 81)), encoding="utf-8")
    measured = read_measurements(folder / "some.csv", smiles="smiles", value="pIC50", unit="p", name="name")
    return save_model(train_model(measured, options=TrainOptions(model="fast", folds=2)), folder / "nav17.model")


@pytest.fixture(scope="session")
def staged_model(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    """An accurate model with a fast first stage."""
    folder = tmp_path_factory.mktemp("staged")
    with open(data / "affinities" / "nav17.csv", encoding="utf-8") as stream:
        (folder / "some.csv").write_text("".join(itertools.islice(stream, 41)), encoding="utf-8")
    measured = read_measurements(folder / "some.csv", smiles="smiles", value="pIC50", unit="p", name="name")
    options = TrainOptions(model="ensemble", folds=2, inner_folds=2)
    return save_model(train_model(measured, options=options), folder / "nav17.model")


@pytest.fixture(scope="session")
def plan(library: PreparedLibrary, model: Path) -> ScreenPlan:
    return plan_screen(library, model, top=50)


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory, plan: ScreenPlan) -> ScreenRun:
    """An undisturbed run in this process."""
    return run_screen(plan, tmp_path_factory.mktemp("undisturbed") / "run")


@pytest.fixture(scope="session")
def two_workers() -> Iterator[Client]:
    with open_local(workers=2) as client:
        yield client
