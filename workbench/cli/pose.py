"""``workbench pose``: how a few ligands would sit in a site."""

from __future__ import annotations

from pathlib import Path

import typer

from screening.errors import InputError, UsageError
from workbench.cli.site_options import HELP as SITE_HELP


def command(
    target: Path = typer.Argument(..., help="Structure file.", metavar="TARGET"),
    ligands: list[str] = typer.Argument(..., help="SMILES, or files with compounds.", metavar="LIGANDS..."),
    site: str = typer.Option(..., "--site", help=SITE_HELP, metavar="SITE"),
    out: Path = typer.Option(None, "--out", "-o", help="SDF file to write.", metavar="FILE"),
    page: Path = typer.Option(None, "--page", help="HTML page with the poses in the site.", metavar="FILE"),
    poses: int = typer.Option(3, "--poses", help="Poses kept of each ligand.", min=1, max=20, metavar="N"),
    engine: str = typer.Option(None, "--engine", help="rustina, vina, smina or gnina. Default: the first there is."),
    seed: int = typer.Option(1, "--seed", help="Seed of the search, from 1.", metavar="N"),
    waters: str = typer.Option("none", "--waters", help="Waters that stay: none, bound or all."),
    template: str = typer.Option(
        None, "--template", help="Keep a common core where it lies: bound for the site's ligand, or an SDF file."
    ),
    must: list[str] = typer.Option(
        [], "--must", help="Keep poses with this contact: 'hbond MET793', 'no clash'.", metavar="CONTACT"
    ),
    time_limit: float = typer.Option(300.0, "--time-limit", help="Seconds a ligand may take.", metavar="SECONDS"),
    posebusters: bool = typer.Option(False, "--posebusters", help="Run the PoseBusters tests too."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
) -> None:
    """Dock a few ligands into a site: poses with checks, contacts and how likely each is right.

    A docking score is no affinity. Poses come with a probability to lie within 2 Å of the true one.
    """
    from screening.poses.interactions.conditions import parse_condition
    from workbench.cli.printing.print_poses import poses_json, print_failures, print_poses
    from workbench.docking import pose

    if waters not in ("none", "bound", "all"):
        raise UsageError(f"--waters {waters} is unknown", expected="none, bound or all")
    for text in must:
        parse_condition(text)
    found = pose(
        target, ligands, site=site, poses=poses, engine=engine, seed=seed, waters=waters, template=template,
        time_limit=time_limit, posebusters=posebusters,
    )  # fmt: skip
    kept = found.where(*must) if must else found
    if out is not None and kept:
        kept.save(out)
    if page is not None and kept:
        kept.gallery().save_html(page)
    if as_json:
        typer.echo(poses_json(kept))
    else:
        print_poses(kept)
        for path in (out, page):
            if path is not None and kept:
                typer.echo(path)
    print_failures(found.failures)
    if not found:
        raise InputError("no ligand could be docked", source=target)
    if not kept:
        raise InputError(f"none of {len(found)} poses meets {' and '.join(repr(text) for text in must)}", source=target)
