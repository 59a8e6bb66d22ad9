"""What mutations do to compounds: the kernels of the shipped kinase model, each mutant left out in turn.

The values are those of Davis et al. 2011 that the model holds: 68 compounds against 442 kinases, mutants among them.
Each mutant (in all its states) is left out, its values are predicted from the other targets of the same compound
(Gaussian process over targets, with the kernels of the model), and the change from the predicted wild type is compared
with the measured one. The model itself has every mutant in its training; only the kernels are tested here, not its
weights.

What the card says of compounds and mutants left out together is printed too, with the half widths of the intervals of
changes that `workbench target variants` shows.

Run it with ``python tests/benchmarks/bench_models_mutants.py``.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from screening.models.pairs.family_model import FamilyModel
from screening.models.pairs.residue_kernel import target_kernels
from screening.models.storage import load_model

KINOME = Path(__file__).resolve().parents[2] / "data" / "models" / "kinome"
NOISE = 0.1
#: A change that counts for its sign, in log units.
CHANGE = 0.5


def main() -> None:
    """Print how often the sign of a change is right, and the rank correlation of changes."""
    started = time.process_time()
    model = load_model(KINOME)
    assert isinstance(model, FamilyModel)
    compounds = np.flatnonzero(np.isfinite(model.measured).any(axis=1))
    columns = np.flatnonzero(np.isfinite(model.measured[compounds]).all(axis=0))
    values = model.measured[np.ix_(compounds, columns)].astype(np.float64)
    targets = [model.targets[at] for at in columns]
    kernels = target_kernels(
        model.features, model.features, model.profiles, np.eye(len(model.targets)), model.target_weights
    )
    kernel = (kernels.shared + kernels.own)[np.ix_(columns, columns)]
    place = {target.name: at for at, target in enumerate(targets)}
    groups: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for at, target in enumerate(targets):
        base = target.name.partition("(")[0]
        if target.mutations and base in place:
            groups.setdefault((base, target.mutations), []).append(at)
    measured, predicted = [], []
    for (base, _), left in groups.items():
        keep = np.setdiff1d(np.arange(len(targets)), left)
        mean = values[:, keep].mean(axis=1, keepdims=True)
        solved = np.linalg.solve(kernel[np.ix_(keep, keep)] + NOISE * np.eye(len(keep)), (values[:, keep] - mean).T)
        usual = [at for at in left if not targets[at].state]
        for at in usual:
            predicted.append(solved.T @ (kernel[keep, at] - kernel[keep, place[base]]))
            measured.append(values[:, at] - values[:, place[base]])
    found, truth = np.array(predicted), np.array(measured)
    large = np.abs(truth) >= CHANGE
    right = np.sign(found) == np.sign(truth)
    told = truth != 0
    print(f"{len(truth)} mutants x {values.shape[0]} compounds, {time.process_time() - started:.0f} s of CPU")
    print(
        f"changes of {CHANGE} or more: {int(large.sum())}, sign right {right[large].mean():.3f} (always weaker:"
        f" {(truth[large] < 0).mean():.3f})"
    )
    some, every = spearmanr(found[told], truth[told])[0], spearmanr(found.ravel(), truth.ravel())[0]
    for situation, numbers in model.card.evaluation["cold compound"]["mutants left out"].items():
        print(f"card, {situation}: {numbers}; 90 % interval +- {model.changes.halves[situation]}")
    print(f"Spearman of the change: pairs that change {some:.3f}, all pairs {every:.3f}")


if __name__ == "__main__":
    main()
