"""A map of a library: compounds with like fingerprints lie near each other, hits on top."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from screening.compounds.library.prepared_library import PreparedLibrary
from screening.errors import UsageError
from workbench.page.theme import ALL, HIT
from workbench.plots.figure import Chart, new_figure

#: Compounds on a map; a larger library is sampled evenly, so that no region is favoured.
MOST_POINTS = 5000


def chemical_space(
    library: PreparedLibrary, hits: Collection[int], *, names: dict[int, str] | None = None, seed: int = 1
) -> Chart:
    """Draw library and hits on the first two principal components of their fingerprints.

    Parameters
    ----------
    library
        A prepared library.
    hits
        Record numbers of the hits.
    names
        Record number to a name to write beside it.
    seed
        Of the decomposition.

    Raises
    ------
    UsageError
        If the library is empty.
    """
    from sklearn.decomposition import TruncatedSVD

    records, packed = [], []
    wanted = set(hits)
    step = max(1, library.compounds // MOST_POINTS)
    for index in range(len(library.parts)):
        table = library.read_compounds(index)
        numbers = table.column("record").to_numpy()
        keep = (np.arange(len(numbers)) % step == 0) | np.isin(numbers, list(wanted))
        records.append(numbers[keep])
        chosen = table.column("fingerprint").filter(keep)
        packed.append(np.frombuffer(b"".join(chosen.to_pylist()), dtype=np.uint8).reshape(keep.sum(), -1))
    if not records or not sum(map(len, records)):
        raise UsageError("the library holds no compounds to draw", source=library.folder)
    number = np.concatenate(records)
    bits = np.unpackbits(np.concatenate(packed), axis=1, bitorder="little").astype(np.float32)
    bits -= bits.mean(axis=0)
    found = TruncatedSVD(n_components=min(2, *bits.shape), random_state=seed)
    places = found.fit_transform(bits)
    if places.shape[1] == 1:
        places = np.column_stack([places, np.zeros(len(places))])
    is_hit = np.isin(number, list(wanted))
    figure, [axes] = new_figure(6.4, 4.6)
    axes.plot(*places[~is_hit].T, ".", color=ALL, markersize=3, alpha=0.5, label=f"library ({(~is_hit).sum():,} shown)")
    axes.plot(
        *places[is_hit].T, "o", color=HIT, markersize=5, markeredgecolor="white", markeredgewidth=0.5,
        label=f"hits ({is_hit.sum():,})",
    )  # fmt: skip
    for record, name in (names or {}).items():
        for x, y in places[number == record]:
            axes.annotate(name, (x, y), xytext=(5, 3), textcoords="offset points", fontsize=8)
    shares = [*found.explained_variance_ratio_.tolist(), 0.0]
    axes.set_xlabel(f"first component ({shares[0] * 100:.1f} % of the variance)")
    axes.set_ylabel(f"second component ({shares[1] * 100:.1f} %)")
    axes.legend(frameon=False, fontsize=9)
    return figure
