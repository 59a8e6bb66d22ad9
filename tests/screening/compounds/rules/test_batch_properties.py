"""Properties and alerts of a batch are those RDKit gives one by one."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem, RDConfig, rdBase
from rdkit.Chem import Descriptors, rdMolDescriptors

from screening.compounds.compound import PROPERTIES
from screening.compounds.rules.alerts import alert_catalog
from screening.compounds.rules.batch_properties import batch_properties
from screening.compounds.rules.properties import log_p, property_row
from screening.compounds.rules.rotatable_bonds import rotatable_bonds
from screening.compounds.standardisation.standardise import Parent, parent_of
from screening.compounds.substructure_prescreen.molecular_graphs import graphs_of_mols
from screening.compounds.substructure_prescreen.smiles_to_graphs import smiles_to_graphs

STRICT = rdMolDescriptors.NumRotatableBondsOptions.Strict
AWKWARD = [
    "C", "CCO", "Cn1cccc1", "C1CN1C", "O1CC1", "CC(=O)NC", "CC(=O)OC(C)(C)C", "FC(F)(F)CC#C", "CS(=O)(=O)N1CC1",
    "CN(C)C(=O)N=O", "c1ccc(cc1)N=Nc1ccccc1", "NC(=N)NCC", "O=c1[nH]cccc1", "OCC=O", "C12C3C4C1C5C2C3C45",
    "[O-][n+]1ccccc1", "CC(S)=S", "OO", "ON", "OC=N", "OS(=O)(=O)O", "CC(=[N+](C)C)N", "BrC(Br)(Br)CC", "CSC(=O)SC",
]  # fmt: skip


def _reference(mol: Chem.Mol) -> list[float]:
    row = dict(zip(PROPERTIES, property_row(mol)))
    row["rotatable_bonds"] = rdMolDescriptors.CalcNumRotatableBonds(mol, STRICT)
    row["logp"] = round(Descriptors.MolLogP(Chem.Mol(mol)), 5) + 0.0
    return list(row.values())


def _parents(bench: Path) -> list[str]:
    texts = []
    for name, step in (("zinc250k.smi.gz", 400), ("znp_natural_products_50k.smi.gz", 160)):
        with gzip.open(bench / "library" / name, "rt") as lines:
            found = [parent_of(line.split()[0]) for number, line in enumerate(lines) if number % step == 0]
        texts += [parent.smiles for parent in found if isinstance(parent, Parent)]
    return texts


def _check(texts: list[str]) -> int:
    _graphs, understood = smiles_to_graphs(texts)
    texts = [text for text, known in zip(texts, understood) if known]
    mols = [Chem.MolFromSmiles(text) for text in texts]
    found = batch_properties(mols, texts, smiles_to_graphs(texts)[0])
    for text, mol, row in zip(texts, mols, found):
        assert dict(zip(PROPERTIES, row.tolist())) == dict(zip(PROPERTIES, _reference(mol))), text
    return len(texts)


def test_awkward_structures() -> None:
    with rdBase.BlockLogs():
        texts = [Chem.MolToSmiles(Chem.MolFromSmiles(smiles)) for smiles in AWKWARD]
    assert _check(texts) == len(texts)


def test_libraries(bench: Path) -> None:
    assert _check(_parents(bench)) > 900


def test_alerts_of_a_batch_are_those_of_each(bench: Path) -> None:
    texts = _parents(bench)[::3]
    mols = [Chem.MolFromSmiles(text) for text in texts]
    catalog = alert_catalog(("pains", "brenk"))
    rows = catalog.candidates(mols, graphs_of_mols(mols))
    together = [catalog.confirm(mol, candidates) for mol, candidates in zip(mols, rows)]
    assert together == [catalog.matches(mol) for mol in mols]
    assert sum(map(len, rows)) < 12 * len(mols)  # what makes it fast
    assert sum(map(len, together)) > 50


def test_types_of_log_p_ask_no_further_than_their_keys_do() -> None:
    """An atom's type follows from what is one bond away, an oxygen's from two: read from RDKit's own table."""
    read = 0
    for line in (Path(RDConfig.RDDataDir) / "Crippen.txt").read_text().splitlines():
        fields = line.split("\t")
        if line.startswith("#") or len(fields) < 3 or not fields[0].strip():
            continue
        pattern = Chem.MolFromSmarts(fields[1])
        radius = int(np.max(Chem.GetDistanceMatrix(pattern)[0]))
        assert radius <= {"O": 2, "H": 3}.get(fields[0][0], 1), line  # hydrogens count with what bears them
        assert pattern.GetNumBonds() < pattern.GetNumAtoms(), line  # no ring
        assert "r" not in fields[1].replace("Br", ""), line
        read += 1
    assert read > 100


@pytest.mark.parametrize("smiles", ["CCC(=O)[OH]->[Cu]<-[OH]C(O)CC", "C=CC~CC", "[H]/N=C/CO", "CC[Si](C)(C)O"])
def test_structures_that_are_described_one_by_one(smiles: str) -> None:
    mol = Chem.MolFromSmiles(smiles)
    assert log_p(mol) == pytest.approx(Descriptors.MolLogP(Chem.Mol(mol)), abs=1e-5)
    assert rotatable_bonds(mol) == rdMolDescriptors.CalcNumRotatableBonds(mol, STRICT)
