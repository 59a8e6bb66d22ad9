"""Shortlists, agreement and sign-off without a server: from Python, the command line and the notebook grid."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

import workbench as wb
from screening.errors import UsageError
from screening.runs.decisions.decide import decide_all
from screening.runs.run import open_run
from tests.workbench.review.conftest import PASSWORD
from workbench.cli.main import main
from workbench.review.people import People


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["review", *map(str, arguments)])
    found = capsys.readouterr()
    assert ended.value.code == 0, found.err
    return found.out


def test_a_shortlist_is_picked_saved_and_signed(
    run_folder: Path, people_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = wb.open_run(run_folder)
    best = run.table(1).column("record").to_pylist()
    run.decide(best, "reject", who="ada")
    options = [
        "-n",
        4,
        "--method",
        "scaffold",
        "--want",
        "affinity:6:7:2",
        "--want",
        "tpsa:0:140",
        "--window",
        "logp::4",
    ]
    found = json.loads(said(capsys, "shortlist", run_folder, *options, "--json", "--save", "buy", "--who", "ada"))
    picked = [pick["record"] for pick in found["picks"]]
    assert len(picked) == 4
    assert best[0] not in picked
    assert found["left_out"]["rejected"] == 1
    assert all(pick["why"].startswith("best of its scaffold") for pick in found["picks"])
    assert all(0 < pick["desirability tpsa"] <= 1 for pick in found["picks"])
    same = run.shortlist(4, method="scaffold", wants=["affinity:6:7:2", "tpsa:0:140"], windows=["logp::4"])
    assert same.table.to_pylist() == found["picks"]
    assert "by score" in repr(run.shortlist(2, include=picked[:1]))
    listed = json.loads(said(capsys, "show", run_folder, "--json"))
    assert listed["lists"] == {"buy": sorted(picked)}
    assert {one["text"] for one in listed["events"] if one["action"] == "list"} == {p["why"] for p in found["picks"]}

    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    signing = ["--people", people_file, "--meaning", "released for purchase", "--password-stdin"]
    text = said(capsys, "sign", run_folder, "buy", "--who", "cy", *signing)
    assert "cy signed 'buy' (4 hits)" in text
    with pytest.raises(UsageError, match="password is wrong"):
        run.sign("buy", "x", who="cy", password="wrong", people=people_file)
    with pytest.raises(UsageError, match="ada is a reviewer"):
        run.sign("buy", "x", who="ada", password=PASSWORD, people=people_file)
    with pytest.raises(UsageError, match="there is no list 'sell'"):
        run.sign("sell", "x", who="cy", password=PASSWORD, people=people_file)
    assert "stands" in said(capsys, "show", run_folder)
    run.decide(picked[0], "reject", who="bo")
    assert "void (line" in said(capsys, "show", run_folder)


def test_agreement_from_the_command_line_is_that_of_python(
    run_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = wb.open_run(run_folder)
    records = run.table(6).column("record").to_pylist()
    for who, verdicts in (("ada", "aarrha"), ("bo", "aarrhr")):
        for record, verdict in zip(records, verdicts):
            run.decide(record, {"a": "accept", "r": "reject", "h": "hold"}[verdict], who=who)
    text = said(capsys, "agreement", run_folder)
    assert "6 hits were judged by at least two people." in text
    assert "ada and bo: same decision on 83% of 6 hits" in text
    assert f"record {records[5]}: ada accept, bo reject" in text
    found = run.agreement()
    assert json.loads(said(capsys, "agreement", run_folder, "--json"))["alpha"] == pytest.approx(found["alpha"])
    assert f"alpha {found['alpha']:.2f}" in text
    decide_all(run.run, records[:1], who="cy", action="comment", text="x")
    from screening.runs.decisions.decide import write
    from screening.runs.decisions.event import Event

    write(run.run, [Event("cy", "settings", role="lead", details={"blind": True})])
    with pytest.raises(UsageError, match="blind pass is not over"):
        run.agreement()
    with pytest.raises(UsageError, match="blind pass is not over"):
        run.sign("accepted", "x", who="cy", password=PASSWORD, people=_lead(run_folder.parent / "p.json"))
    # Only one's own decisions keep compounds out of a list.
    mine = run.shortlist(20, who="ada").left_out
    assert mine == {"rejected": 2}
    assert run.shortlist(20, who="zoe").left_out == {}


def _lead(path: Path) -> Path:
    People(path).add("cy", "lead", PASSWORD)
    return path


def test_must_have_contacts_are_those_of_the_poses(docked_run: Path) -> None:
    found = wb.open_run(docked_run).shortlist(5, contacts=["GLU127"])
    assert found.table.column("record").to_pylist() == [13]
    assert found.left_out == {"no pose, so no contacts": 19}
    assert wb.open_run(docked_run).shortlist(5, contacts=["MET999"]).left_out["no contact with MET999"] == 1


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        ({"wants": ["affinity"]}, "says not what is desirable"),
        ({"wants": ["affinity:low:8"]}, "'low' in 'affinity:low:8' is no number"),
        ({"wants": ["nothing:1:2"]}, "there is no column 'nothing'"),
        ({"windows": ["logp:5"]}, "is no window"),
        ({"method": "dice"}, "method: Input should be"),
    ],
)
def test_a_plan_that_cannot_be_read_is_one_sentence(run_folder: Path, plan: dict[str, Any], problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        wb.open_run(run_folder).shortlist(3, **plan)


def test_buttons_of_the_notebook_grid_write_to_the_log(run_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = wb.open_run(run_folder)
    link = run.hits(5).live()
    assert link.decides
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(link, "send", sent.append)
    records = run.table(2).column("record").to_pylist()
    link._arrived(link, {"ask": "decide", "action": "accept", "records": records, "text": "good"}, [])
    assert [row["decision"] for row in sent[-1]["rows"]] == ["accept", "accept"]
    assert sorted(row["record"] for row in sent[-1]["rows"]) == sorted(records)
    assert run.decisions().column("after").to_pylist() == ["accept", "accept"]
    link._arrived(link, {"ask": "decide", "action": "undo", "records": [], "text": ""}, [])
    assert [row["decision"] for row in sent[-1]["rows"]] == [None, None]
    link._arrived(link, {"ask": "decide", "action": "undo", "records": [], "text": ""}, [])
    assert "nothing to undo" in sent[-1]["said"]
    assert sent[-1]["wrong"]
    assert open_run(run_folder).finished
