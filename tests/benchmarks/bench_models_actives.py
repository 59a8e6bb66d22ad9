"""Ranking by five known actives, beside the usual similarity search, on three sets of Riniker and Landrum.

Benchmarking platform of J. Cheminform. 2013, 5, 26: DUD (21 targets), MUV (9) and ChEMBL (25); 50 lists of five query
actives for each target, a fifth of the decoys taken out with them, all the rest is ranked. Means over the lists of ROC
AUC, EF 1 % and BEDROC (alpha 20); equal scores share their places. ECFP4 is the highest Tanimoto similarity of Morgan
fingerprints (radius 2, 2048 bits); "measured before" is the highest Dice similarity of counts, from the data's README.

What the ranker is made of (`screening.models.estimators.similarity_to_actives`) was chosen on DUD and on every second
target of MUV and ChEMBL. The others are marked *: they were seen in one first table of single fingerprints and plain
fusions, which showed that fusing helps everywhere, and in no choice after it. The background is the NCI compounds that
the project ships, as in ``workbench train FILE --actives``; nothing of the decoys is used.

Run it with ``python tests/benchmarks/bench_models_actives.py [LISTS]``; 50 lists take six minutes of processor time.
"""

from __future__ import annotations

import gzip
import sys
import time
from pathlib import Path

import numpy as np
from rdkit import Chem, RDLogger

from screening.features.compound_blocks import fingerprints_and_properties
from screening.features.count_table import CountTable
from screening.models.estimators.kernels import References
from screening.models.estimators.similarity_to_actives import SimilarityToActives, pooled, views_of
from screening.models.evaluation import ranking
from screening.models.fingerprint_index import FingerprintIndex

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT.parent / "shared" / "bench" / "rdkit_vs"
MEASURED = {"DUD": (0.861, 36.5, 0.745), "MUV": (0.588, 10.0, 0.157), "ChEMBL": (0.766, 39.1, 0.508)}
BACKGROUND = 2000

Described = tuple[list[CountTable], np.ndarray, list[str]]


def read(path: Path) -> list[str]:
    """Return the SMILES of a file; those that RDKit cannot read stay as empty text, so that rows keep their numbers."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = [line.split()[-1] for line in stream if not line.startswith("#")]
    return [text if Chem.MolFromSmiles(text) is not None else "" for text in rows]


def described(smiles: list[str]) -> Described:
    """Return what both methods see of compounds; unreadable ones are methane, and are never ranked."""
    usable = [text or "C" for text in smiles]
    return views_of(usable), fingerprints_and_properties(usable)[0], usable


def ranked(name: str, lists: int, background: Described, decoys: Described) -> np.ndarray:
    """Return the mean measures of one target: shape (2 methods, 3 measures)."""
    group, target = name.split("_", 1)
    actives = read(FOLDER / group / f"{target}_actives.dat.gz")
    queries = np.load(FOLDER / "query5" / f"{name}.npz")
    count = int(queries["n_decoys"])
    own = described(actives)
    usable = np.array([text != "" for text in actives] + [text != "C" for text in decoys[2]])
    against = []
    for view in range(len(own[0])):
        references = References(own[0][view])
        against.append([references.similarity(table[view]) for table in (own[0], decoys[0], background[0])])
    usual = FingerprintIndex(own[1]).similarity(np.concatenate([own[1], decoys[1]]))
    found = []
    for number in range(lists):
        query = np.array([row for row in queries["actives"][number] if usable[row]], dtype=int)
        if len(query) < 2:
            continue
        asked = usable.copy()
        asked[queries["actives"][number]] = False
        asked[len(actives) :] &= ~np.unpackbits(queries["decoys_packed"][number])[:count].astype(bool)
        active = (np.arange(len(asked)) < len(actives))[asked]
        score = np.zeros(int(asked.sum()))
        for inside, outside, behind in against:
            raw = pooled(np.concatenate([inside, outside])[asked][:, query])
            rest = pooled(behind[:, query])
            score += (raw - rest.mean()) / rest.std()
        if number == 0:
            check(own[2], decoys[2], background[2], query, asked, score / len(against))
        found.append([measures(active, score), measures(active, usual[asked][:, query].max(axis=1))])
    return np.mean(found, axis=0)


def check(
    actives: list[str],
    decoys: list[str],
    background: list[str],
    query: np.ndarray,
    asked: np.ndarray,
    score: np.ndarray,
) -> None:
    """Check that the scores are those of the product: similarities are only shared between the lists here."""
    some = np.flatnonzero(asked)[:: max(1, int(asked.sum()) // 50)]
    model = SimilarityToActives.fit([actives[row] for row in query], background)
    expected = model.scores([(actives + decoys)[row] for row in some])[0]
    np.testing.assert_allclose(score[np.searchsorted(np.flatnonzero(asked), some)], expected, rtol=1e-6)


def measures(active: np.ndarray, score: np.ndarray) -> tuple[float, float, float]:
    """Return ROC AUC, EF 1 % and BEDROC."""
    return (
        ranking.roc_auc(active, score),
        ranking.enrichment_factor(active, score, 0.01),
        ranking.bedroc(active, score),
    )


def main() -> None:
    """Print a row for each target and the means of each set."""
    if not FOLDER.is_dir():
        print("skipped: no ../shared/bench/rdkit_vs beside this checkout")
        return
    RDLogger.DisableLog("rdApp.*")
    lists = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    started, cpu = time.perf_counter(), time.process_time()
    smiles = [line.split()[0] for line in (ROOT / "data/libraries/nci.smi").read_text().splitlines()]
    readable = [text for text in smiles if Chem.MolFromSmiles(text) is not None]
    order = np.random.default_rng(0).permutation(len(readable))[:BACKGROUND]
    background = described([readable[row] for row in order])
    print(f"{'target':20s} {'ranker':>22s} {'ECFP4 max similarity':>24s}   (ROC AUC, EF 1 %, BEDROC; {lists} lists)")
    for group in MEASURED:
        names = sorted(path.stem for path in (FOLDER / "query5").glob(f"{group}_*.npz"))
        shared = described(read(FOLDER / "ChEMBL" / "zinc_decoys.dat.gz")) if group == "ChEMBL" else None
        rows = []
        for name in names:
            decoys = shared or described(read(FOLDER / group / f"{name.split('_', 1)[1]}_decoys.dat.gz"))
            rows.append(ranked(name, lists, background, decoys))
            print(f"{name + mark(group, names, name):20s} {line(rows[-1][0])} {line(rows[-1][1])}", flush=True)
        table = np.array(rows)
        print(f"{group + ' mean':20s} {line(table.mean(axis=0)[0])} {line(table.mean(axis=0)[1])}", end="")
        print(f"   measured before {MEASURED[group]}")
        kept = [row for row, name in enumerate(names) if mark(group, names, name)]
        if kept:
            apart = table[kept].mean(axis=0)
            print(f"{group + ' mean of *':20s} {line(apart[0])} {line(apart[1])}")
    print(f"{time.perf_counter() - started:.0f} s, {time.process_time() - cpu:.0f} s of processor time")


def mark(group: str, names: list[str], name: str) -> str:
    """Return * for a target that no choice was made on."""
    return "*" if group != "DUD" and names.index(name) % 2 == 0 else ""


def line(values: np.ndarray) -> str:
    """Write the three measures."""
    return f"{values[0]:10.3f} {values[1]:6.1f} {values[2]:6.3f}"


if __name__ == "__main__":
    main()
