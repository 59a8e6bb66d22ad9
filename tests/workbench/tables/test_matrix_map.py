"""The heat map of a matrix: what the page holds, what it says without scripts, and the command that writes it."""

from __future__ import annotations

import base64
import csv
import gzip
import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import workbench as wb
from screening.errors import UsageError
from screening.models.data.measurements import read_measurements
from screening.models.storage import save_model
from screening.models.train import TrainOptions, train_model
from workbench.cli.main import application
from workbench.matrix_screen import Matrix
from workbench.plots.figure import save_figure


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory, data: Path) -> list[Path]:
    folder = tmp_path_factory.mktemp("models")
    lines = (data / "affinities" / "nav17.csv").read_text("utf-8").splitlines()
    found = []
    for number, start in enumerate((1, 200)):
        (folder / "some.csv").write_text("\n".join([lines[0], *lines[start : start + 60]]) + "\n", "utf-8")
        measured = read_measurements(folder / "some.csv", smiles="smiles", value="pIC50", unit="p", name="name")
        trained = train_model(measured, options=TrainOptions(model="fast", folds=2))
        found.append(save_model(trained, folder / f"model{number}"))
    return found


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    path = tmp_path_factory.mktemp("source") / "some.smi"
    with open(data / "libraries" / "nci.smi", encoding="utf-8") as stream:
        lines = list(itertools.islice(stream, 40))
    path.write_text("".join(lines) + "CCO <script>alert(1)</script>=1\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, models: list[Path], source: Path) -> Matrix:
    return wb.matrix(library=source, models=models, out=tmp_path_factory.mktemp("m") / "run", workers=0)


def packed(html: str) -> dict[str, Any]:
    match = re.search(r"const PACKED='([^']+)'", html)
    assert match is not None
    content: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(match[1])))
    return content


def test_the_page_holds_every_number_and_asks_for_nothing(found: Matrix, tmp_path: Path) -> None:
    html = found.heat_map().save_html(tmp_path / "map.html").read_text("utf-8")
    data = packed(html)
    table = found.table()
    assert [row[1] for row in data["affinity"]] == pytest.approx(table.column("model1").to_pylist(), abs=1e-3)
    assert data["nearest"] != [""] * len(data["nearest"])
    assert len(data["drawing"]) == table.num_rows
    assert not re.search(r"""(src|href)=["']?https?:""", html)
    assert "<script>alert(1)" not in html
    assert "prefers-color-scheme:dark" in html


def test_without_scripts_the_first_rows_are_there(found: Matrix) -> None:
    html = found.heat_map(top=3).html()
    first = found.hits(1)
    assert f"<td>{first['name'].iloc[0]}</td>" in html
    assert f"<td>{first['model0'].iloc[0]:.2f}</td>" in html


def test_files_for_other_programs(found: Matrix, tmp_path: Path) -> None:
    written = found.export(tmp_path)
    assert [path.name for path in written] == ["hits.csv", "matrix.html", "matrix.svg", "matrix.png"]
    with open(tmp_path / "hits.csv", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == found.table().num_rows
    assert float(rows[0]["model0 lower"]) <= float(rows[0]["model0"]) <= float(rows[0]["model0 upper"])
    assert (tmp_path / "matrix.png").read_bytes().startswith(b"\x89PNG")
    assert save_figure(found.figure(5), tmp_path / "five.svg").stat().st_size > 1000


def test_opened_again_it_is_the_same(found: Matrix) -> None:
    again = wb.open_matrix_run(found.run.folder)
    assert again.hits(4).equals(found.hits(4))
    assert "not finished" not in repr(again)


def test_the_command(found: Matrix, models: list[Path], tmp_path: Path) -> None:
    library = str(found.run.plan.library)
    arguments = ["matrix", "-l", library, "-m", str(models[0]), "-m", str(models[1]), "-o", str(tmp_path / "run"),
                 "-w", "0", "--primary", "model1", "--json", "--no-exports"]  # fmt: skip
    done = CliRunner().invoke(application("matrix"), arguments)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout.splitlines()[-1])["targets"] == ["model0", "model1"]
    assert wb.open_matrix_run(tmp_path / "run").hits(1)["target"].iloc[0] == "model1"
    arguments[arguments.index("model1")] = "model7"
    refused = CliRunner().invoke(application("matrix"), arguments)
    assert isinstance(refused.exception, UsageError)
    assert "there is no target 'model7'; expected one of model0, model1." in str(refused.exception)


def test_the_map_of_an_ensemble_holds_scores_of_every_structure(tmp_path: Path) -> None:
    import hashlib

    import numpy as np
    import pyarrow as pa

    from screening.engine import files, parts
    from screening.runs.matrix.ensemble import PLAN, RESULT, open_ensemble
    from workbench.tables.ensemble_map import EnsembleMap

    class NamedMap(EnsembleMap):
        """Of scores that were not docked here."""

        def caption(self) -> str:
            return "scores"

    scores = [[4.8, 0.8], [3.0, None]]
    table = pa.table(
        {
            "rank": [1, 2], "record": [7, 3], "name": ["<b>adenine</b>", "phenol"],
            "smiles": ["Nc1ncnc2[nH]cnc12", "Oc1ccccc1"], "structure": ["a", "a"], "best": [4.8, 3.0],
            "mean": [2.8, 3.0], "poses": [2, 1], "scores": pa.array(scores, pa.list_(pa.float64(), 2)),
        }
    )  # fmt: skip
    content = parts.table_bytes(table)
    facts = {
        "library": "key", "structures": [{"name": name, "path": f"{name}.cif", "site": "ADN"} for name in "ab"],
        "result": hashlib.sha256(content).hexdigest(),
    }  # fmt: skip
    files.write_bytes(tmp_path / RESULT, content)
    files.write_text(tmp_path / PLAN, json.dumps(facts))
    ensemble = open_ensemble(tmp_path)
    assert np.isnan(ensemble.scores[1, 1])
    assert ensemble.flat(1).to_pylist()[0]["b"] == 0.8
    found = NamedMap(ensemble)
    html = found.html()
    data = packed(html)
    assert data["affinity"] == scores
    assert data["target"] == [0, 0]
    assert data["poses"] == [2, 1]
    assert re.search(r'"docked": ?true', html)
    assert "<b>adenine</b>" not in html
    page = found.save_html(tmp_path / "map.html").read_text("utf-8")
    assert "2 compounds docked into 2 structures" in page
