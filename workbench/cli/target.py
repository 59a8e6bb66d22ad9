"""``workbench target``: look at one structure, fetch one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from screening.errors import UsageError

if TYPE_CHECKING:
    from screening.targets.site import BindingSite
    from screening.targets.target import Target

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None,
                  help="Show, download and compare protein targets.")  # fmt: skip


@app.command()
def show(
    file: Path = typer.Argument(..., help="PDB, mmCIF, BinaryCIF or FASTA file, compressed with gzip or not."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
    model: int = typer.Option(1, "--model", help="Which model of several to read."),
    altloc: str = typer.Option("highest occupancy", "--altloc", help="Conformer: a letter, 'all', or the default."),
    site_ligand: str = typer.Option(None, "--site-ligand", help="Site around this ligand: ADN or E:ADN351."),
    site_residues: str = typer.Option(None, "--site-residues", help="Site of these residues: E:LYS72,E:ASP184."),
    site_point: str = typer.Option(None, "--site-point", help="Site around a point in Å: x,y,z."),
    radius: float = typer.Option(None, "--radius", help="Radius in Å (ligand: 5 by default; a point needs one)."),
) -> None:
    """Show what a structure holds: chains, sequences, ligands, what is missing, and a binding site if asked."""
    from screening.targets.describe import describe, describe_site
    from screening.targets.read import read_target

    target = read_target(file, model=model, altloc=altloc)
    site = chosen_site(target, site_ligand, site_residues, site_point, radius)
    if as_json:
        facts = describe(target)
        if site is not None:
            facts["site"] = describe_site(site)
        typer.echo(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    _print_target(target)
    if site is not None:
        _print_site(target, site)


@app.command()
def download(
    entry: str = typer.Argument(..., metavar="ID", help="PDB id (1FMO) or UniProt accession (P05132)."),
    source: str = typer.Option(None, "--from", help="rcsb or alphafold; by the look of the id if left out."),
    out: Path = typer.Option(None, "--out", help="Folder to keep the file in; your cache folder if left out."),
    base_url: str = typer.Option(None, "--base-url", help="Another server that answers like the source."),
) -> None:
    """Fetch an entry from the RCSB PDB or the AlphaFold DB and print where the file is."""
    from screening.targets.download import download_target
    from screening.targets.read import read_target

    path = download_target(entry, out, base_url, source=source)
    target = read_target(path)
    typer.echo(f"{target.id}: {target.title or 'no title'}")
    typer.echo(str(path))


def chosen_site(
    target: Target, ligand: str | None, residues: str | None, point: str | None, radius: float | None
) -> BindingSite | None:
    """Return the site that the options of a command ask for, None if they ask for none.

    Raises
    ------
    UsageError
        If several are asked for, or a text is no point.
    """
    from screening.targets.site_around import (
        DEFAULT_RADIUS_A,
        site_around_ligand,
        site_from_point,
        site_from_residues,
    )

    asked = [option for option in (ligand, residues, point) if option is not None]
    if len(asked) > 1:
        raise UsageError("several sites are asked for",
                         expected="one of --site-ligand, --site-residues and --site-point")  # fmt: skip
    if not asked and radius is not None:
        raise UsageError("--radius without a site", expected="--site-ligand or --site-point beside it")
    if ligand is not None:
        return site_around_ligand(target, ligand, DEFAULT_RADIUS_A if radius is None else radius)
    if residues is not None:
        names = [name for name in residues.replace(";", ",").split(",") if name.strip()]
        return site_from_residues(target, names)
    if point is None:
        return None
    if radius is None:
        raise UsageError("--site-point without --radius", expected="a radius in Å, such as --radius 10")
    try:
        x, y, z = (float(word) for word in point.split(","))
    except ValueError:
        raise UsageError(f"{point!r} is no point", expected="three numbers x,y,z in Å") from None
    return site_from_point(target, (x, y, z), radius)


def _print_target(target: Target) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    facts: list[tuple[str, str]] = [("Title", target.title or "-")]
    method = target.method or "not stated"
    if target.resolution_A is not None:
        method += f", {target.resolution_A:g} Å"
    if target.r_free is not None:
        method += f", R-free {target.r_free:.3f}"
    facts.append(("Method", method + (" (computed model, pLDDT)" if target.predicted else "")))
    facts.append(("Format", target.format))
    if len(target.atoms):
        models = f"; model {target.model} of {target.models}" if target.models > 1 else ""
        facts.append(("Atoms", f"{len(target.atoms):,} ({target.waters:,} waters){models}"))
    inserted = [residue for chain in target.chains for residue in chain.residues if residue.insertion_code]
    if inserted:
        facts.append(("Inserted", ", ".join(str(residue) for residue in inserted[:8])
                      + (f" ... ({len(inserted)})" if len(inserted) > 8 else "")))  # fmt: skip
    for assembly in target.assemblies[:3]:
        what = f"{assembly.copies(target.chains)} chains, {assembly.details.replace('_', ' ').lower()}".strip(" ,")
        facts.append((f"Assembly {assembly.id}", what))
    console.print(Text(target.id, style="bold"))
    grid = Table.grid(padding=(0, 2))
    for name, text in facts:
        grid.add_row(Text(name, style="cyan"), Text(text))
    console.print(grid)
    _print_chains(console, target)
    _print_groups(console, target)
    for note in target.notes:
        console.print(Text(f"! {note}", style="yellow"))


def _print_chains(console: Any, target: Target) -> None:
    from rich.table import Table
    from rich.text import Text

    from screening.targets.describe import missing_text

    if not target.chains:
        return
    table = Table(title="Chains (author numbering; label numbering in brackets)", title_justify="left")
    for column in ("chain", "kind", "observed", "SEQRES", "from", "to"):
        table.add_column(column)
    for chain in target.chains[:40]:
        first, last = (str(chain.residues[i]) if chain.residues else "-" for i in (0, -1))
        if chain.positions:
            first, last = f"{first} ({chain.positions[0]})", f"{last} ({chain.positions[-1]})"
        label = f"{chain.id} ({chain.label_id})" if chain.label_id and chain.label_id != chain.id else chain.id
        cells = (label, chain.kind, str(len(chain.residues)), str(len(chain.seqres) or "-"), first, last)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)
    if len(target.chains) > 40:
        console.print(f"... and {len(target.chains) - 40} more chains")
    for chain in target.chains[:40]:
        if chain.missing:
            spans = missing_text(chain)
            more = f" ... ({len(spans)} gaps)" if len(spans) > 8 else ""
            console.print(Text(f"Not observed in chain {chain.id}: {'; '.join(spans[:8])}{more}"))
    longest = max(target.chains, key=lambda chain: len(chain.seqres or chain.sequence))
    console.print(Text(f"Sequence of chain {longest.id} (lower case: not observed)", style="cyan"))
    text = longest.sequence
    if longest.seqres:
        seen = set(longest.positions)
        hidden = bool(longest.residues)
        text = "".join(
            letter if i in seen or not hidden else letter.lower() for i, letter in enumerate(longest.seqres, 1)
        )
    for start in range(0, len(text), 60):
        console.print(Text(f"{start + 1:>6} {text[start : start + 60]}"))


def _print_groups(console: Any, target: Target) -> None:
    from rich.table import Table
    from rich.text import Text

    if not target.groups:
        return
    table = Table(title="Bound and modified groups", title_justify="left")
    for column in ("group", "kind", "heavy atoms", "remarks"):
        table.add_column(column)
    order = ["ligand", "metal", "glycan", "modified residue", "ion", "solvent"]
    for group in sorted(target.groups, key=lambda g: (order.index(g.kind), -g.atoms, g.residue))[:40]:
        remarks = "covalently bound to " + ", ".join(str(r) for r in group.linked_to) if group.linked_to else ""
        if group.parent:
            remarks = f"stands for {group.parent}"
        table.add_row(*(Text(cell) for cell in (str(group.residue), group.kind, str(group.atoms), remarks)))
    console.print(table)
    if len(target.groups) > 40:
        console.print(f"... and {len(target.groups) - 40} more groups")


def _print_site(target: Target, site: BindingSite) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    x, y, z = site.centre_A
    console.print(Text(f"Site {site.origin}", style="bold"))
    console.print(f"centre ({x:g}, {y:g}, {z:g}) Å, radius {site.radius_A:g} Å, {len(site.residues)} residues")
    console.print(Text(", ".join(str(residue) for residue in site.residues)))
