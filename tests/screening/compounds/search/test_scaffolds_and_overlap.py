"""Scaffolds, flags and overlap, counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary
from screening.compounds.search.scaffolds_and_overlap import alert_counts, overlap, top_scaffolds


def _library(folder: Path, name: str, smiles: list[str]) -> PreparedLibrary:
    path = folder / f"{name}.smi"
    path.write_text("".join(f"{text}\n" for text in smiles))
    return prepare_library(path, folder / name, batch_records=3)


def test_scaffolds_and_flags(tmp_path: Path) -> None:
    smiles = ["Cc1ccccc1", "CCc1ccccc1", "Oc1ccccc1", "CC1CCNCC1", "C[C@H]1CCCN(C)C1", "CCO", "CC(=O)Cl"]
    library = _library(tmp_path, "a", smiles)
    found = top_scaffolds(library, top=3)
    assert found.to_pylist() == [
        {"scaffold": "c1ccccc1", "compounds": 3, "share": pytest.approx(3 / 7)},
        {"scaffold": "(no ring)", "compounds": 2, "share": pytest.approx(2 / 7)},
        {"scaffold": "C1CCNCC1", "compounds": 2, "share": pytest.approx(2 / 7)},
    ]
    assert top_scaffolds(library, sample=3)["compounds"].to_pylist() == [2, 1, 1]
    assert alert_counts(library) == {"brenk: acid_halide": 1}


def test_overlap_counts_identical_compounds_and_families(tmp_path: Path) -> None:
    ours = _library(tmp_path, "ours", ["CCO", "C[C@H](N)C(=O)O", "c1ccccc1C", "CCCCCCC", "C[C@@H](N)C(=O)O"])
    other = _library(tmp_path, "other", ["OCC", "C[C@H](N)C(=O)O", "c1ccccc1CC", "O=C=O"])
    found = overlap(ours, other)
    assert (found.compounds, found.identical, found.family) == (5, 2, 3)
    assert found.nearest[:2].tolist() == [1.0, 1.0]
    assert 0 < found.nearest[2] < 1
    assert found.nearest[4] == 1.0  # the mirror image has the same fingerprint
    assert overlap(ours, ours).identical == 5
