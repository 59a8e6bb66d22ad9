"""``workbench target pockets``."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from workbench.cli.target.print_table import print_table


def pockets(
    file: Path = typer.Argument(..., help="A protein structure."),
    top: int = typer.Option(5, "--top", min=1, max=12, help="How many pockets to list."),
    chains: str = typer.Option(None, "--chains", help="Only these chains: A or A,B."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
    model: int = typer.Option(1, "--model", help="Which model of several to read."),
) -> None:
    """Find where a ligand could bind, ranked by probability. Bound ligands are taken away first."""
    from screening.targets.files.read import read_target
    from screening.targets.pockets.find import find_pockets

    target = read_target(file, model=model)
    names = tuple(name.strip() for name in chains.split(",")) if chains else None
    found = find_pockets(target, top=top, chains=names)
    rows = [pocket.to_row() for pocket in found]
    if as_json:
        typer.echo(json.dumps({"target": target.id, "key": target.key, "pockets": rows}, indent=2))
        return
    if not rows:
        typer.echo(f"{target.id}: no pocket was found.")
        return
    shown = [
        (
            str(row["rank"]), f"{row['probability']:.2f}", f"{row['druggability']:.2f}", f"{row['volume_A3']:.0f}",
            f"{row['hydrophobicity']:.1f}", f"{row['enclosure']:.2f}", f"{row['x']:.1f},{row['y']:.1f},{row['z']:.1f}",
        )
        for row in rows
    ]  # fmt: skip
    header = ("rank", "probability", "druggable", "Å³", "hydropathy", "enclosed", "centre x,y,z Å")
    print_table(f"Pockets of {target.id}", header, shown, whole=header)
    residues = [(str(row["rank"]), row["residues"].replace(",", " ")) for row in rows]
    print_table("\nTheir residues", ("rank", "chain:residue"), residues)
