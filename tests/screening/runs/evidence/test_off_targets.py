"""Likely activity elsewhere, in the evidence of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.models.panel.panel import load_panel
from screening.models.training_set import compound_block
from screening.runs.evidence import off_targets
from screening.runs.evidence.table import evidence
from screening.runs.run import open_run

RUN = Path(__file__).parents[3] / "formats" / "0.1" / "finished.run"


def test_the_hit_list_says_where_else_a_compound_is_likely_active() -> None:
    found = evidence(open_run(RUN), columns=["identity", "off-targets"])
    panel = load_panel()
    predicted = panel.predict(compound_block(found.column("smiles").to_pylist()))
    assert found.column("off_targets_judged").to_pylist() == predicted.in_domain.sum(axis=1).tolist()
    for row, text in enumerate(found.column("off_targets").to_pylist()):
        named = [one for one in text.split("; ") if one]
        assert len(named) == int(predicted.likely()[row].sum())
        for target, likely in zip(panel.targets, predicted.likely()[row]):
            assert any(one.startswith(target.name) for one in named) == bool(likely)


def test_without_the_panel_there_are_no_such_columns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(off_targets, "default_folder", lambda: tmp_path)
    assert "off_targets" not in evidence(open_run(RUN)).column_names


def test_they_are_not_worked_out_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> None:
        raise AssertionError

    monkeypatch.setattr(off_targets, "load_panel", never)
    assert "affinity" in evidence(open_run(RUN), columns=["affinity"]).column_names
