"""``workbench target``, run as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run


def test_show_prints_what_a_structure_holds(workbench: Run, data: Path) -> None:
    done = workbench("target", "show", data / "targets" / "1fmo.cif", "--site-ligand", "ADN")
    assert done.returncode == 0, done.stderr
    for words in ("2.2 Å", "E (A)", "E:ADN351", "stands for T", "1-12 (GNAAAAKKGSEQ) before E:GLU13", "E:VAL123"):
        assert words in done.stdout


def test_show_json_is_what_the_reader_says(workbench: Run, data: Path) -> None:
    path = data / "targets" / "1fmo.cif"
    done = workbench("target", "show", path, "--json", "--site-residues", "E:LYS72,E:ASP184")
    facts = json.loads(done.stdout)
    assert (facts["id"], facts["atoms"], facts["resolution_A"]) == ("1FMO", 2967, 2.2)
    assert [ligand["id"] for ligand in facts["ligands"]] == ["E:ADN351"]
    assert facts["site"]["residues"] == ["E:LYS72", "E:ASP184"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--site-ligand", "AQ4"], 1, "has no ligand AQ4; expected one of E:ADN351, chain I"),
        (["--site-point", "1,2"], 2, "expected a radius in Å"),
        (["--site-point", "1,2", "--radius", "5"], 2, "expected three numbers x,y,z"),
        (["--site-point", "900,2,3", "--radius", "5"], 1, "no residue lies within 5 Å"),
        (["--site-residues", "E:ASP72"], 1, "residue 72 of chain E is LYS"),
        (["--site-residues", "E:LYS72", "--site-ligand", "ADN"], 2, "several sites"),
        (["--radius", "5"], 2, "--radius without a site"),
        (["--model", "2"], 1, "has no model 2"),
        (["--altloc", "best"], 2, "no choice of alternative locations"),
    ],
)
def test_wrong_options_are_one_sentence(
    workbench: Run, data: Path, arguments: list[str], code: int, words: str
) -> None:
    done = workbench("target", "show", data / "targets" / "1fmo.cif", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("error: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_wrong_file_is_one_sentence(workbench: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.pdb"
    path.write_bytes(b"\x00\x01" * 400)
    done = workbench("target", "show", path)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "holds binary data" in done.stderr


def test_download_without_a_network(workbench: Run, tmp_path: Path) -> None:
    done = workbench("target", "download", "1FMO", "--out", tmp_path, "--base-url", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert "cannot be reached" in done.stderr
    assert done.stderr.count("\n") == 1
    assert workbench("target", "download", "what is this", "--out", tmp_path).returncode == 2
