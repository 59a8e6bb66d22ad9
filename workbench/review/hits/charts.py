"""Points of the linked charts: a map of hits and library on which like structures lie near each other."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from screening.compounds.library.prepared_library import PreparedLibrary
from screening.compounds.search.structure_map import structure_map
from screening.errors import ScreeningError
from screening.features.compound_blocks import morgan_fingerprints
from screening.runs.run import ScreenRun
from workbench.review.hits.hit_data import HitData

#: Compounds of the library that stand for all of it.
LIBRARY_POINTS = 1000
#: Compounds that the map is made of; the others are put among them, so that long hit lists take seconds too.
MAPPED = 1000


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
        """Return places of hits (in the order of the list) and of library compounds on one map of structures.

        Hits alone where the library is gone. A compound of the sample that is a hit is drawn as a hit only.
        """
        records = self.hits.table.column("record").to_pylist()
        problem = ""
        found: dict[int, bytes] = {}
        sample: list[bytes] = []
        try:
            found, sample = _fingerprints(self.run.library(), records)
        except ScreeningError as error:
            problem = f"Hits alone: {error.problem.rstrip('.')}."
        smiles = self.hits.table.column("smiles").to_pylist()
        absent = [at for at, record in enumerate(records) if record not in found]
        made = morgan_fingerprints([smiles[at] for at in absent])
        found |= {records[at]: row.tobytes() for at, row in zip(absent, made, strict=True)}
        packed = b"".join([found[record] for record in records] + sample)
        places = structure_map(np.frombuffer(packed, np.uint8).reshape(len(records) + len(sample), -1), most=MAPPED)
        count = len(records)
        return {
            "hits": np.round(places[:count], 2).tolist(), "library": np.round(places[count:], 2).tolist(),
            "problem": problem,
        }  # fmt: skip


def _fingerprints(library: PreparedLibrary, records: list[int]) -> tuple[dict[int, bytes], list[bytes]]:
    """Return the packed fingerprints of the hits, by record, and of an even sample of the other compounds."""
    step = max(1, library.compounds // LIBRARY_POINTS)
    hits: dict[int, bytes] = {}
    sample: list[bytes] = []
    seen = 0
    for index in range(len(library.parts)):
        table = library.read_compounds(index)
        numbers, column = table.column("record").to_numpy(), table.column("fingerprint")
        is_hit = np.isin(numbers, records)
        hits |= dict(zip(numbers[is_hit].tolist(), column.filter(is_hit).to_pylist(), strict=True))
        chosen = ((np.arange(len(numbers)) + seen) % step == 0) & ~is_hit
        seen += len(numbers)
        sample += column.filter(chosen).to_pylist()
    return hits, sample
