"""What is docked into what: everything that decides the result of a docking layer, and its key."""

from __future__ import annotations

import dataclasses
import json
import os
from functools import cached_property
from pathlib import Path

from screening.errors import PlanError, RunMismatchError
from screening.poses.placement import Search
from screening.provenance import content_key

#: Version of what docking computes from its plan; part of every key.
PROTOCOL = "1"
#: Poses kept of each record.
DEFAULT_POSES = 3
#: Seconds a ligand may take.
DEFAULT_TIME_LIMIT = 120.0


@dataclasses.dataclass(frozen=True)
class DockingPlan:
    """Everything that decides the poses of a run.

    Attributes
    ----------
    run_key
        Key of the screen whose hits are docked; None for a library docked by structure alone.
    library, library_key
        Folder of the prepared library and its content key; of the screen's library for hits.
    target, target_sha256
        Structure file and the SHA-256 of its bytes.
    site
        How the binding site is placed, such as ``"ligand ADN"``.
    receptor_key
        Content key of the prepared receptor.
    engine, engine_version, seed, poses, pH
        How ligands are docked.
    time_limit
        Seconds a ligand may take.
    quick
        Whether the search is the quick one; no part of the key where it is not, as in plans of version 0.2.
    top
        How many hits; None for all of a library. More of them can be docked later, so it is no part of the key.
    """

    target: str
    target_sha256: str
    site: str
    receptor_key: str
    engine: str
    engine_version: str
    library: str
    library_key: str
    run_key: str | None = None
    seed: int = 1
    poses: int = DEFAULT_POSES
    pH: float = 7.4
    time_limit: float = DEFAULT_TIME_LIMIT
    top: int | None = None
    quick: bool = False

    def __post_init__(self) -> None:
        if self.top is not None and self.top < 1:
            raise PlanError(f"top is {self.top}", expected="a whole number of at least 1")
        if self.poses < 1:
            raise PlanError(f"poses is {self.poses}", expected="a whole number of at least 1")
        if not self.time_limit > 0:
            raise PlanError(f"the time limit is {self.time_limit}", expected="seconds above 0")

    @cached_property
    def key(self) -> str:
        """Content key: equal for plans whose records get equal poses, wherever their files lie."""
        facts = dataclasses.asdict(self)
        for place in ("library", "target", "top"):
            del facts[place]
        if not self.quick:
            del facts["quick"]
        return content_key({"protocol": PROTOCOL, **facts})

    @property
    def search(self) -> Search:
        """The settings of the search."""
        return Search(self.engine, self.seed, self.poses, self.pH, quick=self.quick)

    def to_json(self) -> str:
        """Return indented JSON text."""
        return json.dumps({**dataclasses.asdict(self), "key": self.key}, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str, source: str | os.PathLike[str] | None = None) -> DockingPlan:
        """Read back what `to_json` wrote.

        Raises
        ------
        PlanError
            If the text is no plan, or was changed by hand so that it no longer fits its key.
        """
        try:
            raw = dict(json.loads(text))
            key = raw.pop("key")
            plan = cls(**raw)
        except (ValueError, TypeError, KeyError) as error:
            raise PlanError("is no docking plan", source=source, expected="a plan.json that docking wrote") from error
        if plan.key != key:
            raise PlanError("does not fit its own key: it was edited, or written by another version", source=source)
        return plan

    def supersedes(self, other: DockingPlan) -> bool:
        """Tell whether this is the full search after a quick one with the same settings."""
        return other.quick and not self.quick and dataclasses.replace(other, quick=False).key == self.key

    def require_same(self, other: DockingPlan, folder: Path) -> None:
        """Check that a folder made from `other` can be continued with this plan.

        Raises
        ------
        RunMismatchError
            If it cannot; the message names what differs.
        """
        if self.key == other.key:
            return
        mine, theirs = dataclasses.asdict(self), dataclasses.asdict(other)
        skipped = ("library", "target", "top")
        different = [
            f"{name.replace('_', ' ')} {str(theirs[name])[:40]} instead of {str(mine[name])[:40]}"
            for name in mine
            if name not in skipped and mine[name] != theirs[name]
        ]
        raise RunMismatchError(
            f"holds poses of another plan ({'; '.join(different) or 'another version of the program'})",
            source=folder,
            expected="the same settings as before, or the folder removed",
        )
