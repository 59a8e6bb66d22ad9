"""How copies of the chains in a file are placed: rigid movements, biological assemblies, and the crystal."""

from __future__ import annotations

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class Operator:
    """A rigid movement ``x -> rotation @ x + translation``; translation in Å."""

    name: str
    rotation: tuple[tuple[float, float, float], ...]
    translation: tuple[float, float, float]

    @property
    def is_identity(self) -> bool:
        """True if it moves nothing."""
        return bool(np.allclose(self.rotation, np.eye(3)) and np.allclose(self.translation, 0.0))


@dataclasses.dataclass(frozen=True)
class Assembly:
    """A biological assembly: which chains, copied by which operators.

    Attributes
    ----------
    id
        Number in the file.
    details
        Who says so, such as ``"author_and_software_defined_assembly"``.
    parts
        Pairs of chain ids (label chains in mmCIF, author chains in PDB) and the operators applied to them.
    """

    id: str
    details: str
    parts: tuple[tuple[tuple[str, ...], tuple[Operator, ...]], ...]


@dataclasses.dataclass(frozen=True)
class Crystal:
    """Unit cell (lengths in Å, angles in degrees), space group, and its operators where the file lists them."""

    lengths_A: tuple[float, float, float]
    angles: tuple[float, float, float]
    space_group: str
    operators: tuple[Operator, ...] = ()
