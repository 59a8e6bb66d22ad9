"""``workbench target``, run as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.screening.targets.archive import serving


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
        (["--site", "1,2,3"], 2, "a point without a radius"),
        (["--site-point", "1,2", "--radius", "5"], 2, "describes no site"),
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


def test_variants_are_placed_and_told(workbench: Run, data: Path, tmp_path: Path) -> None:
    path = data / "targets" / "1fmo.cif"
    table = tmp_path / "variants.csv"
    table.write_text("variant\nL205R\nD72A\n")
    done = workbench("target", "variants", path, "K72H", "--table", table, "--json")
    assert done.returncode == 0, done.stderr
    rows = {row["variant"]: row for row in json.loads(done.stdout)["variants"]}
    assert (rows["K72H"]["residue"], rows["L205R"]["interface_with"]) == ("E:LYS72", "I")
    assert rows["D72A"]["state"] == "wrong wild type"
    assert "wrong wild type" in workbench("target", "variants", path, "D72A").stdout
    none = workbench("target", "variants", path)
    assert (none.returncode, none.stderr.count("\n")) == (2, 1)


def test_quality_and_compare(workbench: Run, data: Path) -> None:
    path = data / "targets" / "1fmo.cif"
    report = json.loads(workbench("target", "quality", path, "--site-ligand", "ADN", "--json").stdout)
    assert report["verdict"] == "fit for docking"
    found = json.loads(workbench("target", "compare", path, path, "--json").stdout)
    assert found["others"][0]["site_identity"] == 1.0
    assert found["others"][0]["site_rmsd_A"] < 0.001


def test_pockets_are_listed(workbench: Run, data: Path) -> None:
    done = workbench("target", "pockets", data / "targets" / "1fmo.cif", "--top", "2", "--json")
    assert done.returncode == 0, done.stderr
    first, second = json.loads(done.stdout)["pockets"]
    assert first["probability"] >= second["probability"]
    assert "E:VAL123" in first["residues"]
    wrong = workbench("target", "pockets", data / "targets" / "1fmo.cif", "--chains", "Z")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (1, 1)


def test_nearest_structure(workbench: Run, data: Path, tmp_path: Path) -> None:
    query = tmp_path / "q.fasta"
    query.write_text(">q\nGNAAAAKKGSEQESVKEFLAKAKEDFLKKWETPSQNTAQLDQFDRIKTLGTGSFGRVMLVKHKESGNHYAMKILDKQ\n")
    done = workbench("target", "nearest", query, data / "targets", "--json")
    assert done.returncode == 0, done.stderr
    hit = json.loads(done.stdout)["hits"][0]
    assert (hit["id"], hit["chain"], hit["identity"]) == ("1FMO", "E", 1.0)


def test_triage_of_an_id_and_a_file(workbench: Run, data: Path, tmp_path: Path) -> None:
    path, out = data / "targets" / "1fmo.cif", tmp_path / "out"
    with serving(path.read_bytes()) as archive:
        done = workbench("target", "triage", "1FMO", path, "--out", out, "--base-url", archive.url, "--json")
        assert archive.asked == ["/download/1FMO.cif.gz"]
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["counts"] == {"scored": 2}
    assert {row["source"] for row in facts["targets"]} == {str(path), str(out / "structures" / "1fmo.cif.gz")}
    assert len({row["score"] for row in facts["targets"]}) == 1
    again = workbench("target", "triage", "1FMO", path, "--out", out, "--base-url", "http://127.0.0.1:9", "--json")
    assert again.stdout == done.stdout


def test_triage_of_what_cannot_be_fetched(workbench: Run, tmp_path: Path) -> None:
    unreachable = ("--base-url", "http://127.0.0.1:9")
    for place, words in (("1FMO", "cannot be reached"), ("no/such/folder", "no such file")):
        done = workbench("target", "triage", place, "--out", tmp_path / "out", *unreachable)
        assert (done.returncode, done.stdout, done.stderr.count("error: ")) == (1, "", 1)
        assert words in done.stderr
