"""From a target and a site to a receptor, by stated rules."""

from __future__ import annotations

from collections.abc import Iterable

from screening.poses.receptor.receptor import DockingBox, Receptor
from screening.targets.binding_site import BindingSite
from screening.targets.target import ResidueId, Target


def prepare_receptor(
    target: Target,
    site: BindingSite,
    *,
    pH: float = 7.4,
    keep: Iterable[ResidueId | str] = (),
    leave_out: Iterable[ResidueId | str] = (),
    waters: str = "none",
    box: DockingBox | None = None,
) -> Receptor:
    """Return the receptor of a site: everything within reach of the box, with hydrogens, charges and bonds."""
    raise NotImplementedError
