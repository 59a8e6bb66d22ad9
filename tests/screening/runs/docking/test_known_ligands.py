"""A docking score is judged by how it ranks known ligands among compounds of the same size."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from rdkit import Chem

from screening.errors import UsageError
from screening.runs.docking.docking import Docking
from screening.runs.docking.docking_plan import DockingPlan
from screening.runs.docking.known_ligands import ALIKE, DECOYS_PER_LIGAND, known_ligand_test, matched_decoys

PLAN = DockingPlan("t.pdb", "0" * 64, "ligand X", "1" * 64, "rustina", "0.9.0", "lib", "2" * 64)


@dataclasses.dataclass(frozen=True)
class OfTable(Docking):
    """A docking layer whose table is given."""

    given: pa.Table = dataclasses.field(default_factory=lambda: pa.table({}))

    def table(self) -> pa.Table:
        return self.given


def _layer(score: np.ndarray, smiles: list[str]) -> Docking:
    table = pa.table({"record": np.arange(len(smiles)), "smiles": smiles, "ranking_score": score.astype(np.float32)})
    return OfTable(Path("run/poses"), PLAN, table)


@pytest.fixture(scope="module")
def library(data: Path) -> list[str]:
    lines = (data / "libraries" / "nci.smi").read_text().splitlines()
    found = []
    for line in lines[:900]:
        mol = Chem.MolFromSmiles(line.split()[0])
        if mol is not None and 10 <= mol.GetNumHeavyAtoms() <= 30:
            found.append(Chem.MolToSmiles(mol))
    return found


KNOWN = [
    "Nc1ncnc2c1ncn2C1OC(CO)C(O)C1O",
    "Nc1ncnc2c1ncn2C1OC(CO)CC1O",
    "Nc1ncnc2c1ncn2C1OC(C)C(O)C1O",
    "CNc1ncnc2c1ncn2C1OC(CO)C(O)C1O",
]


def test_the_verdict_follows_from_the_figures(library: list[str]) -> None:
    smiles = [*KNOWN, *library]
    score = np.random.default_rng(3).normal(size=len(smiles))
    score[: len(KNOWN)] += 9.0
    found = known_ligand_test(_layer(score, smiles), range(len(KNOWN)))
    assert found.ligands == len(KNOWN)
    assert 20 <= found.decoys <= len(KNOWN) * DECOYS_PER_LIGAND
    docking = found.rankings["docking score"]
    assert docking["roc_auc_low"] <= docking["roc_auc"] <= docking["roc_auc_high"]
    assert found.better_than_size
    assert "ranks better than size alone" in found.text()
    poor = known_ligand_test(_layer(-score, smiles), range(len(KNOWN)))
    assert not poor.better_than_size
    assert "do not choose compounds of this site by it" in poor.text()
    assert poor.rankings["docking score"]["roc_auc"] == pytest.approx(1 - docking["roc_auc"], abs=1e-3)


def test_decoys_have_the_size_of_the_ligands_and_another_structure() -> None:
    generator = np.random.default_rng(1)
    properties = generator.normal(size=(300, 3))
    active = np.zeros(300, bool)
    active[:4] = True
    properties[:4] += 2.0
    similarity = generator.uniform(0, 0.6, 300)
    decoys = matched_decoys(properties, active, similarity)
    assert not active[decoys].any()
    assert (similarity[decoys] < ALIKE).all()
    others = np.setdiff1d(np.flatnonzero(~active & (similarity < ALIKE)), decoys)
    if len(others):
        near = np.linalg.norm(properties[decoys] - properties[:4].mean(0), axis=1).mean()
        assert near < np.linalg.norm(properties[others] - properties[:4].mean(0), axis=1).mean()


def test_too_few_ligands_or_decoys_give_no_figure(library: list[str]) -> None:
    smiles = [*KNOWN, *library]
    score = np.zeros(len(smiles))
    with pytest.raises(UsageError, match="2 of the 2 known ligands have a pose; expected at least 3"):
        known_ligand_test(_layer(score, smiles), [0, 1])
    with pytest.raises(UsageError, match="0 docked compounds can serve as decoys"):
        known_ligand_test(_layer(score[:4], KNOWN), [0, 1, 2, 3])
    score[3] = np.nan
    assert known_ligand_test(_layer(score, smiles), range(4)).without_pose == 1
