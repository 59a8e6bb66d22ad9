"""Does the fast first stage keep what the accurate model would have ranked at the top?

Both models are trained on the shipped Nav1.7 set, a random part of ZINC250k is predicted by both, and for several parts
of the library that are kept after the first stage it is counted how many of the accurate model's best it holds.

Run it with ``python tests/benchmarks/bench_models_cascade.py [compounds] [AFFINITIES.csv SMILES VALUE]``.
"""

from __future__ import annotations

import csv
import gzip
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from screening.models import catalog
from screening.models.affinity import CompoundBlock
from screening.models.neighbours import FingerprintIndex
from screening.models.training_set import compound_block

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT.parent / "shared" / "bench" / "library" / "zinc250k.smi.gz"
KEEP = (0.01, 0.02, 0.04, 0.08, 0.15)


def predict(estimator: Any, block: CompoundBlock, index: FingerprintIndex) -> tuple[np.ndarray, float]:
    """Return predictions and CPU microseconds a compound."""
    started = time.process_time()
    found = []
    for start in range(0, len(block), estimator.block_rows):
        part = slice(start, start + estimator.block_rows)
        piece = CompoundBlock(block.smiles[part], block.fingerprints[part], block.properties[part])
        parts = estimator.parts(estimator.inputs(piece), index.similarity(piece.fingerprints))
        found.append(estimator.combine(parts))
    return np.concatenate(found), (time.process_time() - started) / len(block) * 1e6


def main() -> None:
    """Print recall of the top 0.4 % (1,000 of 250,000) for each part kept."""
    if not LIBRARY.exists():
        print("skipped: no ../shared/bench/library beside this checkout")
        return
    arguments = sys.argv[1:]
    count = int(arguments.pop(0)) if arguments else 12_000
    source, smiles, value = arguments or (str(ROOT / "data" / "affinities" / "nav17.csv"), "smiles", "pIC50")
    with open(source, encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    training, values = compound_block([row[smiles] for row in rows]), np.array([float(row[value]) for row in rows])
    with gzip.open(LIBRARY, "rt", encoding="utf-8") as stream:
        lines = [line.split()[0] for line in stream if line.strip()]
    chosen = np.random.default_rng(0).choice(len(lines), min(count, len(lines)), replace=False)
    block = compound_block([lines[at] for at in chosen])
    index = FingerprintIndex(training.fingerprints)
    scores = {}
    for name in ("fast", "ensemble"):
        estimator = catalog.MODELS[name](0)
        estimator.fit(estimator.inputs(training), values)
        scores[name], cost = predict(estimator, block, index)
        print(f"{name}: {cost:.0f} us of CPU a compound", flush=True)
    fast, full = scores["fast"], scores["ensemble"]
    print(f"{len(block)} compounds, {len(values)} training compounds, r = {np.corrcoef(fast, full)[0, 1]:.3f}")
    best = set(np.argsort(-full)[: max(1, round(0.004 * len(full)))])
    order = np.argsort(-fast)
    for keep in KEEP:
        held = len(best & set(order[: round(keep * len(order))]))
        print(f"keep {keep:.0%}: {held} of the {len(best)} best ({held / len(best):.1%})")


if __name__ == "__main__":
    main()
