"""Drawings of one compound as different tautomers become one compound when that is asked for, within limits."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from screening.compounds.files.record import Notation
from screening.compounds.library import time_limit
from screening.compounds.library.describe_record import Described, Undescribed
from screening.compounds.library.prepare import PrepareOptions, prepare_library
from screening.compounds.standardisation import tautomer
from screening.compounds.standardisation.standardise import Parent, Refusal, standard_form
from screening.compounds.standardisation.tautomer import CAPPED, canonical_tautomer
from screening.engine.child_process import ChildProcess

#: Polyketone with more tautomers than are listed.
POLYKETONE = "CC(=O)" + "CC(=O)" * 8 + "C"
#: Polyphenol quinone that keeps the enumerator busy for a fifth of a second below the caps.
WIDE = "OC1=CC(=O)c2c(O)c3C(=O)C=C(O)c3c(O)c2C1=O"


def _canonical(smiles: str) -> Parent:
    found = standard_form(smiles)
    assert not isinstance(found, Refusal)
    chosen = canonical_tautomer(*found)
    assert not isinstance(chosen, Refusal)
    return chosen[1]


@pytest.mark.parametrize(
    ("one", "other", "canonical"),
    [
        ("CC(=O)C", "CC(O)=C", "CC(C)=O"),
        ("CC(=O)CC(C)=O", "CC(O)=CC(C)=O", "CC(=O)CC(C)=O"),
        ("O=c1cccc[nH]1", "Oc1ccccn1", "O=c1cccc[nH]1"),
        ("Cc1c[nH]cn1", "Cc1cnc[nH]1", "Cc1c[nH]cn1"),
        ("O=C1C=CCC=C1", "Oc1ccccc1", "Oc1ccccc1"),
        ("C1(=O)CC(=O)CC(=O)C1", "Oc1cc(O)cc(O)c1", "Oc1cc(O)cc(O)c1"),
        ("Nc1nc2[nH]cnc2c(=O)[nH]1", "Oc1nc(N)nc2nc[nH]c12", "Nc1nc(=O)c2[nH]cnc2[nH]1"),
    ],
)
def test_tautomers_are_one_compound(one: str, other: str, canonical: str) -> None:
    assert _canonical(one) == _canonical(other)
    assert _canonical(one).smiles == canonical
    assert _canonical(canonical).smiles == canonical
    assert _canonical(one).flags == ()


def test_stereo_centres_stay_and_metals_are_left_alone() -> None:
    assert _canonical("C[C@H](N)C(=O)O").smiles == "C[C@H](N)C(=O)O"
    assert _canonical("C[C@@H](N)C(=O)O").identity != _canonical("C[C@H](N)C(=O)O").identity
    assert _canonical("C/C=C/Cl").smiles == "C/C=C/Cl"
    assert _canonical("CC(O)=C[Pt]").smiles == "CC(O)=[CH][Pt]"
    assert _canonical("CC(O)=C[Pt]").flags == ("metal",)


def test_too_many_tautomers_leave_the_drawing_and_say_so() -> None:
    found = standard_form(POLYKETONE)
    assert not isinstance(found, Refusal)
    capped = _canonical(POLYKETONE)
    assert capped.smiles == found[1].smiles
    assert capped.identity == found[1].identity
    assert capped.flags == (CAPPED,)


@pytest.mark.slow
def test_a_library_with_tautomers_is_another_library(tmp_path: Path) -> None:
    path = tmp_path / "a.smi"
    path.write_text(f"CC(=O)CC(C)=O keto\nCC(O)=CC(C)=O enol\n{POLYKETONE} many\nC1CC broken\n")
    plain = prepare_library(path, tmp_path / "plain")
    canonical = prepare_library(path, tmp_path / "canonical", options=PrepareOptions(tautomers=True))
    assert plain.counts == {"ready": 3, "rejected": 1}
    assert canonical.counts == {"duplicate": 1, "ready": 2, "rejected": 1}
    assert canonical.key != plain.key
    assert canonical.facts["protocol"] == f"{plain.facts['protocol']}, {tautomer.TAUTOMER_PROTOCOL}"
    rows = canonical.read_compounds(0).to_pylist()
    assert [row["name"] for row in rows] == ["keto", "many"]
    assert CAPPED in rows[1]["flags"]
    assert canonical.read_ledger(0)["input"].to_pylist()[1] == "CC(O)=CC(C)=O"


def test_the_watchdog_ends_an_enumeration(monkeypatch: pytest.MonkeyPatch) -> None:
    child = ChildProcess()
    monkeypatch.setattr(time_limit, "_CHILD", child)
    try:
        assert not time_limit.suspicious(WIDE, Notation.SMILES)
        whole = time_limit.describe_patiently("CC(O)=C", Notation.SMILES, 60, tautomers=True)
        assert isinstance(whole, Described)
        started = time.monotonic()
        late = time_limit.describe_patiently(WIDE, Notation.SMILES, 0.01, tautomers=True)
        assert time.monotonic() - started < 5
        assert isinstance(late, Undescribed)
        assert late.refusal.stage == time_limit.TIMED_OUT
        again = time_limit.describe_patiently("CC(O)=C", Notation.SMILES, 60, tautomers=True)
        assert again == whole
    finally:
        child.end()
