"""A folder of structures: every file in exactly one state, resumable, the same for any number of workers."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from screening.engine.progress import Progress
from screening.errors import FileError, RunMismatchError, UsageError
from screening.targets.files.write import cif_text, pdb_text
from screening.targets.target import Target
from screening.targets.triage.ranking import KnownProtein, rank_targets, read_known, require_weights, triage_rows
from screening.targets.triage.survey import Survey, structure_files, survey_targets
from tests.screening.targets.conftest import pdb_atom


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, pka: Target) -> Path:
    """Five files: three kinases in three formats, one without atoms, one truncated; and one that is no structure."""
    place = tmp_path_factory.mktemp("structures")
    (place / "a.cif").write_text(cif_text(pka))
    (place / "b.pdb").write_text(pdb_text(pka))
    whole = gzip.compress(cif_text(pka).encode())
    (place / "c.cif.gz").write_bytes(whole)
    (place / "d.pdb").write_text("HEADER    NOTHING\nEND\n")
    (place / "e.cif.gz").write_bytes(whole[:2000])
    dna = [pdb_atom("C1'", "DA", number=i, x=6.0 * i) for i in range(1, 5)]
    (place / "f.pdb").write_text("\n".join(dna) + "\n")
    (place / "readme.txt").write_text("no structure")
    return place


@pytest.fixture(scope="module")
def survey(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Survey:
    return survey_targets([folder], tmp_path_factory.mktemp("out"), pockets=False)


def test_every_file_ends_in_one_state(folder: Path, survey: Survey) -> None:
    assert [path.name for path in structure_files([folder])] == [
        "a.cif", "b.pdb", "c.cif.gz", "d.pdb", "e.cif.gz", "f.pdb",
    ]  # fmt: skip
    assert survey.counts == {"scored": 3, "rejected": 3}
    reasons = {row["input"][-6:]: row["reason"] for row in survey.table("ledger").to_pylist() if row["reason"]}
    assert "holds no atoms" in reasons["/d.pdb"]
    assert "truncated gzip" in reasons["cif.gz"]
    assert "holds only DNA" in reasons["/f.pdb"]
    rows = survey.table("targets").to_pylist()
    assert [row["record"] for row in rows] == [0, 1, 2]
    assert rows[0]["ligands"] == "E:ADN351"


def test_a_broken_off_survey_goes_on_to_the_same_bytes(folder: Path, survey: Survey, tmp_path: Path) -> None:
    seen: list[Progress] = []
    other = survey_targets([folder], tmp_path, pockets=False, on_progress=seen.append)
    assert [(step.done, step.total) for step in seen] == [(4, 6), (6, 6)]
    part = tmp_path / "targets" / "part-000000.parquet"
    before = part.read_bytes()
    (tmp_path / "receipts" / "part-000000.json").unlink()
    part.write_bytes(b"half a file")
    again = survey_targets([folder], tmp_path, pockets=False)
    assert part.read_bytes() == before
    assert again.counts == other.counts == survey.counts
    assert again.table("targets").equals(survey.table("targets"))


def test_another_folder_or_option_is_refused(folder: Path, survey: Survey) -> None:
    with pytest.raises(RunMismatchError, match="holds the survey of other files"):
        survey_targets([folder / "a.cif"], survey.folder, pockets=False)
    with pytest.raises(FileError, match="no such file"):
        structure_files([folder / "absent"])
    with pytest.raises(UsageError):
        survey_targets([], survey.folder)


def test_ranking_follows_the_weights(survey: Survey, pka: Target) -> None:
    known = [KnownProtein("PKA", pka.sequence, 999), KnownProtein("other", "M" + "AGSTV" * 30, 10)]
    ranked = rank_targets(survey, known=known, weights={"quality": 0.5, "affinity_data": 0.5, "known_ligands": 0.0})
    first = ranked[0]
    assert first.parts["known_ligands"] == 1.0
    assert first.parts["affinity_data"] == pytest.approx(0.75)
    assert first.parts["novelty"] == 0.0
    assert first.nearest_known == "PKA (100%)"
    quality = first.parts["quality"]
    assert quality is not None
    assert first.score == pytest.approx(0.5 * quality + 0.5 * 0.75, abs=1e-3)
    assert [target.rank for target in ranked] == [1, 2, 3]
    assert [target.score for target in ranked] == sorted((target.score for target in ranked), reverse=True)
    assert triage_rows(ranked)[0]["id"] == first.facts["id"]


def test_wrong_weights_and_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'beauty' is no part of the score; expected one of quality"):
        require_weights({"beauty": 1.0})
    with pytest.raises(UsageError, match="expected a number from 0"):
        require_weights({"quality": -1.0})
    with pytest.raises(UsageError, match="all weights are 0"):
        require_weights({"quality": 0, "druggability": 0, "known_ligands": 0, "affinity_data": 0})
    path = tmp_path / "known.csv"
    path.write_text("name,sequence,affinities\nPKA,MGNAA,many\n")
    with pytest.raises(FileError, match=r"line 2: 'many' affinities"):
        read_known(path)
    path.write_text("name,seq\nPKA,MGNAA\n")
    with pytest.raises(FileError, match="expected name and sequence"):
        read_known(path)
    path.write_text("name,sequence\nPKA,MGNAA\n")
    assert read_known(path) == [KnownProtein("PKA", "MGNAA", 1)]


@pytest.mark.slow
def test_workers_change_nothing(folder: Path, survey: Survey, tmp_path: Path) -> None:
    from screening.clusters.catalog import open_client

    with open_client(workers=2) as client:
        other = survey_targets([folder], tmp_path, pockets=False, client=client)
    assert other.counts == survey.counts
    for name in ("targets", "ledger"):
        assert other.table(name).equals(survey.table(name))
