"""``design`` as a user types it: around a hit of a run, with products of reactions, and as a run to review."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rdkit import Chem

from screening.compounds.library.prepare import prepare_library
from screening.models.data.measurements import read_measurements
from screening.models.storage import save_model
from screening.models.train import TrainOptions, train_model
from screening.runs.plan import plan_screen
from screening.runs.run import ScreenRun, open_run
from screening.runs.screen import run_screen

Outcome = tuple[int, str, str]
Cli = Callable[..., Outcome]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, data: Path) -> ScreenRun:
    """A screen of some measured compounds of one target."""
    folder = tmp_path_factory.mktemp("design")
    with open(data / "affinities" / "nav17.csv", encoding="utf-8") as stream:
        lines = list(itertools.islice(stream, 81))
    (folder / "some.csv").write_text("".join(lines), encoding="utf-8")
    measured = read_measurements(folder / "some.csv", smiles="smiles", value="pIC50", unit="p", name="name")
    model = save_model(train_model(measured, options=TrainOptions(model="fast", folds=2)), folder / "nav17.model")
    rows = list(csv.DictReader(lines))
    (folder / "hits.smi").write_text("".join(f"{row['smiles']} {row['name']}\n" for row in rows[:20]), "utf-8")
    library = prepare_library([folder / "hits.smi"], folder / "library")
    target = data / "targets" / "1fmo.cif"
    return run_screen(plan_screen(library, model, target=target, site="ligand ADN", top=10), folder / "run")


def test_designs_around_a_hit_of_a_run_are_scored_by_its_model(cli: Cli, run: ScreenRun, tmp_path: Path) -> None:
    hit = run.hits().slice(2, 1).to_pylist()[0]
    for at, around in enumerate(("rank 3", hit["name"], hit["smiles"])):
        code, out, err = cli(
            "design", run.folder, "--around", around, "--out", tmp_path / f"{at}.csv", "--top", 12, "--most", 60
        )
        assert code == 0, err
        assert "12 designs in " in out
        assert "predicted better than the parent: " in out
    texts = {(tmp_path / f"{at}.csv").read_text("utf-8") for at in range(3)}
    assert len(texts) == 1, "a hit by rank, by name and by structure is the same hit"
    rows = list(csv.DictReader(texts.pop().splitlines()))
    assert len(rows) == 12
    assert all(float(row["lower"]) <= float(row["affinity"]) <= float(row["upper"]) for row in rows)
    assert all(Chem.MolFromSmiles(row["smiles"]) is not None for row in rows)


def test_designs_are_a_run_that_is_reviewed_as_any_other(cli: Cli, run: ScreenRun, tmp_path: Path) -> None:
    designs, folder = tmp_path / "d.csv", tmp_path / "designs"
    arguments = ("design", run.folder, "--around", "rank 1", "--out", designs, "--top", 6, "--most", 40)
    code, _, err = cli(*arguments, "--as-run", folder)
    assert code == 0, err
    assert f"6 designs are a run: workbench review serve {folder}" in err
    made = open_run(folder)
    rows = {row["smiles"]: row for row in csv.DictReader(designs.read_text("utf-8").splitlines())}
    hits = made.hits().to_pylist()
    assert {hit["smiles"] for hit in hits} == set(rows)
    for hit in hits:
        assert hit["affinity"] == pytest.approx(float(rows[hit["smiles"]]["affinity"]), abs=1e-3)
    assert (made.plan.target, made.plan.site) == (run.plan.target, "ligand ADN"), "ready to be docked"
    code, _, err = cli("review", "decide", folder, "accept", "--rank", "1", "--who", "kim")
    assert code == 0, err
    assert cli(*arguments, "--as-run", folder)[0] == 0, "the same command goes on"
    assert cli("verify", folder)[0] == 0


def test_products_of_reactions_come_with_their_route(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "acids.smi").write_text("OC(=O)c1ccccc1 a1\nOC(=O)c1ccncc1 a2\nOC(=O)c1ccc(F)cc1 a3\n")
    (tmp_path / "amines.smi").write_text("NCC1CCCCC1 b1\nNCc1ccccc1 b2\nNCC1CCCC1 b3\n")
    scheme = tmp_path / "amides.toml"
    scheme.write_text('[[step]]\nreaction = "amide coupling"\nreagents = ["acids.smi", "amines.smi"]\n')
    found = tmp_path / "found.csv"
    arguments = ("design", "O=C(NCC1CCCCC1)c1ccccc1", "--reactions", scheme, "--source", "reactions", "--out", found)
    code, out, err = cli(*arguments)
    assert code == 0, err
    rows = list(csv.DictReader(found.read_text("utf-8").splitlines()))
    assert 4 <= len(rows) <= 8, "the products that are similar, and not the compound itself"
    assert all(float(row["similarity_parent"]) > 0.4 for row in rows)
    by_change = {row["change"]: row for row in rows}
    assert Chem.CanonSmiles(by_change["a2 + b1"]["smiles"]) == Chem.CanonSmiles("O=C(NCC1CCCCC1)c1ccncc1")
    assert by_change["a2 + b1"]["evidence"].startswith("amide coupling: ")
    code, out, err = cli(*arguments, "--core", "C(=O)NCC1CCCCC1")
    assert code == 0, err
    rows = list(csv.DictReader(found.read_text("utf-8").splitlines()))
    assert {row["change"] for row in rows} == {"a2 + b1", "a3 + b1"}, "the amine is the core"
    code, out, err = cli(*arguments, "--json")
    assert json.loads(out)["proposed"]["reactions"] >= 5


BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "no hit named": ((), "it is not said which hit to design around"),
    "rank that is not there": (("--around", "rank 99"), "'rank 99' is not in the hit list"),
    "neither hit nor SMILES": (("--around", "C1CC"), "is no hit of the run and no SMILES"),
    "source without its table": (("--around", "rank 1", "--source", "fragment in context"), "need a table of them"),
    "source without its scheme": (("--around", "rank 1", "--source", "reactions"), "need a scheme and its reagents"),
    "docking without a run": (("--around", "rank 1", "--dock", "2"), "go with --as-run"),
    "file of another kind": (("--around", "rank 1", "--out", "x.docx"), "cannot write designs as x.docx"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_calls_are_one_sentence(case: str, cli: Cli, run: ScreenRun, tmp_path: Path) -> None:
    arguments, told = BAD[case]
    code, _, err = cli("design", run.folder, "--out", tmp_path / "d.csv", *arguments)
    assert code in (1, 2)
    assert "Traceback" not in err
    assert told in err
    assert not (tmp_path / "d.csv").exists()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_best_designs_are_docked_where_the_run_says(cli: Cli, run: ScreenRun, tmp_path: Path) -> None:
    from screening.runs.docking.docking import open_docking

    pytest.importorskip("rustina", reason="docking needs rustina (extra poses)")
    code, _, err = cli(
        "design", run.folder, "--around", "c1ccccc1O", "--out", tmp_path / "d.csv", "--top", 3, "--most", 10,
        "--as-run", tmp_path / "run", "--dock", 1, "--quick",
    )  # fmt: skip
    assert code == 0, err
    docked = open_docking(tmp_path / "run")
    assert docked is not None
    assert docked.table().num_rows == 1
