"""``workbench target download``."""

from __future__ import annotations

from pathlib import Path

import typer


def download(
    entry: str = typer.Argument(..., metavar="ID", help="PDB id (1FMO) or UniProt accession (P05132)."),
    source: str = typer.Option(None, "--from", help="rcsb or alphafold; by the look of the id if left out."),
    out: Path = typer.Option(None, "--out", help="Folder to keep the file in; your cache folder if left out."),
    base_url: str = typer.Option(None, "--base-url", help="Another server that answers like the source."),
) -> None:
    """Fetch an entry from the RCSB PDB or the AlphaFold DB and print where the file is."""
    from screening.targets.files.download import download_target
    from screening.targets.files.read import read_target
    from screening.targets.title import sentence_case

    path = download_target(entry, out, base_url, source=source)
    target = read_target(path)
    typer.echo(f"{target.id}: {sentence_case(target.title) or 'no title'}")
    typer.echo(str(path))
