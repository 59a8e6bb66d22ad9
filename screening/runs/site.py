"""Place a binding site that a user describes in a few words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from screening.errors import UsageError
from screening.targets.sites.site_around import site_around_ligand, site_from_point, site_from_residues

if TYPE_CHECKING:
    from screening.targets.binding_site import BindingSite
    from screening.targets.target import Target

_NUMBER = r"-?\d+(?:\.\d+)?"
_POINT = re.compile(rf"point\s+({_NUMBER})\s*,\s*({_NUMBER})\s*,\s*({_NUMBER})\s+radius\s+({_NUMBER})")


def place_site(target: Target, text: str) -> BindingSite:
    """Return the binding site that `text` describes.

    Parameters
    ----------
    target
        The target; it needs coordinates.
    text
        ``ligand ADN`` or ``ligand E:ADN351``; ``residues E:LYS72, E:ASP184``; or ``point X, Y, Z radius R`` in Å.

    Raises
    ------
    UsageError
        If the text is none of these.
    SiteError
        If there is no such ligand (the message lists those there are), residue, or nothing around the point.
    """
    words = " ".join(text.split())
    if match := re.fullmatch(r"(?:around )?ligand (\S+)", words):
        return site_around_ligand(target, match[1])
    if match := re.fullmatch(r"residues (.+)", words):
        return site_from_residues(target, [name for name in re.split(r"[,\s]+", match[1]) if name])
    if match := _POINT.fullmatch(words):
        x, y, z, radius = (float(number) for number in match.groups())
        return site_from_point(target, (x, y, z), radius)
    raise UsageError(
        f"{text!r} describes no site",
        expected="'ligand NAME', 'residues CHAIN:NUMBER, ...' or 'point X, Y, Z radius R'",
    )
