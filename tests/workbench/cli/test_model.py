"""`workbench model` on models of every type, run as a person would."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from workbench.cli.main import main

ENDS = ("CC(N)=O", "CCOC", "COCCOC(C)C", "Cl", "C(C)=O", "CC", "F")


def run(*words: object) -> int:
    try:
        main([str(word) for word in words])
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def table(data: Path, folder: Path) -> Path:
    lines = (data / "affinities" / "nav17.csv").read_text().splitlines()
    (folder / "nav.csv").write_text("\n".join([lines[0], *lines[1::8]]) + "\n")
    return folder / "nav.csv"


@pytest.fixture(scope="module")
def values(table: Path, folder: Path) -> Path:
    options = ("--smiles", "smiles", "--value", "pIC50", "--unit", "p", "--name", "name")
    assert (
        run("train", table, *options, "--model", "gaussian process", "--split", "cluster", "--out", folder / "v") == 0
    )
    return folder / "v"


@pytest.fixture(scope="module")
def probabilities(table: Path, folder: Path) -> Path:
    options = ("--smiles", "smiles", "--value", "pIC50", "--unit", "p", "--name", "name", "--active-above", "7")
    assert run("train", table, *options, "--model", "nearest neighbours", "--out", folder / "p") == 0
    return folder / "p"


@pytest.fixture(scope="module")
def ranker(data: Path, folder: Path) -> Path:
    (folder / "blockers.smi").write_text("".join(f"CC(C)NCC(O)COc1ccc({end})cc1 b{end}\n" for end in ENDS))
    (folder / "rest.smi").write_text("\n".join((data / "libraries/nci.smi").read_text().splitlines()[:300]) + "\n")
    words = ("train", folder / "blockers.smi", "--actives", "--background", folder / "rest.smi", "--out", folder / "r")
    assert run(*words) == 0
    return folder / "r"


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_cards_fit_in_80_columns_and_lose_nothing(
    capsys: pytest.CaptureFixture[str], narrow: None, values: Path, probabilities: Path, ranker: Path
) -> None:
    for model, words in (
        (values, ("RMSE", "concordance", "nearest neighbour", "cluster split", "adjusted log-AUC", "90% interval")),
        (probabilities, ("Brier", "calibration error", "share of actives", "active: pIC50 of 7 or more")),
        (ranker, ("similarity search", "BEDROC (alpha 20)", "presumed inactive", "no affinity")),
    ):
        capsys.readouterr()
        assert run("model", "show", model) == 0
        shown = capsys.readouterr().out
        assert max(map(len, shown.splitlines())) <= 80
        assert "…" not in shown
        for word in words:
            assert word in re.sub(r"\s+", " ", shown), word


def test_every_model_has_a_page_with_its_plots(values: Path, probabilities: Path, ranker: Path, tmp_path: Path) -> None:
    for model, plots in ((values, 2), (probabilities, 2), (ranker, 0)):
        page = (model / "card.html").read_text()
        assert page.count("<svg") == plots
        assert "How far to trust it" in page
        assert "http-equiv" not in page
        assert 'src="http' not in page
    assert run("model", "show", values, "--page", tmp_path / "new" / "card.html") == 0
    assert "<svg" in (tmp_path / "new" / "card.html").read_text()


def test_compare_says_what_cannot_be_compared(
    capsys: pytest.CaptureFixture[str], narrow: None, values: Path, probabilities: Path, ranker: Path
) -> None:
    assert run("model", "compare", values, probabilities, ranker) == 0
    shown = capsys.readouterr().out
    assert "not tested on the same compounds by the scaffold split" in re.sub(r"\s+", " ", shown)
    tables = [line for line in shown.splitlines() if re.match(r"[ABC]  ", line)]
    assert max(map(len, tables)) <= 80
    assert run("model", "compare", values, "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["split"] for row in rows] == ["scaffold split", "cluster split", "random cross-validation"]
    assert all(row["rmse"] < row["neighbour_rmse"] for row in rows)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("values", r"predicted pIC50 \d\.\d\d \(90 % interval \d\.\d\d to \d+\.\d\d\), .*measured pIC50 \d\.\d\d  "),
        ("probabilities", r"probability of activity 0\.\d{3} \(Venn-Abers range .*measured pIC50 \d\.\d\d, inactive"),
        ("ranker", r"rank score -?\d\.\d\d \(range when some actives are left out .*: known active  CC"),
    ],
)
def test_neighbours_have_their_measured_values(
    capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest, name: str, says: str
) -> None:
    model = request.getfixturevalue(name)
    capsys.readouterr()
    assert run("model", "neighbours", model, "CC(=O)Nc1ccc(O)cc1", "--top", "3") == 0
    shown = capsys.readouterr().out
    assert re.search(says, shown, re.DOTALL), shown
    assert "domain, nearest" in shown
    assert shown.count("  similarity 0.") == 3
    assert run("model", "neighbours", model, "CC(=O)Nc1ccc(O)cc1", "--json") == 0
    row = json.loads(capsys.readouterr().out)[0]
    assert len(row["neighbours"]) == 5
    assert row["lower"] <= row["affinity"] <= row["upper"]


def test_cliffs_are_listed_with_both_compounds(capsys: pytest.CaptureFixture[str], values: Path, ranker: Path) -> None:
    assert run("model", "cliffs", values, "--alike", "0.6", "--jump", "1", "--top", "1") == 0
    shown = capsys.readouterr().out
    assert re.search(r"pairs of training compounds .*\n  \d+: pIC50 \d\.\d\d; \d+: \d\.\d\d; similarity 0\.", shown)
    assert re.search(r"and \d+ more", shown)
    assert run("model", "cliffs", ranker) == 1
    assert "holds no measured affinities" in capsys.readouterr().err


def test_a_learning_curve_falls_and_is_drawn(capsys: pytest.CaptureFixture[str], values: Path, tmp_path: Path) -> None:
    words = ("model", "curve", values, "--model", "nearest neighbours", "--plot", tmp_path / "curve.svg", "--json")
    assert run(*words) == 0
    points = json.loads(capsys.readouterr().out)
    assert [point["compounds"] for point in points] == sorted(point["compounds"] for point in points)
    assert points[-1]["rmse"] < points[0]["rmse"]
    assert "training compounds" in (tmp_path / "curve.svg").read_text()


def test_sequence_models_are_asked_with_profile(capsys: pytest.CaptureFixture[str], data: Path, values: Path) -> None:
    kinome = data / "models" / "kinome"
    imatinib = "Cc1ccc(cc1Nc2nccc(n2)-c3cccnc3)NC(=O)c4ccc(cc4)CN5CCN(CC5)C"
    assert run("model", "profile", kinome, imatinib, "--top", "2") == 0
    shown = capsys.readouterr().out.splitlines()
    assert re.search(r"Gini 0\.\d\d; in domain, nearest .* \(similarity 1\.00\)", shown[0])
    for line in shown[1:]:
        assert re.fullmatch(r"  \S+: predicted pKd \d\.\d\d \(90 % interval \d\.\d\d to \d+\.\d\d\).*", line)
    for command in ("neighbours", "cliffs"):
        assert run("model", command, kinome, *([imatinib] if command == "neighbours" else [])) == 1
        assert "is a sequence model" in capsys.readouterr().err
    assert run("model", "profile", values, imatinib) == 1
    assert "is a model of one target" in capsys.readouterr().err


def test_a_screen_with_known_actives_gives_rank_scores(
    capsys: pytest.CaptureFixture[str], data: Path, folder: Path, ranker: Path
) -> None:
    words = ("screen", "--library", data / "libraries" / "pka_ligands.csv", "--model", ranker, "--out", folder / "run")
    assert run(*words, "--workers", "0") == 0
    capsys.readouterr()
    assert run("hits", folder / "run", "--json", "--top", "50") == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["kind"] for row in rows} == {"rank score"}
    assert [row["affinity"] for row in rows] == sorted((row["affinity"] for row in rows), reverse=True)
    assert all(row["lower"] <= row["affinity"] <= row["upper"] for row in rows)
