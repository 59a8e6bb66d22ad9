"""Rounds of choosing the best predicted: bias and coverage on the chosen, plain and corrected.

Writes what each round predicted for its batch and out of fold, and what was measured, to a folder of .npz files, and
prints bias and coverage on the chosen as predicted and as corrected (`screening.runs.results.chosen_correction`).
Usage::

    python tests/benchmarks/bench_models_rounds.py BENCH_FOLDER OUT_FOLDER [SET ...]
    python tests/benchmarks/bench_models_rounds.py report OUT_FOLDER

A campaign: a random part (a fifth, 150 to 300 compounds) is measured; then three rounds, each the batch of the best
predicted among the rest (a tenth of the rest, at most 100), are measured and join the training data. Large sets are
cut to 1,500 compounds at random. The model is the fast one.
"""

from __future__ import annotations

import csv
import gzip
import sys
from pathlib import Path

import numpy as np

from screening.models.affinity import AffinityKind
from screening.models.data.measurements import data_from_arrays
from screening.models.estimators import catalog
from screening.models.evaluation import conformal, evaluate
from screening.models.train import best_share
from screening.models.training_set import compound_block
from screening.runs.results.chosen_correction import chosen_correction

ROUNDS, MOST, SEEDS = 3, 1500, (0, 1)
ROOT = Path(__file__).parents[2]


def read(name: str, bench: Path) -> tuple[list[str], np.ndarray]:
    """Return SMILES and -log10 molar values of a set: ``nav17``, ``egfr`` or the name of a MoleculeACE file."""
    if name == "nav17":
        with open(ROOT / "data/affinities/nav17.csv") as plain:
            rows = list(csv.DictReader(plain))
        return [row["smiles"] for row in rows], np.array([float(row["pIC50"]) for row in rows])
    path = bench / ("egfr/EGFR_compounds.csv.gz" if name == "egfr" else f"moleculeace/{name}.csv.gz")
    with gzip.open(path, "rt") as stream:
        rows = list(csv.DictReader(stream))
    value = "pIC50" if name == "egfr" else next(key for key in rows[0] if key.startswith("y [p"))
    return [row["smiles"] for row in rows], np.array([float(row[value]) for row in rows])


def campaign(name: str, bench: Path, seed: int, out: Path) -> None:
    """Run one campaign and write what happened."""
    random = np.random.default_rng(seed)
    smiles, values = read(name, bench)
    if len(smiles) > MOST:
        some = np.sort(random.choice(len(smiles), MOST, replace=False))
        smiles, values = [smiles[at] for at in some], values[some]
    data = data_from_arrays(smiles, values, kind=AffinityKind.PIC50)
    truth = data.values
    block = compound_block(data.smiles)

    def build(share: float | None = None):  # type: ignore[no-untyped-def]
        estimator = catalog.MODELS["fast"](seed)
        return estimator if share is None else estimator.set_params(share=share)

    task = evaluate.Task(build, build().inputs(block), block.fingerprints, truth)
    known = np.zeros(len(truth), bool)
    known[random.choice(len(truth), int(np.clip(len(truth) // 5, 150, 300)), replace=False)] = True
    batch = min(100, int((~known).sum()) // 10)
    found: dict[str, np.ndarray] = {}
    chosen_in = np.full(len(truth), -1)
    for number in range(ROUNDS):
        with evaluate.side_by_side() as pool:
            crossed = evaluate.cross_validation(task, known, 5, seed, pool)()
        share = best_share(build, crossed.parts, truth[known])
        combine = build(share).combine
        inside = combine(crossed.parts)
        interval = conformal.calibrate(crossed.terms, truth[known] - inside, float(truth[known].std()))
        held = evaluate.hold_out(task, known, ~known)
        predicted = combine(held.parts)
        order = np.argsort(-predicted, kind="stable")
        rest = np.flatnonzero(~known)
        found |= {
            f"oof_prediction_{number}": inside, f"oof_truth_{number}": truth[known],
            f"oof_difficulty_{number}": interval.difficulty(crossed.terms), f"quantile_{number}": interval.quantile,
            f"oof_chosen_in_{number}": chosen_in[known], f"oof_closeness_{number}": crossed.closeness,
            f"rest_prediction_{number}": predicted[order], f"rest_truth_{number}": truth[rest[order]],
            f"rest_difficulty_{number}": interval.difficulty(held.terms)[order],
            f"rest_closeness_{number}": held.closeness[order], "batch": np.array(batch),
        }  # fmt: skip
        picked = rest[order[:batch]]
        known[picked], chosen_in[picked] = True, number
    out.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out / f"{name}_{seed}.npz", **found)
    print(name, seed, batch, flush=True)


def report(path: Path) -> None:
    """Print bias and coverage on the chosen of each round of a campaign, plain and corrected."""
    found = np.load(path)
    batch = int(found["batch"])
    earlier, reach = [np.array([])], [np.array([])]
    for number in range(ROUNDS):
        quantile = float(found[f"quantile_{number}"])
        predicted, truth = (found[f"rest_{name}_{number}"][:batch] for name in ("prediction", "truth"))
        half = quantile * found[f"rest_difficulty_{number}"][:batch]
        correction = chosen_correction(
            float(predicted.min()), predicted=found[f"oof_prediction_{number}"], measured=found[f"oof_truth_{number}"],
            half=quantile * found[f"oof_difficulty_{number}"], earlier_residuals=np.concatenate(earlier),
            earlier_half=np.concatenate(reach),
        )  # fmt: skip
        error = truth - predicted
        left = error - correction.shift
        plain, held = (np.abs(error) <= half).mean(), (np.abs(left) <= correction.factor * half).mean()
        print(
            f"{path.stem:20} round {number + 1}: bias {error.mean():+.2f} coverage {plain:.3f}; corrected"
            f" {left.mean():+.2f} {held:.3f}"
        )
        earlier.append(error)
        reach.append(half)


if __name__ == "__main__":
    if sys.argv[1] == "report":
        for saved in sorted(Path(sys.argv[2]).glob("*.npz")):
            report(saved)
        sys.exit()
    bench_folder, out_folder, *names = sys.argv[1:]
    for each in names or ["nav17"]:
        for start in SEEDS:
            campaign(each, Path(bench_folder), start, Path(out_folder))
