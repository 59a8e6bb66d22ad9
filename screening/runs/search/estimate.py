"""What a search will cost and find, worked out before it starts.

Seconds are measured: the oracle is asked about a few compounds of the first round (and, where there is one, its full
search). Where all cores of the machine are busy, what counts is the processor time that the oracle had, in this process
and in those that it started, not the time that passed meanwhile: a search that shares its cores takes longer than the
estimate says. The share that will be found is between what was measured in a hard and in an easy search; the search
says afterwards what it found itself.
"""

from __future__ import annotations

import dataclasses
import json
import os
import time

import numpy as np
import psutil

from screening.engine import files
from screening.engine.child_process import processor_seconds
from screening.runs.search.oracles.oracle import Oracle, Question, in_full
from screening.runs.search.rounds import SearchRun
from screening.runs.search.search import SearchState

#: File in a search folder.
ESTIMATE = "estimate.json"
#: Compounds that are tried.
TRIED = 3
#: Seconds below which processor time is too coarse.
_LEAST_PASSED = 0.2
#: Share of the time that a core must have stood idle for work not to have been kept waiting, and share that work which
#: computes, rather than waits for a device or another machine, has of a core at least.
_FREE, _WAITS = 0.5, 0.05
#: Share of a library asked for.
_ASKED = (0.0, 0.01, 0.02, 0.03, 0.06, 0.12, 1.0)
#: Share of its best 1 % found by then, with the rounds that a search has by default: mean of ten searches (seeds 200 to
#: 209) of 6,000 products of the thrombin table of TACTICS drawn at random, and of five of the 10,449 docked compounds
#: of ``tests/benchmarks/bench_search.py``. Docking ZINC into protein kinase A, 6 % found 39 % by its own estimate.
_FOUND = ((0.0, 0.04, 0.10, 0.17, 0.37, 0.64, 1.0), (0.0, 0.19, 0.42, 0.60, 0.87, 0.93, 1.0))


@dataclasses.dataclass(frozen=True)
class SearchEstimate:
    """What a search will cost.

    Attributes
    ----------
    library, candidates
        Compounds of the library, and those that pass the tiers.
    asked, full
        Compounds that are asked for, and those asked about again in full.
    tried
        Compounds that were measured.
    seconds, full_seconds
        For one compound on one core with nothing else to do: of the oracle, and of its full search (the same where
        there is no short one).
    passed
        Seconds that passed for one compound when it was tried: more than `seconds` where others used the core.
    expected
        Lower and upper share of the best 1 % of the candidates that is expected to be among those asked for.
    reason
        Why none of the compounds that were tried was answered; empty where one was.
    """

    library: int
    candidates: int
    asked: int
    full: int
    tried: int
    seconds: float
    full_seconds: float
    passed: float
    expected: tuple[float, float]
    reason: str = ""

    @property
    def core_hours(self) -> float:
        """Of the oracle, over the whole search."""
        return (self.asked * self.seconds + self.full * self.full_seconds) / 3600

    @property
    def whole_core_hours(self) -> float:
        """Of asking in full about every compound of the library."""
        return self.library * self.full_seconds / 3600


def expected_shares(asked: float) -> tuple[float, float]:
    """Return the shares of the best 1 % found in a hard and in an easy search, from the share asked for (`_FOUND`)."""
    hard, easy = (float(np.interp(asked, _ASKED, found)) for found in _FOUND)
    return hard, easy


def estimate_search(run: SearchRun, oracle: Oracle) -> SearchEstimate:
    """Ask an oracle about a few compounds of the first round, and work out what a search will cost.

    The estimate is written into the search folder, and read from there the next time.
    """
    path = run.folder / ESTIMATE
    try:
        known = json.loads(path.read_text("utf-8"))
        return SearchEstimate(**{**known, "expected": tuple(known["expected"])})
    except (OSError, ValueError, TypeError, KeyError):  # not there, or of another version
        pass
    state = SearchState(run)
    table = state.next_round() if run.rounds == 0 else run.asked(0)
    assert table is not None
    spread = np.linspace(0, table.num_rows - 1, min(TRIED, table.num_rows)).astype(int)
    tried = [Question(row["record"], row["name"], row["smiles"]) for row in table.take(spread).to_pylist()]
    again = in_full(oracle)
    seconds, passed, reason = _seconds(oracle, tried)
    plan = run.plan
    asked = min(plan.budget, state.space.candidates)
    found = SearchEstimate(
        library=state.space.compounds,
        candidates=state.space.candidates,
        asked=asked,
        full=min(plan.full, asked),
        tried=len(tried),
        seconds=seconds,
        full_seconds=seconds if again is None else _seconds(again, tried)[0],
        passed=passed,
        expected=expected_shares(asked / state.space.candidates),
        reason=reason,
    )
    if not reason:  # else it is tried again: the oracle may be mended
        files.write_text(path, json.dumps(dataclasses.asdict(found), indent=2) + "\n")
    return found


def _seconds(oracle: Oracle, questions: list[Question]) -> tuple[float, float, str]:
    """Return the seconds of a question on a free core, those that passed, and why there was no answer at all.

    The first question pays for what is prepared once, and is asked twice.
    """
    oracle.answer(questions[:1])
    idle, worked, started = psutil.cpu_times().idle, processor_seconds(os.getpid()), time.perf_counter()
    answers = oracle.answer(questions)
    passed = time.perf_counter() - started
    worked = processor_seconds(os.getpid()) - worked
    idle = psutil.cpu_times().idle - idle
    reason = "" if any(answer.value is not None for answer in answers) else answers[0].reason
    return free_seconds(passed, worked, idle) / len(questions), passed / len(questions), reason


def free_seconds(passed: float, worked: float, idle: float) -> float:
    """Return how long work takes on a core with nothing else to do.

    Parameters
    ----------
    passed, worked, idle
        Seconds that passed, that the work had of processors, and that processors of the machine stood idle meanwhile.
    """
    if passed < _LEAST_PASSED:  # processor time is counted in hundredths of a second
        return passed
    if idle > _FREE * passed or worked < _WAITS * passed:  # nobody kept it waiting, or it waits for something else
        return max(passed, worked)
    return worked
