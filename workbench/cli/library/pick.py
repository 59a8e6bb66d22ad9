"""``workbench library pick``."""

from __future__ import annotations

from pathlib import Path

import typer


def pick(
    library: Path = typer.Argument(..., help="Folder of a prepared library."),
    count: int = typer.Option(100, "--count", "-n", min=1, help="How many compounds."),
    seed: int = typer.Option(0, "--seed", min=0, help="Chooses the first one."),
    out: Path = typer.Option(None, "--out", "-o", help="File for the picks: .csv, .sdf, .parquet or .smi."),
    inchikey: bool = typer.Option(False, "--inchikey", help="Add standard InChIKeys."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
    force: bool = typer.Option(False, "--force", help="Write over an existing file."),
) -> None:
    """Pick a diverse set: each pick is the compound least similar to all picks before it (MaxMin)."""
    import numpy as np

    from screening.compounds.library.prepared_library import open_library
    from screening.compounds.search.diversity import pick_diverse
    from screening.compounds.search.similarity import FingerprintTable, all_fingerprints
    from workbench.cli.library.rows import give, require_new, rows_of

    require_new(out, force)
    opened = open_library(library)
    picks = pick_diverse(FingerprintTable(all_fingerprints(opened)), count, seed=seed)
    if len(picks) < count:
        typer.echo(f"note: the library has no more than {len(picks):,} compounds", err=True)
    table = rows_of(opened, picks, {"pick": np.arange(1, len(picks) + 1)})
    give(table, out, as_json, f"Diverse picks of {opened.compounds:,} compounds", ["pick", "name", "smiles"], inchikey)
