"""``workbench library search``."""

from __future__ import annotations

from pathlib import Path

import typer


def search(
    library: Path = typer.Argument(..., help="Folder of a prepared library."),
    queries: list[str] = typer.Argument(..., help="SMILES, or compound files, of what to look for."),
    top: int = typer.Option(20, "--top", "-n", min=1, help="How many compounds for each query."),
    threshold: float = typer.Option(0.0, "--threshold", min=0, max=1, help="Least Tanimoto similarity."),
    out: Path = typer.Option(None, "--out", "-o", help="File for the result: .csv, .sdf, .parquet or .smi."),
    inchikey: bool = typer.Option(False, "--inchikey", help="Add standard InChIKeys of what is found."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
    force: bool = typer.Option(False, "--force", help="Write over an existing file."),
) -> None:
    """Find the compounds most similar to others: exact Tanimoto on Morgan fingerprints (radius 2, 2048 bits).

    Queries are standardised as the library was. The library is read once, whatever the number of queries.
    """
    import numpy as np

    from screening.compounds.library.prepared_library import open_library
    from screening.compounds.search.queries import read_queries
    from screening.compounds.search.similarity import search_library
    from workbench.cli.library.rows import give, require_new, rows_of

    require_new(out, force)
    opened = open_library(library)
    wanted = read_queries(queries)
    found = search_library(opened, np.stack([query.fingerprint for query in wanted]), top=top, threshold=threshold)
    names = [query.name for query, one in zip(wanted, found) for _ in range(len(one.rows))]
    more = {"query": names, "similarity": np.concatenate([one.similarity for one in found])}
    table = rows_of(opened, np.concatenate([one.rows for one in found]), more)
    shown = ["similarity", "name", "smiles"] if len(wanted) == 1 else ["query", "similarity", "name", "smiles"]
    give(table, out, as_json, f"Most similar of {opened.compounds:,} compounds", shown, inchikey)
