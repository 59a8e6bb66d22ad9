"""The commands as a user runs them: exit codes, one sentence for what is wrong, no traceback."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Run


def test_prepare_and_profile(workbench: Run, tmp_path: Path) -> None:
    (tmp_path / "a.smi").write_text("CCO ethanol\nOCC again\nCC(=O)[O-].[NH4+] x\nC1CC broken\n")
    done = workbench("library", "prepare", "a.smi", "--out", "lib", "--workers", 0, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "4 records: 1 duplicate, 2 ready, 1 rejected" in done.stdout
    shown = workbench("library", "profile", "lib", cwd=tmp_path)
    assert "4 records, 2 unique compounds" in shown.stdout
    assert "molecular weight" in shown.stdout
    facts = json.loads(workbench("library", "profile", "lib", "--json", cwd=tmp_path).stdout)
    assert facts["counts"] == {"duplicate": 1, "ready": 2, "rejected": 1}
    assert sum(facts["properties"]["logp"]["counts"]) == 2


def test_standard_input_and_rules(workbench: Run, tmp_path: Path) -> None:
    arguments = ("library", "prepare", "-", "--out", "lib", "--workers", 0, "--drop", "molecular_weight -100", "--json")
    done = workbench(*arguments, cwd=tmp_path, stdin="CCO ethanol\nCC(=O)Oc1ccccc1C(=O)O aspirin\n")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["counts"] == {"filtered": 1, "ready": 1}
    assert facts["reasons"] == {"filtered: rule: molecular_weight -100": 1}
    assert facts["sources"] == [{"source": "standard-input.txt", "records": 2}]
    again = workbench(*arguments, cwd=tmp_path, stdin="CCO ethanol\nCC(=O)Oc1ccccc1C(=O)O aspirin\n")
    assert json.loads(again.stdout)["key"] == facts["key"]
    wrong = workbench("library", "prepare", "-", "--out", "lib2", "--flag", "lipinsky", cwd=tmp_path, stdin="C")
    assert wrong.returncode == 2
    assert "error: there is no rule 'lipinsky'" in wrong.stderr


def test_a_raw_file_is_profiled_as_its_library_is(workbench: Run, tmp_path: Path) -> None:
    (tmp_path / "a.smi").write_text("CCO ethanol\nOCC again\nCC(=O)[O-].[NH4+] x\nC1CC broken\n")
    shown = workbench("library", "profile", "a.smi", "--workers", 0, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "4 records, 2 unique compounds" in shown.stdout
    assert "workbench library prepare a.smi --out FOLDER" in shown.stdout
    raw = json.loads(workbench("library", "profile", "a.smi", "--workers", 0, "--json", cwd=tmp_path).stdout)
    assert [path.name for path in tmp_path.iterdir()] == ["a.smi"]
    assert workbench("library", "prepare", "a.smi", "--out", "lib", "--workers", 0, cwd=tmp_path).returncode == 0
    kept = json.loads(workbench("library", "profile", "lib", "--json", cwd=tmp_path).stdout)
    assert (raw.pop("folder"), kept.pop("folder")) == ("a.smi", "lib")
    assert raw == kept
    (tmp_path / "empty.smi").write_text("")
    wrong = workbench("library", "profile", "empty.smi", "--workers", 0, cwd=tmp_path)
    assert wrong.returncode == 1
    assert "Traceback" not in wrong.stderr
    assert "error: empty.smi: is empty" in wrong.stderr


def test_tautomers_on_request(workbench: Run, tmp_path: Path) -> None:
    (tmp_path / "a.smi").write_text("CC(=O)CC(C)=O keto\nCC(O)=CC(C)=O enol\n")
    arguments = ("library", "prepare", "a.smi", "--workers", 0, "--json", "--out")
    plain = json.loads(workbench(*arguments, "plain", cwd=tmp_path).stdout)
    one = json.loads(workbench(*arguments, "one", "--tautomers", cwd=tmp_path).stdout)
    assert (plain["counts"], one["counts"]) == ({"ready": 2}, {"duplicate": 1, "ready": 1})
    assert one["protocol"] == plain["protocol"] + ", tautomer-1"


def test_the_alarm_is_loud(workbench: Run, tmp_path: Path) -> None:
    (tmp_path / "a.smi").write_text("c1ccccc\nCC(\nCCO\n" * 5)
    done = workbench("library", "prepare", "a.smi", "--out", "lib", "--workers", 0, cwd=tmp_path)
    assert "LOOK HERE" in done.stdout
    assert "10 of 15 records (66.7%) could not be used" in done.stdout


def test_a_library_without_compounds_is_a_failure(workbench: Run, tmp_path: Path) -> None:
    (tmp_path / "a.smi").write_text("C1CC\n*C\n")
    done = workbench("library", "prepare", "a.smi", "--out", "lib", "--workers", 0, cwd=tmp_path)
    assert done.returncode == 1
    assert "LOOK HERE" in done.stdout
    assert "no compound of it can be used" in done.stderr


def test_bad_input_is_one_sentence(workbench: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    for arguments, code, said in (
        (["missing.smi"], 1, "error: missing.smi: no such file; expected a compound file."),
        (["a.csv"], 2, "error: a.csv: no column looks like SMILES"),
        (["a.csv", "--smiles", "structure"], 2, "error: a.csv: no column 'structure'; expected one of 'a', 'b'."),
        (["*.sdf"], 1, "error: *.sdf: no file matches; expected a compound file."),
    ):
        done = workbench("library", "prepare", *arguments, "--out", "lib", "--workers", 0, cwd=tmp_path)
        assert done.returncode == code
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    done = workbench("library", "profile", "nothing", cwd=tmp_path)
    assert done.returncode == 1
    assert "error: nothing: no such folder" in done.stderr
