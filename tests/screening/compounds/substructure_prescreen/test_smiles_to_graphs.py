"""Canonical SMILES read a batch at a time are the molecules RDKit reads one by one."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem, rdBase

from screening.compounds.substructure_prescreen.molecular_graphs import Graphs, graphs_of_mols
from screening.compounds.substructure_prescreen.smiles_to_graphs import smiles_to_graphs

STRUCTURES = [
    "C", "CC", "CC(=O)Oc1ccccc1C(=O)O", "C1CC2CCC1CC2", "c1ccc2c(c1)[nH]c1ccccc12", "C[S+]([O-])c1ccccc1",
    "C[C@H](N)C(=O)O", "N#Cc1ccc(-c2ccccc2)cc1", "F/C=C/Cl", "O=[N+]([O-])c1ccc(Br)cc1", "CS(=O)(=O)N", "CP(=O)(O)O",
    "C1CC1", "C12C3C4C1C5C2C3C45", "C1CC11CC1", "CN1C2CCC1CC2", "c1cc2ccc3cccc4ccc(c1)c2c34", "[N-]=[N+]=NCC",
    "C%10CCCCC%10", "OB(O)c1ccccc1", "CC(C)(C)[C@@]1(O)CC[C@H]2CC1C2",
]  # fmt: skip


def _same(graphs: Graphs, other: Graphs) -> None:
    for name in ("starts", "number", "hydrogens", "charge", "aromatic", "degree", "in_ring", "ring_excess"):
        np.testing.assert_array_equal(getattr(graphs, name), getattr(other, name), err_msg=name)
    np.testing.assert_array_equal(_bonds(graphs), _bonds(other))


def _bonds(graphs: Graphs) -> np.ndarray:
    low, high = np.minimum(graphs.begin, graphs.end), np.maximum(graphs.begin, graphs.end)
    return np.stack([low, high, graphs.kind])[:, np.lexsort((high, low))]


def _check(texts: list[str]) -> int:
    graphs, understood = smiles_to_graphs(texts)
    empty = [row for row in range(len(texts)) if not understood[row]]
    assert not np.diff(graphs.starts)[empty].any()
    read = [Chem.MolFromSmiles(text) if known else Chem.Mol() for text, known in zip(texts, understood)]
    _same(graphs, graphs_of_mols(read))
    return int(understood.sum())


def test_the_same_molecules() -> None:
    texts = [Chem.MolToSmiles(Chem.MolFromSmiles(smiles)) for smiles in STRUCTURES]
    assert _check(texts) == len(texts)
    assert _check([]) == 0


@pytest.mark.parametrize(
    "text",
    ["[Na]", "CC.O", "*C", "[2H]C", "[NH4+]", "C[Si](C)C", "", "[H]/N=C/C", "C~C", "CN(C)(C)C"],
)
def test_what_is_not_understood_is_told(text: str) -> None:
    texts = ["CCO", text, "c1ccccc1"]
    graphs, understood = smiles_to_graphs(texts)
    assert understood[0]
    assert understood[2]
    if text:
        assert not understood[1]
    assert np.diff(graphs.starts).tolist() == [3, 0, 6]


def test_on_libraries(bench: Path) -> None:
    for name, step in (("zinc250k.smi.gz", 250), ("znp_natural_products_50k.smi.gz", 100)):
        texts = []
        with gzip.open(bench / "library" / name, "rt") as lines, rdBase.BlockLogs():
            for number, line in enumerate(lines):
                if number % step == 0:
                    texts.append(Chem.MolToSmiles(Chem.MolFromSmiles(line.split()[0])))
        assert _check(texts) > 0.7 * len(texts)


_PIECES = "C CC N O S P c1ccccc1 c1ccncc1 C(=O) C#N C1CC1 C1CC2CC1C2 /C=C/ [N+](C)(C) (Cl) Br n1cccc1 S(=O)(=O)".split()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=8).map("".join), max_size=4))
def test_made_up_molecules(texts: list[str]) -> None:
    with rdBase.BlockLogs():
        mols = [Chem.MolFromSmiles(text) for text in texts]
    _check([Chem.MolToSmiles(mol) for mol in mols if mol is not None])
