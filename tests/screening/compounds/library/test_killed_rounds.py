"""Preparing a library, killed again and again at random instants, ends with the bytes of an undisturbed one."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from screening.compounds.library.library_plan import WORK
from screening.compounds.library.prepare import prepare_library

_CHILD = """
import sys
from screening.compounds.library.prepare import prepare_library
print("begin", flush=True)
prepare_library(sys.argv[1], sys.argv[2], batch_records=25)
"""


def _digest(folder: Path) -> dict[str, str]:
    parts = sorted(folder.rglob("part-*.parquet"))
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in parts}


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_twenty_rounds_of_kills(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rings = ("c1ccccc1", "C1CCNCC1", "c1ccncc1", "O=C1CCCN1", "CC(=O)[O-].[Na+]", "C1CC", "C[C@H](N)C(=O)O")
    lines = [f"{'C' * (number % 40)}{rings[number % 7]} n{number}\n" for number in range(1500)]
    path = tmp_path / "a.smi"
    path.write_text("".join(lines))
    started = time.monotonic()
    whole = prepare_library(path, tmp_path / "whole", batch_records=25)
    seconds = time.monotonic() - started
    right = _digest(whole.folder)
    assert len(right) == 2 * len(whole.parts) == 120
    kills = 0
    for seed in range(20):
        choose, out = random.Random(seed), tmp_path / f"round-{seed}"
        while True:
            child = subprocess.Popen([sys.executable, "-c", _CHILD, path, out], stdout=subprocess.PIPE)
            assert child.stdout is not None
            child.stdout.readline()  # past the imports
            try:
                code = child.wait(choose.uniform(0, 1.2 * seconds))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
                kills += 1
                continue
            finally:
                child.stdout.close()
            assert code == 0
            break
        again = prepare_library(path, out)
        assert again.counts == whole.counts
        assert _digest(out) == right, seed
        assert not (out / WORK).exists()
    with capsys.disabled():
        print(f"\n{kills} kills in 20 rounds, each with the same bytes")
    assert kills >= 20
