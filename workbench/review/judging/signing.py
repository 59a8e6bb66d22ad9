"""Signing a list: who stands for it, when, meaning what, on which decisions and evidence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from screening.errors import UsageError
from screening.runs.decisions.chain import Head
from screening.runs.decisions.event import Event
from screening.runs.decisions.state import DecisionState, Signature

#: Name of the list of everything that is accepted; it need not be made.
ACCEPTED = "accepted"


def members(state: DecisionState, name: str) -> list[int]:
    """Return the records of a list, or of `ACCEPTED`.

    Raises
    ------
    UsageError
        If there is no such list.
    """
    lists = state.lists()
    if name in lists:
        return sorted(lists[name])
    if name == ACCEPTED:
        found = sorted(record for record, decision in state.decided().items() if decision == "accept")
        if found:
            return found
    known = ", ".join([*sorted(lists), ACCEPTED])
    raise UsageError(f"there is no list {name!r}, or nothing is on it", expected=f"one of {known}")


def content_hash(state: DecisionState, records: Iterable[int], evidence: Callable[[int], str]) -> str:
    """Return the hash of what is signed: each record with its decision and the evidence on it."""
    content = [[record, state.decision(record), evidence(record)] for record in sorted(records)]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def signature(
    state: DecisionState, head: Head, name: str, who: str, role: str, meaning: str, evidence: Callable[[int], str]
) -> Event:
    """Return the event that signs a list as it is now."""
    records = members(state, name)
    details = {**head.facts(), "records": records, "content": content_hash(state, records, evidence)}
    return Event(who, "sign", name=name, role=role, text=meaning, details=details)


def standing(state: DecisionState, one: Signature, evidence: Callable[[int], str]) -> Mapping[str, Any]:
    """Return a signature for people: name, time, meaning, and whether it still stands."""
    event = one.event
    void = one.void
    if not void:
        try:
            same = set(members(state, event.name)) == one.records
        except UsageError:
            same = False
        if not same:
            void = "the list holds other compounds now"
        elif content_hash(state, one.records, evidence) != event.details.get("content"):
            void = "the evidence or a decision has changed since"
    return {
        "n": event.n, "list": event.name, "who": event.who, "at": event.at, "meaning": event.text,
        "records": sorted(one.records), "count": event.details.get("count"), "head": event.details.get("head"),
        "void": void,
    }  # fmt: skip
