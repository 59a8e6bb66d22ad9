"""``workbench library cluster``."""

from __future__ import annotations

from pathlib import Path

import typer


def cluster(
    library: Path = typer.Argument(..., help="Folder of a prepared library, of up to some ten thousand compounds."),
    similarity: float = typer.Option(0.6, "--similarity", min=0, max=1, help="Least similarity to the centre."),
    out: Path = typer.Option(None, "--out", "-o", help="File for all compounds with their clusters."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
    force: bool = typer.Option(False, "--force", help="Write over an existing file."),
) -> None:
    """Cluster compounds by Butina's method; clusters are numbered from the largest, their centres come first."""
    import numpy as np

    from screening.compounds.library.prepared_library import open_library
    from screening.compounds.search.diversity import cluster_butina
    from screening.compounds.search.similarity import FingerprintTable, all_fingerprints
    from screening.errors import UsageError
    from workbench.cli.library.rows import give, require_new, rows_of

    require_new(out, force)
    opened = open_library(library)
    if opened.compounds > 100_000:
        raise UsageError(
            f"{opened.compounds:,} compounds are too many to compare each with each", source=library,
            expected="at most 100,000; 'library pick' takes any number",
        )  # fmt: skip
    centre = cluster_butina(FingerprintTable(all_fingerprints(opened)), similarity)
    centres, inverse, sizes = np.unique(centre, return_inverse=True, return_counts=True)
    rank = np.empty(len(centres), np.int64)
    rank[np.lexsort((centres, -sizes))] = np.arange(1, len(centres) + 1)
    rows = np.lexsort((np.arange(len(centre)), centre != np.arange(len(centre)), rank[inverse]))
    more = {
        "cluster": rank[inverse][rows],
        "size": sizes[inverse][rows],
        "centre": (centre == np.arange(len(centre)))[rows],
    }
    if out is None and not as_json:
        chosen = more["centre"]
        rows, more = rows[chosen], {name: values[chosen] for name, values in more.items()}
    table = rows_of(opened, rows, more)
    title = f"{len(centres):,} clusters of {opened.compounds:,} compounds"
    give(table, out, as_json, title, ["cluster", "size", "name", "smiles"], inchikey=False)
