"""Place a binding site that a user describes in a few words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from screening.errors import SiteError, UsageError
from screening.targets.sites.site_around import (
    DEFAULT_RADIUS_A,
    find_residue,
    site_around_ligand,
    site_from_point,
    site_from_residues,
)

if TYPE_CHECKING:
    from screening.targets.binding_site import BindingSite
    from screening.targets.target import Target

_NUMBER = r"-?\d+(?:\.\d+)?"
_COMMA = r"\s*,\s*"
_POINT = re.compile(rf"(?:point\s+)?({_NUMBER}){_COMMA}({_NUMBER}){_COMMA}({_NUMBER})(?:\s+radius\s+({_NUMBER}))?")
_LIGAND = re.compile(rf"(?:around )?ligand (?:chain )?(\S+)(?: radius ({_NUMBER}))?")
#: What a text may look like, for help and errors.
FORMS = "'ADN' or 'ligand E:ADN351', 'residues E:LYS72, E:ASP184', 'point X, Y, Z radius R' or 'pocket 1'"


def place_site(target: Target, text: str, *, radius_A: float | None = None) -> BindingSite:
    """Return the binding site that `text` describes: the same words in every command, in plans and in Python.

    Parameters
    ----------
    target
        The target; it needs coordinates.
    text
        ``ADN``, ``ligand ADN`` or ``ligand E:ADN351``; ``residues E:LYS72, E:ASP184``; ``point X, Y, Z radius R`` in Å;
        or ``pocket 1``, the best of the pockets that are found.
    radius_A
        Where the text names none: 5 Å around a ligand; a point needs one.

    Raises
    ------
    UsageError
        If the text is none of these.
    SiteError
        If there is no such ligand (the message lists those there are), residue, pocket, or nothing around the point.
    """
    words = " ".join(text.split())
    if match := _LIGAND.fullmatch(words):
        return _around(target, match[1], match[2], radius_A)
    if match := re.fullmatch(r"residues (.+)", words):
        return site_from_residues(target, [name for name in re.split(r"[,;\s]+", match[1]) if name])
    if match := _POINT.fullmatch(words):
        x, y, z = (float(number) for number in match.groups()[:3])
        radius = float(match[4]) if match[4] else radius_A
        if radius is None:
            raise UsageError("a point without a radius", expected="point X, Y, Z radius R, in Å")
        return site_from_point(target, (x, y, z), radius)
    if match := re.fullmatch(r"pocket (\d+)(?:, p=.*)?", words):
        return _pocket(target, int(match[1]))
    if re.fullmatch(r"[^\s,:]+:[^\s,]+(?:[,;]\s*[^\s,:]+:[^\s,]+)+", words):
        return site_from_residues(target, [name for name in re.split(r"[,;\s]+", words) if name])
    if words and " " not in words.partition(" radius ")[0]:
        return _named(target, words, radius_A)
    raise UsageError(f"{text!r} describes no site", expected=FORMS)


def _around(target: Target, name: str, radius: str | None, default: float | None) -> BindingSite:
    return site_around_ligand(target, name, float(radius) if radius else default or DEFAULT_RADIUS_A)


def _named(target: Target, words: str, default: float | None) -> BindingSite:
    """Return the site of one bare word: a ligand, a residue of a chain, or neither."""
    name, _, radius = words.partition(" radius ")
    try:
        return _around(target, name, radius or None, default)
    except SiteError as error:
        if ":" in name:
            polymer = {residue for chain in target.chains for residue in chain.residues}
            try:
                residue = find_residue(target, name)
            except (SiteError, UsageError):
                raise error from None
            if residue in polymer:
                return site_from_residues(target, [residue])
        raise


def _pocket(target: Target, rank: int) -> BindingSite:
    from screening.targets.pockets.find import find_pockets

    found = find_pockets(target, top=max(rank, 5))
    if not 1 <= rank <= len(found):
        raise SiteError(f"has no pocket {rank}", source=target.source, expected=f"a pocket from 1 to {len(found)}")
    return found[rank - 1].site()
