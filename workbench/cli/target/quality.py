"""``workbench target quality``."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from workbench.cli.site_options import Radius, Site, SiteLigand, SitePoint, SiteResidues, chosen_site
from workbench.cli.target.print_table import print_table


def quality(
    file: Path = typer.Argument(..., help="A structure."),
    site: Site = None,
    radius: Radius = None,
    site_ligand: SiteLigand = None,
    site_residues: SiteResidues = None,
    site_point: SitePoint = None,
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
) -> None:
    """Say whether a structure, and a site of it, is fit for docking, for viewing, or not at all."""
    from screening.targets.files.read import read_target
    from screening.targets.quality.quality_report import assess

    target = read_target(file)
    report = assess(target, chosen_site(target, site, radius, site_ligand, site_residues, site_point))
    if as_json:
        typer.echo(json.dumps({"target": target.id, **report.to_dict()}, indent=2, ensure_ascii=False))
        return
    typer.echo(f"{target.id}: {report.verdict} (score {report.score:.2f})")
    rows = [(finding.what, finding.grade, finding.sentence) for finding in report.findings]
    print_table("What was looked at", ("what", "grade", "finding"), rows)
