"""The dictionary of components: taken out once, then mapped; the same as the package that carries it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from screening.targets.ligands import component_dictionary
from screening.targets.ligands.component_dictionary import dictionary_component


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for cached in (component_dictionary._dictionary, dictionary_component):
        cached.cache_clear()
    yield
    for cached in (component_dictionary._dictionary, dictionary_component):
        cached.cache_clear()


def _again() -> None:
    component_dictionary._dictionary.cache_clear()
    dictionary_component.cache_clear()


def test_components_kept_and_mapped_damaged_or_unwritable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    glycine = dictionary_component("gly")
    assert glycine is not None
    assert (glycine.code, dict(glycine.elements)) == (
        "GLY", {"N": "N", "CA": "C", "C": "C", "O": "O", "OXT": "O"},
    )  # fmt: skip
    assert set(glycine.bonds) == {("N", "CA", 1), ("CA", "C", 1), ("C", "O", 2), ("C", "OXT", 1)}
    assert dictionary_component("NO-SUCH") is None
    zinc = dictionary_component("ZN")
    assert zinc is not None
    assert (zinc.bonds, zinc.charges) == ((), (("ZN", 2),))
    kept = next((tmp_path / "target-screening-workbench").glob("components-*.bin"))
    _again()
    monkeypatch.setattr(component_dictionary, "_extracted", None)  # it is not taken out again
    assert dictionary_component("GLY") == glycine
    assert dictionary_component("ZN") == zinc
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    _again()
    kept.write_bytes(kept.read_bytes()[:100_000])  # cut short: taken out again, and kept whole
    assert dictionary_component("GLY") == glycine
    assert kept.stat().st_size > 1_000_000
    _again()
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))  # no folder can be made there
    assert dictionary_component("GLY") == glycine
