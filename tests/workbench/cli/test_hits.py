"""The list of hits on the terminal: one table, or, of many, plain lines that say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.runs.run import ScreenRun
from tests.screening.runs.conftest import library, model, plan, run, source  # noqa: F401
from workbench.cli import hits


def listed(folder: Path, top: int, capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    """Return the words of each line."""
    hits.command(folder, top=top, compound=None, against=None, columns=None, mpo=None, as_json=False)
    return [line.split() for line in capsys.readouterr().out.splitlines()]


def test_many_hits_are_listed_as_few_are(
    run: ScreenRun,  # noqa: F811
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scored = run.counts["scored"]
    table = listed(run.folder, scored, capsys)[: scored + 1]
    monkeypatch.setattr(hits, "TABLE_ROWS", 40)
    *lines, last = listed(run.folder, scored, capsys)
    assert lines[0] == table[0], "one heading, before the first block"
    assert len(lines) == scored + 1
    # A table folds a long SMILES; everything before it is the same.
    assert [line[:-1] for line in lines if len(line[-1]) < 50] == [
        row[:-1] for row, line in zip(table, lines) if len(line[-1]) < 50
    ]
    assert " ".join(last) == f"{scored} compounds; `workbench export` writes them to a file"
