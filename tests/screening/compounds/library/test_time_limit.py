"""Structures that keep RDKit busy end after their time limit, and nothing else waits for them."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import pytest

from screening.compounds.files.record import Notation
from screening.compounds.library import time_limit
from screening.compounds.library.describe_record import Described, Undescribed, describe
from screening.compounds.library.prepare import PrepareOptions, prepare_library
from screening.engine.child_process import ChildProcess


def _ladder(rings: int) -> str:
    """A ladder of fused four-rings, a harmless molecule with as many rings as one likes."""
    return "C1CC1" + "".join(f"C%{n % 80 + 10}CC%{n % 80 + 10}" for n in range(rings))


def test_ordinary_molecules_are_not_suspicious() -> None:
    for smiles in ("CC(=O)Oc1ccccc1C(=O)O", "C[NH2+]CC[NH3+]", "CC(C)C[C@H](NC(=O)[C@@H](N)CO)C(=O)O"):
        assert not time_limit.suspicious(smiles, Notation.SMILES)
    assert time_limit.suspicious(_ladder(20), Notation.SMILES)
    assert time_limit.suspicious("C" * 500, Notation.SMILES)


def test_the_child_gives_what_this_process_gives() -> None:
    for smiles in (_ladder(20), "C" * 500, "C" * 450 + "(", "C" * 14_000):
        assert time_limit.describe_patiently(smiles, Notation.SMILES, 60) == describe(smiles, Notation.SMILES)


def test_a_monster_times_out_and_the_next_one_is_described(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = ChildProcess()
    monkeypatch.setattr(time_limit, "_CHILD", child)
    try:
        time_limit.describe_patiently("C" * 500, Notation.SMILES, 60)
        started = time.monotonic()
        late = time_limit.describe_patiently("C" * 900, Notation.SMILES, 0.0001)
        assert time.monotonic() - started < 5
        assert isinstance(late, Undescribed)
        assert late.refusal.stage == time_limit.TIMED_OUT
        assert isinstance(time_limit.describe_patiently("C" * 500, Notation.SMILES, 60), Described)
        (tmp_path / "a.smi").write_text("CCO\n" + "C" * 900 + "\nCCN\n")
        library = prepare_library(tmp_path / "a.smi", tmp_path / "lib", options=PrepareOptions(seconds=0.0001))
        assert library.counts == {"ready": 2, "timed_out": 1}
    finally:
        child.end()


def test_a_child_that_dies_costs_only_its_structure(monkeypatch: pytest.MonkeyPatch) -> None:
    child = ChildProcess()
    monkeypatch.setattr(time_limit, "_CHILD", child)
    try:
        time_limit.describe_patiently("C" * 500, Notation.SMILES, 60)
        assert child._process is not None
        # Stopped, it dies in the middle of its structure and not before.
        child._process.send_signal(signal.SIGSTOP)
        threading.Timer(0.2, child._process.kill).start()
        crashed = time_limit.describe_patiently("C" * 500, Notation.SMILES, 60)
        assert isinstance(crashed, Undescribed)
        assert crashed.refusal.reason == "RDKit crashed"
        assert isinstance(time_limit.describe_patiently("C" * 500, Notation.SMILES, 60), Described)
    finally:
        child.end()
