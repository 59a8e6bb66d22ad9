"""Deciding on a run from Python and the command line, and the evidence table that says what was decided."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import workbench as wb
from screening.errors import RunError, UsageError
from screening.runs.decisions.decide import decide_all, head_of, open_log, undo
from screening.runs.decisions.snapshots import Snapshots, evidence_hash
from screening.runs.evidence.table import evidence
from screening.runs.run import open_run
from workbench.cli.main import main


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    """A run that an earlier version finished, moved elsewhere."""
    return Path(shutil.copytree(root / "tests" / "formats" / "0.1" / "finished.run", tmp_path / "moved"))


def test_decisions_stand_in_the_evidence(folder: Path) -> None:
    run = open_run(folder)
    records = run.hits().column("record").to_pylist()
    assert "decision" not in evidence(run, records[:2]).schema.names
    assert head_of(run) is None
    decide_all(run, records[:2], who="ada", action="decide", after="accept", reason="affinity", text="good")
    decide_all(run, records[:1], who="bo", action="decide", after="reject", reason="strain")
    decide_all(run, records[1:2], who="bo", action="comment", text="ask synthesis")
    rows = evidence(run, records[:3]).to_pylist()
    assert [row["decision"] for row in rows] == ["disputed", "accept", None]
    assert rows[0]["decided_by"] == "ada: accept; bo: reject"
    assert rows[0]["decision_reason"] == "ada: predicted affinity; good | bo: strained pose"
    assert rows[1]["comments"] == "bo: ask synthesis"
    undo(run, "ada")
    assert [row["decision"] for row in evidence(run, records[:3]).to_pylist()] == ["reject", None, None]
    assert head_of(run) == open_log(run).head


def test_a_decision_keeps_the_evidence_it_was_made_on(folder: Path) -> None:
    run = open_run(folder)
    record = run.hits().column("record")[0].as_py()
    event = decide_all(run, [record], who="ada", action="decide", after="hold")[0]
    kept = Snapshots(folder / "review").rows()
    row = json.loads(kept[event.evidence])
    assert row["record"] == record
    assert row["affinity"] == pytest.approx(run.hits().column("affinity")[0].as_py(), rel=1e-6)
    assert "decision" not in row
    assert evidence_hash(row) == event.evidence
    assert event.rank == 1


def test_what_cannot_be_decided(folder: Path, root: Path) -> None:
    run = open_run(folder)
    with pytest.raises(UsageError, match="was not scored"):
        decide_all(run, [10**6], who="ada", action="decide", after="accept")
    with pytest.raises(UsageError, match="observer"):
        decide_all(run, [17], who="ob", role="observer", action="decide", after="accept")
    with pytest.raises(UsageError, match="nothing to undo"):
        undo(run, "ada")
    with pytest.raises(RunError, match="not finished"):
        open_log(open_run(root / "tests" / "formats" / "0.1" / "stopped.run"))
    assert head_of(run) is None


def test_a_low_rank_is_lifted_only_with_a_reason(folder: Path) -> None:
    run = open_run(folder)
    records = run.hits().column("record").to_pylist()
    decide_all(run, [records[0]], who="cy", role="lead", action="comment", text="x")
    open_log(run).append([_settings()])
    with pytest.raises(UsageError, match="lifted above"):
        decide_all(run, [records[5]], who="ada", action="decide", after="accept")
    decide_all(run, [records[5]], who="ada", action="decide", after="accept", text="a new scaffold we can make")
    decide_all(run, [records[5]], who="bo", action="decide", after="reject")


def _settings():  # type: ignore[no-untyped-def]
    from screening.runs.decisions.event import Event

    return Event("cy", "settings", role="lead", details={"lift_rank": 3})


def test_python_and_the_command_line_write_the_same_log(
    folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = wb.open_run(folder)
    records = run.table(3).column("record").to_pylist()
    told = run.decide(records, "accept", reason="novelty", who="ada")
    assert told.column("record").to_pylist() == records
    with pytest.raises(SystemExit) as ended:
        main(["review", "decide", str(folder), "reject", "--rank", "1-2", "--who", "bo", "--json"])
    assert ended.value.code == 0
    assert [event["record"] for event in json.loads(capsys.readouterr().out)] == records[:2]
    run.undo(who="bo")
    assert run.decisions().column("action").to_pylist() == ["decide"] * 5 + ["undo"] * 2
    assert run.decisions().column("undone").to_pylist() == [False] * 3 + [True] * 2 + [False] * 2
    path = run.export(tmp_path / "order.csv", only="accepted")
    assert len(path.read_text().splitlines()) == 4
    with pytest.raises(SystemExit) as ended:
        main(["review", "verify", str(folder), "--against", str(path)])
    assert ended.value.code == 0
    assert "fits 1 kept elsewhere" in capsys.readouterr().out
    # The end cut off: the chain is whole, the export knows better.
    log = folder / "review" / "decisions.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(SystemExit) as ended:
        main(["review", "verify", str(folder), "--against", str(path)])
    assert ended.value.code == 1
    assert "its end was cut off" in capsys.readouterr().err
