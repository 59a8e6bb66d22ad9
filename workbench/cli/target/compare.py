"""``workbench target compare``."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from workbench.cli.site_options import Radius, Site, SiteLigand, SitePoint, SiteResidues, chosen_site
from workbench.cli.target.print_table import print_table


def compare(
    reference: Path = typer.Argument(..., help="The structure whose site is compared."),
    others: list[Path] = typer.Argument(..., help="Structures of the same family."),
    site: Site = None,
    radius: Radius = None,
    site_ligand: SiteLigand = None,
    site_residues: SiteResidues = None,
    site_point: SitePoint = None,
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
) -> None:
    """Compare a site with its counterparts in other structures: which residues differ, and how far apart they lie."""
    from screening.targets.files.read import read_target
    from screening.targets.sites.site_around import site_around_ligand
    from screening.targets.sites.site_comparison import compare_site

    target = read_target(reference)
    around = chosen_site(target, site, radius, site_ligand, site_residues, site_point) or site_around_ligand(target)
    found = compare_site(target, around, [read_target(path) for path in others])
    if as_json:
        facts = [
            {"id": name, "identity": identity, "site_identity": site_identity, "site_rmsd_A": move.rmsd_A}
            for name, identity, site_identity, move in zip(
                found.others, found.identity, found.site_identity, found.superpositions
            )
        ]
        everything = {"reference": found.reference, "site": around.origin, "others": facts, "positions": found.rows()}
        typer.echo(json.dumps(everything, indent=2))
        return
    zipped = zip(found.others, found.identity, found.site_identity, found.superpositions)
    for name, identity, site_identity, move in zipped:
        typer.echo(f"{name}: {identity:.0%} identical, {site_identity:.0%} in the site, site RMSD {move.rmsd_A:.2f} Å")
    rows = [
        (str(p.residue), *(str(other or "-") for other in p.counterparts), ", ".join(w or "same" for w in p.differs))
        for p in found.positions
    ]
    print_table(f"Site {around.origin} of {found.reference}", (found.reference, *found.others, "difference"), rows)
