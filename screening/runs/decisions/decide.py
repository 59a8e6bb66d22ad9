"""Deciding on records of a run: what Python, the command line, the notebook and the server have in common."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from screening.errors import RunError, UsageError
from screening.runs.decisions.chain import Head
from screening.runs.decisions.event import Event
from screening.runs.decisions.log import DecisionLog
from screening.runs.decisions.snapshots import evidence_hash, snapshot
from screening.runs.decisions.state import DecisionState

if TYPE_CHECKING:
    from screening.runs.run import ScreenRun

#: Rows of evidence by record number.
Rows = Callable[[Sequence[int]], Mapping[int, Mapping[str, Any]]]


def open_log(run: ScreenRun) -> DecisionLog:
    """Return the log of a finished run.

    Raises
    ------
    RunError
        If the run is not finished, or the log belongs to another run.
    FileError
        If the log is damaged.
    """
    if not run.finished:
        raise RunError(
            "the run is not finished", source=run.folder, expected="the same screen command to be run until it ends"
        )
    return DecisionLog(run.folder, run.plan.key)


def head_of(run: ScreenRun) -> Head | None:
    """Return the number of decisions on a run and the hash of the last one, for what is made from them; None for none.

    Raises
    ------
    RunError, FileError
        As `open_log`.
    """
    log = open_log(run)
    return log.head if log.state.events else None


def with_evidence(log: DecisionLog, events: Sequence[Event], rows: Rows) -> list[Event]:
    """Return the events with rank and hash of the evidence of their records, and keep that evidence.

    Parameters
    ----------
    log
        Where the events will go.
    events
        Any events; those on records get evidence.
    rows
        Gives the evidence rows as they are now; a record that is missing from the answer does not exist.

    Raises
    ------
    UsageError
        If a record is not there.
    """
    wanted = sorted({event.record for event in events if event.record is not None})
    found = rows(wanted) if wanted else {}
    for record in wanted:
        if record not in found:
            raise UsageError(
                f"record {record} is not in the ranking of this run", source=log.path.parent.parent,
                expected="a record that was scored",
            )  # fmt: skip
    log.snapshots.keep(snapshot(row) for row in found.values())
    hashes = {record: evidence_hash(row) for record, row in found.items()}
    return [
        event
        if event.record is None
        else dataclasses.replace(event, evidence=hashes[event.record], rank=found[event.record].get("rank"))
        for event in events
    ]


def require_allowed(state: DecisionState, event: Event) -> None:
    """Check what the settings of the review and the role of the person demand; called under the lock.

    Raises
    ------
    UsageError
        If an observer wants to write, somebody else than a lead changes settings or signs, or a low rank is accepted
        without a word on why.
    """
    if event.role == "observer":
        raise UsageError(f"{event.who} is an observer and cannot decide", expected="a reviewer or a lead")
    if event.action in ("settings", "sign") and event.role != "lead":
        raise UsageError(f"{event.who} is a {event.role}", expected="a lead for settings and signatures")
    lowest = state.settings["lift_rank"]
    lifts = event.action == "decide" and event.after == "accept" and (event.rank or 0) > lowest
    if lifts and not event.text.strip():
        raise UsageError(
            f"record {event.record} has rank {event.rank} and is lifted above better-ranked compounds",
            expected=f"a text that says why, for every accepted compound below rank {lowest}",
        )


def evidence_rows(run: ScreenRun) -> Rows:
    """Return the function that gives the present evidence rows of a run, without what people decided."""
    from screening.runs.evidence.catalog import EVIDENCE
    from screening.runs.evidence.table import evidence

    blocks = [name for name in EVIDENCE if name != "decision"]

    def rows(records: Sequence[int]) -> dict[int, dict[str, Any]]:
        table = evidence(run, list(records), columns=blocks)
        return {row["record"]: row for row in table.to_pylist()}

    return rows


def write(run: ScreenRun, events: Sequence[Event], rows: Rows | None = None) -> list[Event]:
    """Append events to the log of a run, each with the evidence on its record, and return them as written.

    Raises
    ------
    UsageError
        If an event may not be: a record that was not scored, an unknown verdict, an accepted low rank with no reason.
    RunError
        If the run is not finished.
    FileError
        If the log is damaged.
    StorageError
        If it cannot be written.
    """
    log = open_log(run)
    return log.append(with_evidence(log, events, rows or evidence_rows(run)), require_allowed)


def decision_table(log: DecisionLog) -> pa.Table:
    """Return the log as a table, one row a line, oldest first (`DECISION_SCHEMA`)."""
    rows = []
    for event in log.state.events:
        row = {field.name: getattr(event, field.name, None) for field in DECISION_SCHEMA}
        row["undone"] = event.n in log.state.undone
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=DECISION_SCHEMA)


#: A line of the log as a row; see `screening.runs.decisions.event.Event`. `undone` says that a later line took it back.
DECISION_SCHEMA = pa.schema(
    [
        pa.field("n", pa.int64(), nullable=False),
        pa.field("at", pa.string(), nullable=False),
        pa.field("who", pa.string(), nullable=False),
        pa.field("role", pa.string(), nullable=False),
        pa.field("action", pa.string(), nullable=False),
        pa.field("record", pa.int64()),
        pa.field("rank", pa.int32()),
        pa.field("name", pa.string()),
        pa.field("before", pa.string()),
        pa.field("after", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("text", pa.string()),
        pa.field("undone", pa.bool_(), nullable=False),
        pa.field("evidence", pa.string()),
    ]
)


def decide_all(run: ScreenRun, records: Sequence[int], **facts: Any) -> list[Event]:
    """Append the same for several records, as one group; see `write` and `screening.runs.decisions.event.Event`."""
    wanted = list(dict.fromkeys(int(record) for record in records))
    group = secrets.token_hex(6) if len(wanted) > 1 else ""
    return write(run, [Event(record=record, group=group, **facts) for record in wanted])


def undo(run: ScreenRun, who: str, line: int | None = None, role: str = "reviewer") -> list[Event]:
    """Take back a line of a person, by default the latest, with all others of its group.

    Raises
    ------
    UsageError
        If there is nothing to undo, or it is somebody else's.
    """
    log = open_log(run)
    return log.append(undo_events(log, who, line, role), require_allowed)


def undo_events(log: DecisionLog, who: str, line: int | None, role: str) -> list[Event]:
    """Return the events that undo a line and its group; see `undo`."""
    state = log.state
    wanted = state.last_of(who) if line is None else state.line(line)
    if wanted is None:
        raise UsageError(f"{who} has nothing to undo" if line is None else f"there is no line {line}", source=log.path)
    members = [wanted]
    if wanted.group:
        members = [
            one for one in state.events if one.group == wanted.group and one.who == who and one.n not in state.undone
        ]
    return [Event(who, "undo", of=one.n, role=role) for one in members or [wanted]]
