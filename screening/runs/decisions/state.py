"""What stands after all lines of a log: verdicts, comments, tags, lists, settings and signatures."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from screening.runs.decisions.event import Event

#: Said of a record whose reviewers differ and no lead has decided.
DISPUTED = "disputed"

#: A settings line may change these; values are checked where the line is made. `blind`: nobody sees the decisions of
#: others; `hide_ranks`: nor ranks and scores order; `repeats`: share of records shown twice; `lift_rank`: accepting a
#: record below this rank needs a text.
SETTINGS: dict[str, Any] = {"blind": False, "hide_ranks": False, "repeats": 0.0, "lift_rank": 100}


@dataclasses.dataclass
class Signature:
    """A signed list; `void` says why it no longer stands, and is empty while it does."""

    event: Event
    records: frozenset[int]
    void: str = ""


class DecisionState:
    """The state of a review, kept up to date line by line.

    Attributes
    ----------
    events
        All events in order; the event number n is at n - 1.
    undone
        Numbers of the lines that were undone.
    settings
        As `SETTINGS`.
    signatures
        In the order they were made.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.undone: dict[int, int] = {}
        self.settings: dict[str, Any] = dict(SETTINGS)
        self.signatures: list[Signature] = []
        self._decisions: dict[int, dict[str, list[Event]]] = {}
        self._notes: dict[int, list[Event]] = {}
        self._tags: dict[int, dict[str, Event]] = {}
        self._lists: dict[str, dict[int, Event]] = {}

    def apply(self, event: Event) -> None:
        """Take one more line into account."""
        self.events.append(event)
        self._void(event)
        action, record = event.action, event.record
        if action == "undo":
            target = self.line(event.of)
            if target is not None and target.n not in self.undone:
                self.undone[target.n] = event.n
                self._take_back(target)
        elif action == "settings":
            self.settings.update({key: value for key, value in event.details.items() if key in SETTINGS})
        elif action == "sign":
            self.signatures.append(Signature(event, frozenset(event.details.get("records", ()))))
        elif record is not None:
            self._put(event, record)

    def _put(self, event: Event, record: int) -> None:
        if event.action == "decide":
            self._decisions.setdefault(record, {}).setdefault(event.who, []).append(event)
        elif event.action in ("comment", "repeat"):
            self._notes.setdefault(record, []).append(event)
        elif event.action == "tag":
            self._tags.setdefault(record, {})[event.after] = event
        elif event.action == "untag":
            self._tags.get(record, {}).pop(event.after, None)
        elif event.action == "list":
            self._lists.setdefault(event.name, {})[record] = event
        elif event.action == "unlist":
            self._lists.get(event.name, {}).pop(record, None)

    def _take_back(self, target: Event) -> None:
        record = target.record
        if record is None:
            return
        if target.action == "decide":
            stack = self._decisions[record][target.who]
            stack[:] = [one for one in stack if one.n != target.n]
        elif target.action in ("comment", "repeat"):
            self._notes[record] = [one for one in self._notes[record] if one.n != target.n]
        else:
            # What a tag or list was before follows from the lines that still stand.
            key = (target.action.removeprefix("un"), target.after if "tag" in target.action else target.name)
            if key[0] == "tag":
                self._tags.get(record, {}).pop(key[1], None)
            else:
                self._lists.get(key[1], {}).pop(record, None)
            for one in self.events:
                same = (one.action.removeprefix("un"), one.after if "tag" in one.action else one.name) == key
                if same and one.record == record and one.n not in self.undone:
                    self._put(one, record)

    def _void(self, event: Event) -> None:
        """A change to a signed list or to a decision on one of its records voids the signature."""
        if not self.signatures or event.action in ("comment", "repeat", "settings", "sign"):
            return
        changed = self.line(event.of) if event.action == "undo" else event
        if changed is None:
            return
        for signature in self.signatures:
            listed = changed.action in ("list", "unlist") and changed.name == signature.event.name
            decided = changed.action == "decide" and changed.record in signature.records
            if not signature.void and (listed or decided):
                signature.void = f"line {event.n}: {event.who} changed record {changed.record} at {event.at}"

    def line(self, n: int | None) -> Event | None:
        """Return the event with a number, or None."""
        return self.events[n - 1] if n is not None and 0 < n <= len(self.events) else None

    def verdicts(self, record: int) -> dict[str, Event]:
        """Return the decision of each person that stands."""
        return {who: stack[-1] for who, stack in self._decisions.get(record, {}).items() if stack}

    def verdict_of(self, record: int, who: str) -> str:
        """Return the verdict of a person, "" for none."""
        stack = self._decisions.get(record, {}).get(who)
        return stack[-1].after if stack else ""

    def decision(self, record: int) -> str:
        """Return what is decided: the latest word of a lead, else what all reviewers say, `DISPUTED`, or ""."""
        standing = list(self.verdicts(record).values())
        leads = [event for event in standing if event.role == "lead"]
        if leads:
            return max(leads, key=lambda event: event.n).after
        said = {event.after for event in standing}
        return "" if not said else said.pop() if len(said) == 1 else DISPUTED

    def decided(self) -> dict[int, str]:
        """Return record number to decision, for all records that anybody decided on."""
        found = {record: self.decision(record) for record in self._decisions}
        return {record: verdict for record, verdict in found.items() if verdict}

    def comments(self, record: int) -> list[Event]:
        """Return the comments on a record, oldest first."""
        return [event for event in self._notes.get(record, []) if event.action == "comment"]

    def repeats(self) -> list[Event]:
        """Return the second judgements of all records."""
        return [event for notes in self._notes.values() for event in notes if event.action == "repeat"]

    def tags(self, record: int) -> list[str]:
        """Return the tags of a record, sorted."""
        return sorted(self._tags.get(record, {}))

    def lists(self) -> dict[str, dict[int, Event]]:
        """Return the named lists: name to record number to the line that put it there."""
        return {name: dict(records) for name, records in self._lists.items() if records}

    def touched(self) -> set[int]:
        """Return every record that a line concerns."""
        listed: Iterable[int] = (record for records in self._lists.values() for record in records)
        return {*self._decisions, *self._notes, *self._tags, *listed}

    def last_of(self, who: str) -> Event | None:
        """Return the latest line of a person that can be undone."""
        for event in reversed(self.events):
            if event.who == who and event.n not in self.undone and event.action not in ("undo", "settings", "sign"):
                return event
        return None
