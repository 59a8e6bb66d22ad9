"""A predicted pocket: plain values and small arrays that views, tables and exports can use."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from screening.targets.binding_site import BindingSite
from screening.targets.target import ResidueId


@dataclasses.dataclass(frozen=True)
class Pocket:
    """A place where a ligand could bind.

    Attributes
    ----------
    target_key
        Content key of the target.
    rank
        1 for the most likely.
    probability
        That a ligand is found within 4 Å of the centre, as calibrated on the training complexes (leave-cluster-out).
    centre_A
        Centre, (x, y, z) in Å.
    residues
        Lining residues, sorted.
    points_A
        Surface points of the pocket, float32, shape (n, 3); what a view draws.
    point_scores
        Ligandability of each point, float32, shape (n,), 0 to 1.
    volume_A3
        Enclosed free volume around the centre.
    enclosure
        Share of directions in which the protein is met within 14 Å, 0 to 1.
    hydrophobicity
        Mean Kyte-Doolittle value of the lining residues, -4.5 to 4.5.
    polarity
        Share of the lining atoms that are N, O or charged.
    druggability
        0 to 1, see `screening.targets.pockets.druggability`.
    """

    target_key: str
    rank: int
    probability: float
    centre_A: tuple[float, float, float]
    residues: tuple[ResidueId, ...]
    points_A: np.ndarray
    point_scores: np.ndarray
    volume_A3: float
    enclosure: float
    hydrophobicity: float
    polarity: float
    druggability: float

    @property
    def origin(self) -> str:
        """How a site made of it describes itself, as ``"pocket 1, p=0.83"``."""
        return f"pocket {self.rank}, p={self.probability:.2f}"

    def site(self) -> BindingSite:
        """Return the pocket as a binding site for screening, views and docking."""
        reach = np.linalg.norm(self.points_A - np.array(self.centre_A), axis=1).max() if len(self.points_A) else 0.0
        radius = round(float(reach) + 4.0, 3)
        return BindingSite(self.target_key, self.residues, self.centre_A, radius, self.origin)

    def to_row(self) -> dict[str, Any]:
        """Return a flat row of JSON values."""
        return {
            "rank": self.rank,
            "probability": round(self.probability, 4),
            "druggability": round(self.druggability, 4),
            "volume_A3": round(self.volume_A3, 1),
            "enclosure": round(self.enclosure, 3),
            "hydrophobicity": round(self.hydrophobicity, 2),
            "polarity": round(self.polarity, 3),
            "x": self.centre_A[0],
            "y": self.centre_A[1],
            "z": self.centre_A[2],
            "residues": ",".join(str(residue) for residue in self.residues),
        }

    def __repr__(self) -> str:
        return f"<Pocket {self.rank}: p={self.probability:.2f}, {self.volume_A3:.0f} Å³, {len(self.residues)} residues>"
