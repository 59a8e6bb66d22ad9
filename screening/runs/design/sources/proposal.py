"""What a source proposes, and what it is given."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np
from rdkit import Chem

from screening.compounds.reactions.synthons import SynthonLibrary
from screening.compounds.series.cuts import Cut, CutMolecule
from screening.runs.design.constraints import Constraints
from screening.runs.design.fragment_table import FragmentTable
from screening.runs.design.joining import context_of


@dataclasses.dataclass(frozen=True)
class Proposal:
    """A molecule that a source proposes.

    Attributes
    ----------
    smiles, new_atoms
        Canonical SMILES, and its atoms that the parent does not have. Empty SMILES: it came out as no valid molecule.
    source
        Name of the source.
    change
        What was done, such as ``"[*:1]C#C -> [*:1]Cl"``.
    evidence
        Why: surroundings and how often seen, pairs and effect, or a reference.
    site
        Which part of the parent was changed: proposals of one site are one series.
    weight
        For the order within a source: higher first.
    effect, effect_lower, effect_upper, pairs
        Of a rule from measurements: mean difference and its 90 % interval; None elsewhere.
    """

    smiles: str
    new_atoms: tuple[int, ...]
    source: str
    change: str
    evidence: str
    site: str
    weight: float
    effect: float | None = None
    effect_lower: float | None = None
    effect_upper: float | None = None
    pairs: int | None = None


@dataclasses.dataclass(frozen=True, eq=False)
class Question:
    """What a source is asked with.

    Attributes
    ----------
    parent
        Sanitised molecule of the parent's canonical SMILES.
    constraints
        What may change.
    fragments, radius
        Fragments in context, and to how many bonds surroundings must be the same at least; None if there are none.
    measured_smiles, measured_values
        The user's own measurements (NaN for limits); empty if there are none.
    least_pairs
        Pairs that a rule must have.
    reactions
        Pieces of a reaction library, whose products are proposed; None if there is none.
    """

    parent: Chem.Mol
    constraints: Constraints
    fragments: FragmentTable | None = None
    radius: int = 3
    measured_smiles: Sequence[str] = ()
    measured_values: np.ndarray = dataclasses.field(default_factory=lambda: np.zeros(0))
    least_pairs: int = 2
    reactions: SynthonLibrary | None = None

    @cached_property
    def cut_molecule(self) -> CutMolecule:
        """The parent prepared for being cut."""
        return CutMolecule(self.parent)

    @cached_property
    def free(self) -> frozenset[int]:
        """Atoms that may change."""
        return self.constraints.changeable(self.parent)

    @cached_property
    def cuts(self) -> list[tuple[Cut, Chem.Mol]]:
        """The cuts that the constraints allow, each with the rest of the parent."""
        found = []
        for cut in self.cut_molecule.cuts():
            outer = tuple(outer for _, outer in cut.ends)
            if self.constraints.may_change(cut.atoms, outer, self.free):
                found.append((cut, context_of(self.parent, cut)))
        return found


#: Yields proposals, the best first; stops when nobody asks any more.
Source = Callable[[Question], Iterator[Proposal]]


def site_of(cut: Cut) -> str:
    """Return the name of a changed part: its atoms, counted from 1."""
    atoms = sorted(cut.atoms) or [outer for _, outer in cut.ends]
    return ("at " if not cut.atoms else "") + ",".join(str(atom + 1) for atom in atoms)
