"""What a chemical component is made of: its bonds with their orders, by atom name."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Component:
    """Bonds of a chemical component between heavy atoms, as a file or a dictionary lists them.

    Attributes
    ----------
    code
        Component code, as ``ADN``.
    bonds
        (name, name, order) of each bond; order 1, 2 or 3, aromatic bonds in one Kekulé form.
    charges
        Formal charge of the atoms that have one, where the source says.
    elements
        Element of each heavy atom in capitals, where the source says; empty otherwise.
    """

    code: str
    bonds: tuple[tuple[str, str, int], ...]
    charges: tuple[tuple[str, int], ...] = ()
    elements: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> set[str]:
        """Names of the atoms that are listed."""
        return {name for name, _ in self.elements} | {name for bond in self.bonds for name in bond[:2]}
