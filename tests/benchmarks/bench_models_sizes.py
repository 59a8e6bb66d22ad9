"""What training costs on tens of thousands of compounds: each step once, in processor time, and what they add up to.

    python tests/benchmarks/bench_models_sizes.py [COMPOUNDS] [ensemble|fast]

The compounds are those of ``../shared/bench/library/zinc250k.smi.gz`` in random order; their values are made up of
counts of letters of the SMILES and noise, because it is time and memory that are measured. Reading is timed on 2,000
compounds and scaled; all other steps are done for real: features, the kernel that all fits share, a fit to all
compounds, one to four fifths and one to a bit more than half of them (of the five, one and three that training makes),
with the predictions for the others. The sum counts every fit that `workbench train` makes, for the
first stage of the accurate model as `training_cost` estimates it, and stands beside the estimate that is printed before
training. 50,000 and 100,000 compounds take some fifteen minutes each.

What trees of more than 3,000 compounds leave out was chosen by the errors on 1,142 compounds of the EGFR set after
fits to the other 4,387 (RMSE; processor time of a fit on a busy core). Random trees: 68 that look at 300 columns for
each cut .7593 in 37.6 s, 68 at 100 columns .7642 in 16.9 s, 54 at 100 columns .7658 in 11.4 s (taken). Corrections: a
twentieth of the columns .7214 in 13.3 s, three hundredths .7217 in 8.5 s (taken). Boosted trees: 300 .7547 in 22.7 s,
200 with larger steps .7569 in 15.6 s (taken), 300 on half of the columns .7724 in 18.8 s. All together .7213 in 74 s
before, .7229 in 36 s now. Data sets of up to 3,000 compounds are fitted as before.
"""

from __future__ import annotations

import gzip
import random
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from screening.models.affinity import AffinityKind
from screening.models.data.measurements import data_from_arrays
from screening.models.estimators import catalog
from screening.models.evaluation import evaluate, splits
from screening.models.train import TrainOptions, training_cost
from screening.models.training_set import compound_block

LIBRARY = Path(__file__).resolve().parents[3] / "shared" / "bench" / "library" / "zinc250k.smi.gz"
READ = 2_000


def made_up(count: int) -> tuple[list[str], np.ndarray]:
    """Return so many SMILES in random order and a value for each."""
    with gzip.open(LIBRARY, "rt", encoding="utf-8") as stream:
        smiles = [line.split()[0] for line in stream if line.strip()]
    random.Random(1).shuffle(smiles)
    smiles = smiles[:count]
    weights = {"N": 0.12, "O": -0.1, "c": 0.08, "S(": 0.3, "F": 0.25}
    exact = [5.0 + sum(weight * text.count(part) for part, weight in weights.items()) for text in smiles]
    return smiles, np.array(exact) + np.random.default_rng(1).normal(0.0, 0.4, len(smiles))


def timed(what: str, work: Callable[[], Any], factor: float = 1.0) -> tuple[Any, float]:
    """Do a piece of work; print and return its processor time, times `factor`."""
    started = time.process_time()
    found = work()
    spent = (time.process_time() - started) * factor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{what:44}{spent:9.1f} s{peak:9.2f} GB at most so far", flush=True)
    return found, spent


def main(count: int, name: str) -> None:
    """Time the steps of one model."""
    smiles, values = made_up(count)
    options = TrainOptions(model=name)

    def read() -> object:
        return data_from_arrays(smiles[:READ], values[:READ], kind=AffinityKind.PIC50)

    _, total = timed("reading and standardising (scaled)", read, count / READ)
    block, spent = timed("fingerprints and properties", lambda: compound_block(smiles))
    total += spent
    _, spent = timed("scaffolds", lambda: splits.scaffolds(smiles))
    total += spent

    def build() -> Any:
        return catalog.MODELS[name](0)

    inputs, spent = timed("what the model sees", lambda: build().inputs(block))
    total += spent
    if hasattr(build(), "shared"):
        inputs, spent = timed("the kernel of all fits", lambda: build().shared(inputs))
        total += spent
    task = evaluate.Task(build, inputs, block.fingerprints, values)
    draw = np.random.default_rng(0).random(count)
    with threadpool_limits(1):
        fitted, spent = timed("a fit to all", lambda: task.fitted(np.ones(count, dtype=bool)))
        total += spent
        del fitted
        outer = draw < 1 - 1 / options.folds
        _, spent = timed("a fit to four fifths, and the rest", lambda: evaluate.hold_out(task, outer, ~outer))
        total += spent * (options.folds + 1)
        inner, left = outer & (draw < 0.8 * 2 / 3), outer & (draw >= 0.8 * 2 / 3)
        _, spent = timed("a fit to two thirds of these, and the rest", lambda: evaluate.hold_out(task, inner, left))
        total += spent * options.inner_folds
    said = training_cost(count, options)
    if name in catalog.FIRST_STAGE:
        first = training_cost(count, TrainOptions(model=catalog.FIRST_STAGE[name][0])).processor_s
        print(f"{'the first stage (estimated)':44}{first:9.1f} s")
        total += first
    print(f"{'all steps':44}{total:9.1f} s, two cores about {total / 120:.0f} minutes if all were shared")
    print(f"said before training: {said.processor_s:.0f} s of processor time, {said.sentence()}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000, sys.argv[2] if len(sys.argv) > 2 else "ensemble")
