"""The options of commands that name a binding site, and the site they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from screening.errors import UsageError

if TYPE_CHECKING:
    from screening.targets.binding_site import BindingSite
    from screening.targets.target import Target

SiteLigand = Annotated[str | None, typer.Option("--site-ligand", help="Site around this ligand: ADN or E:ADN351.")]
SiteResidues = Annotated[str | None, typer.Option("--site-residues", help="Site of these residues: E:LYS72,E:ASP184.")]
SitePoint = Annotated[str | None, typer.Option("--site-point", help="Site around a point in Å: x,y,z.")]
Radius = Annotated[
    float | None, typer.Option("--radius", help="Radius in Å (ligand: 5 by default; a point needs one).")
]


def chosen_site(
    target: Target, ligand: str | None, residues: str | None, point: str | None, radius: float | None
) -> BindingSite | None:
    """Return the site that the options of a command ask for, None if they ask for none.

    Raises
    ------
    UsageError
        If several are asked for, or a text is no point.
    """
    from screening.targets.sites.site_around import (
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
