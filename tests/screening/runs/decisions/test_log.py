"""The log of decisions: what was acknowledged is there, whole and in order, and a change is found."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from screening.errors import FileError, RunError, StorageError, UsageError
from screening.runs.decisions.chain import Head, heads_in, line_hash
from screening.runs.decisions.event import Event
from screening.runs.decisions.log import DecisionLog
from screening.runs.decisions.snapshots import evidence_hash, snapshot
from screening.runs.decisions.verify import verify

KEY = "0123456789abcdef"


def decide(record: int, after: str = "accept", who: str = "ada", **more: object) -> Event:
    return Event(who=who, action="decide", record=record, after=after, **more)  # type: ignore[arg-type]


@pytest.fixture
def log(tmp_path: Path) -> DecisionLog:
    return DecisionLog(tmp_path, KEY)


def test_a_decision_says_what_it_replaces(log: DecisionLog) -> None:
    first, second = log.append([decide(3), decide(3, "reject", reason="strain", text="Δ")])
    assert (first.n, first.before, second.n, second.before) == (1, "", 2, "accept")
    assert log.append([decide(3, "hold", who="bo")])[0].before == ""
    again = DecisionLog(log.path.parent.parent, KEY)
    assert again.state.events == log.state.events
    assert again.head == log.head
    assert again.state.verdict_of(3, "ada") == "reject"
    assert again.state.decision(3) == "disputed"
    log.append([decide(3, "accept", who="cy", role="lead")])
    again.refresh()
    assert again.state.decision(3) == "accept"


def test_undo_is_a_line_of_its_own(log: DecisionLog) -> None:
    log.append([decide(3), decide(3, "reject")])
    undo = log.append([Event(who="ada", action="undo", of=2)])[0]
    assert (undo.record, undo.before, undo.after) == (3, "reject", "accept")
    assert log.state.verdict_of(3, "ada") == "accept"
    for problem, of, who in (("already", 2, "ada"), ("by ada", 1, "bo"), ("nothing", 3, "ada"), ("nothing", 9, "ada")):
        with pytest.raises(UsageError, match=problem):
            log.append([Event(who=who, action="undo", of=of)])
    log.append([Event(who="ada", action="undo", of=1)])
    assert log.state.decision(3) == ""
    assert log.path.read_bytes().count(b"\n") == 1 + 4


def test_comments_tags_and_lists(log: DecisionLog) -> None:
    log.append([
        Event("ada", "comment", record=1, text="look"), Event("ada", "tag", record=1, after="series A"),
        Event("ada", "list", record=1, name="buy"), Event("ada", "list", record=2, name="buy"),
        Event("ada", "unlist", record=2, name="buy"),
    ])  # fmt: skip
    assert [event.text for event in log.state.comments(1)] == ["look"]
    assert log.state.tags(1) == ["series A"]
    assert set(log.state.lists()["buy"]) == {1}
    log.append([Event("ada", "undo", of=5), Event("ada", "undo", of=2), Event("ada", "undo", of=1)])
    assert set(log.state.lists()["buy"]) == {1, 2}
    assert log.state.tags(1) == []
    assert log.state.comments(1) == []


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        (Event("", "decide", record=1, after="accept"), "no name"),
        (Event("a\nb", "decide", record=1, after="accept"), "no name"),
        (Event("ada", "decide", record=1, after="yes"), "no decision"),
        (Event("ada", "decide", record=-1, after="hold"), "no record number"),
        (Event("ada", "decide", record=1, after="hold", reason="mood"), "no reason code"),
        (Event("ada", "comment", record=1, text=" "), "empty"),
        (Event("ada", "comment", record=1, text="x" * 5000), "too long"),
        (Event("ada", "dance", record=1), "nothing a log"),
    ],
)
def test_what_may_not_be_written(log: DecisionLog, event: Event, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        log.append([decide(1), event])
    assert not log.state.events


def test_of_several_groups_only_the_bad_one_is_left_out(log: DecisionLog) -> None:
    events = [decide(1), decide(2, "yes"), decide(3), decide(4)]
    written = log.append_each(events, groups=[0, 1, 2, 1])
    assert isinstance(written[1], UsageError)
    assert isinstance(written[3], UsageError)
    assert [event.record for event in log.state.events] == [1, 3]


def test_a_torn_line_is_cut_and_nothing_else(log: DecisionLog) -> None:
    log.append([decide(1)])
    with log.path.open("ab") as stream:
        stream.write(b'{"n":2,"at":"2026')
    assert verify(log.path, KEY).whole
    assert verify(log.path, KEY).notes
    reader = DecisionLog(log.path.parent.parent, KEY)
    assert len(reader.state.events) == 1
    reader.append([decide(2)])
    assert not verify(log.path, KEY).notes
    assert [json.loads(line)["n"] for line in log.path.read_bytes().splitlines()[1:]] == [1, 2]


def rechained(lines: list[bytes]) -> bytes:
    """What a forger writes who computes all hashes anew."""
    out = [lines[0]]
    for line in lines[1:]:
        out.append(json.dumps({**json.loads(line), "previous": line_hash(out[-1])}, separators=(",", ":")).encode())
    return b"\n".join(out) + b"\n"


def test_every_kind_of_change_is_found(log: DecisionLog, tmp_path: Path) -> None:
    log.append([decide(record) for record in range(6)])
    kept = log.head
    lines = log.path.read_bytes().splitlines()
    altered = [*lines[:3], lines[3].replace(b'"accept"', b'"reject"'), *lines[4:]]
    changes = {
        "altered": (b"\n".join(altered) + b"\n", "line 5: does not follow"),
        "last altered": (b"\n".join([*lines[:6], lines[6].replace(b"accept", b"reject")]) + b"\n", "computed anew"),
        "taken out": (b"\n".join([*lines[:3], *lines[4:]]) + b"\n", "line 4: does not follow"),
        "reordered": (b"\n".join([*lines[:3], lines[4], lines[3], *lines[5:]]) + b"\n", "line 4: does not follow"),
        "cut": (b"\n".join(lines[:5]) + b"\n", "cut off"),
        "recomputed": (rechained(altered), "computed anew"),
        "not json": (b"\n".join([*lines[:3], b"hello", *lines[4:]]) + b"\n", "is no line"),
    }
    assert verify(log.path, KEY, [("export", kept)]).whole
    for name, (content, problem) in changes.items():
        log.path.write_bytes(content)
        found = verify(log.path, KEY, [("export", kept)])
        assert problem in " ".join(found.problems), name
    # Without a head kept elsewhere a cut or recomputed log looks whole: that is what the heads are for.
    log.path.write_bytes(changes["cut"][0])
    assert verify(log.path, KEY).whole
    with pytest.raises(FileError, match="not only appended"):
        log.append([decide(9)])


def test_a_damaged_or_foreign_log_is_not_written_to(log: DecisionLog) -> None:
    log.append([decide(1), decide(2)])
    folder, content = log.path.parent.parent, log.path.read_bytes()
    with pytest.raises(RunError, match="another run"):
        DecisionLog(folder, "f" * 16)
    log.path.write_bytes(content.replace(b'"version":1', b'"version":2'))
    with pytest.raises(FileError, match="newer workbench"):
        DecisionLog(folder, KEY)
    log.path.write_bytes(content.replace(b'"accept"', b'"reject"', 1))
    with pytest.raises(FileError, match="line 3: does not follow"):
        DecisionLog(folder, KEY)
    log.path.write_bytes(b"name,smiles\n")
    with pytest.raises(FileError, match="line 1: is no line"):
        DecisionLog(folder, KEY)


def test_evidence_is_kept_once_and_vouched_for(log: DecisionLog) -> None:
    row = {"record": 1, "affinity": 7.25, "lower": float("nan"), "flags": ["pains"]}
    key = evidence_hash(row)
    assert key == evidence_hash(dict(reversed(row.items())))
    log.snapshots.keep([snapshot(row)])
    log.snapshots.keep([snapshot(row)])
    log.append([decide(1, evidence=key)])
    assert [json.loads(line) for line in log.snapshots.path.read_bytes().splitlines()] == [{**row, "lower": None}]
    assert verify(log.path, KEY).whole
    log.snapshots.path.write_bytes(log.snapshots.path.read_bytes().replace(b"7.25", b"9.25"))
    assert "evidence of 1 decisions" in verify(log.path, KEY).problems[0]


def test_heads_are_found_in_whatever_carries_them(tmp_path: Path) -> None:
    head = Head(7, "ab" * 32)
    (tmp_path / "a.txt").write_text(f"Made from {head}.")
    (tmp_path / "hits.csv").write_text("rank\n")
    (tmp_path / "hits.csv.manifest.json").write_text(json.dumps({"x": [{"decisions": head.facts()}]}))
    assert heads_in(tmp_path / "a.txt") == [head]
    assert heads_in(tmp_path / "hits.csv") == [head]
    (tmp_path / "b.txt").write_text("nothing")
    for name in ("b.txt", "c.txt"):
        with pytest.raises(FileError):
            heads_in(tmp_path / name)


def test_a_full_disk_leaves_the_log_as_it_was(log: DecisionLog, monkeypatch: pytest.MonkeyPatch) -> None:
    log.append([decide(1)])
    before = log.path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match="disk is full"):
            log.append([decide(2)])
    assert log.path.read_bytes() == before
    log.append([decide(2)])
    assert len(DecisionLog(log.path.parent.parent, KEY).state.events) == 2


WRITER = """
import sys
from pathlib import Path
from screening.runs.decisions.event import Event
from screening.runs.decisions.log import DecisionLog
log = DecisionLog(Path(sys.argv[1]), sys.argv[2])
for k in range(int(sys.argv[4])):
    event = log.append([Event(who=sys.argv[3], action="decide", record=k, after="accept")])[0]
    print(event.n, flush=True)
"""


def writer(folder: Path, who: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), KEY, who, str(count)], stdout=subprocess.PIPE, text=True
    )


def test_several_processes_append_to_one_chain(tmp_path: Path) -> None:
    processes = [writer(tmp_path, f"w{k}", 40) for k in range(3)]
    acknowledged = [int(n) for process in processes for n in process.communicate(timeout=60)[0].split()]
    assert sorted(acknowledged) == list(range(1, 121))
    log = DecisionLog(tmp_path, KEY)
    assert verify(log.path, KEY, [("here", log.head)]).whole
    assert sorted(event.who for event in log.state.events) == sorted(["w0", "w1", "w2"] * 40)


def test_killed_writers_lose_nothing_they_acknowledged(tmp_path: Path) -> None:
    acknowledged: dict[int, str] = {}
    for turn in range(4):
        process = writer(tmp_path, f"w{turn}", 100_000)
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
        for n in [first, *process.communicate(timeout=60)[0].splitlines(keepends=True)]:
            if n.endswith("\n"):
                acknowledged[int(n)] = f"w{turn}"
    log = DecisionLog(tmp_path, KEY)
    assert verify(log.path, KEY).whole
    assert len(acknowledged) > 20
    for n, who in acknowledged.items():
        event = log.state.line(n)
        assert event is not None
        assert event.who == who


def test_a_signature_is_void_after_a_change(log: DecisionLog) -> None:
    log.append([decide(1), decide(2), Event("ada", "list", record=1, name="buy")])
    facts = {**log.head.facts(), "records": [1]}
    log.append([Event("cy", "sign", name="buy", role="lead", text="released for purchase", details=facts)])
    log.append([decide(2, "reject"), Event("bo", "comment", record=1, text="nice")])
    assert log.state.signatures[0].void == ""
    log.append([decide(1, "reject", who="bo")])
    assert "bo changed record 1" in log.state.signatures[0].void
    assert verify(log.path, KEY).whole
