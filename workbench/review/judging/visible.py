"""What a person may see of a record: in a blind pass only their own part."""

from __future__ import annotations

from typing import Any

from screening.runs.decisions.event import Event
from screening.runs.decisions.state import DecisionState


def visible(state: DecisionState, record: int, who: str, *, repeated: bool = False) -> dict[str, Any]:
    """Return decisions, comments, tags and lists of a record as `who` may see them.

    Parameters
    ----------
    state
        The state; hold the log's ``reading``.
    record
        The record.
    who
        The person.
    repeated
        The record is being shown to this person a second time without their knowing: their verdict is left out.
    """
    blind = bool(state.settings["blind"])
    standing = state.verdicts(record)
    seen = [one for one in standing.values() if one.who == who or not blind]
    seen = [one for one in seen if not (repeated and one.who == who)]
    mine = next((one for one in seen if one.who == who), None)
    decision = (mine.after if mine else "") if blind or repeated else state.decision(record)
    return {
        "record": record,
        "decision": decision,
        "mine": mine.after if mine else "",
        "decisions": [_said(one) for one in sorted(seen, key=lambda one: one.n)],
        "comments": [_said(one) for one in state.comments(record) if one.who == who or not blind],
        "tags": [] if blind else state.tags(record),
        "lists": [] if blind else sorted(name for name, records in state.lists().items() if record in records),
    }


def visible_line(state: DecisionState, event: Event, who: str) -> bool:
    """Tell whether a person may see a line of the log now."""
    if not state.settings["blind"] or event.action in ("settings", "sign"):
        return True
    return event.who == who and event.action != "repeat"  # nobody is told that a hit was a repeat


def _said(event: Event) -> dict[str, Any]:
    return {
        "n": event.n, "at": event.at, "who": event.who, "role": event.role, "verdict": event.after,
        "reason": event.reason, "text": event.text, "rank": event.rank,
    }  # fmt: skip
