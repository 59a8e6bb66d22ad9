"""What the REST interface does: one function a route, and the table that handlers and the OpenAPI page are made of."""

from __future__ import annotations

import asyncio
import dataclasses
import math
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel

from screening.errors import UsageError
from screening.runs.decisions.decide import undo_events
from screening.runs.decisions.event import Event
from screening.runs.decisions.reasons import REASONS
from workbench.review import schemas
from workbench.review.access import Access
from workbench.review.judging.agreement import judged_together
from workbench.review.judging.shortlist import shortlist
from workbench.review.judging.signing import ACCEPTED, members, signature, standing
from workbench.review.judging.visible import visible_line
from workbench.review.people import Person


@dataclasses.dataclass(frozen=True)
class Call:
    """A request: who asks what, with which body and path."""

    access: Access
    person: Person
    body: Any
    path: dict[str, str]
    query: dict[str, str]

    @property
    def review(self) -> Any:
        """The review."""
        return self.access.review


@dataclasses.dataclass(frozen=True)
class Route:
    """A route of the interface.

    Attributes
    ----------
    method, path
        Such as ``POST`` and ``/api/decisions``; ``{name}`` stands for a part of the path.
    summary
        One line for people.
    work
        The function.
    body
        Schema of the request's body, None for none.
    query
        Name to description of what may stand after the question mark.
    """

    method: str
    path: str
    summary: str
    work: Callable[[Call], Awaitable[Any]]
    body: type[BaseModel] | None = None
    query: dict[str, str] = dataclasses.field(default_factory=dict)


def _line(event: Event, undone: bool = False) -> dict[str, Any]:
    return {**dataclasses.asdict(event), "undone": undone}


async def about(call: Call) -> Any:
    """Say what is reviewed, by whom, and how."""
    review = call.review
    with review.log.reading:
        state = review.log.state
        settings = dict(state.settings)
        order = review.turns.order(state, call.person.name)
        mine = sum(1 for record in order if state.verdict_of(record, call.person.name))
    return {
        "title": review.title, "run": review.run.plan.key, "me": call.person.name, "role": call.person.role,
        "logged_in": review.people is not None, "settings": settings, "reasons": REASONS,
        "hits": len(review.hits.records), "scored": review.run.counts.get("scored", 0), "decided_by_me": mine,
        "meaning": review.one_hit.said, "present": [] if settings["blind"] else review.present(),
        "head": None if settings["blind"] else review.log.head.facts(),
        "order": order if settings["blind"] and settings["hide_ranks"] else None,
    }  # fmt: skip


async def decisions_now(call: Call) -> Any:
    """Return what stands on every touched hit."""
    return {"rows": call.review.rows(call.person.name)}


async def one_hit(call: Call) -> Any:
    """Return the evidence on one hit."""
    review = call.review
    record = _record(call.path["record"])
    loop = asyncio.get_running_loop()
    row = await loop.run_in_executor(None, review.hits.row, record)
    key, _, _ = await loop.run_in_executor(None, review.hits.shown, record)
    neighbours = await loop.run_in_executor(None, review.one_hit.neighbours, row["smiles"])
    return {
        "record": record, "row": _plain(row), "fields": review.hits.fields(), "evidence": key,
        "neighbours": neighbours, "review": review.row(record, call.person.name),
    }  # fmt: skip


async def contributions(call: Call) -> Any:
    """Return what each atom adds."""
    loop = asyncio.get_running_loop()
    row = await loop.run_in_executor(None, call.review.hits.row, _record(call.path["record"]))
    return await loop.run_in_executor(None, call.review.one_hit.contributions, row["smiles"])


async def pose(call: Call) -> Any:
    """Return pose and contacts."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, call.review.poses.pose, _record(call.path["record"]))


async def site(call: Call) -> Any:
    """Return the site in 3D."""
    return await asyncio.get_running_loop().run_in_executor(None, call.review.site_scene.facts)


async def next_hit(call: Call) -> Any:
    """Return the next hit to judge."""
    after = call.query.get("after", "")
    record = call.review.next_for(call.person.name, _record(after) if after else None)
    return {"record": record, "review": None if record is None else call.review.row(record, call.person.name)}


async def decide(call: Call) -> Any:
    """Write a decision, or the second judgement of a hidden repeat."""
    body: schemas.NewDecision = call.body
    review, who = call.review, call.person.name
    records = list(dict.fromkeys(body.records))
    if review.turns.repeated(who) is not None:
        if records == [review.turns.repeated(who)]:
            with review.log.reading:
                before = review.log.state.verdict_of(records[0], who)
            event = Event(
                who, "repeat", record=records[0], after=body.verdict, before=before, reason=body.reason,
                text=body.text, role=call.person.role,
            )  # fmt: skip
            await review.write([event], shown=body.evidence)
            review.turns.judged(who)
            # The answer looks like any other: the reviewer is not told.
            row = {**review.row(records[0], who), "mine": body.verdict, "decision": body.verdict}
            return {"rows": [row], "undo": None}
        review.turns.judged(who)
    group = secrets.token_hex(6) if len(records) > 1 else ""
    events = [
        Event(
            who, "decide", record=record, after=body.verdict, reason=body.reason, text=body.text,
            role=call.person.role, group=group,
        )
        for record in records
    ]  # fmt: skip
    written = await review.write(events, shown=body.evidence)
    return {"rows": [review.row(record, who) for record in records], "undo": written[-1].n}


async def undo(call: Call) -> Any:
    """Take back a line and its group."""
    review, who = call.review, call.person.name
    with review.log.reading:
        events = undo_events(review.log, who, call.body.line, call.person.role)
    written = await review.writer.write(events)
    return {"rows": [review.row(record, who) for record in sorted({one.record for one in written})]}


async def comment(call: Call) -> Any:
    """Write a comment."""
    return await _on_records(call, "comment", text=call.body.text)


async def tag(call: Call) -> Any:
    """Tag or untag."""
    return await _on_records(call, "untag" if call.body.remove else "tag", after=call.body.tag)


async def change_list(call: Call) -> Any:
    """Change a list."""
    body: schemas.ListChange = call.body
    who, role = call.person.name, call.person.role
    action = "unlist" if body.remove else "list"
    records = list(dict.fromkeys(body.records))
    group = secrets.token_hex(6) if len(records) > 1 else ""
    events = [
        Event(who, action, record=one, name=body.name, text=body.reasons.get(one, body.text), role=role, group=group)
        for one in records
    ]
    await call.review.write(events)
    return {"rows": [call.review.row(record, who) for record in records]}


async def _on_records(call: Call, action: str, **facts: Any) -> Any:
    who, role = call.person.name, call.person.role
    records = list(dict.fromkeys(call.body.records))
    group = secrets.token_hex(6) if len(records) > 1 else ""
    events = [Event(who, action, record=one, role=role, group=group, **facts) for one in records]
    await call.review.write(events)
    return {"rows": [call.review.row(record, who) for record in records]}


async def lines(call: Call) -> Any:
    """Return the log as the person may see it."""
    first = int(call.query.get("after", "0") or 0)
    review = call.review
    with review.log.reading:
        state = review.log.state
        seen = [one for one in state.events[max(0, first) :] if visible_line(state, one, call.person.name)]
        found = [_line(one, one.n in state.undone) for one in seen[-2000:]]
        head = None if state.settings["blind"] else review.log.head.facts()
    return {"lines": found, "head": head}


async def all_lists(call: Call) -> Any:
    """Return lists and signatures."""
    review = call.review
    with review.log.reading:
        state = review.log.state
        blind = state.settings["blind"]
        found = {name: sorted(records) for name, records in state.lists().items()}
        why = {name: {one: event.text for one, event in on.items()} for name, on in state.lists().items()}
        accepted = [one for one, decision in state.decided().items() if decision == "accept"]
        signatures = [standing(state, one, lambda record: review.hits.shown(record)[0]) for one in state.signatures]
    if blind:
        return {"lists": {}, "why": {}, "signatures": []}
    return {
        "lists": {**found, **({ACCEPTED: sorted(accepted)} if accepted else {})},
        "why": why,
        "signatures": signatures,
    }


async def agree(call: Call) -> Any:
    """Return how far people agree."""
    review = call.review
    ranks = dict(zip(review.hits.records, review.hits.table.column("rank").to_pylist()))
    with review.log.reading:
        return judged_together(review.log.state, ranks)


async def settings(call: Call) -> Any:
    """Change the settings of the review."""
    changes = call.body.model_dump(exclude_none=True)
    if not changes:
        raise UsageError("nothing is to be changed", expected="blind, hide_ranks, repeats or lift_rank")
    await call.review.writer.write([Event(call.person.name, "settings", role=call.person.role, details=changes)])
    with call.review.log.reading:
        return dict(call.review.log.state.settings)


async def propose(call: Call) -> Any:
    """Propose a shortlist."""
    review = call.review
    rows = review.hits.table.to_pylist()
    with review.log.reading:
        state = review.log.state
        blind, who = state.settings["blind"], call.person.name
        decided = (
            {record: verdict for record in state.touched() if (verdict := state.verdict_of(record, who))}
            if blind else state.decided()
        )  # fmt: skip
    found = await asyncio.get_running_loop().run_in_executor(None, shortlist, rows, call.body, decided)
    return dataclasses.asdict(found)


async def sign(call: Call) -> Any:
    """Sign a list after the password was given again."""
    body: schemas.NewSignature = call.body
    review = call.review
    if review.people is None:
        raise UsageError(
            "this server knows no people, so nobody can sign",
            expected="a server with --people FILE and a lead's password",
        )
    keys = (f"name {call.person.name}",)
    if call.access.limit.wait_s(*keys):
        raise UsageError("too many wrong passwords", expected="some minutes of patience")
    call.access.limit.failed(*keys)
    loop = asyncio.get_running_loop()
    async with call.access.checking:
        person = await loop.run_in_executor(None, review.people.check, call.person.name, body.password)
    if person is None:
        raise UsageError("the password is wrong, nothing was signed")
    call.access.limit.worked(*keys)
    with review.log.reading:
        event = signature(
            review.log.state, review.log.head, body.name, person.name, person.role, body.meaning,
            lambda record: review.hits.shown(record)[0],
        )  # fmt: skip
    await review.writer.write([event])
    return await all_lists(call)


async def export(call: Call) -> Any:
    """Return the evidence rows of a list with what was decided, and count and head of the log."""
    review = call.review
    with review.log.reading:
        if review.log.state.settings["blind"]:
            raise UsageError("the blind pass is not over", expected="a lead to end it before lists are exported")
        records = members(review.log.state, call.path["name"])
    return await asyncio.get_running_loop().run_in_executor(None, review.export_rows, records)


async def charts(call: Call) -> Any:
    """Return points of the charts."""
    return await asyncio.get_running_loop().run_in_executor(None, lambda: call.review.charts.points)


def _record(text: str) -> int:
    if not text.isdecimal() or len(text) > 15:
        raise UsageError(f"{text!r} is no record number", expected="a number counted from 0")
    return int(text)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


_RECORD = "/api/hits/{record}"
_STATE = "Decisions, comments, tags and lists of every touched hit, as you may see them"
_AFTER_LINE = {"after": "Number of the last line you have."}
_AFTER_HIT = {"after": "Record you have just seen."}
ROUTES: tuple[Route, ...] = (
    Route("GET", "/api/review", "What is reviewed, who you are, settings, reason codes", about),
    Route("GET", "/api/state", _STATE, decisions_now),
    Route("GET", _RECORD, "All evidence on one hit, measured neighbours, decisions", one_hit),
    Route("GET", _RECORD + "/contributions", "What each atom adds to the prediction, as a drawing", contributions),
    Route("GET", _RECORD + "/pose", "Pose and contacts of one hit", pose),
    Route("GET", "/api/site", "The binding site in 3D", site),
    Route("GET", "/api/charts", "Points of the linked charts", charts),
    Route("GET", "/api/next", "The next hit for you to judge", next_hit, query=_AFTER_HIT),
    Route("POST", "/api/decisions", "Accept, reject or hold one or several hits", decide, schemas.NewDecision),
    Route("GET", "/api/decisions", "The log, as you may see it", lines, query=_AFTER_LINE),
    Route("POST", "/api/undo", "Take back your latest line, or one of your lines", undo, schemas.Undo),
    Route("POST", "/api/comments", "Comment on hits", comment, schemas.NewComment),
    Route("POST", "/api/tags", "Tag hits", tag, schemas.NewTag),
    Route("GET", "/api/lists", "Named lists and their signatures", all_lists),
    Route("POST", "/api/lists", "Put hits on a list or take them off", change_list, schemas.ListChange),
    Route("GET", "/api/lists/{name}", "Evidence and decisions of a list, with count and head of the log", export),
    Route("POST", "/api/shortlist", "Propose a shortlist, each pick with its reason", propose, schemas.ShortlistPlan),
    Route("GET", "/api/agreement", "Agreement of reviewers, disagreements, lifted ranks", agree),
    Route("POST", "/api/settings", "Begin or end a blind pass; by a lead", settings, schemas.NewSettings),
    Route("POST", "/api/signatures", "Sign a list with your password; by a lead", sign, schemas.NewSignature),
)
