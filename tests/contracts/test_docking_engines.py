"""Every docking engine of the catalog that can be used here keeps the same promises."""

from __future__ import annotations

import stat
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from screening.errors import MissingExtraError, UsageError
from screening.poses.engines.catalog import ENGINES, engine_named
from screening.poses.engines.engine import Engine, Placement
from screening.poses.ligand_states.conformers import starting_structures
from screening.poses.ligand_states.pdbqt import LigandPdbqt, ligand_pdbqt, with_coordinates
from screening.poses.receptor.prepare import prepare_receptor
from screening.poses.receptor.receptor import Receptor
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import site_around_ligand

pytest.importorskip("biotite", reason="receptors with modified residues need biotite (extra poses)")

LIGAND = "c1cnc2[nH]ccc2c1"


@pytest.fixture(scope="module")
def receptor(data: Path) -> Receptor:
    target = read_target(data / "targets" / "1fmo.cif")
    return prepare_receptor(target, site_around_ligand(target, "ADN"))


@pytest.fixture(scope="module")
def ligand() -> tuple[Chem.Mol, LigandPdbqt]:
    molecule = starting_structures(LIGAND)[0]
    return molecule, ligand_pdbqt(molecule, "x")


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Engine:
    try:
        return engine_named(request.param)
    except MissingExtraError as error:
        pytest.skip(str(error))


_docked: dict[str, list[list[Placement]]] = {}


def _once(engine: Engine, receptor: Receptor, text: str) -> list[list[Placement]]:
    """Dock once for all tests of an engine: it takes seconds."""
    if engine.name not in _docked:
        _docked[engine.name] = engine.dock(receptor, [text], seed=1, poses=3, quick=True)
    return _docked[engine.name]


def test_the_same_input_gives_the_same_poses_in_the_box(
    engine: Engine, receptor: Receptor, ligand: tuple[Chem.Mol, LigandPdbqt]
) -> None:
    molecule, pdbqt = ligand
    first = _once(engine, receptor, pdbqt.text)
    again = engine.dock(receptor, [pdbqt.text], seed=1, poses=3, quick=True)
    assert len(first) == 1
    assert 1 <= len(first[0]) <= 3
    low = np.array(receptor.box.centre_A) - np.array(receptor.box.size_A) / 2
    for one, other in zip(first[0], again[0], strict=True):
        assert np.array_equal(one.coordinates, other.coordinates)
        assert one.scores == other.scores
        assert one.coordinates.shape == (len(pdbqt.order), 3)
        assert ((one.coordinates > low - 2) & (one.coordinates < low + np.array(receptor.box.size_A) + 2)).all()
        moved = with_coordinates(molecule, pdbqt, one.coordinates)
        assert Chem.MolToSmiles(Chem.RemoveHs(moved)) == Chem.CanonSmiles(LIGAND)
        heavy = [atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1]
        gaps = (Chem.Get3DDistanceMatrix(moved) - Chem.Get3DDistanceMatrix(molecule))[np.ix_(heavy, heavy)]
        assert np.abs(gaps).max() < 0.1, "a rigid ligand keeps its shape"


def test_scores_have_a_name_a_direction_and_the_order_of_the_poses(
    engine: Engine, receptor: Receptor, ligand: tuple[Chem.Mol, LigandPdbqt]
) -> None:
    found = _once(engine, receptor, ligand[1].text)[0]
    for placement in found:
        assert placement.scores
        assert all(np.isfinite(score.value) and score.name for score in placement.scores)
        assert all(score.higher_is_better in (True, False) for score in placement.scores)
        assert all("affinity" not in score.name.lower() or score.unit == "pK" for score in placement.scores)


def test_a_random_seed_is_refused(engine: Engine, receptor: Receptor, ligand: tuple[Chem.Mol, LigandPdbqt]) -> None:
    with pytest.raises(UsageError, match="a whole number from 1"):
        engine.dock(receptor, [ligand[1].text], seed=0, poses=1)


def test_an_engine_says_its_version(engine: Engine) -> None:
    assert engine.version()
    assert engine.name in ENGINES


def test_names_that_are_not_in_the_catalog_are_refused_with_those_that_are() -> None:
    with pytest.raises(UsageError, match="there is no docking engine 'glide'; expected one of rustina, vina"):
        engine_named("glide")


#: Stands for a program of the Vina family on the PATH: it moves the ligand to the centre of the box.
_PROGRAM = """#!/bin/sh
if [ "$1" = "--version" ]; then echo "smina 2020.12.10"; exit 0; fi
while [ $# -gt 0 ]; do
  case "$1" in
    --ligand) ligand="$2";; --out) out="$2";; --seed) seed="$2";;
  esac
  shift
done
[ "$seed" = "3" ] && { echo "no space" >&2; exit 4; }
{ echo "MODEL 1"; echo "REMARK minimizedAffinity -6.5"; cat "$ligand"; echo "ENDMDL";
  echo "MODEL 2"; echo "REMARK minimizedAffinity -6.1"; cat "$ligand"; echo "ENDMDL"; } > "$out"
"""


def test_a_program_on_the_path_is_found_asked_and_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, receptor: Receptor, ligand: tuple[Chem.Mol, LigandPdbqt]
) -> None:
    from screening.errors import InputError

    program = tmp_path / "smina"
    program.write_text(_PROGRAM)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    smina = engine_named("smina")
    assert smina.version() == "2020.12.10"
    found = smina.dock(receptor, [ligand[1].text], seed=1, poses=2)[0]
    assert [str(one.scores[0]) for one in found] == ["Vina score -6.5 kcal/mol", "Vina score -6.1 kcal/mol"]
    places = ligand[0].GetConformer().GetPositions()[list(ligand[1].order)]
    assert np.allclose(found[0].coordinates, places, atol=1e-3)
    with pytest.raises(InputError, match="smina failed with exit code 4 \\(no space\\)"):
        smina.dock(receptor, [ligand[1].text], seed=3, poses=2)
