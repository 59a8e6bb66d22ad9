"""Biological assemblies, against the operators of the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from screening.errors import StructureError
from screening.targets.assembly import build_assembly
from screening.targets.files.mmcif_header import expanded
from screening.targets.files.read import read_target
from screening.targets.files.write import cif_text, pdb_text
from screening.targets.target import Target
from tests.conftest import Run
from tests.screening.targets.conftest import peptide

HEADER = [
    "REMARK 350 BIOMOLECULE: 1",
    "REMARK 350 APPLY THE FOLLOWING TO CHAINS: A",
    "REMARK 350   BIOMT1   1  1.000000  0.000000  0.000000        0.00000",
    "REMARK 350   BIOMT2   1  0.000000  1.000000  0.000000        0.00000",
    "REMARK 350   BIOMT3   1  0.000000  0.000000  1.000000        0.00000",
    "REMARK 350   BIOMT1   2 -1.000000  0.000000  0.000000       50.00000",
    "REMARK 350   BIOMT2   2  0.000000 -1.000000  0.000000        0.00000",
    "REMARK 350   BIOMT3   2  0.000000  0.000000  1.000000        0.00000",
]


def test_a_dimer_is_built_by_its_operators(write: Callable[..., Path]) -> None:
    target = read_target(write(HEADER + peptide(["ALA", "GLY", "SER"]) + peptide(["TRP"], chain="B", y=30.0)))
    dimer = build_assembly(target)
    assert [chain.id for chain in dimer.chains] == ["A", "A-2"]
    half = len(dimer.atoms) // 2
    first, second = dimer.atoms.coordinates[:half], dimer.atoms.coordinates[half:]
    np.testing.assert_allclose(second, first * np.array([-1, -1, 1]) + np.array([50, 0, 0]), atol=1e-5)
    again = read_target(write(cif_text(dimer), "dimer.cif"))
    assert [chain.sequence for chain in again.chains] == ["AGS", "AGS"]
    assert {chain.id for chain in read_target(write(pdb_text(dimer))).chains} == {"A", "B"}
    with pytest.raises(StructureError, match="lists no assembly 7; expected one of 1"):
        build_assembly(target, "7")


def test_the_command_writes_it(tmp_path: Path, write: Callable[..., Path], workbench: Run) -> None:
    path = write(HEADER + peptide(["ALA", "GLY", "SER"]) + peptide(["TRP"], chain="B", y=30.0))
    expected = build_assembly(read_target(path))
    for name in ("dimer.cif", "dimer.pdb"):
        done = workbench("target", "assembly", path, "--out", tmp_path / name)
        assert done.returncode == 0, done.stderr
        assert "assembly 1: 2 chains" in done.stdout
        written = read_target(tmp_path / name)
        np.testing.assert_allclose(written.atoms.coordinates, expected.atoms.coordinates, atol=1e-3)
    for arguments, code, words in (
        (["--out", tmp_path / "dimer.xyz"], 2, "expected the suffix .cif or .pdb"),
        (["--out", tmp_path / "none.cif", "--assembly", "7"], 1, "lists no assembly 7; expected one of 1"),
    ):
        done = workbench("target", "assembly", path, *arguments)
        assert (done.returncode, done.stdout) == (code, "")
        assert words in done.stderr
    assert not (tmp_path / "none.cif").exists()


def test_without_operators_it_is_told(pka: Target) -> None:
    with pytest.raises(StructureError, match="expected a file that lists assemblies"):
        build_assembly(pka)


@pytest.mark.parametrize(
    ("expression", "count"), [("1", 1), ("1,2", 2), ("(1-60)", 60), ("(1,2,6-8)", 5), ("(X0)(1-3)", 3), ("P", 1)]
)
def test_operator_expressions(expression: str, count: int) -> None:
    assert len(expanded(expression)) == count


def test_a_whole_capsid(bench: Path) -> None:
    target = read_target(bench / "structures" / "biotite__1f2n.cif.gz")
    capsid = build_assembly(target, "1")
    assert len(capsid.chains) == 180
    assert len(capsid.atoms) == 60 * len(target.atoms)
    # An icosahedral shell about the origin of its frame: every copy is as far from the middle as the first.
    middle = capsid.atoms.coordinates.mean(axis=0)
    copies = capsid.atoms.coordinates.reshape(60, len(target.atoms), 3).mean(axis=1)
    reach = np.linalg.norm(copies - middle, axis=1)
    assert reach.std() < 0.01 * reach.mean()
    with pytest.raises(StructureError, match="180 chains, PDB files can hold 62"):
        pdb_text(capsid)
