from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run


@pytest.fixture(scope="module")
def table(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = (data / "affinities" / "nav17.csv").read_text().splitlines()
    path = tmp_path_factory.mktemp("train") / "nav.csv"
    path.write_text("\n".join([lines[0], *lines[1::12]]) + "\n")
    return path


def test_train_and_show(workbench: Run, table: Path, tmp_path: Path) -> None:
    options = ("--smiles", "smiles", "--value", "pIC50", "--unit", "p", "--name", "name", "--model", "fast")
    done = workbench("train", table, *options, "--out", tmp_path / "model")
    assert done.returncode == 0, done.stderr
    for word in ("nearest neighbour", "training mean", "90% interval", "model written to"):
        assert word in done.stdout
    shown = workbench("model", "show", tmp_path / "model", "--json")
    card = json.loads(shown.stdout)
    assert card["data"]["rows"] == card["data"]["compounds"] == 85
    assert "scaffold split" in workbench("model", "show", tmp_path / "model").stdout


@pytest.mark.parametrize(
    ("change", "says", "code"),
    [
        (lambda options: options | {"--unit": "furlong"}, "no unit of affinity", 2),
        (lambda options: options | {"--kind": "IC50"}, "no kind of affinity", 2),
        (lambda options: options | {"--smiles": "structure"}, "no column 'structure'", 2),
        (lambda options: options | {"--model": "oracle"}, "no model 'oracle'", 2),
        (lambda options: options | {"--value": "name"}, "none of its 85 rows can be used", 1),
    ],
)
def test_bad_calls_end_in_one_sentence(
    capsys: pytest.CaptureFixture[str],
    table: Path,
    tmp_path: Path,
    change: Callable[[dict[str, str]], dict[str, str]],
    says: str,
    code: int,
) -> None:
    from workbench.cli.main import main

    options = change({"--smiles": "smiles", "--value": "pIC50", "--unit": "p", "--name": "name"})
    with pytest.raises(SystemExit) as stop:
        main(["train", str(table), *(text for pair in options.items() for text in pair), "--out", str(tmp_path / "m")])
    assert stop.value.code == code
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert says in errors[0]
    assert not (tmp_path / "m").exists()


def test_profile_of_a_selective_compound(capsys: pytest.CaptureFixture[str], data: Path) -> None:
    from workbench.cli.main import main

    imatinib = "Cc1ccc(cc1Nc2nccc(n2)-c3cccnc3)NC(=O)c4ccc(cc4)CN5CCN(CC5)C"
    with pytest.raises(SystemExit) as stop:
        main(["model", "profile", str(data / "models" / "kinome"), imatinib, "--json"])
    assert not stop.value.code
    found = json.loads(capsys.readouterr().out)[0]
    assert found["affinity"]["ABL1"] > found["affinity"]["PKAC-alpha"] + 1
    assert 0 < found["score"] < 0.2


def test_compare_and_rebuild(workbench: Run, table: Path, tmp_path: Path) -> None:
    options = ("--smiles", "smiles", "--value", "pIC50", "--unit", "p", "--model", "nearest neighbours")
    assert workbench("train", table, *options, "--out", tmp_path / "a").returncode == 0
    assert workbench("model", "rebuild", tmp_path / "a", "--out", tmp_path / "b").returncode == 0
    shown = workbench("model", "compare", tmp_path / "a", tmp_path / "b")
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.count("scaffold split") == 1
    rows = [line.split() for line in shown.stdout.splitlines() if line[:2] in ("A ", "B ")]
    assert len(rows) == 4
    assert rows[0][1:] == rows[1][1:]


def test_the_place_is_checked_before_the_work(capsys: pytest.CaptureFixture[str], table: Path, tmp_path: Path) -> None:
    from workbench.cli.main import main

    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "letter.txt").write_text("x")
    with pytest.raises(SystemExit) as stop:
        main(
            [
                "train",
                "no-such-file.csv",
                "--smiles",
                "s",
                "--value",
                "v",
                "--unit",
                "nM",
                "--out",
                str(tmp_path / "docs"),
            ]
        )
    assert stop.value.code == 1
    assert "is in the way" in capsys.readouterr().err
