"""Points of the linked charts: scores, properties, and chemical space of library and hits."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from screening.compounds.library.prepared_library import PreparedLibrary
from screening.errors import ScreeningError
from screening.features.compound_blocks import fingerprints_and_properties
from screening.runs.run import ScreenRun
from workbench.review.hits.hit_data import HitData

#: Compounds of the library that stand for all of it.
LIBRARY_POINTS = 2000


class Charts:
    """What the charts draw, worked out once.

    Parameters
    ----------
    run
        A finished run.
    hits
        Its hits.
    """

    def __init__(self, run: ScreenRun, hits: HitData) -> None:
        self.run = run
        self.hits = hits

    @functools.cached_property
    def points(self) -> dict[str, Any]:
        """Return places of hits (in the order of the list) and of library compounds in chemical space.

        The first two principal components of the Morgan fingerprints of both; hits alone where the library is gone.
        """
        smiles = self.hits.table.column("smiles").to_pylist()
        packed = [fingerprints_and_properties(smiles)[0]]
        problem = ""
        try:
            packed.append(_sample(self.run.library()))
        except ScreeningError as error:
            problem = f"Hits alone: {error.problem.rstrip('.')}."
        bits = np.unpackbits(np.concatenate(packed), axis=1, bitorder="little").astype(np.float32)
        bits -= bits.mean(axis=0)
        places = _two_components(bits)
        count = len(smiles)
        return {
            "hits": np.round(places[:count], 3).tolist(), "library": np.round(places[count:], 3).tolist(),
            "problem": problem,
        }  # fmt: skip


def _sample(library: PreparedLibrary) -> np.ndarray:
    step = max(1, library.compounds // LIBRARY_POINTS)
    found, seen = [], 0
    for index in range(len(library.parts)):
        column = library.read_compounds(index).column("fingerprint")
        keep = list(range((-seen) % step, len(column), step))
        seen += len(column)
        found += column.take(keep).to_pylist()
    return np.frombuffer(b"".join(found), np.uint8).reshape(len(found), -1)


def _two_components(bits: np.ndarray) -> np.ndarray:
    from sklearn.decomposition import TruncatedSVD

    if min(bits.shape) < 3:
        return np.zeros((len(bits), 2))
    return np.asarray(TruncatedSVD(n_components=2, random_state=0).fit_transform(bits))
