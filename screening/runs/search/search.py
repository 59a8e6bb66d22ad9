"""Run a search: ask, fit, choose, ask again, until the budget is spent (Graff, Shakhnovich and Coley, Chem. Sci. 2021,
12, 7866; the surrogate and the acquisition are others, see `surrogate`).

Nothing depends on how the library is divided, on the number of workers or on where a search was interrupted: every
choice follows from the plan and from the answers of the rounds before.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from screening.compounds.library.prepared_library import PreparedLibrary, open_library
from screening.compounds.reactions.reaction_library import ReactionLibrary, open_reactions
from screening.compounds.reactions.scheme import is_scheme
from screening.engine import files, parts
from screening.engine.batch import Batch
from screening.engine.batches import run_batches
from screening.engine.ledger import RecordState
from screening.engine.limits import Limits
from screening.engine.lock import folder_lock
from screening.engine.progress import OnProgress, Progress
from screening.engine.splittable import Tables
from screening.errors import LibraryError, RunError, UsageError
from screening.runs.search.acquisition import acquisition_at
from screening.runs.search.library_space import LibrarySpace
from screening.runs.search.oracles.laboratory import LaboratoryOracle
from screening.runs.search.oracles.oracle import Answer, Oracle, Question, in_full
from screening.runs.search.plan import SearchPlan
from screening.runs.search.reactions.reaction_space import ReactionSpace
from screening.runs.search.recall import Recall
from screening.runs.search.rounds import (
    ANSWER_SCHEMA,
    ANSWERS,
    ASKED_SCHEMA,
    FOUND,
    PLAN,
    RECALL,
    SUMMARY,
    Answered,
    SearchRun,
    open_search,
)
from screening.runs.search.space import Known, Space
from screening.runs.search.tiers import Tiers, passed_in

if TYPE_CHECKING:
    from distributed import Client

#: Compounds that a worker is asked about at once.
_BATCH = 16
#: Seconds a batch may take beside its compounds: starting a process, preparing a receptor.
_EXTRA_SECONDS = 300.0

#: Told of every round: how many compounds were asked for, the best answers, the recall expected.
OnRound = Callable[[SearchRun, Answered, Recall | None], None]


@dataclasses.dataclass(frozen=True)
class QuestionTask:
    """Some compounds of a round, for a worker."""

    oracle: Oracle
    questions: tuple[Question, ...]

    def __len__(self) -> int:
        return len(self.questions)

    def piece(self, start: int, stop: int) -> QuestionTask:
        """Return the task of the compounds from `start` to before `stop`."""
        return QuestionTask(self.oracle, self.questions[start:stop])

    def given_up(self, state: RecordState, reason: str) -> Tables:
        """Account for compounds whose answers killed their worker or took too long."""
        return {ANSWERS: _answers(self.questions, [Answer(None, reason)] * len(self.questions))}


def answer_batch(task: QuestionTask) -> Tables:
    """Ask the oracle about some compounds; one without a structure is not asked about."""
    asked = [question for question in task.questions if question.smiles]
    answers = iter(task.oracle.answer(asked) if asked else [])
    nothing = Answer(None, "the reagents give no product, or several")
    return {ANSWERS: _answers(task.questions, [next(answers) if one.smiles else nothing for one in task.questions])}


def _answers(questions: tuple[Question, ...], answers: list[Answer]) -> pa.Table:
    columns = [
        pa.array([question.record for question in questions], pa.int64()),
        pa.array([answer.value for answer in answers], pa.float64()),
        pa.array([answer.reason for answer in answers], pa.string()),
    ]
    return pa.table(columns, schema=ANSWER_SCHEMA)


def plan_search(
    library: PreparedLibrary | ReactionLibrary,
    oracle: Oracle,
    *,
    budget: int | float,
    first: int | None = None,
    batch: int | None = None,
    tiers: Tiers | None = None,
    full: int | None = None,
    **settings: object,
) -> SearchPlan:
    """Make a plan.

    Parameters
    ----------
    library
        A prepared library, or the products of a scheme of reactions.
    oracle
        What is asked.
    budget
        Compounds that may be asked for: a whole number, or a part of the library below 1.
    first, batch
        Compounds of the first round, a sixth of the budget by default, and of the others, a quarter of that: the
        smaller the rounds, the more is found (ten searches of ``tests/benchmarks/bench_search.py``, seeds 100 to 109,
        found 0.85 of the best 100 in 5 later rounds, 0.86 in 10, 0.88 in 20), and the fewer compounds can be asked
        about at the same time. People are asked in rounds of a sixth, about reactions in rounds of a tenth.
    tiers
        What compounds of a prepared library must pass before they may be asked for.
    full
        How many of the best an oracle with a short search is asked about again; by default a fifth of the budget, 0
        for an oracle without one.
    **settings
        Other fields of `SearchPlan`.

    Raises
    ------
    UsageError
        If the budget is nothing or more than the library.
    """
    place = library.scheme.path if isinstance(library, ReactionLibrary) else library.folder
    count = library.compounds
    asked = round(budget * count) if isinstance(budget, float) and budget < 1 else int(budget)
    if not 1 <= asked <= count:
        raise UsageError(
            f"a budget of {budget} is {asked:,} of {count:,} compounds",
            source=place,
            expected="1 to all of them",
        )
    parts = 10 if isinstance(library, ReactionLibrary) else 6
    if isinstance(library, ReactionLibrary):
        settings.setdefault("acquisition", "greedy")
        if tiers:
            raise UsageError("tiers go with a prepared library", source=place, expected="no tiers for reactions")
    if full and in_full(oracle) is None:
        raise UsageError("this oracle has no short search to repeat in full", expected="dock with a short search")
    if full is None:
        full = 0 if in_full(oracle) is None else max(1, asked // 5)
    share = max(1, round(asked / parts))
    whole_rounds = isinstance(library, ReactionLibrary) or isinstance(oracle, LaboratoryOracle)
    return SearchPlan(
        library=str(place.absolute()),
        library_key=library.key,
        oracle=oracle.describe(),
        higher_is_better=oracle.higher_is_better,
        budget=asked,
        first=min(asked, first or share),
        batch=batch or (share if whole_rounds else max(1, round(share / 4))),
        tiers=tiers.describe() if tiers else None,
        full=full,
        **settings,  # type: ignore[arg-type]
    )


def begin_search(plan: SearchPlan, out: str | os.PathLike[str]) -> SearchRun:
    """Make the folder of a search, or open it if it holds the same one.

    Raises
    ------
    RunMismatchError
        If it holds another search.
    StorageError
        If it cannot be written.
    """
    folder = Path(out).absolute()
    if (folder / PLAN).is_file():
        plan.require_same(open_search(folder).plan, folder)
    elif folder.exists() and any(folder.iterdir()):
        raise RunError("is no search and is not empty", source=folder, expected="a new folder")
    files.write_text(folder / PLAN, plan.to_json())
    return SearchRun(folder, plan)


def run_search(
    plan: SearchPlan,
    out: str | os.PathLike[str],
    oracle: Oracle,
    *,
    client: Client | None = None,
    on_progress: OnProgress | None = None,
    on_round: OnRound | None = None,
) -> SearchRun:
    """Search a library, or go on where a killed search stopped.

    Parameters
    ----------
    plan
        See `plan_search`.
    out
        Folder of the search.
    oracle
        What the plan describes.
    client
        Dask client whose workers ask the oracle; None asks here.
    on_progress, on_round
        Called with every step forward, and after every round.

    Raises
    ------
    RunMismatchError
        If `out` holds another search.
    RunLockedError
        If another process works in it.
    LibraryError
        If the library is not the planned one any more.
    """
    if isinstance(oracle, LaboratoryOracle):
        oracle.answer([])
    run = begin_search(plan, out)
    with folder_lock(run.folder):
        state = SearchState(run, on_progress)
        while state.next_round() is not None:
            number = run.open_round()
            assert number is not None
            what = f"round {number + 1}"
            _answer(run.asked(number), run.round_folder(number), oracle, client, on_progress, what)
            if on_round is not None:
                on_round(run, run.answered(), None)
        again = in_full(oracle)
        if plan.full and again is not None:
            _answer(run.ask_in_full(plan.full), run.full_folder, again, client, on_progress, "in full")
        state.finish()
    if on_round is not None:
        on_round(run, run.answered(), read_recall(run))
    return run


def _answer(
    asked: pa.Table, folder: Path, oracle: Oracle, client: Client | None, on_progress: OnProgress | None, what: str
) -> None:
    questions = [Question(row["record"], row["name"], row["smiles"]) for row in asked.to_pylist()]
    tasks: Iterator[Batch] = (
        Batch(at // _BATCH, QuestionTask(oracle, tuple(questions[at : at + _BATCH])))
        for at in range(0, len(questions), _BATCH)
    )
    done = 0
    seconds = getattr(oracle, "seconds", None)
    # An oracle that ends a compound by itself is given the time to do so.
    limits = None if seconds is None else Limits(_BATCH * seconds + _EXTRA_SECONDS, seconds + _EXTRA_SECONDS)
    if on_progress is not None:
        on_progress(Progress(what, 0, len(questions), "compounds"))  # the time of the first batch counts too
    for receipt in run_batches(answer_batch, tasks, folder, client=client, limits=limits):
        done += receipt.parts[ANSWERS].rows
        if on_progress is not None:
            on_progress(Progress(what, done, len(questions), "compounds"))


class SearchState:
    """A search between two rounds: what is known, and whom to ask next."""

    def __init__(self, run: SearchRun, on_progress: OnProgress | None = None) -> None:
        self.run = run
        self.space = open_space(run.plan.library, run.plan.seed, on_progress, run)
        if self.space.key != run.plan.library_key:
            raise LibraryError(
                "has changed since the search was planned", source=run.plan.library, expected="the same library"
            )

    def next_round(self, count: int | None = None) -> pa.Table | None:
        """Return the round that is open, or choose the next one; None when the budget is spent.

        Parameters
        ----------
        count
            Compounds of it, in the place of the plan's.
        """
        run, plan = self.run, self.run.plan
        number = run.open_round()
        if number is not None:
            return run.asked(number)
        known = run.answered()
        left = min(plan.budget, self.space.candidates) - len(known.rows)
        if left <= 0:
            return None
        number = run.rounds
        size = min(left, count or (plan.first if number == 0 else plan.batch))
        generator = np.random.default_rng([plan.seed, number])
        if number == 0:
            rows = self.space.first(size, generator)
            table = self._table(rows, ["start"] * len(rows), None, None)
        else:
            random = int(plan.random_share * size + generator.random())  # right on average in small rounds too
            acquisition = acquisition_at(plan.acquisition, len(known.rows) / plan.budget)
            found = self.space.choose(_known(known, run.sign), size, random, acquisition, generator)
            rows = np.concatenate([found.acquired, found.drawn])
            chosen = ["acquired"] * len(found.acquired) + ["random"] * len(found.drawn)
            table = self._table(rows, chosen, found.predicted, found.deviation)
        run.ask(number, table)
        return table

    def _table(
        self, rows: np.ndarray, chosen: list[str], predicted: np.ndarray | None, deviation: np.ndarray | None
    ) -> pa.Table:
        found = self.space.table(rows)
        columns = [
            pa.array(rows, pa.int64()),
            *(found.column(name).combine_chunks() for name in ("record", "name", "smiles")),
            pa.array(chosen, pa.string()),
            pa.nulls(len(rows), pa.float64()) if predicted is None else pa.array(predicted, pa.float64()),
            pa.nulls(len(rows), pa.float64()) if deviation is None else pa.array(deviation, pa.float64()),
        ]
        return pa.Table.from_arrays(columns, schema=ASKED_SCHEMA)

    def recall(self) -> Recall | None:
        """Estimate how many of the best have been found; None before there are enough answers."""
        known = _known(self.run.answered(), self.run.sign)
        if len(known.values) < 20 or np.ptp(known.values) <= 0:
            return None
        return self.space.recall(known, self.run.plan.top)

    def finish(self) -> None:
        """Write what was found and what that is worth."""
        run = self.run
        known = run.answered()
        recall = self.recall()
        found = run.found()
        files.write_bytes(run.folder / FOUND, parts.table_bytes(found))
        said = None if recall is None else dataclasses.asdict(recall)
        files.write_text(run.folder / RECALL, json.dumps(said, indent=2, sort_keys=True) + "\n")
        full = run.full_answers()
        failed = int((~np.isfinite(known.values)).sum())
        summary = {
            "format": 1,
            "key": run.plan.key,
            "library": self.space.compounds,
            **({} if run.plan.tiers is None else {"passed": self.space.candidates}),
            "asked": len(known.rows),
            "answered": len(known.rows) - failed,
            "failed": failed,
            "rounds": run.rounds,
            **({} if full is None else {"full": full.num_rows}),
            "recall": said,
        }
        files.write_text(run.folder / SUMMARY, json.dumps(summary, indent=2, sort_keys=True) + "\n")


def read_recall(run: SearchRun) -> Recall | None:
    """Return the recall that a finished search estimated."""
    said = run.summary.get("recall")
    return None if said is None else Recall(**said)


def _known(answered: Answered, sign: float) -> Known:
    kept = np.isfinite(answered.values)
    started = np.array([chosen == "start" for chosen in answered.asked.column("chosen").to_pylist()], bool)
    return Known(answered.rows, answered.rows[kept], sign * answered.values[kept], started[kept], answered.errors(sign))


def open_space(
    path: str | os.PathLike[str], seed: int = 0, on_progress: OnProgress | None = None, run: SearchRun | None = None
) -> Space:
    """Open what is to be searched: a scheme of reactions, or a prepared library with what passes the tiers of a search.

    Raises
    ------
    FileError, LibraryError
        If it is neither, or cannot be used.
    """
    if is_scheme(path):
        return ReactionSpace(open_reactions(path), seed)
    library = open_library(Path(path))
    if run is None or run.plan.tiers is None:
        return LibrarySpace(library, seed, on_progress)
    return LibrarySpace(library, seed, on_progress, passed_in(run.folder, library, Tiers.of(run.plan.tiers)).rows)
