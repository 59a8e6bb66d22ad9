"""Who sees which hit next: in rank order, or in a blind pass in an order of their own with hidden repeats.

Hidden repeats measure how consistent a reviewer is: chemists who see the same compounds again often decide otherwise
(Lajiness et al. 2004, J Med Chem 47, 4891). A hit is shown for the second time at least `APART` decisions after the
first, with nothing that says so; what is decided then goes into the log as ``repeat`` and changes no verdict.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from screening.runs.decisions.state import DecisionState

#: Decisions of the same person between the two times.
APART = 5


class Turns:
    """The order of hits for each person.

    Parameters
    ----------
    run_key
        Key of the run's plan: the same person sees the same order after a restart.
    records
        Record numbers in rank order.
    """

    def __init__(self, run_key: str, records: Sequence[int]) -> None:
        self._key = run_key
        self._records = list(records)
        self._orders: dict[str, list[int]] = {}
        self._repeated: dict[str, int] = {}

    def order(self, state: DecisionState, who: str) -> list[int]:
        """Return the records in the order in which a person sees them."""
        if not (state.settings["blind"] and state.settings["hide_ranks"]):
            return self._records
        if who not in self._orders:
            self._orders[who] = sorted(
                self._records, key=lambda one: hashlib.sha256(f"{self._key}\n{who}\n{one}".encode()).digest()
            )
        return self._orders[who]

    def repeated(self, who: str) -> int | None:
        """Return the record that a person is being shown for the second time, or None."""
        return self._repeated.get(who)

    def judged(self, who: str) -> None:
        """Note that the second judgement was given, or that the person went elsewhere."""
        self._repeated.pop(who, None)

    def next_for(self, state: DecisionState, who: str, after: int | None) -> int | None:
        """Return the next record to judge: one without a verdict of this person after `after`, or a hidden repeat."""
        self._repeated.pop(who, None)
        again = self._due(state, who)
        if again is not None and again != after:
            self._repeated[who] = again
            return again
        order = self.order(state, who)
        start = order.index(after) + 1 if after in self._records else 0
        for record in [*order[start:], *order[:start]]:
            if record != after and not state.verdict_of(record, who):
                return record
        return None

    def _due(self, state: DecisionState, who: str) -> int | None:
        share = float(state.settings["repeats"])
        if not (state.settings["blind"] and share > 0):
            return None
        mine = [one.record for one in state.events if one.who == who and one.action == "decide"]
        judged = [one for one in dict.fromkeys(mine) if one is not None and state.verdict_of(one, who)]
        done = {one.record for one in state.repeats() if one.who == who}
        waiting = [one for one in judged[: max(0, len(judged) - APART)] if one not in done]
        return waiting[0] if waiting and len(done) + 1 <= share * len(judged) else None
