"""A map of a library: compounds with like fingerprints lie near each other, hits on top."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from screening.compounds.library.prepared_library import PreparedLibrary
from screening.compounds.search.structure_map import structure_map
from screening.errors import UsageError
from workbench.page.theme import ALL, HIT
from workbench.plots.figure import Chart, new_figure

#: Compounds on a map; a larger library is sampled evenly, so that no region is favoured.
MOST_POINTS = 1500


def chemical_space(
    library: PreparedLibrary,
    hits: Collection[int],
    *,
    names: dict[int, str] | None = None,
    what: str = "hits",
    seed: int = 1,
) -> Chart:
    """Draw library and marked compounds on a map on which like structures lie near each other (t-SNE).

    Parameters
    ----------
    library
        A prepared library.
    hits
        Record numbers of the compounds to mark.
    names
        Record number to a name to write beside it.
    what
        What the marked compounds are: hits, or known ligands.
    seed
        Of the map.

    Raises
    ------
    UsageError
        If the library is empty.
    """
    records, packed = [], []
    wanted = set(hits)
    step = -(-library.compounds // MOST_POINTS) or 1
    seen = 0
    for index in range(len(library.parts)):
        table = library.read_compounds(index)
        numbers = table.column("record").to_numpy()
        keep = ((np.arange(len(numbers)) + seen) % step == 0) | np.isin(numbers, list(wanted))
        seen += len(numbers)
        records.append(numbers[keep])
        chosen = table.column("fingerprint").filter(keep)
        packed.append(np.frombuffer(b"".join(chosen.to_pylist()), dtype=np.uint8).reshape(keep.sum(), -1))
    if not records or not sum(map(len, records)):
        raise UsageError("the library holds no compounds to draw", source=library.folder)
    number = np.concatenate(records)
    places = structure_map(np.concatenate(packed), seed=seed)
    is_hit = np.isin(number, list(wanted))
    figure, [axes] = new_figure(6.4, 4.9)
    axes.plot(*places[~is_hit].T, ".", color=ALL, markersize=3, alpha=0.5, label=f"library ({(~is_hit).sum():,} shown)")
    axes.plot(
        *places[is_hit].T, "o", color=HIT, markersize=5, markeredgecolor="white", markeredgewidth=0.5,
        label=f"{what} ({is_hit.sum():,})",
    )  # fmt: skip
    for record, name in (names or {}).items():
        for x, y in places[number == record]:
            axes.annotate(name, (x, y), xytext=(5, 3), textcoords="offset points", fontsize=8)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_xlabel("near means alike (t-SNE of Tanimoto distances); the axes mean nothing")
    axes.legend(frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.2)
    return figure
