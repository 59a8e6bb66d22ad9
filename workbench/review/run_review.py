"""What the review page does, for Python and the command line: decisions, shortlists, agreement, sign-off."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from screening.errors import UsageError
from screening.runs.decisions.decide import decide_all, open_log, require_allowed, write
from screening.runs.decisions.event import Event
from screening.runs.evidence.table import evidence
from screening.runs.run import ScreenRun
from workbench.review.hits.hit_data import HitData
from workbench.review.judging.agreement import judged_together, require_open
from workbench.review.judging.signing import signature, standing

if TYPE_CHECKING:
    from workbench.review.judging.shortlist import Shortlist
    from workbench.review.people import People
    from workbench.review.schemas import ShortlistPlan


@dataclasses.dataclass(frozen=True)
class Picked:
    """A shortlist of a run.

    Attributes
    ----------
    table
        Pick by pick: ``record``, ``rank``, ``name``, ``smiles``, ``affinity``, ``score``, ``why``, and the
        desirability of each column that counts.
    notes, left_out
        As `workbench.review.judging.shortlist.Shortlist`.
    """

    run: ScreenRun
    table: pa.Table
    notes: tuple[str, ...]
    left_out: dict[str, int]

    def save(self, name: str, *, who: str) -> list[Event]:
        """Put the picks on the named list of the review, each with its reason, and return the lines of the log.

        Raises
        ------
        UsageError
            If the name may not be.
        """
        group = secrets.token_hex(6)
        events = [
            Event(who, "list", record=row["record"], name=name, text=row["why"], group=group)
            for row in self.table.to_pylist()
        ]
        return write(self.run, events)

    def __repr__(self) -> str:
        lines = [
            f"{at:>4}  {row['name'][:28]:<28}  {row['score']:.3f}  {row['why']}"
            for at, row in enumerate(self.table.to_pylist(), start=1)
        ]
        kept = ", ".join(f"{count} {why}" for why, count in self.left_out.items())
        return "\n".join([*lines, *self.notes, *([f"Left out: {kept}."] if kept else [])])


class RunReview:
    """A run under review, without a server.

    Parameters
    ----------
    run
        A finished run.

    Raises
    ------
    RunError
        If the run is not finished, or the log belongs to another run.
    FileError
        If the log is damaged.
    """

    def __init__(self, run: ScreenRun) -> None:
        self.run = run
        self.log = open_log(run)

    @cached_property
    def hits(self) -> HitData:
        """Evidence on the kept hits."""
        return HitData(self.run)

    def shortlist(self, plan: ShortlistPlan, who: str = "") -> Picked:
        """Pick compounds; in a blind pass only the decisions of `who` count.

        Raises
        ------
        UsageError
            If a column is not there or holds no numbers, or a desirability has no width.
        """
        from workbench.review.judging.shortlist import shortlist

        state = self.log.state
        if state.settings["blind"]:
            decided = {one: verdict for one in state.touched() if (verdict := state.verdict_of(one, who))}
        else:
            decided = state.decided()
        rows = self.hits.table.to_pylist()
        found = shortlist(rows, plan, decided)
        return Picked(self.run, _table(found, rows), tuple(found.notes), found.left_out)

    def agreement(self) -> dict[str, Any]:
        """Return how far people agree; see `workbench.review.judging.agreement.judged_together`.

        Raises
        ------
        UsageError
            If a blind pass is going on.
        """
        ranks = dict(zip(self.hits.records, self.hits.table.column("rank").to_pylist()))
        return judged_together(self.log.state, ranks)

    def sign(self, name: str, meaning: str, *, who: str, password: str, people: People) -> dict[str, Any]:
        """Sign a list as a lead and return the signature as people read it.

        Raises
        ------
        UsageError
            If the person is not in the file or no lead, the password is wrong, there is no such list, or a blind pass
            is going on.
        """
        people.require(who)
        person = people.check(who, password)
        if person is None:
            raise UsageError("the password is wrong, nothing was signed", source=people.path)
        require_open(self.log.state)
        if not meaning.strip():
            raise UsageError("the signature has no meaning", expected="a text that says what signing this list means")
        event = signature(self.log.state, self.log.head, name, person.name, person.role, meaning, self._evidence)
        self.log.append([event], require_allowed)
        return self.signatures()[-1]

    def signatures(self) -> list[dict[str, Any]]:
        """Return all signatures as people read them, each with what voids it."""
        return [dict(standing(self.log.state, one, self._evidence)) for one in self.log.state.signatures]

    def _evidence(self, record: int) -> str:
        return self.hits.shown(record)[0]


def _table(found: Shortlist, rows: Sequence[dict[str, Any]]) -> pa.Table:
    by_record = {row["record"]: row for row in rows}
    kept = ("record", "rank", "name", "smiles", "affinity")
    lines = [
        {
            **{name: by_record[pick.record][name] for name in kept},
            "score": pick.score,
            "why": pick.why,
            **{f"desirability {name}": part for name, part in pick.parts.items()},
        }
        for pick in found.picks
    ]
    if lines:
        return pa.Table.from_pylist(lines)
    types = [pa.int64(), pa.int64(), pa.string(), pa.string(), pa.float64(), pa.float64(), pa.string()]
    return pa.table({name: pa.array([], kind) for name, kind in zip((*kept, "score", "why"), types)})


def shortlist_plan(
    count: int,
    *,
    wants: Sequence[str] = (),
    windows: Sequence[str] = (),
    **facts: Any,
) -> ShortlistPlan:
    """Return a plan from what a command line or a notebook says.

    Parameters
    ----------
    count
        Compounds wanted.
    wants
        What is desirable: ``COLUMN:WORST:BEST`` or ``COLUMN:WORST:BEST:WEIGHT``.
    windows
        Limits: ``COLUMN:LOW:HIGH``; either end may be empty.
    facts
        Further fields of `workbench.review.schemas.ShortlistPlan`.

    Raises
    ------
    UsageError
        If something cannot be read.
    """
    from pydantic import ValidationError

    from workbench.review.schemas import Desirability, ShortlistPlan, Window

    wanted = []
    for text in wants:
        column, *numbers = text.split(":")
        if len(numbers) not in (2, 3):
            raise UsageError(f"{text!r} says not what is desirable", expected="COLUMN:WORST:BEST[:WEIGHT]")
        worst, best, weight = (_number(one, text) for one in (*numbers, "1")[:3])
        wanted.append((column, worst, best, weight))
    limits = {}
    for text in windows:
        column, *numbers = text.split(":")
        if len(numbers) != 2:
            raise UsageError(f"{text!r} is no window", expected="COLUMN:LOW:HIGH, either end may be empty")
        low, high = (_number(one, text) if one.strip() else None for one in numbers)
        limits[column] = Window(low=low, high=high)
    try:
        desirable = [Desirability(column=one[0], worst=one[1], best=one[2], weight=one[3]) for one in wanted]
        return ShortlistPlan(count=count, desirability=desirable, windows=limits, **facts)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _number(text: str, whole: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{text!r} in {whole!r} is no number", expected="a number") from None


class ReviewedRun:
    """What a finished screen offers a notebook for reviewing it; `workbench.run.Run` is one."""

    run: ScreenRun

    def decide(
        self,
        records: int | Sequence[int],
        verdict: str,
        *,
        reason: str = "",
        text: str = "",
        who: str | None = None,
    ) -> pa.Table:
        """Accept, reject or hold hits, and return the lines of the log that say so.

        Parameters
        ----------
        records
            Record number or numbers (column ``record``, or ``grid.live().selected``); several are one decision.
        verdict
            ``"accept"``, ``"reject"`` or ``"hold"``.
        reason
            A code of ``screening.runs.decisions.reasons.REASONS``.
        text
            Why, in your words; demanded for an accepted compound of low rank.
        who
            Your name; your user name on this machine by default.

        Raises
        ------
        UsageError
            If a record was not scored, or the verdict or reason is unknown.
        FileError
            If the log of decisions was damaged.
        """
        wanted = [records] if isinstance(records, int) else list(records)
        return self._lines(
            decide_all(
                self.run, wanted, who=who or user(), action="decide", after=verdict, reason=reason, text=text
            )
        )  # fmt: skip

    def comment(self, records: int | Sequence[int], text: str, *, who: str | None = None) -> pa.Table:
        """Comment on hits, and return the lines of the log that say so.

        Raises
        ------
        UsageError
            If a record was not scored, or the comment is empty.
        """
        wanted = [records] if isinstance(records, int) else list(records)
        return self._lines(decide_all(self.run, wanted, who=who or user(), action="comment", text=text))

    def undo(self, line: int | None = None, *, who: str | None = None) -> pa.Table:
        """Take back your latest decision, or the one with number `line`; both stay in the log.

        Raises
        ------
        UsageError
            If there is nothing to undo, or it is somebody else's.
        """
        from screening.runs.decisions.decide import undo

        return self._lines(undo(self.run, who or user(), line))

    def decisions(self) -> pa.Table:
        """Return the log of decisions, oldest first (``screening.runs.decisions.decide.DECISION_SCHEMA``)."""
        from screening.runs.decisions.decide import decision_table

        return decision_table(open_log(self.run))

    def shortlist(self, count: int = 24, *, who: str | None = None, **plan: Any) -> Picked:
        """Return a shortlist in which each pick says why it is in; ``.save(name, who=...)`` makes it a named list.

        Parameters
        ----------
        count
            Compounds wanted.
        who
            Whose decisions count in a blind pass; your user name on this machine by default.
        plan
            ``method`` ("best", "maxmin", "scaffold", "cluster"), ``only`` ("accepted", "not rejected", "all"),
            ``wants`` (such as ``["affinity:5:8:2", "logp:6:2"]``), ``windows`` (``["molecular_weight::500"]``),
            ``most_similarity``, ``contacts``, ``learning``, ``include``; see
            `workbench.review.schemas.ShortlistPlan`.

        Raises
        ------
        UsageError
            If a column is not there, or something cannot be read.
        """
        return RunReview(self.run).shortlist(shortlist_plan(count, **plan), who or user())

    def agreement(self) -> dict[str, Any]:
        """Return how far reviewers agree; see `workbench.review.judging.agreement.judged_together`.

        Raises
        ------
        UsageError
            If a blind pass is going on.
        """
        return RunReview(self.run).agreement()

    def sign(self, name: str, meaning: str, *, who: str, password: str, people: str | Path) -> dict[str, Any]:
        """Sign a list as a lead of the file of people; a later change of the list voids the signature.

        Raises
        ------
        UsageError
            As `RunReview.sign`.
        """
        from workbench.review.people import People

        return RunReview(self.run).sign(name, meaning, who=who, password=password, people=People(Path(people)))

    def decide_in_grid(self, action: str, records: list[int], text: str) -> list[dict[str, Any]]:
        """Do what a button of the notebook grid says, and return the decision columns of the rows that changed.

        Parameters
        ----------
        action
            A verdict, or ``"undo"`` for your latest line.
        records, text
            Record numbers, and why.

        Raises
        ------
        UsageError
            As `decide` and `undo`.
        """
        written = self.undo() if action == "undo" else self.decide(records, action, text=text)
        changed = sorted({record for record in written.column("record").to_pylist() if record is not None})
        return evidence(self.run, changed, columns=["record", "decision"]).to_pylist() if changed else []

    def _lines(self, written: list[Event]) -> pa.Table:
        log = self.decisions()
        return log.slice(written[0].n - 1, len(written)) if written else log.slice(0, 0)


def user() -> str:
    """Return the name of the person at this machine."""
    import getpass

    return getpass.getuser()
