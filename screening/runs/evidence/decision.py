"""What reviewers decided on each compound; no columns where nobody has decided anything yet."""

from __future__ import annotations

import pyarrow as pa

from screening.runs.decisions.decide import open_log
from screening.runs.decisions.log import DecisionLog
from screening.runs.decisions.reasons import REASONS
from screening.runs.decisions.state import DecisionState
from screening.runs.evidence.column import EvidenceColumn
from screening.runs.evidence.rows import EvidenceRows, Filled
from screening.runs.run import ScreenRun

GROUP = "decision"
COLUMNS = (
    EvidenceColumn(
        "decision", pa.string(), "Decision", GROUP,
        description="The latest word of a lead, else what all reviewers say; disputed where they differ.",
    ),
    EvidenceColumn("decided_by", pa.string(), "Decided by", GROUP, description="Each person with their own decision."),
    EvidenceColumn("decided_at", pa.string(), "Decided at", GROUP, description="Time of the latest decision, UTC."),
    EvidenceColumn("decision_reason", pa.string(), "Reasons", GROUP, description="Reasons and texts of the decisions."),
    EvidenceColumn("comments", pa.string(), "Comments", GROUP, description="Comments of reviewers, oldest first."),
    EvidenceColumn("tags", pa.list_(pa.string()), "Tags", GROUP, description="Tags of reviewers."),
    EvidenceColumn("lists", pa.list_(pa.string()), "Lists", GROUP, description="Named lists the compound is on."),
)  # fmt: skip

_logs: dict[tuple[str, str], DecisionLog] = {}


def columns(rows: EvidenceRows) -> Filled:
    """Return decision, people, time, reasons, comments, tags and lists of each compound."""
    state = _state(rows.run)
    if state is None or not state.events:
        return []
    records = rows.hits.column("record").to_pylist()
    listed = state.lists()
    values = [_row(state, record, [name for name in sorted(listed) if record in listed[name]]) for record in records]
    return [
        (column, pa.array([value[at] for value in values], column.type)) for at, column in enumerate(COLUMNS)
    ]  # fmt: skip


def _state(run: ScreenRun) -> DecisionState | None:
    """Return what stands now; a log that was read before is read on, not again."""
    key = (str(run.folder.resolve()), run.plan.key)
    log = _logs.get(key)
    if log is not None and log.path.exists():
        log.refresh()
    else:
        log = open_log(run)
        _logs[key] = log
    return log.state


def _row(state: DecisionState, record: int, lists: list[str]) -> tuple[object, ...]:
    standing = sorted(state.verdicts(record).values(), key=lambda event: event.n)
    said = []
    for event in standing:
        why = "; ".join(part for part in (REASONS.get(event.reason, ""), event.text) if part)
        if why:
            said.append(f"{event.who}: {why}")
    return (
        state.decision(record) or None,
        "; ".join(f"{event.who}: {event.after}" for event in standing) or None,
        max((event.at for event in standing), default=None),
        " | ".join(said) or None,
        " | ".join(f"{event.who}: {event.text}" for event in state.comments(record)) or None,
        state.tags(record),
        lists,
    )
