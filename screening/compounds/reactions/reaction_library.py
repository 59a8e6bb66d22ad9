"""The products of a scheme, by number: made one at a time when they are asked for, never enumerated."""

from __future__ import annotations

import dataclasses
import math
import os
from collections import Counter
from functools import cached_property
from pathlib import Path

import numpy as np
from rdkit import Chem

from screening.compounds.reactions.protecting_groups import REMOVED_BY, protecting_groups
from screening.compounds.reactions.reaction import Reaction
from screening.compounds.reactions.reagents import Reagent, ReagentFile, read_reagents
from screening.compounds.reactions.scheme import Scheme, read_scheme
from screening.errors import FileError
from screening.provenance import content_key

#: Version of how products are numbered and made; part of the key of a library.
_FORMAT = 1


@dataclasses.dataclass(frozen=True)
class Position:
    """The reagents of one reactant of one step.

    Attributes
    ----------
    step
        Number of the step, from 1.
    role
        What they are to its reaction.
    file
        Where they are from.
    reagents
        Those that fit.
    misfits, ambiguous
        Names of those that do not fit, and of those that fit at several places.
    unread
        Number of records that could not be read or stand there twice.
    protected
        Protecting group to the number of `reagents` that carry it.
    """

    step: int
    role: str
    file: Path
    reagents: tuple[Reagent, ...]
    misfits: tuple[str, ...]
    ambiguous: tuple[str, ...]
    unread: int
    protected: dict[str, int]


@dataclasses.dataclass(frozen=True)
class Product:
    """A product of a reaction library.

    Attributes
    ----------
    number
        From 0.
    name
        Names of its reagents, joined by ``_``.
    smiles
        Canonical; empty if there is none.
    reason
        Why there is none.
    reagents
        In the order of the positions.
    route
        One line for each step: reaction, reactants, product.
    """

    number: int
    name: str
    smiles: str
    reason: str
    reagents: tuple[Reagent, ...]
    route: tuple[str, ...]


class ReactionLibrary:
    """Products that the reagents of a scheme could make.

    Raises
    ------
    FileError
        If no reagent of a file fits its reaction, or the numbers of products do not fit in 63 bits.
    """

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        files: dict[Path, ReagentFile] = {}
        positions = []
        for number, step in enumerate(scheme.steps, 1):
            for at, path in enumerate(step.reagents):
                if path is None:
                    continue
                if path not in files:
                    files[path] = read_reagents(path)
                positions.append(_position(number, step.reaction, at, path, files[path], scheme.keep_ambiguous))
        self.positions = tuple(positions)
        if self.compounds >= 2**62:
            raise FileError("describes more products than can be numbered", source=scheme.path, expected="below 2^62")

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Number of reagents of each position."""
        return tuple(len(position.reagents) for position in self.positions)

    @property
    def compounds(self) -> int:
        """Number of products, as many as there are combinations of reagents."""
        return math.prod(self.shape)

    @cached_property
    def key(self) -> str:
        """Content key: equal for libraries with equal products under equal numbers."""
        return content_key(
            {
                "reactions": _FORMAT,
                "steps": [
                    [step.reaction.smarts, [path is None for path in step.reagents]] for step in self.scheme.steps
                ],
                "keep ambiguous": self.scheme.keep_ambiguous,
                "reagents": [[[one.name, one.smiles] for one in position.reagents] for position in self.positions],
            }
        )

    def reagents_of(self, number: int) -> tuple[Reagent, ...]:
        """Return the reagents of a product."""
        places = np.unravel_index(number, self.shape)
        return tuple(position.reagents[int(at)] for position, at in zip(self.positions, places))

    def product(self, number: int) -> Product:
        """Make a product."""
        reagents = self.reagents_of(number)
        name = "_".join(reagent.name for reagent in reagents)
        left = iter(reagents)
        product = ""
        route: list[str] = []
        for at, step in enumerate(self.scheme.steps, 1):
            mols, shown = [], []
            for path in step.reagents:
                if path is None:
                    mols.append(Chem.MolFromSmiles(product))
                    shown.append(product)
                else:
                    reagent = next(left)
                    mols.append(reagent.mol)
                    shown.append(reagent.smiles)
            found = step.reaction.products(mols)
            if not found:
                return Product(number, name, "", f"no product: step {at}, {step.reaction.name}", reagents, tuple(route))
            if len(found) > 1 and not self.scheme.keep_ambiguous:
                reason = f"{len(found)} different products: step {at}, {step.reaction.name}"
                return Product(number, name, "", reason, reagents, tuple(route))
            product = found[0]
            route.append(f"{step.reaction.name}: {' + '.join(shown)} -> {product}")
        return Product(number, name, product, "", reagents, tuple(route))

    def warnings(self) -> list[str]:
        """Return what a chemist should know before searching, one sentence each."""
        removed = {step.reaction.name for step in self.scheme.steps}
        found = []
        for position in self.positions:
            said = f"step {position.step}, {position.role} ({position.file.name})"
            if position.ambiguous:
                kept = "kept, the first product by SMILES is taken" if self.scheme.keep_ambiguous else "left out"
                found.append(f"{said}: {len(position.ambiguous):,} reagents fit at several places and are {kept}")
            for group, count in position.protected.items():
                if REMOVED_BY.get(group) not in removed:
                    how = f"a step with {REMOVED_BY[group]!r} takes it off" if group in REMOVED_BY else "it stays on"
                    found.append(f"{said}: {count:,} reagents carry {group}; {how}")
        return found

    def sampled(self, count: int = 50, seed: int = 0) -> Counter[str]:
        """Make some products drawn at random and return how many there are for each reason, '' for those that are."""
        generator = np.random.default_rng(seed)
        numbers = generator.integers(0, self.compounds, min(count, self.compounds))
        return Counter(self.product(int(number)).reason for number in numbers)


def open_reactions(path: str | os.PathLike[str]) -> ReactionLibrary:
    """Open the reaction library that a scheme, or a folder with one, describes.

    Raises
    ------
    FileError
        If the scheme or one of its files cannot be used.
    """
    return ReactionLibrary(read_scheme(path))


def _position(
    number: int, reaction: Reaction, at: int, path: Path, file: ReagentFile, keep_ambiguous: bool
) -> Position:
    fitting: list[Reagent] = []
    misfits: list[str] = []
    ambiguous: list[str] = []
    protected: Counter[str] = Counter()
    for reagent in file.reagents:
        places = reaction.places(reagent.mol, at)
        if not places:
            misfits.append(reagent.name)
            continue
        if places > 1:
            ambiguous.append(reagent.name)
            if not keep_ambiguous:
                continue
        fitting.append(reagent)
        protected.update(protecting_groups(reagent.mol))
    role = reaction.role(at)
    if not fitting:
        several = f", {len(ambiguous)} fit at several places" if ambiguous else ""
        raise FileError(
            f"none of {len(file.reagents)} reagents fits {reaction.name} once as {role}{several}", source=path,
            where=f"step {number}", expected=f"{role}s" + (', or ambiguous = "keep"' if ambiguous else ""),
        )  # fmt: skip
    return Position(
        number, role, path, tuple(fitting), tuple(misfits), tuple(ambiguous), len(file.refused), dict(protected)
    )
