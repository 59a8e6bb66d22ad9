"""A review in progress: a run, its hits, its log, and who is looking."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from screening.errors import FileError, RunMismatchError
from screening.runs.decisions.decide import open_log
from screening.runs.decisions.event import Event
from screening.runs.decisions.snapshots import snapshot
from screening.runs.evidence.table import evidence
from screening.runs.run import ScreenRun
from workbench.review.hits.charts import Charts
from workbench.review.hits.hit_data import HitData
from workbench.review.hits.one_hit import OneHit
from workbench.review.hits.poses import RunPoses
from workbench.review.hits.site_scene import SiteScene
from workbench.review.judging.turns import Turns
from workbench.review.judging.visible import visible, visible_line
from workbench.review.people import People, Person
from workbench.review.writer import Writer

Listener = Callable[[dict[str, Any]], None]


class Review:
    """What the handlers of a server work on.

    Parameters
    ----------
    run
        A finished run.
    people
        People who may log in; None for one person with the token of the server.
    owner
        Name of that person.
    top
        How many of the best hits; all kept ones by default.

    Raises
    ------
    RunError
        If the run is not finished, or the log belongs to another run.
    FileError
        If the log or the hits are damaged.
    """

    def __init__(
        self, run: ScreenRun, *, people: People | None = None, owner: str = "", top: int | None = None
    ) -> None:
        self.run = run
        self.people = people
        self.owner = Person(owner, "lead")
        self.log = open_log(run)
        self.hits = HitData(run, top)
        self.one_hit = OneHit(run)
        self.site_scene = SiteScene(run)
        self.poses = RunPoses(run)
        self.charts = Charts(run, self.hits)
        self.turns = Turns(run.plan.key, self.hits.records)
        self.writer = Writer(self.log, self._written)
        self._listeners: dict[int, tuple[str, Listener]] = {}
        self._told = len(self.log.state.events)
        self._problem = ""

    @property
    def title(self) -> str:
        """What is reviewed, in a few words."""
        target = f" on {Path(self.run.plan.target).stem}" if self.run.plan.target else ""
        return f"{self.run.folder.resolve().name}{target}"

    async def write(self, events: Sequence[Event], *, shown: str = "") -> list[Event]:
        """Write events with the evidence on their records.

        Raises
        ------
        UsageError
            If an event may not be, or a record was not scored.
        RunMismatchError
            If `shown` is given and is not the hash of the evidence as it is now.
        """
        loop = asyncio.get_running_loop()
        complete, lines = [], []
        for event in events:
            if event.record is None:
                complete.append(event)
                continue
            found = (
                self.hits.shown(event.record)
                if event.record in self.hits
                else await loop.run_in_executor(None, self.hits.shown, event.record)
            )
            key, line, rank = found
            if shown and shown != key:
                raise RunMismatchError(
                    "the evidence has changed since it was shown", source=f"record {event.record}",
                    expected="the hit to be looked at again",
                )  # fmt: skip
            lines.append(line)
            complete.append(dataclasses.replace(event, evidence=key, rank=rank))
        return await self.writer.write(complete, lines)

    def row(self, record: int, who: str) -> dict[str, Any]:
        """Return what a person may see of the decisions on a record."""
        with self.log.reading:
            return visible(self.log.state, record, who, repeated=self.turns.repeated(who) == record)

    def rows(self, who: str) -> list[dict[str, Any]]:
        """Return the same for every record that anybody touched."""
        with self.log.reading:
            touched = sorted(self.log.state.touched())
            return [visible(self.log.state, one, who, repeated=self.turns.repeated(who) == one) for one in touched]

    def listen(self, who: str, listener: Listener) -> int:
        """Call `listener` with every change that `who` may see, until `forget`."""
        number = max(self._listeners, default=0) + 1
        self._listeners[number] = (who, listener)
        return number

    def forget(self, number: int) -> None:
        """End what `listen` began."""
        self._listeners.pop(number, None)

    def present(self) -> list[str]:
        """Return who is looking now."""
        return sorted({who for who, _ in self._listeners.values()})

    def poll(self) -> None:
        """Take in what other processes appended: the command line, a notebook, another server."""
        try:
            self.log.refresh()
        except FileError as error:
            # Said once in the server's log; every later decision is refused with the same sentence.
            if str(error) != self._problem:
                logging.getLogger("tornado.application").error("%s", error)
                self._problem = str(error)
        self.tell()

    def _written(self, _: list[Event]) -> None:
        self.tell()

    def tell(self, extra: Sequence[int] = ()) -> None:
        """Tell everybody who looks what has changed since the last time."""
        with self.log.reading:
            fresh = self.log.state.events[self._told :]
            self._told = len(self.log.state.events)
        records = sorted({one.record for one in fresh if one.record is not None} | set(extra))
        everything = any(one.action in ("settings", "sign") for one in fresh)
        if not (fresh or extra):
            return
        for who, listener in list(self._listeners.values()):
            listener(self.change(who, fresh, records, everything))

    def change(self, who: str, fresh: Sequence[Event], records: Sequence[int], everything: bool) -> dict[str, Any]:
        """Return a message on changes as one person may see them."""
        with self.log.reading:
            state = self.log.state
            told = [one for one in fresh if visible_line(state, one, who)]
            seen = {one.record for one in told}
            return {
                "rows": [
                    visible(state, one, who, repeated=self.turns.repeated(who) == one)
                    for one in records
                    if one in seen or not fresh
                ],
                "by": sorted({one.who for one in told}),
                "everything": everything,
                "count": len(state.events) if not state.settings["blind"] else None,
            }

    def next_for(self, who: str, after: int | None) -> int | None:
        """Return the next record for a person to judge, and note it if it is shown for the second time."""
        with self.log.reading:
            return self.turns.next_for(self.log.state, who, after)

    def warm(self) -> None:
        """Work out what the first page needs: the packed list, the site, the neighbours' index."""
        _ = self.hits.packed
        self.site_scene.facts()
        if self.hits.records:
            self.one_hit.neighbours(self.hits.row(self.hits.records[0])["smiles"])

    def export_rows(self, records: Sequence[int]) -> dict[str, Any]:
        """Return the evidence of records with what was decided, and the count and head it was made from."""
        with self.log.reading:
            head = self.log.head
        table = evidence(self.run, list(records))
        return {
            "run": self.run.plan.key,
            "decisions": head.facts(),
            "rows": [json.loads(snapshot(row)) for row in table.to_pylist()],
        }
