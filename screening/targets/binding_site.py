"""Binding sites: around a bound ligand, around named residues, or around a point."""

from __future__ import annotations

import dataclasses
import html

from screening.targets.target import ResidueId


@dataclasses.dataclass(frozen=True)
class BindingSite:
    """A place on a target where a ligand could bind.

    Attributes
    ----------
    target_key
        Content key of the target.
    residues
        Residues of the site in author numbering, sorted.
    centre_A
        Centre in Å, (x, y, z).
    radius_A
        Radius in Å.
    origin
        How the site was chosen, such as ``"around ligand E:ADN351"``, ``"residues E:LYS72, E:ASP184"``,
        ``"point 1, 2, 3 radius 8"`` or ``"pocket 1, p=0.83"``.
    ligand
        The bound ligand the site was built around, if any.
    """

    target_key: str
    residues: tuple[ResidueId, ...]
    centre_A: tuple[float, float, float]
    radius_A: float
    origin: str
    ligand: ResidueId | None = None

    def _repr_html_(self) -> str:
        x, y, z = self.centre_A
        return (
            f"<p><b>Binding site {html.escape(self.origin)}</b>, centre {x:.1f}, {y:.1f}, {z:.1f} Å, radius"
            f" {self.radius_A:.1f} Å</p><p>{html.escape(', '.join(map(str, self.residues)))}</p>"
        )

    def __repr__(self) -> str:
        return f"<BindingSite {self.origin}: {len(self.residues)} residues, radius {self.radius_A:.1f} Å>"
