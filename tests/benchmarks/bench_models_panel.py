"""The off-target panel beside published methods: test errors of its fifteen targets, and what a prediction costs.

The split is that of MoleculeACE; the panel's figures are those of its card, which
``data/models/panel/train_panel.py`` made.
Trees beside the process gained .01 by cross-validation inside the training compounds of two of the sets, at ten times
the size, and were left out; no choice was made by the test compounds.
Published: the 24 methods of van Tilborg, Alenicheva and Grisoni, J. Chem. Inf. Model. 2022, 62, 5938, and CheMeleon.

Run it with ``python tests/benchmarks/bench_models_panel.py``.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from bench_models_moleculeace import FOLDER, published

from screening.models.panel.panel import load_panel
from screening.models.training_set import compound_block

NCI = Path(__file__).resolve().parents[2] / "data" / "libraries" / "nci.smi"


def main() -> None:
    """Print the table."""
    panel = load_panel()
    others = published() if FOLDER.is_dir() else {}
    kept: list[tuple[float, float]] = []
    for key, one in panel.card["targets"].items():
        test, methods = one["test"], others.get(key, {})
        svm = next((value for name, value in methods.items() if name.upper().startswith("SVM+ECFP")), None)
        if svm is not None:
            kept.append((test["rmse"], svm))
        print(
            f"{one['name']:30s} RMSE {test['rmse']:.3f}, nearest {test['baselines']['nearest neighbour']:.3f},"
            f" mean {test['baselines']['training mean']:.3f}, SVM+ECFP {'none' if svm is None else f'{svm:.3f}'};"
            f" coverage {test['coverage']:.3f}, in domain {test['in_domain']:.2f}"
        )
    print("mean over the targets: " + ", ".join(f"{name} {value}" for name, value in panel.card["mean_test"].items()))
    if kept:
        ours, theirs = (statistics.fmean(column) for column in zip(*kept))
        print(f"on {len(kept)} of them: panel {ours:.3f}, SVM+ECFP {theirs:.3f}")
    else:
        print("published methods: skipped, no ../shared/bench/moleculeace beside this checkout")
    smiles = [line.split()[0] for line in NCI.read_text("utf-8").splitlines()[:1000]]
    block = compound_block(smiles)
    started = time.process_time()
    found = panel.predict(block)
    spent = time.process_time() - started
    print(
        f"{len(smiles):,} NCI compounds: {1e3 * spent / len(smiles):.1f} ms of CPU each for all targets,"
        f" in a domain {found.in_domain.mean():.1%}, likely {found.likely().mean():.1%} of compounds and targets"
    )


if __name__ == "__main__":
    main()
