"""Top-1,000 Tanimoto search and diversity picks on 2 million fingerprints, beside FPSim2 on the same ones.

Run: ``python tests/benchmarks/bench_similarity.py [ROWS]``. The fingerprints are those of ZINC250k (benchmark data
beside the checkout), repeated with a few bits changed up to the number of rows. FPSim2 is compared if installed.
"""

from __future__ import annotations

import gzip
import resource
import sys
import time
from pathlib import Path

import numpy as np
from rdkit import Chem

from screening.compounds.fingerprint import packed_morgan, stack
from screening.compounds.search.diversity import pick_diverse
from screening.compounds.search.similarity import FingerprintTable

BENCH = Path(__file__).parents[2].parent / "shared" / "bench"
TOP = 1000


def _fingerprints(rows: int) -> np.ndarray:
    with gzip.open(BENCH / "library" / "zinc250k.smi.gz", "rt") as lines:
        smiles = [line.split()[0] for number, line in enumerate(lines) if number % 5 == 0]
    base = stack([packed_morgan(Chem.MolFromSmiles(text)) for text in smiles])
    packed = np.tile(base, (-(-rows // len(base)), 1))[:rows].copy()
    pick = np.random.default_rng(0)
    changed = np.arange(len(base), rows)
    for _ in range(3):  # copies that are not exact ones
        packed[changed, pick.integers(0, 256, len(changed))] ^= np.uint8(1) << pick.integers(0, 8, len(changed)).astype(
            np.uint8
        )
    return packed


def _fpsim2(packed: np.ndarray, queries: np.ndarray, floor: float) -> list[tuple[float, np.ndarray]]:
    """Return CPU seconds and similarities of each query by FPSim2's search function, on its own sorted layout."""
    try:
        from FPSim2.FPSim2 import METRICS
        from FPSim2.FPSim2lib import GenericSearch
    except ImportError:
        print("FPSim2 is not installed: not compared")
        return []
    words = packed.view(np.uint64)
    counts = np.bitwise_count(words).sum(axis=1, dtype=np.uint64)
    order = np.argsort(counts, kind="stable")
    database = np.empty((len(words), words.shape[1] + 2), np.uint64)
    database[:, 0], database[:, 1:-1], database[:, -1] = order, words[order], counts[order]
    results = []
    for query in queries:
        row = query.view(np.uint64)
        asked = np.concatenate([[np.uint64(0)], row, [np.bitwise_count(row).sum(dtype=np.uint64)]]).astype(np.uint64)
        started = time.process_time()
        found = GenericSearch(asked, database, floor, TOP, METRICS["tanimoto"], 0, len(database))
        results.append((time.process_time() - started, np.sort(found["coeff"])[::-1]))
    return results


def main(rows: int) -> None:
    if not BENCH.is_dir():
        print("skipped: no benchmark data beside this checkout (../shared/bench)")
        return
    packed = _fingerprints(rows)
    queries = packed[:: rows // 20][:20]
    started = time.process_time()
    table = FingerprintTable(packed)
    print(f"{rows:,} fingerprints, table made in {time.process_time() - started:.2f} s CPU")
    ours, plain = [], []
    for query in queries:
        started = time.process_time()
        found = table.search(query, top=TOP)
        ours.append(time.process_time() - started)
        started = time.process_time()
        similarity = table.similarities(query)
        best = np.lexsort((np.arange(rows), -similarity))[:TOP]
        plain.append(time.process_time() - started)
        assert best.tolist() == found.rows.tolist()
    print(f"search: median {1e3 * np.median(ours):.0f} ms CPU a query, {np.median(plain) / np.median(ours):.1f} x "
          "faster than comparing all bits with numpy (same results)")  # fmt: skip
    theirs = _fpsim2(packed, queries, 0.0)
    if theirs:
        alike = all(
            np.allclose(found, table.search(query, top=TOP).similarity[: len(found)], atol=1e-6)
            for query, (_, found) in zip(queries, theirs)
        )
        median = np.median([seconds for seconds, _ in theirs])
        print(f"FPSim2: median {1e3 * median:.0f} ms CPU a query; ours is {median / np.median(ours):.2f} x as fast "
              f"({'same' if alike else 'DIFFERENT'} similarities)")  # fmt: skip
    started = time.process_time()
    pick_diverse(table, 100)
    print(f"diversity: {time.process_time() - started:.1f} s CPU for 100 picks")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000)
