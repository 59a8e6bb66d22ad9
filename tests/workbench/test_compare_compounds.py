"""Why is this analogue weaker, from Python and from the command line: a run, a model, a table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import workbench as wb
from screening.errors import UsageError
from screening.models.storage import load_model
from workbench.cli.main import main

#: What changes in these two Nav1.7 inhibitors changes in two other pairs of the file.
PAIR = ("1519161", "1519200")
RUN = Path(__file__).parents[1] / "formats" / "0.1" / "finished.run"


@pytest.fixture(scope="module")
def model(root: Path) -> Path:
    return root / "tests" / "formats" / "0.1" / "fast.model"


def asked(*words: object) -> int:
    """Run a command and return its exit code."""
    with pytest.raises(SystemExit) as stop:
        main([str(word) for word in words])
    return int(stop.value.code or 0)


def test_a_model_says_what_changes_and_draws_both(model: Path, tmp_path: Path) -> None:
    training = load_model(model).training
    first, second = training.smiles[0], training.smiles[1]
    found = wb.compare_compounds(model, first, second)
    assert found.pair.first.contributions is not None
    assert [one.about for one in found.findings][:2] == ["measured", "what changes"]
    page = found.html()
    assert page.count("<svg") == 5, "both marked, both shaded, and the scale"
    assert "<script" not in page
    assert all(one.sentence.split(".")[0] in repr(found) for one in found.findings)
    rows = found.save(tmp_path / "why.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "about,first,second,finding,explains"
    assert found.save(tmp_path / "why.html").stat().st_size < 200_000


def test_the_numbers_are_those_that_predict_gives(model: Path) -> None:
    loaded = load_model(model)
    pair = wb.compare_compounds(loaded, loaded.training.smiles[2], loaded.training.smiles[3]).pair
    asked = loaded.predict([pair.first.smiles, pair.second.smiles]).table
    for one, row in zip((pair.first, pair.second), asked.to_pylist()):
        assert one.predicted is not None
        assert one.predicted.value == pytest.approx(next(v for k, v in row.items() if k in ("affinity", "pIC50")))
        assert one.value == pytest.approx(loaded.training.values[one.row])


def test_a_run_and_its_command_say_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    run = wb.open_run(RUN)
    names = run.table(4).column("name").to_pylist()
    said = repr(run.compare(names[1], names[3]))
    assert "rank 2" in said
    assert asked("hits", RUN, "--why", names[1], "--against", names[3]) == 0
    assert capsys.readouterr().out.split() == said.split()
    assert asked("series", "why", RUN, names[1], names[3], "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert [one["rank"] for one in answer["compounds"]] == [2, 4]
    assert answer["sentence"] == said.splitlines()[0]


def test_a_table_tells_of_measured_values_alone(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head, *lines = (data / "affinities" / "nav17.csv").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line.startswith(PAIR)]
    table = tmp_path / "some.csv"
    table.write_text("\n".join([head, *wanted, *lines[::15]]) + "\n", encoding="utf-8")
    assert asked("series", "why", table, *PAIR, "--value", "pIC50", "--unit", "p", "--kind", "pIC50") == 0
    said = capsys.readouterr().out
    assert said.startswith("1519161 is 3,600 times weaker than 1519200: 3.56 log units (measured pIC50).")
    assert "N#Cc1ccc(*)nc1 | c1csc(*)n1. One exchange on nitrogen" in said
    assert "predicted" not in said


def test_wrong_questions_get_one_sentence(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="names no compound"):
        wb.compare_compounds(model, "", "CCO")
    with pytest.raises(UsageError, match="a run, a model, or a table file"):
        wb.compare_compounds(3, "CCO", "CCN")
    with pytest.raises(UsageError, match="compare: None names no compound"):
        wb.open_run(RUN).compare("x", None)
    assert asked("hits", RUN, "--against", "CCO") == 2
    assert "the second of two compounds" in capsys.readouterr().err
