"""What a docking engine is to the rest of the project."""

from __future__ import annotations

import dataclasses
from typing import Protocol

import numpy as np

from screening.errors import UsageError
from screening.poses.pose import Score
from screening.poses.receptor.receptor import Receptor

#: What to install where no engine is found.
INSTALL = "pip install 'target-screening-workbench[poses]', or a gnina, smina or vina program on the PATH"


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
    #: Whether it refines starting poses beside those that it searches.
    takes_starts: bool

    def version(self) -> str:
        """Return the version of the program or package.

        Raises
        ------
        MissingExtraError
            If it is not installed; the message says how to install it.
        """

    def available(self) -> bool:
        """Tell whether it can be used here."""

    def dock(
        self,
        receptor: Receptor,
        ligands: list[str],
        *,
        seed: int,
        poses: int,
        starts: list[list[str]] | None = None,
        quick: bool = False,
        networks: bool = True,
    ) -> list[list[Placement]]:
        """Dock ligands (PDBQT texts) into the box of the receptor; best pose first, at most `poses` of each.

        The same input gives the same result. An empty list means that the engine found no pose. `starts` are starting
        poses of each ligand, the same PDBQT with other coordinates, for an engine that `takes_starts`. `quick`
        spends about a third of the time. Without `networks`, an engine that has neural networks leaves their scores
        out, which saves their time and changes no energy.
        """


def require_seed(seed: int) -> int:
    """Return the seed if an engine repeats its result with it.

    Raises
    ------
    UsageError
        If it is below 1: to Vina, 0 means a random seed.
    """
    if seed < 1:
        raise UsageError(f"seed {seed}", expected="a whole number from 1 (0 would be a random seed to some engines)")
    return seed
