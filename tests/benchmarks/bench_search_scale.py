"""What a round of a search over ten million compounds costs beside the oracle: processor time and memory.

``python tests/benchmarks/bench_search_scale.py [--compounds 200000] [--answers 2000]`` takes the features of 4,000
compounds of the shipped NCI set, stored as `library featurise` stores them, and reads them again and again, part by
part, until there are as many compounds as asked for; then the surrogate is given the answers and a round is chosen,
with the code of `workbench search` for libraries whose features are not held in memory. Prints processor time and peak
memory, and both for 10 million compounds: what grows with the library is separated from what does not by a second
measurement of a tenth of the compounds.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from screening.compounds.library.prepare import prepare_library
from screening.features import stored_features
from screening.features.library_features import properties_of
from screening.features.molecule_features import MoleculeFeatures, molecule_features
from screening.runs.search.acquisition import ACQUISITIONS
from screening.runs.search.feature_source import SEEN
from screening.runs.search.library_space import most_promising
from screening.runs.search.surrogate import Surrogate

ROOT = Path(__file__).parents[2]
#: Part of a library in which features are stored.
PART = 4_000


class Repeated:
    """Stored features of a part, read again and again until there are n compounds."""

    def __init__(self, features: MoleculeFeatures, properties: np.ndarray, count: int) -> None:
        self._properties, self._count = properties, count
        self._table = stored_features.to_table(features)
        self._features = stored_features.from_table(self._table, 0, properties, SEEN)

    def __len__(self) -> int:
        return self._count

    def take(self, rows: np.ndarray) -> MoleculeFeatures:
        """Return the features of some compounds."""
        return self._features.take(rows % len(self._features))

    def blocks(self) -> Iterator[tuple[int, MoleculeFeatures]]:
        """Yield all features, each part decoded anew."""
        for start in range(0, self._count, len(self._features)):
            part = stored_features.from_table(self._table, 0, self._properties, SEEN)
            left = self._count - start
            yield start, part if left >= len(part) else part.take(np.arange(left))


def a_round(source: Repeated, answers: int) -> float:
    """Return the processor seconds of a round."""
    generator = np.random.default_rng(0)
    rows = np.sort(generator.permutation(min(len(source), 4_000))[:answers])
    values = source.take(rows).descriptors[:, 0] / 100 + generator.standard_normal(len(rows))
    started = time.process_time()
    surrogate = Surrogate(source)
    belief = surrogate.believe(rows, values)
    promise = ACQUISITIONS["expected improvement"](belief.mean, belief.deviation, float(values.max()), generator)
    free = np.ones(len(source), bool)
    free[rows] = False
    chosen = most_promising(promise, free, len(source) // 100, generator)
    assert len(set(chosen.tolist())) == len(source) // 100
    return time.process_time() - started


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--compounds", type=int, default=200_000)
    parser.add_argument("--answers", type=int, default=2_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        lines = (ROOT / "data" / "libraries" / "nci.smi").read_text("utf-8").splitlines()[: PART + 200]
        (Path(place) / "some.smi").write_text("\n".join(lines) + "\n", "utf-8")
        library = prepare_library([Path(place) / "some.smi"], Path(place) / "library")
        tables = list(library.iterate())
        smiles = [text for table in tables for text in table["smiles"].to_pylist()][:PART]
        properties = np.concatenate([properties_of(table) for table in tables])[:PART]
    features = molecule_features(smiles, stored_features.STORED, properties)
    found = []
    for count in (options.compounds // 10, options.compounds):
        seconds = a_round(Repeated(features, properties, count), options.answers)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        found.append((count, seconds, peak))
        said = f"{count:>11,} compounds, {options.answers:,} answers"
        print(f"{said}: {seconds:.1f} s, peak memory {peak:.2f} GB", flush=True)
    (few, quick, _), (many, slow, peak) = found
    each = (slow - quick) / (many - few)
    whole = quick + each * (10_000_000 - few)
    print(f"{1e6 * each:.0f} µs a compound; 10,000,000 compounds: {whole / 60:.1f} min of one core")


if __name__ == "__main__":
    main()
