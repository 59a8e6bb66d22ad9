"""Everything that decides a search, and its key."""

from __future__ import annotations

import dataclasses
import json
import os
from functools import cached_property
from typing import Any

from screening.errors import PlanError, RunMismatchError
from screening.provenance import content_key
from screening.runs.search.acquisition import IN_TURN, names

#: Version of what a search computes from its plan, and of its folder.
FORMAT = 1


@dataclasses.dataclass(frozen=True)
class SearchPlan:
    """What is searched, with what, and how much may be asked.

    Attributes
    ----------
    library, library_key
        Folder of the prepared library and its content key.
    oracle
        What is asked: kind and settings, as `screening.runs.search.oracles` describes itself; decides the answers.
    higher_is_better
        Direction of the answers.
    budget
        Compounds that may be asked for.
    first
        Compounds of the first round, drawn at random.
    batch
        Compounds of every later round.
    random_share
        Part of every later round that is drawn at random too, as the first round is.
    acquisition
        How the rest is chosen (`screening.runs.search.acquisition.names`).
    top
        How many best compounds the search is after; recall is estimated for these.
    seed
        Seed of every random choice.
    tiers
        What compounds must pass before they may be asked for (`screening.runs.search.tiers.Tiers`); None for nothing.
    full
        After the budget is spent, how many of the best are asked about again with the full search of an oracle that
        answered with its short one; 0 for none.
    """

    library: str
    library_key: str
    oracle: dict[str, Any]
    higher_is_better: bool
    budget: int
    first: int
    batch: int
    random_share: float = 0.0
    acquisition: str = IN_TURN
    top: int = 100
    seed: int = 0
    tiers: dict[str, Any] | None = None
    full: int = 0

    def __post_init__(self) -> None:
        if self.budget < 1:
            raise PlanError(f"the budget is {self.budget} compounds", expected="at least 1")
        if not 1 <= self.first <= self.budget:
            raise PlanError(f"the first round asks for {self.first}", expected=f"1 to the budget of {self.budget}")
        if self.batch < 1 or self.top < 1:
            raise PlanError("a round and the number of best compounds are counted from 1", expected="1 or more")
        if not 0.0 <= self.random_share < 1.0:
            raise PlanError(f"the random share is {self.random_share}", expected="0 or more and less than 1")
        if self.full < 0:
            raise PlanError(f"{self.full} compounds are asked about again", expected="0 or more")
        if self.acquisition not in names():
            raise PlanError(f"there is no acquisition {self.acquisition!r}", expected=f"one of {'; '.join(names())}")

    @cached_property
    def key(self) -> str:
        """Content key: equal for searches with equal results, wherever the library lies."""
        facts = self._facts()
        del facts["library"]
        return content_key({"search": FORMAT, **facts})

    def _facts(self) -> dict[str, Any]:
        """Return the fields, later ones only where they say something, so that older plans keep their key."""
        return {
            name: value for name, value in dataclasses.asdict(self).items() if name not in ("tiers", "full") or value
        }

    def to_json(self) -> str:
        """Return indented JSON text."""
        facts = {"format": FORMAT, **self._facts(), "key": self.key}
        return json.dumps(facts, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str, source: str | os.PathLike[str] | None = None) -> SearchPlan:
        """Read back what `to_json` wrote.

        Raises
        ------
        PlanError
            If the text is no plan of a search, was changed by hand, or is of a later format.
        """
        try:
            raw = dict(json.loads(text))
            found, key = int(raw.pop("format")), raw.pop("key")
            if found > FORMAT:
                raise PlanError(f"is of format {found}", source=source, expected=f"{FORMAT}: a newer version wrote it")
            plan = cls(**raw)
        except (ValueError, TypeError, KeyError) as error:
            raise PlanError(
                "is no plan of a search", source=source, expected="a plan.json that a search wrote"
            ) from error
        if plan.key != key:
            raise PlanError("does not fit its own key: it was edited, or written by another version", source=source)
        return plan

    def require_same(self, other: SearchPlan, folder: str | os.PathLike[str]) -> None:
        """Check that a folder made from `other` can be continued with this plan; a larger budget may go on.

        Raises
        ------
        RunMismatchError
            If it cannot; the message names what differs.
        """
        mine, theirs = dataclasses.asdict(self), dataclasses.asdict(other)
        different = [
            f"{name} {theirs[name]} instead of {value}"
            for name, value in mine.items()
            if name not in ("library", "budget") and value != theirs[name]
        ]
        if self.budget < other.budget:
            different.append(f"a budget of {other.budget}, more than {self.budget}")
        if different:
            raise RunMismatchError(
                f"holds another search ({'; '.join(different)})",
                source=folder,
                expected="the same search, or another folder",
            )
