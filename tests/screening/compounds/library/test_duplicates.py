"""Equal keys are found over a whole library, the same with one temporary file and with many."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from screening.compounds.library import duplicates
from screening.compounds.library.duplicates import Duplicates


def _keys(count: int, different: int) -> np.ndarray:
    pick = np.random.default_rng(3)
    pool = pick.integers(0, 256, (different, 16), dtype=np.uint8)
    pool[: different // 3, :8] = pool[0, :8]  # keys that differ in their second half only
    return pool[pick.integers(0, different, count)]


@pytest.mark.parametrize("in_memory", [100, 997, 10**6])
def test_pairs_are_those_of_a_dictionary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int) -> None:
    monkeypatch.setattr(duplicates, "KEYS_IN_MEMORY", in_memory)
    keys = _keys(5000, 1500)
    records = np.arange(len(keys), dtype=np.int64) * 3
    first: dict[bytes, int] = {}
    expected = []
    for record, key in zip(records.tolist(), keys):
        original = first.setdefault(key.tobytes(), record)
        if original != record:
            expected.append((record, original))
    blocks = [(records[start : start + 700], keys[start : start + 700]) for start in range(0, 5000, 700)]
    with Duplicates(iter(blocks), expected=5000, scratch=tmp_path / "scratch") as found:
        assert found.total == len(expected)
        assert found.between(0, 15_000).tolist() == [list(pair) for pair in expected]
        assert found.between(300, 900).tolist() == [list(pair) for pair in expected if 300 <= pair[0] < 900]
    assert not (tmp_path / "scratch").exists()


def test_nothing_repeated(tmp_path: Path) -> None:
    keys = np.arange(320, dtype=np.uint16).view(np.uint8).reshape(-1, 16)
    with Duplicates([(np.arange(len(keys)), keys)], expected=len(keys), scratch=tmp_path / "s") as found:
        assert found.total == 0
        assert found.between(0, 100).shape == (0, 2)
