"""Large answers: streamed, with what is cheap to work out, told as they go, and never a page that opens nowhere."""

from __future__ import annotations

import csv
import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rdkit import Chem

from screening.engine.progress import Progress
from screening.errors import UsageError
from screening.models.affinity import PREDICTION_DECIMALS
from screening.runs.evidence.table import STREAMED
from screening.runs.evidence.text import number_text
from screening.runs.hits import HIT_SCHEMA, ranking
from screening.runs.run import ScreenRun
from workbench import session
from workbench.cli.main import main
from workbench.export import chosen, write_sdf
from workbench.export.columns import _rounded
from workbench.run import LARGEST_PAGE, Run

ROWS = 2500


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory, root: Path) -> ScreenRun:
    """A run of some thousand compounds that nothing was computed for; see tests/benchmarks."""
    path = root / "tests" / "benchmarks" / "bench_large_answers.py"
    spec = importlib.util.spec_from_file_location("bench_large_answers", path)
    assert spec is not None
    assert spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = bench
    spec.loader.exec_module(bench)
    made: ScreenRun = bench.made_up(tmp_path_factory.mktemp("large"), ROWS)
    return made


@pytest.fixture
def run(large: ScreenRun) -> Run:
    return session.open_run(large.folder)


def test_many_rows_have_what_is_cheap_and_others_on_request(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[Progress] = []
    run.export(tmp_path / "many.parquet", top=2400, on_progress=steps.append)
    table = pq.read_table(tmp_path / "many.parquet")
    assert set(HIT_SCHEMA.names) <= set(table.schema.names) <= set(STREAMED)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert (steps[0].done, steps[-1].done, steps[-1].total) == (0, 2400, 2400)
    assert len(steps) > 2
    whole = pa.Table.from_batches(list(ranking(run.run, 2400)))
    for name in ("rank", "record", "id", "affinity", "nearest", "similarity", "known"):
        assert table.column(name).to_pylist() == whole.column(name).to_pylist()
    assert "qed" in run.evidence(top=3).schema.names
    monkeypatch.setattr(chosen, "WITH_ALL_EVIDENCE", 50)
    run.export(tmp_path / "asked.parquet", top=130, columns=["name", "logp", "scaffold"])
    asked = pq.read_table(tmp_path / "asked.parquet")
    assert (asked.num_rows, asked.schema.names) == (130, ["name", "logp", "scaffold"])
    assert asked.to_pylist() == run.evidence(top=130, columns=asked.schema.names).to_pylist()


def test_only_what_is_asked_for_is_worked_out(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from screening.runs.evidence import properties

    right = run.evidence(top=4, columns=["properties"])
    monkeypatch.setattr(properties.QED, "qed", lambda mol: 1 / 0)
    assert run.evidence(top=4, columns=["logp"]).column("logp") == right.column("logp")
    with pytest.raises(ZeroDivisionError):
        run.evidence(top=4, columns=["qed"])


def test_structures_drawn_by_children_are_the_same(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_sdf, "PIECE", 20)
    monkeypatch.setattr(write_sdf, "IN_THIS_PROCESS", 1)
    monkeypatch.setattr(chosen, "WITH_ALL_EVIDENCE", 50)
    run.export(tmp_path / "children.sdf", top=130)
    monkeypatch.setattr(write_sdf, "IN_THIS_PROCESS", 10_000)
    run.export(tmp_path / "here.sdf", top=130)
    assert (tmp_path / "children.sdf").read_bytes() == (tmp_path / "here.sdf").read_bytes()
    ranks = [int(mol.GetProp("rank")) for mol in Chem.SDMolSupplier(str(tmp_path / "children.sdf"))]
    assert ranks == list(range(1, 131))


def test_a_page_too_large_for_a_browser_is_refused(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(run.run.summary["counts"], "scored", LARGEST_PAGE + 1)
    with pytest.raises(UsageError, match=r"20,001 compounds .* --top 20000 or fewer, or csv, parquet, sdf"):
        run.export(tmp_path / "page.html", top=LARGEST_PAGE + 1)
    with pytest.raises(UsageError, match=r"cannot hold every compound.*csv, tsv, sdf, smi, parquet"):
        run.export(tmp_path / "page.html", top=None)
    assert not list(tmp_path.iterdir())


def test_the_command_says_how_far_it_is(large: ScreenRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["export", str(large.folder), "--out", str(tmp_path / "all.csv"), "--all"])
    assert end.value.code == 0
    told = capsys.readouterr()
    assert told.out.strip().endswith("all.csv")
    assert "the quick columns only; --columns adds others" in told.err
    assert f"writing: {ROWS:,} of {ROWS:,} records" in told.err
    with open(tmp_path / "all.csv", newline="", encoding="utf-8") as stream:
        assert sum(1 for _ in csv.DictReader(stream)) == ROWS
    assert json.loads((tmp_path / "all.csv.manifest.json").read_text())


@pytest.mark.parametrize("places", [0, 1, 2, 3, 4])
def test_columns_are_rounded_as_single_numbers_are(places: int) -> None:
    random = np.random.default_rng(places)
    values = np.concatenate(
        [
            random.normal(6, 3, 2000).round(3), random.normal(0, 1, 2000), np.arange(-4000, 4000) / 1000,
            np.arange(-400, 400) / 16, [0.0, -0.0, -0.001, 1e12, -3e9, 7.075, np.nan, np.inf],
        ]
    ).astype(np.float32)  # fmt: skip
    found = _rounded(pa.array(values), places).to_pylist()
    texts = [number_text(float(value), places) for value in values]
    assert found == [float(text) if text else None for text in texts]
    assert max(places, PREDICTION_DECIMALS) <= 6


def test_children_draw_the_pictures_of_a_workbook_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench.export import write_xlsx

    drawn = ["c1ccccc1", "CCO", None, "no molecule", "CC(=O)O"]
    monkeypatch.setattr(write_xlsx, "_PIECE", 2)
    alone = list(write_xlsx._pictures(drawn, 1))
    monkeypatch.setattr(write_xlsx, "_PIECES_A_CHILD", 1)
    monkeypatch.setattr(write_xlsx, "cores", lambda: 2)
    assert list(write_xlsx._pictures(drawn, 1)) == alone == write_xlsx._drawn(drawn, 1)
    assert [bool(picture) for picture in alone] == [True, True, False, False, True]
