"""``next``, ``results``, ``report``, ``export`` and ``compare`` as a user types them, and what they refuse."""

from __future__ import annotations

import builtins
import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from screening.runs.run import open_run

Outcome = tuple[int, str, str]
Cli = Callable[..., Outcome]
OLD = Path(__file__).parents[2] / "formats" / "0.1"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    shutil.copytree(OLD / "finished.run", tmp_path / "run")
    shutil.copytree(OLD / "compounds.library", tmp_path / "run" / "library")
    return tmp_path / "run"


def refused(outcome: Outcome, *words: str) -> None:
    code, _, err = outcome
    assert code in (1, 2), err
    assert "Traceback" not in err
    sentences = [line for line in err.splitlines() if line.startswith("error: ")]
    assert len(sentences) == 1, err
    for word in words:
        assert word in sentences[0]


def assay(path: Path, rows: list[tuple[str, object]], head: str = "smiles,value") -> Path:
    path.write_text("\n".join([head, *(f"{smiles},{value}" for smiles, value in rows)]) + "\n")
    return path


def test_a_batch_goes_out_and_its_results_come_home(cli: Cli, run: Path, tmp_path: Path) -> None:
    batch = tmp_path / "batch.csv"
    code, out, err = cli("next", run, "--count", 8, "--learn", 0.25, "--active-above", 5, "--out", batch)
    assert code == 0, err
    assert "kept as batch 1 of the run" in out
    with open(batch, newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["why"] for row in rows] == ["best"] * 6 + ["to learn"] * 2
    values = [(row["smiles"], float(row["predicted"]) - 0.2) for row in rows]
    file = assay(tmp_path / "assay.csv", [*values, ("CCOCCOCCNC(=O)C", 5.0)], "smiles,pIC50")
    arguments = ("results", "add", run, file)  # as `train`, it finds the columns itself
    code, out, err = cli(*arguments, "--active-above", 5)
    assert code == 0, err
    assert "not scored by this run, left out: 1 (assay.csv:10)" in out
    assert "batch 1 of " in out
    code, out, _ = cli("results", "show", run, "--json", "--active-above", 5)
    found = json.loads(out)
    groups = {one["group"]: one for one in found["groups"]}
    assert groups["chosen"]["compounds"] == 6
    assert {one["why"]: one["measured"] for one in found["batches"]} == {"best": 6, "to learn": 2}
    refused(cli(*arguments), "assay.csv", "was added to this run before")


def test_labels_come_home(cli: Cli, run: Path, tmp_path: Path) -> None:
    smiles = open_run(run).hits().column("smiles").to_pylist()[:4]
    file = assay(tmp_path / "labels.csv", list(zip(smiles, ["active", "inactive", "active", "active"])), "smiles,label")
    arguments = ("results", "add", run, file, "--smiles", "smiles", "--label", "label")
    refused(cli(*arguments), "the results are labels", "--active-above")
    refused(cli(*arguments, "--unit", "nM", "--active-above", 5), "--label goes with none of --value")
    code, out, err = cli(*arguments, "--active-above", 5)
    assert code == 0, err
    assert "3 (75%)" in out
    assert "4 of 4 are limits or labels" in out


def test_what_is_refused_is_one_sentence(cli: Cli, run: Path, tmp_path: Path) -> None:
    smiles = open_run(run).hits().column("smiles").to_pylist()[:3]
    file = assay(tmp_path / "assay.csv", [(text, 6.0) for text in smiles])
    strange = assay(tmp_path / "strange.csv", [("CCOCCOCCNC(=O)C", 5.0)])
    add = ("results", "add", run, file, "--smiles", "smiles")
    refused(cli(*add, "--value", "value", "--unit", "p", "--kind", "pOther"), "the results are pOther")
    refused(cli(*add, "--value", "value"), "unit")
    refused(cli("results", "add", run, assay(tmp_path / "empty.csv", [], "smiles,pIC50")), "holds no row")
    refused(cli(*add, "--value", "value", "--unit", "furlong"), "furlong")
    refused(cli(*add, "--value", "value", "--unit", "p", "--chosen", "batch"), "no batch was proposed from this run")
    refused(cli(*add, "--value", "value", "--unit", "p", "--chosen", "batch x"), "'x' is no number of a batch")
    refused(
        cli("results", "add", run, strange, "--smiles", "smiles", "--value", "value", "--unit", "p"), "none of the 1"
    )
    refused(cli("results", "show", run), "holds no assay results")
    refused(cli("next", run, "--count", 100_000, "--active-above", 5), "at least 100,000")
    refused(cli("report", run, "--only", "accepted", "--out", tmp_path / "d.html"), "no hit of this run is accepted")
    refused(cli("export", run), "--out is missing")
    refused(cli("export", run, "--figure", "nonsense", "--out", tmp_path / "f.svg"), "there is no figure 'nonsense'")
    (tmp_path / "mine.pdf").write_text("mine")
    refused(cli("report", run, "--out", tmp_path / "mine.pdf"), "mine.pdf", "left as it is")
    (tmp_path / "mine.csv").write_text("mine")
    refused(cli("export", run, "--out", tmp_path / "mine.csv"), "mine.csv", "no earlier export")
    assert (tmp_path / "mine.pdf").read_text() == (tmp_path / "mine.csv").read_text() == "mine"


def test_an_unfinished_run_is_one_sentence(cli: Cli, tmp_path: Path) -> None:
    shutil.copytree(OLD / "stopped.run", tmp_path / "stopped")
    for command in (
        ("report", tmp_path / "stopped", "--out", tmp_path / "d.html"),
        ("export", tmp_path / "stopped", "--out", tmp_path / "hits.csv"),
        ("next", tmp_path / "stopped"),
        ("results", "show", tmp_path / "stopped"),
    ):
        refused(cli(*command), "stopped")


def test_without_typst_a_pdf_is_one_sentence(
    cli: Cli, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "typst":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    refused(cli("report", run, "--out", tmp_path / "d.pdf"), "needs typst", "FILE.html")


def test_figures_are_listed_and_drawn(cli: Cli, run: Path, tmp_path: Path) -> None:
    code, out, err = cli("export", run, "--figure", "list")
    assert code == 0, err
    names = [line.split()[0] for line in out.splitlines()]
    assert names == ["scores", "properties", "scaffolds", "results", "slide"]
    refused(cli("export", run, "--figure", "slide", "--out", tmp_path / "s.png"), "no hit was docked", "workbench dock")
    refused(cli("export", run, "--figure", "results", "--out", tmp_path / "r.svg"), "holds no assay results")
    for name in names[:3]:
        code, _, err = cli("export", run, "--figure", name, "--out", tmp_path / f"{name}.svg")
        assert code == 0, err
        assert "<svg" in (tmp_path / f"{name}.svg").read_text()
