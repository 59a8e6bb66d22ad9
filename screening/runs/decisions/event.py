"""One line of the log: who did what to which record, when, why, and on which evidence."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from typing import Any

from screening.errors import UsageError
from screening.runs.decisions.reasons import REASONS

#: Verdicts of a decision.
VERDICTS = ("accept", "reject", "hold")

#: What a line can say. ``repeat`` is a second judgement of a record that its reviewer has judged before without
#: being told so; it measures consistency and changes no verdict.
ACTIONS = ("decide", "undo", "comment", "tag", "untag", "list", "unlist", "repeat", "settings", "sign")

ROLES = ("reviewer", "lead", "observer")
MOST_TEXT, MOST_NAME = 4000, 120


@dataclasses.dataclass(frozen=True, slots=True)
class Event:
    """A line of the log. Fields that say nothing are left out of the line.

    Attributes
    ----------
    who, role
        Name of the person, and the role they had then.
    action
        One of `ACTIONS`.
    record
        Record number in the screened library, None for what concerns no single record.
    after
        The new value: a verdict, a tag.
    before
        The value it replaces: this person's verdict until then; "" for none. Set when the line is written.
    reason, text
        A code of `REASONS`, and free text.
    evidence
        Hash of the evidence row that was shown, see ``snapshots``.
    rank
        Rank of the record in the ranking of the run.
    name
        Of the list that a record enters or leaves or that is signed.
    group
        Common to the lines of one decision on several records.
    of
        Number of the line that is undone.
    details
        What only some actions have: settings, facts of a signature.
    n, at
        Number of the line (the first event is 1), and the time in UTC; set when the line is written.
    """

    who: str
    action: str
    record: int | None = None
    after: str = ""
    before: str = ""
    reason: str = ""
    text: str = ""
    evidence: str = ""
    rank: int | None = None
    name: str = ""
    group: str = ""
    of: int | None = None
    role: str = "reviewer"
    details: dict[str, Any] = dataclasses.field(default_factory=dict)
    n: int = 0
    at: str = ""

    def line(self, previous: str) -> bytes:
        """Return the line without its end; `previous` is the hash of the line before."""
        said: dict[str, Any] = {"n": self.n, "at": self.at}
        for field in _FIELDS:
            value = getattr(self, field)
            if value is not None and value != "" and value != {}:
                said[field] = value
        return json.dumps({**said, "previous": previous}, separators=(",", ":"), ensure_ascii=True).encode()

    @staticmethod
    def read(said: dict[str, Any]) -> Event:
        """Return the event of a parsed line; fields that a later version may add are left aside."""
        said.pop("previous", None)
        if not said.keys() <= _KNOWN:
            said = {key: value for key, value in said.items() if key in _KNOWN}
        return Event(**said)


_FIELDS = ("who", "role", "action", "record", "rank", "name", "before", "after", "reason", "text", "evidence", "group",
           "of", "details")  # fmt: skip
_KNOWN = frozenset((*_FIELDS, "n", "at"))


def now() -> str:
    """Return the time in UTC with microseconds, as the lines have it."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def require_valid(event: Event) -> Event:
    """Return the event if it may be written.

    Raises
    ------
    UsageError
        If something is missing, unknown or too long; the sentence says what.
    """
    who = event.who
    if not who or who != who.strip() or len(who) > MOST_NAME or not who.isprintable():
        raise UsageError(f"{who!r} is no name of a person", expected=f"1 to {MOST_NAME} printable characters")
    if event.action not in ACTIONS:
        raise UsageError(f"{event.action!r} is nothing a log of decisions holds", expected=" or ".join(ACTIONS))
    if event.role not in ROLES:
        raise UsageError(f"{event.role!r} is no role", expected=" or ".join(ROLES))
    if event.action in ("decide", "repeat") and event.after not in VERDICTS:
        raise UsageError(f"{event.after!r} is no decision", expected="accept, reject or hold")
    if event.reason and event.reason not in REASONS:
        raise UsageError(f"{event.reason!r} is no reason code", expected=", ".join(REASONS))
    if len(event.text) > MOST_TEXT:
        raise UsageError(f"a text of {len(event.text):,} characters is too long", expected=f"at most {MOST_TEXT:,}")
    if event.action == "comment" and not event.text.strip():
        raise UsageError("the comment is empty", expected="some text")
    if event.action in ("tag", "untag") and not (event.after.strip() and len(event.after) <= MOST_NAME):
        raise UsageError(f"{event.after!r} is no tag", expected=f"1 to {MOST_NAME} characters")
    named = event.action in ("list", "unlist", "sign")
    if named and not (event.name.strip() and len(event.name) <= MOST_NAME and event.name.isprintable()):
        raise UsageError(f"{event.name!r} is no name of a list", expected=f"1 to {MOST_NAME} printable characters")
    if event.action in ("decide", "repeat", "comment", "tag", "untag", "list", "unlist") and (
        not isinstance(event.record, int) or event.record < 0
    ):
        raise UsageError(f"{event.record!r} is no record number", expected="a number counted from 0")
    return event
