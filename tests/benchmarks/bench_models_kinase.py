"""Kinase affinity on Davis and KIBA, beside published numbers.

Folds of DeepDTA (Öztürk, Özgür and Ozkirimli, Bioinformatics 2018, 34, i821): five training folds and a test fold.
Davis is trained on the five and tested on the sixth; the test values of KIBA are withheld, so each of its five folds is
predicted from the other four. The test fold of Davis had been looked at while settings were chosen. These tables are
filled by `screening.models.pairs.pair_boosting`, settings chosen on folds 0 and 1 of KIBA alone; it needs the whole
table, and part of what it knows is which pairs were measured. A new compound has no such pattern and no measured
neighbours at other kinases, so the model that is shipped is another one, `screening.models.pairs.family_model`; its
errors on compounds left out are printed from its card, beside those of the baselines. ``workbench train
--table`` fills a user's own table with the same method, without sequences and with the figures of that table beside
baselines; those printed here are of the method with sequences.

Tried for the shipped model on the first of its three folds (concordance and RMSE on Davis; Spearman within a compound
on Metz and AUC within a kinase on PKIS2, compounds of no other panel; ten best of PKIS2): Tanimoto, as its fast first
stage is, .767, .701, .598, .823, .748; the mean kernel of six count fingerprints and descriptors, as of the accurate
model of one target, .784, .663, .667, .824, .793, but exact values of PKIS2 and Metz further off; the mean of the two
.782, .672, .655, .827, .785; a quarter of a Gaussian of ten properties beside Tanimoto .748, .708, .594, .818, .763.
On all three folds, with the error of exact values on PKIS2 behind: Tanimoto .751, .733, .600, .790, .743, .697; the
mean .757, .713, .654, .798, .757, .712; a quarter of Tanimoto, as shipped, .766, .713, .671, .802, .749, .697.

Run it with ``python tests/benchmarks/bench_models_kinase.py [davis|kiba] [folds]``. The first run aligns every pair of
sequences, which takes minutes, and keeps the scores in ``build/bench``.
"""

from __future__ import annotations

import csv
import gzip
import json
import multiprocessing
import sys
import time
from pathlib import Path

import numpy as np

from screening.features.catalog import FINGERPRINTS
from screening.features.molecule_features import molecule_features
from screening.models.estimators.kernels import minmax
from screening.models.evaluation import metrics
from screening.models.fingerprint_index import FingerprintIndex
from screening.models.pairs.pair_boosting import PairBoosting
from screening.models.training_set import compound_block
from screening.targets.sequences.alignment import alignment_scores, self_score

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT.parent / "shared" / "bench" / "dta"
KINOME = ROOT / "data" / "models" / "kinome"
ALIGNMENTS = ROOT / "build" / "bench" / "alignments.npz"
PUBLISHED = {
    "davis": {"KronRLS": (0.379, 0.871), "SimBoost": (0.282, 0.872), "DeepDTA": (0.261, 0.878),
              "GraphDTA": (0.229, 0.893), "MSGNN-DTA": (0.195, 0.906)},
    "kiba": {"KronRLS": (0.411, 0.782), "SimBoost": (0.222, 0.836), "DeepDTA": (0.194, 0.863),
             "GraphDTA": (0.139, 0.891), "MSGNN-DTA": (0.117, 0.908)},
}  # fmt: skip
SETTINGS = {
    "davis": PairBoosting(),
    "kiba": PairBoosting(compound_components=60, target_components=60, rank=25, penalty=5.0),
}


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a gzipped CSV file."""
    with gzip.open(FOLDER / name, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def compound_kernel(smiles: list[str]) -> np.ndarray:
    """Return the mean of the similarity of Morgan bits and of the mean similarity of all count fingerprints."""
    block = compound_block(smiles)
    bits = FingerprintIndex(block.fingerprints).similarity(block.fingerprints).astype(np.float64)
    counted = molecule_features(smiles, list(FINGERPRINTS), block.properties).tables.values()
    return 0.5 * bits + 0.5 * np.mean([minmax(counts, counts) for counts in counted], axis=0)


def sequence_kernel(sequences: list[str], cache: Path) -> np.ndarray:
    """Return the similarity of every pair of sequences."""
    known: dict[str, int] = {}
    scores = np.zeros((0, 0))
    if cache.exists():
        stored = np.load(cache, allow_pickle=False)
        known, scores = {str(text): at for at, text in enumerate(stored["sequences"])}, stored["scores"]
    if not set(sequences) <= set(known):
        jobs = [(sequences[at], sequences[: at + 1]) for at in range(len(sequences))]
        with multiprocessing.Pool() as pool:
            lower = pool.starmap(alignment_scores, jobs[::-1], chunksize=4)[::-1]
        scores = np.zeros((len(sequences), len(sequences)))
        for at, row in enumerate(lower):
            scores[at, : at + 1] = scores[: at + 1, at] = row
        known = {text: at for at, text in enumerate(sequences)}
        np.savez_compressed(cache, sequences=np.array(sequences), scores=scores)
    at = [known[text] for text in sequences]
    own = np.sqrt(np.array([self_score(text) for text in sequences]))
    return np.asarray(scores[np.ix_(at, at)] / np.outer(own, own))


def read(table: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return compound kernel, target kernel, values and folds."""
    compounds = compound_kernel([row["smiles_iso"] for row in rows(f"{table}_drugs.csv.gz")])
    sequences = [row["sequence"] for row in rows(f"{table}_targets.csv.gz")]
    every = sorted({row["sequence"] for name in SETTINGS for row in rows(f"{name}_targets.csv.gz")})
    ALIGNMENTS.parent.mkdir(parents=True, exist_ok=True)
    where = [every.index(text) for text in sequences]
    targets = sequence_kernel(every, ALIGNMENTS)[np.ix_(where, where)]
    values = np.full((len(compounds), len(targets)), np.nan)
    folds = np.full(values.shape, "", dtype="U4")
    for row in rows(f"{table}_pairs.csv.gz"):
        pair = int(row["drug"]), int(row["target"])
        folds[pair] = row["fold"]
        if row["y"]:
            values[pair] = float(row["y"])
    return compounds, targets, values, folds


def cold() -> None:
    """Print what the card of the shipped model says of compounds left out with their scaffolds, over all panels."""
    found = json.loads((KINOME / "card.json").read_text("utf-8"))["evaluation"]["cold compound"]
    for name, numbers in {"shipped model": found["model"], **found["baselines"]}.items():
        print(f"Davis, cold compounds, {name:18s}: RMSE {numbers['rmse']:.3f}, concordance {numbers['ci']:.3f}")
    print(f"all panels: {found['joined']}; above {found['stretch']['above']} stretched by {found['stretch']['by']}")
    for name, panel in found["panels"].items():
        alone = panel.pop("in_no_other_panel")
        print(f"{name}: " + ", ".join(f"{what} {value}" for what, value in panel.items()))
        print("  in no other panel: " + ", ".join(f"{what} {value}" for what, value in alone.items()))
    drugs = dict(found["drugs left out"])
    top, left = drugs.pop("top_ten"), drugs.pop("compounds_left_out")
    print(f"{top} of {len(drugs) - 1} drugs have their target in the top ten; {left} analogues left out")
    for name, one in drugs.items():
        print(f"  {name}: {one}")
    interval = found["interval"]
    print(f"coverage {interval['coverage']:.3f}, median width {interval['median_width']:.2f}")


def main() -> None:
    """Print MSE and concordance index beside the published ones."""
    cold()
    if not FOLDER.is_dir():
        print("skipped: no ../shared/bench/dta beside this checkout")
        return
    arguments = sys.argv[1:]
    most = int(arguments.pop()) if arguments and arguments[-1].isdigit() else 5
    for table in arguments or ["davis", "kiba"]:
        compounds, targets, values, folds = read(table)
        tests = ["test"] if table == "davis" else [str(number) for number in range(5)][:most]
        found = []
        for test in tests:
            cpu = time.process_time()
            here = (folds == test) & np.isfinite(values)
            predicted = SETTINGS[table].complete(compounds, targets, np.where(here, np.nan, values), here)[here]
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
