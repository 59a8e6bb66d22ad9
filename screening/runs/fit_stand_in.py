"""Before a screen with a slow model: learn on a sample of the library what is worth its time.

The model scores some compounds drawn at random, and a fast stand-in of it (`screening.models.stand_in`) is made to
follow it on them. Where the library has its features stored, that is a matter of a few coefficients, as it is for a
family model. Elsewhere trees are fitted to the model's numbers, the sampled compounds that they put highest are scored
too, and so on for a few rounds: they get good where it matters, near the top (Graff, Shakhnovich and Coley, Chem. Sci.
2021, 12, 7866).

How high a stand-in has to put a compound for the model to see it is decided once, here, from the errors on compounds
drawn at random, and stored with the run. The sample is drawn by record number and the seed of the plan: nothing depends
on how the library is divided or on where a run was interrupted.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from screening.engine import files
from screening.engine.batches import run_batches
from screening.engine.ledger import RecordState
from screening.engine.limits import Limits
from screening.engine.progress import OnProgress, Progress
from screening.errors import FileError
from screening.features.library_features import LibraryFeatures
from screening.features.packed_features import PackedFeatures
from screening.models.estimators.blockwise import rounded
from screening.models.estimators.boosting import BoostedTrees
from screening.models.stand_in import StandIn, read_stand_in, unfitted
from screening.runs.plan import ScreenPlan
from screening.runs.sample import sample_of, sample_tasks, score_sample
from screening.runs.scores import read_run_file

if TYPE_CHECKING:
    from distributed import Client

    from screening.compounds.library.prepared_library import PreparedLibrary

STAGE = "learning what the full model prefers"
#: Folder of the sample's scores, and the file of the stand-in.
LEARNING, STAND_IN = "learning", "stand-in.json"
#: Fewer compounds than this are all scored by the full model: there is nothing to gain.
FEWEST = 20_000
#: Sample for fitted trees: runs of records that follow each other, and the records in each.
RUNS, RUN = 400, 100
#: Compounds scored at random, then in each of the rounds the best that the trees know of.
FIRST, ROUNDS, ROUND = 3000, 4, 1250
#: Sample of an expansion (reading stored features costs more than using them), and the compounds scored of it.
FEW_RUNS, LONG_RUN, DRAWN = 50, 200, 1500
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
    model: Any,
    features: LibraryFeatures | None,
    *,
    client: Client | None,
    on_progress: OnProgress | None,
    limits: Limits | None,
) -> tuple[StandIn, str] | None:
    """Return the stand-in of a run and the SHA-256 of its file; None for a library too small to need one.

    Parameters
    ----------
    plan, folder, library
        Of the run. What stands in the folder already is used again.
    model
        Bound, with a fast first stage; at most its `first_stage_keep` of the library will be kept.
    features
        Stored features of the library, if it has them.
    client, on_progress, limits
        As in `screening.runs.screen.run_screen`.

    Raises
    ------
    LibraryError, ModelError
        If the library or the model is not the planned one any more.
    """
    ready = library.counts.get(RecordState.READY, 0)
    if ready < max(FEWEST, 4 * plan.top):
        return None
    try:
        return read_stand_in(folder / STAND_IN)
    except FileError:
        pass
    share = plan.top / ready
    if features is not None or model.scorer.terms_of_bits:
        found = _expansion(plan, library, model, features, share, on_progress)
    else:
        found = _fitted_trees(plan, folder, library, model.first_stage_keep, share, client, on_progress, limits)
    if found is None:  # nearly all records were refused: so few compounds are scored as a small library is
        return None
    content = found.to_json().encode()
    files.write_bytes(folder / STAND_IN, content)
    return found, hashlib.sha256(content).hexdigest()


def scored_in_full(compounds: int, top: int, most: float, *, trees: bool) -> int:
    """Return how many compounds of a library the full model scores at most, those it teaches with included.

    `trees`: it teaches trees, which takes more of them.
    """
    if compounds < max(FEWEST, 4 * top):
        return compounds
    taught = FIRST + ROUNDS * ROUND if trees else DRAWN
    return min(compounds, taught + round(max(2 * top, most * compounds)))


def _expansion(
    plan: ScreenPlan,
    library: PreparedLibrary,
    model: Any,
    features: LibraryFeatures | None,
    share: float,
    on_progress: OnProgress | None,
) -> StandIn | None:
    """Fit the coefficients of the terms to the model's numbers for compounds drawn at random."""
    generator = np.random.default_rng(plan.seed)
    terms_of = model.scorer.expanded(stored=features is not None)
    terms, values, drawn = [], [], []
    for _, block in sample_of(plan, library, FEW_RUNS, LONG_RUN, features):
        here = generator.random(len(block)) < DRAWN / (FEW_RUNS * LONG_RUN)
        terms.append(terms_of(block))
        values.append(model.scorer.predict(block.take(np.flatnonzero(here))).affinity)
        drawn.append(here)
        if on_progress is not None:
            on_progress(Progress(STAGE, sum(map(len, values)), DRAWN, "compounds"))
    if sum(map(len, values)) < DRAWN // 2:
        return None
    sampled, chosen, right = np.concatenate(terms), np.concatenate(drawn), np.concatenate(values).astype(np.float64)
    sampled = np.column_stack([np.ones(len(sampled)), sampled])
    usable = np.isfinite(right)
    coefficients = np.linalg.lstsq(sampled[chosen][usable], right[usable], rcond=None)[0]
    guess = sampled @ coefficients
    keep, recall = part_to_keep(guess, (right - guess[chosen])[usable], share, model.first_stage_keep)
    return StandIn(
        _threshold(guess, keep), keep, recall, int(usable.sum()), coefficients=coefficients, stored=features is not None
    )


def _fitted_trees(
    plan: ScreenPlan,
    folder: Path,
    library: PreparedLibrary,
    most: float,
    share: float,
    client: Client | None,
    on_progress: OnProgress | None,
    limits: Limits | None,
) -> StandIn | None:
    """Fit trees to the model's numbers for compounds drawn at random and for the best they know of, in rounds."""
    found = list(sample_of(plan, library, RUNS, RUN))
    if sum(len(block) for _, block in found) < FIRST:
        return None
    records = np.concatenate([numbers for numbers, _ in found])
    inputs = PackedFeatures(
        np.concatenate([block.fingerprints for _, block in found]),
        np.concatenate([block.properties for _, block in found]),
    )
    chosen = drawn = np.random.default_rng(plan.seed).choice(len(records), FIRST, replace=False)
    values = np.full(len(records), np.nan)
    for number in range(ROUNDS + 1):
        if on_progress is not None:
            done = int(np.isfinite(values).sum())
            on_progress(Progress(STAGE, done, FIRST + ROUNDS * ROUND, "compounds"))
        wanted = records[np.sort(chosen)].tolist()
        batches = [wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH)]
        place = folder / LEARNING / f"round-{number}"
        receipts = run_batches(score_sample, sample_tasks(plan, library, batches), place, client=client, limits=limits)
        scored = pa.concat_tables([read_run_file(place / receipt.parts["values"].path) for receipt in receipts])
        values[np.searchsorted(records, scored.column("record").to_numpy())] = scored.column("value").to_numpy()
        if number < ROUNDS:
            guess = _predicted(_fitted(inputs, values), inputs)
            guess[np.isfinite(values)] = -np.inf
            chosen = np.argsort(-guess, kind="stable")[:ROUND]
    trees = _fitted(inputs, values)
    guess = _predicted(trees, inputs)
    keep, recall = part_to_keep(guess, _errors(inputs, values, drawn), share, most)
    return StandIn(_threshold(guess, keep), keep, recall, int(np.isfinite(values).sum()), trees=trees)


def _fitted(inputs: PackedFeatures, values: np.ndarray, left: np.ndarray | None = None) -> BoostedTrees:
    rows = np.flatnonzero(np.isfinite(values) if left is None else np.isfinite(values) & ~left)
    return unfitted().fit(inputs.take(rows).matrix(), values[rows])


def _predicted(trees: BoostedTrees, inputs: PackedFeatures) -> np.ndarray:
    pieces = [trees.predict(inputs.take(np.arange(at, min(at + _ROWS, len(inputs)))).matrix())
              for at in range(0, len(inputs), _ROWS)]  # fmt: skip
    return np.concatenate(pieces)


def _errors(inputs: PackedFeatures, values: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Return the errors of the trees on compounds drawn at random that they were not taught."""
    drawn = drawn[np.isfinite(values[drawn])]
    errors = np.empty(len(drawn))
    for number in range(_FOLDS):
        left = np.zeros(len(values), dtype=bool)
        left[drawn[number::_FOLDS]] = True
        unseen = drawn[number::_FOLDS]
        errors[number::_FOLDS] = values[unseen] - _predicted(_fitted(inputs, values, left), inputs.take(unseen))
    return errors


def _threshold(guess: np.ndarray, keep: float) -> float:
    # Rounded as predictions are, so that equal numbers fall on the same side of it.
    return float(np.sort(rounded(guess))[::-1][max(round(keep * len(guess)), 1) - 1])


def part_to_keep(guess: np.ndarray, errors: np.ndarray, wanted: float, most: float) -> tuple[float, float]:
    """Return the part of a library to keep, and the recall of the full model's best to expect.

    The errors of the stand-in on compounds drawn at random say how likely each compound of the sample is among the
    best, given its number; the compounds kept hold so much of the sum of these probabilities.

    Parameters
    ----------
    guess
        Numbers of the stand-in for a sample of the library, shape (n,).
    errors
        What has to be added to such numbers for compounds it was not taught, shape (m,).
    wanted
        The best are this part of the library; at least twice as much is kept.
    most
        Largest part to keep beyond that.
    """
    errors, guess = np.sort(errors), np.sort(guess)[::-1]

    def likely(threshold: float) -> np.ndarray:
        return 1.0 - np.searchsorted(errors, threshold - guess, side="left") / len(errors)

    low, high = float(guess[-1] + errors[0]), float(guess[0] + errors[-1])
    for _ in range(40):  # the threshold above which as many are expected as are wanted
        middle = (low + high) / 2
        low, high = (middle, high) if likely(middle).sum() > wanted * len(guess) else (low, middle)
    held = np.cumsum(likely(low))
    least = min(2 * wanted, 1.0)
    for keep in (least, *(keep for keep in _KEEPS if least < keep < most), max(most, least)):
        recall = round(float(held[max(round(keep * len(guess)), 1) - 1] / held[-1]), 3)
        if keep >= min(_KEEPS[0], most) and recall >= RECALL:
            break
    return keep, recall
