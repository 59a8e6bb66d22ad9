"""``workbench target variants``."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from screening.errors import UsageError
from workbench.cli.site_options import Radius, Site, SiteLigand, SitePoint, SiteResidues, chosen_site
from workbench.cli.target.print_table import print_table


def variants(
    file: Path = typer.Argument(..., help="A protein structure."),
    names: list[str] = typer.Argument(None, help="Variants: T790M p.Leu858Arg ..."),
    table: Path = typer.Option(None, "--table", help="CSV, TSV or VCF-like table of variants, or one a line."),
    reference: Path = typer.Option(None, "--reference", help="FASTA of the sequence in which positions count."),
    chain: str = typer.Option(None, "--chain", help="Only this chain."),
    site: Site = None,
    radius: Radius = None,
    site_ligand: SiteLigand = None,
    site_residues: SiteResidues = None,
    site_point: SitePoint = None,
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
) -> None:
    """Place protein variants on a structure: distance to the site and ligand, buried or exposed, at an interface."""
    from screening.targets.files.read import read_target
    from screening.targets.sites.site_around import site_around_ligand
    from screening.targets.variants.notation import read_variants
    from screening.targets.variants.placed_variants import place_variants

    given = [*(names or []), *(read_variants(table) if table is not None else [])]
    if not given:
        raise UsageError("no variant was named", expected="variants such as T790M, or --table FILE")
    target = read_target(file)
    place = chosen_site(target, site, radius, site_ligand, site_residues, site_point)
    if place is None and target.ligands:
        place = site_around_ligand(target)
    sequence = read_target(reference).sequence if reference is not None else None
    placed = place_variants(target, given, site=place, reference=sequence, chain=chain)
    if as_json:
        rows = [variant.to_row() for variant in placed]
        typer.echo(
            json.dumps({"target": target.id, "site": place.origin if place else None, "variants": rows}, indent=2)
        )
        return
    shown = []
    for row in placed:
        near = "-" if row.distance_to_site_A is None else f"{row.distance_to_site_A:.1f}"
        bound = "-" if row.distance_to_ligand_A is None else f"{row.distance_to_ligand_A:.1f} ({row.ligand})"
        open_ = "-" if row.exposure is None else f"{'buried' if row.buried else 'exposed'} {row.exposure:.2f}"
        remark = row.reason or (f"interface with {', '.join(row.interface_with)}" if row.interface_with else "")
        inside = "in the site" if row.in_site else near
        shown.append((row.variant, row.state, str(row.residue or "-"), inside, bound, open_, remark))
    header = ("variant", "state", "residue", "site Å", "ligand Å", "surface", "remarks")
    print_table(f"Variants on {target.id}" + (f", site {place.origin}" if place else ""), header, shown)
