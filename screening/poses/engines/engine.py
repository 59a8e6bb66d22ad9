"""What a docking engine is to the rest of the project."""

from __future__ import annotations

import dataclasses
from typing import Protocol

import numpy as np

from screening.poses.pose import Score
from screening.poses.receptor.receptor import Receptor


@dataclasses.dataclass(frozen=True)
class Placement:
    """What an engine returns for one pose.

    Attributes
    ----------
    coordinates
        float64, shape (number of ligand atoms in the PDBQT, 3), in Å, in the order of the PDBQT that was given.
    scores
        The score that the engine ranks by first.
    """

    coordinates: np.ndarray
    scores: tuple[Score, ...]


class Engine(Protocol):
    """A docking engine; one file and one line of the catalog for each."""

    #: Name in the catalog.
    name: str

    def version(self) -> str:
        """Return the version of the program or package.

        Raises
        ------
        MissingExtraError
            If it is not installed; the message says how to install it.
        """

    def available(self) -> bool:
        """Tell whether it can be used here."""

    def dock(self, receptor: Receptor, ligands: list[str], *, seed: int, poses: int) -> list[list[Placement]]:
        """Dock ligands (PDBQT texts) into the box of the receptor; best pose first, at most `poses` of each.

        The same input gives the same result. An empty list means that the engine found no pose.
        """
