"""Before a screen: learn on a sample of the library what the full model prefers in it.

Some compounds drawn at random are scored by the full model, a student (`screening.models.student`) is fitted to its
numbers, the sampled compounds that the student puts highest are scored too, and so on for a few rounds: the student
gets good where it matters, near the top (Graff, Shakhnovich and Coley, Chem. Sci. 2021, 12, 7866). What part of the
library the full model has to see afterwards is estimated from the errors of students on compounds drawn at random.

The sample is drawn by record number and the seed of the plan, so it does not depend on how the library is divided; the
student is fitted once, here, and stored with the run.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from screening.engine import files, parts
from screening.engine.batches import run_batches
from screening.engine.guard import Guard
from screening.engine.ledger import RecordState
from screening.engine.progress import OnProgress, Progress
from screening.errors import FileError
from screening.features.packed_features import PackedFeatures
from screening.models.boosting import BoostedTrees
from screening.models.student import Student, read_student, unfitted
from screening.runs.cascade import rescore_tasks
from screening.runs.hits import first_records
from screening.runs.plan import ScreenPlan
from screening.runs.rescore import rescore_batch
from screening.runs.score import compound_block, read_part
from screening.runs.scores import SCORE_SCHEMA, read_run_file

if TYPE_CHECKING:
    from distributed import Client

    from screening.compounds.library import PreparedLibrary

#: Folder of the sample's scores, the file of all of them, and that of the student.
LEARNING, TAUGHT, STUDENT = "learning", "taught.parquet", "student.json"
#: Fewer compounds than this are all scored by the full model: there is nothing to gain.
FEWEST = 20_000
#: Sample: runs of records that follow each other, and the records in each.
RUNS, RUN = 400, 100
#: Compounds scored at random, then in each of the rounds the best the student knows of.
FIRST, ROUNDS, ROUND = 3000, 4, 1250
#: Compounds in a batch.
BATCH = 200
#: Expected recall that decides what part of the library is kept, up to the model's `first_stage_keep`.
RECALL = 0.99
_FOLDS = 2
_ROWS = 4096
_KEEPS = (0.01, 0.015, 0.02, 0.025, 0.03, 0.035, 0.04, 0.045, 0.05, 0.06, 0.07, 0.08, 0.1, 0.15, 0.2)


def learn(
    plan: ScreenPlan,
    folder: Path,
    library: PreparedLibrary,
    most: float,
    *,
    client: Client | None,
    on_progress: OnProgress | None,
    guard: Guard | None,
) -> tuple[Student, str] | None:
    """Return the student of a run and the SHA-256 of its file; None for a library too small to need one.

    At most the part `most` of the library will be kept. What stands in the run folder already is used again.

    Raises
    ------
    LibraryError, ModelError
        If the library or the model is not the planned one any more.
    """
    if library.counts.get(RecordState.READY, 0) < FEWEST:
        return None
    stored = _stored(folder)
    if stored is not None:
        return stored
    records, inputs = _sample(plan, library)
    if len(records) < FIRST:  # nearly all records were refused: so few compounds are scored as a small library is
        return None
    generator = np.random.default_rng(plan.seed)
    values = np.full(len(records), np.nan)
    chosen = drawn = generator.choice(len(records), FIRST, replace=False)
    tables = []
    for number in range(ROUNDS + 1):
        if on_progress is not None:
            done = int(np.isfinite(values).sum())
            on_progress(Progress("learning what the full model prefers", done, FIRST + ROUNDS * ROUND, "compounds"))
        wanted = records[np.sort(chosen)].tolist()
        batches = [wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH)]
        place = folder / LEARNING / f"round-{number}"
        tasks = rescore_tasks(plan, library, batches)
        receipts = run_batches(rescore_batch, tasks, place, client=client, guard=guard)
        table = pa.concat_tables([read_run_file(place / receipt.parts["scores"].path) for receipt in receipts])
        tables.append(table.cast(SCORE_SCHEMA))
        values[np.searchsorted(records, table.column("record").to_numpy())] = table.column("affinity").to_numpy()
        if number < ROUNDS:
            guess = _predicted(_fitted(inputs, values), inputs)
            guess[np.isfinite(values)] = -np.inf
            chosen = np.argsort(-guess, kind="stable")[:ROUND]
    trees = _fitted(inputs, values)
    keep, recall = _keep(inputs, values, drawn, trees, plan.top / library.counts[RecordState.READY], most)
    student = Student(trees, keep, recall, int(np.isfinite(values).sum()))
    content = student.to_json().encode()
    files.write_bytes(folder / LEARNING / TAUGHT, parts.table_bytes(pa.concat_tables(tables).sort_by("record")))
    files.write_bytes(folder / STUDENT, content)
    return student, hashlib.sha256(content).hexdigest()


def scored_in_full(compounds: int, top: int, most: float) -> int:
    """Return how many compounds of a library the full model scores at most, those it teaches with included."""
    if compounds < FEWEST:
        return compounds
    return min(compounds, FIRST + ROUNDS * ROUND + max(2 * top, math.ceil(most * compounds)))


def _stored(folder: Path) -> tuple[Student, str] | None:
    try:
        read_run_file(folder / LEARNING / TAUGHT)
        return read_student(folder / STUDENT)
    except FileError:
        return None


def _sample(plan: ScreenPlan, library: PreparedLibrary) -> tuple[np.ndarray, PackedFeatures]:
    """Return the record numbers, rising, and the features of the sample."""
    generator = np.random.default_rng([plan.seed, int(library.key[:12], 16)])
    starts = generator.integers(0, library.records, RUNS)
    wanted = np.unique((starts[:, None] + np.arange(RUN)[None, :]).ravel())
    wanted = wanted[wanted < library.records]
    firsts = np.array([*first_records(library), library.records])
    records, fingerprints, properties = [], [], []
    for position in np.unique(np.searchsorted(firsts, wanted, side="right") - 1).tolist():
        receipt: Any = parts.read_receipt(library.folder, library.parts[position].index, verify=False)
        rows = read_part(str(library.parts[position].compounds.absolute()), receipt.parts["compounds"].sha256)
        inside = wanted[(wanted >= firsts[position]) & (wanted < firsts[position + 1])]
        rows = rows.filter(pc.is_in(rows.column("record"), value_set=pa.array(inside, pa.int64()))).combine_chunks()
        block = compound_block(rows)
        records.append(rows.column("record").to_numpy())
        fingerprints.append(block.fingerprints)
        properties.append(block.properties)
    return np.concatenate(records), PackedFeatures(np.concatenate(fingerprints), np.concatenate(properties))


def _fitted(inputs: PackedFeatures, values: np.ndarray, left: np.ndarray | None = None) -> BoostedTrees:
    rows = np.flatnonzero(np.isfinite(values) if left is None else np.isfinite(values) & ~left)
    return unfitted().fit(inputs.take(rows).matrix(), values[rows])


def _predicted(trees: BoostedTrees, inputs: PackedFeatures) -> np.ndarray:
    pieces = [trees.predict(inputs.take(np.arange(at, min(at + _ROWS, len(inputs)))).matrix())
              for at in range(0, len(inputs), _ROWS)]  # fmt: skip
    return np.concatenate(pieces)


def _keep(
    inputs: PackedFeatures, values: np.ndarray, drawn: np.ndarray, student: BoostedTrees, wanted: float, most: float
) -> tuple[float, float]:
    """Return the part of a library to keep and the recall of the full model's best to expect.

    The errors that students make on compounds drawn at random and not taught to them say how likely each compound of
    the sample is among the best, given its number; the compounds kept hold so much of the sum of these probabilities.

    Parameters
    ----------
    inputs, values
        The sample, and the full model's numbers where it has scored.
    drawn
        Rows of the sample that were drawn at random.
    student
        The student of the run.
    wanted
        The best are this part of the library.
    most
        Largest part to keep.
    """
    drawn = drawn[np.isfinite(values[drawn])]
    errors = np.empty(len(drawn))
    for number in range(_FOLDS):
        left = np.zeros(len(values), dtype=bool)
        left[drawn[number::_FOLDS]] = True
        unseen = drawn[number::_FOLDS]
        errors[number::_FOLDS] = values[unseen] - _predicted(_fitted(inputs, values, left), inputs.take(unseen))
    errors = np.sort(errors)
    guess = np.sort(_predicted(student, inputs))[::-1]

    def likely(threshold: float) -> np.ndarray:
        return 1.0 - np.searchsorted(errors, threshold - guess, side="left") / len(errors)

    low, high = float(guess[-1] + errors[0]), float(guess[0] + errors[-1])
    for _ in range(40):  # the threshold above which as many are expected as are wanted
        middle = (low + high) / 2
        low, high = (middle, high) if likely(middle).sum() > wanted * len(guess) else (low, middle)
    held = np.cumsum(likely(low))
    for keep in (*(keep for keep in _KEEPS if keep < most), most):
        recall = round(float(held[max(round(keep * len(guess)), 1) - 1] / held[-1]), 3)
        if recall >= RECALL:
            break
    return keep, recall
