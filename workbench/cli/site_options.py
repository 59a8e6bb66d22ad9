"""The options of commands that name a binding site, and the site they ask for: the same words in every command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from screening.errors import UsageError

if TYPE_CHECKING:
    from screening.targets.binding_site import BindingSite
    from screening.targets.target import Target

#: As in `screening.runs.site`, which takes too long to import for ``--help``.
HELP = "Binding site: ADN, 'ligand E:ADN351', 'residues E:LYS72, E:ASP184', 'point X, Y, Z radius R' or 'pocket 1'."

Site = Annotated[str | None, typer.Option("--site", help=HELP, metavar="SITE")]
Radius = Annotated[
    float | None, typer.Option("--radius", help="Radius in Å (ligand: 5 by default; a point needs one).", metavar="R")
]
#: Spellings of earlier versions.
SiteLigand = Annotated[str | None, typer.Option("--site-ligand", hidden=True)]
SiteResidues = Annotated[str | None, typer.Option("--site-residues", hidden=True)]
SitePoint = Annotated[str | None, typer.Option("--site-point", hidden=True)]


def chosen_site(
    target: Target,
    site: str | None,
    radius: float | None = None,
    ligand: str | None = None,
    residues: str | None = None,
    point: str | None = None,
) -> BindingSite | None:
    """Return the site that the options of a command ask for, None if they ask for none.

    Raises
    ------
    UsageError
        If several are asked for, or a text describes no site.
    SiteError
        If it is not there.
    """
    from screening.runs.site import place_site

    asked = [
        text
        for text in (
            site,
            None if ligand is None else f"ligand {ligand}",
            None if residues is None else f"residues {residues}",
            None if point is None else f"point {point}",
        )
        if text is not None
    ]
    if len(asked) > 1:
        raise UsageError("several sites are asked for", expected="one --site")
    if not asked and radius is not None:
        raise UsageError("--radius without a site", expected="--site beside it")
    return place_site(target, asked[0], radius_A=radius) if asked else None
