"""The features of a library: made once, gone on with after a stop, and refused when they are of something else."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from screening.clusters.local import open_local
from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary, read_part
from screening.features import library_features
from screening.features.library_features import features_of, featurise_library, properties_of
from screening.features.molecule_features import molecule_features
from screening.features.stored_features import STORED, from_table

SMILES = [f"{'C' * (1 + number % 7)}c1ccc({'NO'[number % 2]})c{'(F)' if number % 3 else ''}c1" for number in range(42)]


@pytest.fixture
def library(tmp_path: Path) -> PreparedLibrary:
    path = tmp_path / "some.smi"
    path.write_text("".join(f"{text} c{row}\n" for row, text in enumerate([*SMILES, "not a molecule"])), "utf-8")
    return prepare_library(path, tmp_path / "library", batch_records=10)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "arrays").glob("*.parquet"))}


def test_each_part_holds_the_features_of_its_compounds(library: PreparedLibrary) -> None:
    assert features_of(library) is None
    found = featurise_library(library)
    assert features_of(library) == found
    for position, part in enumerate(library.parts):
        compounds = library.read_compounds(position)
        stored = from_table(read_part(*found.part(position)), 0, properties_of(compounds))
        right = molecule_features(compounds.column("smiles").to_pylist(), STORED, properties_of(compounds))
        assert len(stored) == part.rows
        np.testing.assert_array_equal(stored.descriptors, right.descriptors)
        for name in STORED:
            np.testing.assert_array_equal(stored.tables[name].features, right.tables[name].features)


def test_a_stopped_call_is_gone_on_with(library: PreparedLibrary) -> None:
    class Stop(Exception):
        pass

    def stop(step: object) -> None:
        raise Stop

    with pytest.raises(Stop):
        featurise_library(library, on_progress=stop)
    assert features_of(library) is None
    folder = library.folder / "features"
    half = content(folder)
    assert 0 < len(half) < len(library.parts)
    featurise_library(library)
    whole = content(folder)
    assert len(whole) == len(library.parts)
    assert {name: whole[name] for name in half} == half
    with open_local(workers=2) as client:
        featurise_library(library, client=client)
    assert content(folder) == whole


def test_features_of_another_version_are_not_used_and_made_again(
    library: PreparedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = featurise_library(library)
    receipts = sorted((first.folder / "receipts").glob("*"))
    before = [path.stat().st_mtime_ns for path in receipts]
    featurise_library(library)
    assert [path.stat().st_mtime_ns for path in receipts] == before
    monkeypatch.setattr(library_features.stored_features, "VERSION", "features-0")
    assert features_of(library) is None
    second = featurise_library(library)
    assert second.key != first.key
    assert [path.stat().st_mtime_ns for path in receipts] != before
    assert json.loads((first.folder / "features.json").read_text("utf-8"))["version"] == "features-0"
