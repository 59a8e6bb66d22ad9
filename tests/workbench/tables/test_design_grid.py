"""Designs as files and as a page, and the commands that make them."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from rdkit import Chem
from typer.testing import CliRunner

import workbench as wb
from screening.errors import UsageError
from workbench.cli.main import application
from workbench.design_molecules import DesignList

PARENT = "COc1ccc(C(=O)Nc2ccccc2)cc1"


@pytest.fixture(scope="module")
def found() -> DesignList:
    return wb.design(PARENT, top=30)


def test_every_format_holds_every_design(found: DesignList, tmp_path: Path) -> None:
    count = found.table.num_rows
    assert count == 30
    lines = found.save(tmp_path / "d.smi").read_text().splitlines()
    assert [line.split()[1] for line in lines] == found.table.column("name").to_pylist()
    with open(found.save(tmp_path / "d.csv"), encoding="utf-8", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == count
    mols = list(Chem.SDMolSupplier(str(found.save(tmp_path / "d.sdf"))))
    assert [Chem.MolToSmiles(mol) for mol in mols] == found.table.column("smiles").to_pylist()
    assert mols[0].GetProp("evidence")
    with pytest.raises(UsageError, match=r"cannot write designs as d\.xyz"):
        found.save(tmp_path / "d.xyz")


def test_the_page_marks_what_is_new_and_asks_for_nothing(found: DesignList, tmp_path: Path) -> None:
    html = found.save(tmp_path / "d.html").read_text("utf-8")
    assert not re.search(r"""(src|href)=["']?https?:""", html)
    assert "New atoms are marked" in html
    row = next(at for at, atoms in enumerate(found.table.column("new_atoms").to_pylist()) if atoms)
    grid = found.grid()
    smiles = found.table.column("smiles")[row].as_py()
    assert "ellipse" in grid._drawing(row, smiles) or "fill=" in grid._drawing(row, smiles)
    assert found.designs.summary()[0] in html


def test_the_command(tmp_path: Path) -> None:
    arguments = ["design", PARENT, "-o", str(tmp_path / "d.smi"), "--window", "logp=0:5", "--atoms", "1-2", "--json"]
    done = CliRunner().invoke(application("design"), arguments)
    assert done.exit_code == 0, done.output
    facts = json.loads(done.stdout.splitlines()[-1])
    assert facts["designs"] == len((tmp_path / "d.smi").read_text().splitlines()) > 0
    assert facts["shares"]["valid"]["count"] > 0


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--window", "logp"], "a property and two numbers"),
        (["--window", "logp=a:b"], "is no range"),
        (["--atoms", "x"], "'x' is no atom"),
        (["--source", "fragment in context"], "fragments in context need a table"),
        (["--around", "x"], "is no run"),
        (["--fragments", "gone.parquet"], "no such file"),
    ],
)
def test_bad_options_are_one_sentence(tmp_path: Path, more: list[str], sentence: str) -> None:
    done = CliRunner().invoke(application("design"), ["design", PARENT, "-o", str(tmp_path / "d.smi"), *more])
    assert sentence in str(done.exception)
    assert not list(tmp_path.iterdir())
