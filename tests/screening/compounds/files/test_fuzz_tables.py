"""Random tables of many writers: the same structures, names and values come out of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.compounds.files.columns import Columns
from screening.compounds.files.formats import open_files
from screening.errors import ScreeningError
from screening.models.data.layout import Asked
from screening.models.data.layout_rows import read_layout
from tests.screening.compounds.files.table_writers import written


def _differences(seeds: range, folder: Path) -> list[str]:
    found = []
    for seed in seeds:
        one = written(seed, folder)
        try:
            read = [(r.text, r.name) for file in open_files([one.path], Columns()) for r in file.records()]
            rows = read_layout(one.path, Columns(), Asked())[0]
        except ScreeningError as error:
            found.append(f"{one.how}: {error}")
            continue
        finally:
            one.path.unlink()
        if read != one.records:
            wrong = [pair for pair in zip(read, one.records) if pair[0] != pair[1]] or [len(read)]
            found.append(f"{one.how}: {wrong[:2]}")
        values = [10 ** (9 - row.p) if not row.stage else row.reason for row in rows]
        wrong = [pair for pair in zip(values, one.nanomolar) if pair[0] != pytest.approx(pair[1], rel=1e-6)]
        if wrong or len(values) != len(one.nanomolar):
            found.append(f"{one.how}: {len(values)} values {wrong[:2]}")
    return found


def test_tables_of_many_writers(tmp_path: Path) -> None:
    assert _differences(range(60), tmp_path) == []


@pytest.mark.slow
def test_many_tables_of_many_writers(tmp_path: Path) -> None:
    assert _differences(range(1000, 4000), tmp_path) == []
