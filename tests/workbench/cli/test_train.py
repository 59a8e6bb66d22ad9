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
        (lambda options: options | {"--kind": "potency"}, "no kind of affinity", 2),
        (lambda options: options | {"--smiles": "structure"}, "no column 'structure'", 2),
        (lambda options: options | {"--model": "oracle"}, "no model 'oracle'", 2),
        (lambda options: options | {"--value": "name"}, "none of its 85 rows can be used", 1),
        (lambda options: options | {"--unit": "nM"}, "as -log10 molar values do; expected --unit p", 1),
        (lambda options: options | {"--unit": "M"}, "--unit p if it is -log10 molar already", 1),
        (lambda options: options | {"--target": "EGFR"}, "it has no column of targets", 2),
        (lambda options: options | {"--date": "when"}, "no column 'when'", 2),
        (lambda options: options | {"--label": "name"}, "--value, --label given; expected one of", 2),
        (lambda options: options | {"--split": "time"}, "expected --date COLUMN", 2),
        (lambda options: options | {"--background": "x.smi"}, "--background cannot be used with --value", 2),
        (lambda options: options | {"--active-above": "13"}, "0 active and 85 inactive compounds at pIC50 13", 1),
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
        main(["model", "profile", str(data / "models" / "kinome"), imatinib, "--json", "--top", "1"])
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


def lines_of(table: Path) -> list[list[str]]:
    return [line.split(",") for line in table.read_text().splitlines()[1:]]


BAD_TABLES = {
    "all censored": (
        lambda rows: [(text, ">10000") for _, text, _ in rows],
        "nM",
        "all 85 usable measurements are limits",
    ),
    "a jump of 10^3": (
        lambda rows: [(text, f"{10 ** ((9 if at % 2 else 6) - float(p)):.6g}") for at, (_, text, p) in enumerate(rows)],
        "nM",
        "two units seem to be mixed in the value column",
    ),
    "a jump of 10^9": (
        lambda rows: [(text, f"{10 ** ((9 if at % 2 else 0) - float(p)):.6g}") for at, (_, text, p) in enumerate(rows)],
        "nM",
        "two units seem to be mixed in the value column",
    ),
    "one value": (lambda rows: [(text, "7") for _, text, _ in rows], "p", "all 85 values are nearly the same"),
}


@pytest.mark.parametrize("name", list(BAD_TABLES))
def test_bad_tables_end_in_one_sentence(
    capsys: pytest.CaptureFixture[str], table: Path, tmp_path: Path, name: str
) -> None:
    from workbench.cli.main import main

    make, unit, says = BAD_TABLES[name]
    bad = tmp_path / "bad.csv"
    bad.write_text("smiles,value\n" + "\n".join(",".join(row) for row in make(lines_of(table))) + "\n")
    words = ["train", str(bad), "--smiles", "smiles", "--value", "value", "--unit", unit, "--out", str(tmp_path / "m")]
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 1
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert says in errors[0]
    assert not (tmp_path / "m").exists()


def test_a_compound_with_values_three_logs_apart_is_left_out_and_named(
    capsys: pytest.CaptureFixture[str], table: Path, tmp_path: Path
) -> None:
    from workbench.cli.main import main

    name, text, value = lines_of(table)[4]
    (tmp_path / "twice.csv").write_text(table.read_text() + f"{name},{text},{float(value) + 3:.2f}\n")
    words = ["train", str(tmp_path / "twice.csv"), "--smiles", "smiles", "--value", "pIC50", "--unit", "p"]
    with pytest.raises(SystemExit) as stop:
        main([*words, "--name", "name", "--model", "nearest neighbours", "--out", str(tmp_path / "m")])
    assert not stop.value.code
    shown = capsys.readouterr().out
    assert f"contradictory: {name} ({float(value):g}, {float(value) + 3:g}), left out" in shown
    assert "86 rows, 2 filtered, 84 ready" in shown


def test_one_active_in_a_thousand_is_refused_with_advice(
    capsys: pytest.CaptureFixture[str], data: Path, tmp_path: Path
) -> None:
    from workbench.cli.main import main

    rows = [line.split()[0] for line in (data / "libraries" / "nci.smi").read_text().splitlines()[:1000]]
    words = [f"{text},{'active' if at == 500 else 'inactive'}" for at, text in enumerate(rows)]
    (tmp_path / "hts.csv").write_text("smiles,label\n" + "\n".join(words) + "\n")
    with pytest.raises(SystemExit) as stop:
        main(
            ["train", str(tmp_path / "hts.csv"), "--smiles", "smiles", "--label", "label", "--out", str(tmp_path / "m")]
        )
    assert stop.value.code == 1
    said = capsys.readouterr().err
    assert "1 active and" in said
    assert "`workbench train FILE --actives`" in said


def test_help_lists_the_models_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    from screening.models.estimators.catalog import MODELS
    from workbench.cli import train

    assert train.MODELS.replace(" or ", ", ").split(", ") == list(MODELS)
