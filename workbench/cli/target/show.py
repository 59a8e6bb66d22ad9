"""``workbench target show``."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import typer

from workbench.cli.site_options import Radius, Site, SiteLigand, SitePoint, SiteResidues, chosen_site
from workbench.cli.target.print_target import print_site, print_target


def show(
    file: Path = typer.Argument(..., help="PDB, mmCIF, BinaryCIF or FASTA file, compressed with gzip or not."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
    model: int = typer.Option(1, "--model", help="Which model of several to read."),
    altloc: str = typer.Option("highest occupancy", "--altloc", help="Conformer: a letter, 'all', or the default."),
    site: Site = None,
    radius: Radius = None,
    site_ligand: SiteLigand = None,
    site_residues: SiteResidues = None,
    site_point: SitePoint = None,
    homologs: Path = typer.Option(None, "--homologs", help="FASTA of the family: how conserved the site is."),
) -> None:
    """Show what a structure holds: chains, sequences, ligands, what is missing, and a binding site if asked."""
    from screening.errors import SiteError, UsageError
    from screening.targets.describe import describe, describe_site
    from screening.targets.files.read import read_target

    target = read_target(file, model=model, altloc=altloc)
    place = chosen_site(target, site, radius, site_ligand, site_residues, site_point)
    if homologs is not None and place is None:
        raise UsageError("--homologs without a site", expected="--site beside it")
    family = [] if homologs is None else [chain.seqres or chain.sequence for chain in read_target(homologs).chains]
    features = None
    if place is not None:
        from screening.targets.sites.site_features import site_features

        with contextlib.suppress(SiteError):  # of nucleic acid alone
            features = site_features(target, place, family)
    if as_json:
        facts = describe(target)
        if place is not None:
            facts["site"] = describe_site(place, features)
        typer.echo(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    print_target(target)
    if place is not None:
        print_site(place, features)
