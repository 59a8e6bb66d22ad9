"""What may change around a compound, and within which windows a design must stay."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cached_property

import numpy as np
from rdkit import Chem

from screening.compounds.compound import PROPERTIES
from screening.errors import UsageError


@dataclasses.dataclass(frozen=True)
class Constraints:
    """What a design must keep; all of it optional.

    Attributes
    ----------
    core
        SMARTS: the atoms of the parent that match stay as they are, and every design matches it.
    atoms
        The only atoms of the parent that may change or get a new neighbour, counted from 1 in its canonical SMILES.
    grow
        The one atom where a hydrogen is replaced, counted likewise; nothing else changes.
    windows
        Property (of `screening.compounds.compound.PROPERTIES`) to its least and largest value.
    similarity
        Least and largest Tanimoto similarity to the parent (Morgan, radius 2).
    """

    core: str | None = None
    atoms: tuple[int, ...] = ()
    grow: int | None = None
    windows: Mapping[str, tuple[float, float]] = dataclasses.field(default_factory=dict)
    similarity: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        for name, (low, high) in self.windows.items():
            if name not in PROPERTIES:
                raise UsageError(f"there is no property {name!r}", expected=f"one of {', '.join(PROPERTIES)}")
            if not low <= high:
                raise UsageError(f"the window of {name} is {low:g} to {high:g}", expected="the smaller number first")
        low, high = self.similarity
        if not 0 <= low <= high <= 1:
            raise UsageError(
                f"the similarity window is {low:g} to {high:g}", expected="two numbers from 0 to 1, rising"
            )
        if self.core is not None and Chem.MolFromSmarts(self.core) is None:
            raise UsageError(f"the core {self.core[:60]!r} is no SMARTS", expected="such as 'c1ncnc2ccccc12'")

    @cached_property
    def query(self) -> Chem.Mol | None:
        """The core as a query."""
        return None if self.core is None else Chem.MolFromSmarts(self.core)

    def changeable(self, parent: Chem.Mol) -> frozenset[int]:
        """Return the atoms (from 0) that may change or get a new neighbour.

        Raises
        ------
        UsageError
            If an atom is not there, the core is not in the parent, or nothing may change.
        """
        count = parent.GetNumAtoms()
        asked = [*self.atoms, *([self.grow] if self.grow is not None else [])]
        for atom in asked:
            if not 1 <= atom <= count:
                text = Chem.MolToSmiles(parent)
                raise UsageError(
                    f"there is no atom {atom} in {text}", expected=f"1 to {count} in the order of this SMILES"
                )
        free = set(range(count)) if not self.atoms else {atom - 1 for atom in self.atoms}
        if self.grow is not None:
            if not parent.GetAtomWithIdx(self.grow - 1).GetTotalNumHs():
                raise UsageError(f"atom {self.grow} has no hydrogen to replace", expected="an atom with a hydrogen")
            free &= {self.grow - 1}
        if self.query is not None:
            match = parent.GetSubstructMatch(self.query)
            if not match:
                raise UsageError(f"the core {self.core} is not in {Chem.MolToSmiles(parent)}", expected="a part of it")
            free -= set() if self.grow is not None else set(match)
        if not free:
            raise UsageError("nothing of the compound may change", expected="a smaller core or more atoms")
        return frozenset(free)

    def may_change(self, removed: frozenset[int], outer: tuple[int, ...], free: frozenset[int]) -> bool:
        """Say whether atoms may be removed, or (for a hydrogen) an atom may get a new neighbour.

        Parameters
        ----------
        removed
            Atoms that go.
        outer
            Atoms that get new neighbours.
        free
            See `changeable`.
        """
        if self.grow is not None:
            return not removed and outer == (self.grow - 1,)
        if removed:
            return removed <= free
        # A core stays whole, but substituents may be put on it; atoms named one by one are meant literally.
        return not self.atoms or set(outer) <= free

    def within(self, properties: np.ndarray, similarity: np.ndarray) -> np.ndarray:
        """Return bool, shape (n,): which designs are in all windows.

        Parameters
        ----------
        properties
            float32, shape (n, len(PROPERTIES)).
        similarity
            Shape (n,): to the parent.
        """
        low, high = self.similarity
        inside = (similarity >= low) & (similarity <= high)
        for name, (least, most) in self.windows.items():
            values = properties[:, PROPERTIES.index(name)]
            inside &= (values >= least) & (values <= most)
        return np.asarray(inside)

    def keeps_core(self, mol: Chem.Mol) -> bool:
        """Say whether a design has the core."""
        return self.query is None or bool(mol.HasSubstructMatch(self.query))
