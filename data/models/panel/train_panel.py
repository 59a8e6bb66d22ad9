"""Train and test the off-target panel that the project ships.

Data: fifteen targets of MoleculeACE (van Tilborg, D., Alenicheva, A., Grisoni, F., J. Chem. Inf. Model. 2022, 62,
5938; MIT), whose values are from ChEMBL (CC BY-SA 3.0). They are read from ``../shared/bench/moleculeace`` beside the
checkout or from ``--data`` and are no part of the project: the models hold sums over hashed features that at least two
compounds have, no compound and no measured value.

Test: the split of the set; a model of the training side, its interval calibrated by five-fold cross-validation inside
it, predicts the test side. The models that are shipped are fitted to both sides.

Run: ``python data/models/panel/train_panel.py`` (about ten minutes on one core).
"""

from __future__ import annotations

import argparse
import csv
import gzip
import statistics
import sys
from pathlib import Path
from typing import Any

import numpy as np

from screening.models.panel.panel import save_panel
from screening.models.panel.train_target import TrainedTarget, train_target
from screening.provenance import package_versions

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
DEFAULT_DATA = ROOT.parent / "shared" / "bench" / "moleculeace"

#: Data set to what the target is called.
TARGETS = {
    "CHEMBL1862_Ki": "tyrosine-protein kinase ABL1",
    "CHEMBL1871_Ki": "androgen receptor",
    "CHEMBL2034_Ki": "glucocorticoid receptor",
    "CHEMBL2047_EC50": "farnesoid X receptor",
    "CHEMBL228_Ki": "serotonin transporter",
    "CHEMBL231_Ki": "histamine H1 receptor",
    "CHEMBL234_Ki": "dopamine D3 receptor",
    "CHEMBL235_EC50": "PPAR gamma",
    "CHEMBL236_Ki": "delta opioid receptor",
    "CHEMBL238_Ki": "dopamine transporter",
    "CHEMBL244_Ki": "coagulation factor X",
    "CHEMBL264_Ki": "histamine H3 receptor",
    "CHEMBL3979_EC50": "PPAR delta",
    "CHEMBL4005_Ki": "PI3-kinase alpha",
    "CHEMBL4792_Ki": "orexin receptor 2",
}
LIMITATIONS = (
    "Fifteen targets that many compounds were published for are no safety panel: what is not among them is not looked"
    " at, and a compound without a likely target here is not shown to be selective.",
    "The training compounds were made for these targets, and few are inactive: likely is a reason to measure, no"
    " finding, and compounds are called likely where they are weak, also in the domain.",
    "The chance of activity takes the interval for that of a normal distribution.",
)


def read(path: Path) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return SMILES, -log10 molar values, and which compounds are tested."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    known = "y [pEC50/pKi]" in rows[0]
    values = np.array([float(row["y [pEC50/pKi]"]) if known else -float(row["y"]) for row in rows])
    return [row["smiles"] for row in rows], values, np.array([row["split"] == "test" for row in rows])


def main() -> None:
    """Train, test and write the panel beside this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    options = parser.parse_args()
    models: dict[str, tuple[str, str, str, TrainedTarget]] = {}
    for key, name in TARGETS.items():
        chembl, measured = key.split("_")
        model = train_target(*read(options.data / f"{key}.csv.gz"))
        models[key] = (name, chembl, f"p{measured}", model)
        print(f"{name}: {model.test}", file=sys.stderr, flush=True)
    tests = [model.test for *_, model in models.values()]
    about: dict[str, Any] = {
        "what": "Likely affinity to fifteen targets, from sums over hashed features of the compound",
        "trained_on": "fifteen sets of MoleculeACE (MIT), values from ChEMBL (CC BY-SA 3.0); the files hold none of it",
        "attribution": "ChEMBL, https://www.ebi.ac.uk/chembl; MoleculeACE, J. Chem. Inf. Model. 2022, 62, 5938",
        "mean_test": {
            what: round(statistics.fmean(test[what] for test in tests), 3)
            for what in ("rmse", "spearman", "coverage", "in_domain", "rmse_in_domain")
        }
        | {
            name: round(statistics.fmean(test["baselines"][name] for test in tests), 3)
            for name in ("training mean", "nearest neighbour")
        },
        "limitations": list(LIMITATIONS),
        "versions": package_versions(),
    }
    save_panel(models, about, HERE)
    print(about["mean_test"])


if __name__ == "__main__":
    main()
