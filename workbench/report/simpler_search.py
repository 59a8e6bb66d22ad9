"""Would a simpler search have found the same: the best by similarity to known actives, by size or by weight.

J. Med. Chem. asks this of every virtual screen (2011, 54, 1): a model that ranks large molecules first has learnt to
count atoms.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow as pa

from screening.runs.run import ScreenRun
from screening.runs.scores import read_run_file


@dataclasses.dataclass(frozen=True)
class SimplerSearch:
    """One simpler way to rank the library.

    Attributes
    ----------
    name
        What is ranked by.
    correlation
        Spearman correlation with the prediction, over all scored compounds.
    shared
        How many of the `top` best predicted are also among its `top` best.
    top
        That number.
    ranks
        Record to its rank by this search, for the records asked for.
    """

    name: str
    correlation: float
    shared: int
    top: int
    ranks: dict[int, int]


def simpler_searches(run: ScreenRun, records: list[int], top: int = 100) -> list[SimplerSearch]:
    """Rank the scored compounds by similarity to what the model was trained on, by heavy atoms and by weight.

    Raises
    ------
    LibraryError
        If the library of the run is not there any more.
    """
    library = run.library()
    scores = pa.concat_tables(
        [read_run_file(path, columns=["record", "affinity", "similarity", "full"]) for path in run.score_files()]
    )
    sizes = pa.concat_tables(
        [read_run_file(part.compounds, columns=["record", "heavy_atoms", "molecular_weight"]) for part in library.parts]
    )
    order = np.argsort(sizes.column("record").to_numpy(), kind="stable")
    place = np.searchsorted(sizes.column("record").to_numpy()[order], scores.column("record").to_numpy())
    rows = order[place]
    record = scores.column("record").to_numpy()
    value = scores.column("affinity").to_numpy().astype(float)
    full = np.asarray(scores.column("full").to_pylist(), dtype=bool)
    top = min(top, len(record))
    best = set(record[np.lexsort((record, -value, ~full))[:top]].tolist())
    wanted = set(records)
    found = []
    for name, by in (
        ("similarity to the nearest training compound", scores.column("similarity").to_numpy()),
        ("number of heavy atoms", sizes.column("heavy_atoms").to_numpy()[rows]),
        ("molecular weight", sizes.column("molecular_weight").to_numpy()[rows]),
    ):
        ranked = record[_best(by.astype(float), record)]
        ranks = {int(each): at + 1 for at, each in enumerate(ranked.tolist()) if each in wanted}
        shared = len(best & set(ranked[:top].tolist()))
        found.append(SimplerSearch(name, _spearman(value, by.astype(float)), shared, top, ranks))
    return found


def _best(value: np.ndarray, record: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.lexsort((record, -value))
    return found


def _spearman(first: np.ndarray, second: np.ndarray) -> float:
    from scipy.stats import spearmanr

    if len(first) < 3 or first.std() == 0 or second.std() == 0:
        return float("nan")
    return float(spearmanr(first, second).statistic)
