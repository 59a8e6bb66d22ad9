"""What preparing will cost is measured on records spread evenly over all files, and leaves nothing behind."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from screening.compounds.library import preparation_cost
from screening.compounds.library.prepare import prepare_library
from screening.errors import LibraryError


def test_all_records_are_counted_and_an_even_sample_is_prepared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation_cost, "SAMPLE", 40)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    (tmp_path / "a.smi").write_text("".join(f"{'C' * (n % 90 + 1)}N a{n}\n" for n in range(300)))
    (tmp_path / "b.csv").write_text("name,smiles\n" + "".join(f"b{n},{'C' * (n % 90 + 1)}O\n" for n in range(200)))
    names = [tmp_path / "a.smi", tmp_path / "b.csv"]
    prepared: list[list[str]] = []
    real = preparation_cost._prepared
    monkeypatch.setattr(
        preparation_cost,
        "_prepared",
        lambda sample, options: prepared.append([raw.name for raw in sample]) or real(sample, options),
    )
    cost = preparation_cost.preparation_cost(names)
    assert cost.records == 500
    assert prepared[-1] == [f"a{n}" if n < 300 else f"b{n - 300}" for n in range(0, 500, 8)]
    assert cost.pilot_records == len(prepared[-1]) == 63
    assert cost.cpu_hours * 3600 == pytest.approx(500 / cost.records_per_second + cost.read_seconds)
    assert cost.hours(1) > cost.hours(4) > 0
    assert not list((tmp_path / "scratch").iterdir())


def test_it_foretells_what_a_library_takes_on_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.smi"
    path.write_text("".join(f"{'C' * (n % 50 + 1)}{'N' * (n // 50 + 1)} c{n}\n" for n in range(1500)))
    library = prepare_library(path, tmp_path / "library")
    written = sum(file.stat().st_size for file in library.folder.rglob("*") if file.is_file()) / 1e6
    cost = preparation_cost.preparation_cost([path])
    assert cost.records == cost.pilot_records == library.records
    assert cost.megabytes == pytest.approx(written, rel=0.1)


def test_files_without_records_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,smiles\n")
    with pytest.raises(LibraryError, match=r"a\.csv: no record found"):
        preparation_cost.preparation_cost([tmp_path / "a.csv"])
