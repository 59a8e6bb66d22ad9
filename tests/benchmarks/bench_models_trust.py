"""Do intervals and probabilities hold what they promise? On the fifteen data sets of MoleculeACE, all compounds.

For each target the cards of a model of values and of a model of the probability of a pX of 7 or more (of the tightest
fifth where fewer than a tenth or more than nine tenths are), as ``workbench train`` makes them: coverage of the 90 %
intervals by random cross-validation and on rare scaffolds, rank correlation of their width with the error, error of the
calibration, Brier score and ROC AUC beside the baselines. The aim is a coverage from 0.88 to 0.92 on random splits.
Nothing is chosen on these numbers.

Run it with ``python tests/benchmarks/bench_models_trust.py [model] [DATASET ...]``; the model is ``fast`` by default.
"""

from __future__ import annotations

import csv
import gzip
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from screening.models.affinity import AffinityKind
from screening.models.data.measurements import data_from_arrays
from screening.models.estimators import catalog
from screening.models.train import TrainOptions, train_activity

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "bench" / "moleculeace"
COLUMNS = ("random", "width", "scaffold", "width", "ECE", "Brier", "share", "1-NN", "AUC", "1-NN", "scaf.ECE", "AUC")


def run(name: str, model: str) -> list[float]:
    """Return the numbers of one data set, in the order of `COLUMNS`."""
    with gzip.open(FOLDER / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    known = "y [pEC50/pKi]" in rows[0]
    values = np.array([float(row["y [pEC50/pKi]"]) if known else -float(row["y"]) for row in rows])
    kind = AffinityKind.PKI if name.endswith("Ki") else AffinityKind.PEC50
    data = data_from_arrays([row["smiles"] for row in rows], values, kind=kind, source=name)
    share = float((data.values >= 7).mean())
    threshold = 7.0 if 0.1 <= share <= 0.9 else round(float(np.quantile(data.values, 0.8)), 2)
    card = train_activity(data, threshold, options=TrainOptions(model=model)).card
    near, far = card.evaluation["random cross-validation"], card.evaluation["scaffold split"]
    return [
        near["interval"]["coverage"],
        near["interval"]["width_error_spearman"],
        far["interval"]["coverage"],
        far["interval"]["width_error_spearman"],
        *_classes(near["classification"]),
        far["classification"]["model"]["calibration_error"] if far["classification"] else np.nan,
        far["classification"]["model"]["roc_auc"] if far["classification"] else np.nan,
    ]


def _classes(found: dict[str, Any]) -> list[float]:
    own, others = found["model"], found["baselines"]
    return [
        own["calibration_error"],
        own["brier"],
        others["share of actives"]["brier"],
        others["nearest neighbour"]["brier"],
        own["roc_auc"],
        others["nearest neighbour"]["roc_auc"],
    ]


def main() -> None:
    """Print a row for each data set and the means."""
    if not FOLDER.is_dir():
        print("skipped: no ../shared/bench/moleculeace beside this checkout")
        return
    arguments = sys.argv[1:]
    model = arguments.pop(0) if arguments and arguments[0] in catalog.MODELS else "fast"
    names = arguments or sorted(path.name.removesuffix(".csv.gz") for path in FOLDER.glob("CHEMBL*.csv.gz"))
    started, cpu = time.perf_counter(), time.process_time()
    print(f"{model:17s}" + "".join(f"{column:>9s}" for column in COLUMNS))
    table = []
    for name in names:
        table.append(run(name, model))
        print(f"{name:17s}" + "".join(f"{value:9.3f}" for value in table[-1]), flush=True)
    print(f"{'mean':17s}" + "".join(f"{value:9.3f}" for value in np.nanmean(table, axis=0)))
    coverage = np.array(table)[:, 0]
    inside = int(((coverage >= 0.88) & (coverage <= 0.92)).sum())
    print(f"coverage from 0.88 to 0.92 by random cross-validation: {inside} of {len(table)}")
    print(f"{time.perf_counter() - started:.0f} s, {time.process_time() - cpu:.0f} s of processor time")


if __name__ == "__main__":
    main()
