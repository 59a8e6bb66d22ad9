"""What exchanging one fragment for another did to measured values: rules from the user's own measurements.

Two compounds that differ in one fragment are a matched pair (Hussain and Rea, J. Chem. Inf. Model. 2010, 50, 339).
Pairs with the same exchange in the same surroundings make a rule: its effect is their mean difference. Here only the
rules that can be applied to one compound are looked for; `screening.compounds.series.matched_pairs` finds all.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from rdkit import Chem, rdBase

from screening.compounds.series.cuts import HYDROGEN, LARGEST, RADII, CutMolecule, canonical
from screening.compounds.series.matched_pairs import interval_of_mean


@dataclasses.dataclass(frozen=True)
class Rule:
    """An exchange that was measured.

    Attributes
    ----------
    radius, environment
        Surroundings that its pairs have in common.
    before, after
        Fragments with attachment points.
    effect, spread, pairs
        Mean and standard deviation of the difference of the measured values (after minus before), and how many pairs.
    """

    radius: int
    environment: str
    before: str
    after: str
    effect: float
    spread: float
    pairs: int

    def interval(self) -> tuple[float, float]:
        """Return the 90 % confidence interval of the effect (Student's t); infinite for a single pair."""
        return interval_of_mean(self.effect, self.spread, self.pairs)


def rules_for(
    parent: CutMolecule,
    smiles: Sequence[str],
    values: np.ndarray,
    *,
    least_pairs: int = 2,
    largest: int = LARGEST,
) -> list[Rule]:
    """Return the rules that apply to a compound, the most specific surroundings of each exchange first.

    Parameters
    ----------
    parent
        The compound.
    smiles, values
        Measured compounds, and their values (float64, NaN where there is none, or only a limit).
    least_pairs
        Pairs that a rule must have at a radius; a radius with fewer gives way to a smaller one.
    largest
        Heavy atoms of a fragment at most.
    """
    wanted = {(cut.fragment, cut.environments[0]): parent.size(cut.atoms) for cut in parent.cuts(largest)}
    # Only a cut with the surroundings and the size of one of the parent can be the first of a pair: few are.
    sizes = {(environment, size) for (_, environment), size in wanted.items()}
    flats: list[tuple[int, CutMolecule]] = []
    contexts: dict[str, list[tuple[int, str, tuple[str, ...]]]] = {}
    shapes: dict[tuple[int, tuple[str, ...]], None] = {}
    whole: dict[str, int] = {}
    with rdBase.BlockLogs():
        for row, (text, value) in enumerate(zip(smiles, values)):
            mol = Chem.MolFromSmiles(text) if np.isfinite(value) else None
            if mol is not None:
                flats.append((row, CutMolecule(mol)))
                whole[Chem.MolToSmiles(flats[-1][1].mol)] = row
        for _, flat in flats:
            for atoms, ends in flat.places(largest):
                _, around = flat.ordered(ends)
                size = flat.size(atoms)
                if (" | ".join(each[0] for each in around), size) in sizes:
                    shapes[_shape(flat, atoms, around)] = None
        hydrogens = {environment for fragment, environment in wanted if fragment == HYDROGEN}
        for row, flat in flats:
            for atoms, ends in flat.places(largest):
                places, around = flat.ordered(ends)
                rest = frozenset(range(flat.mol.GetNumAtoms())) - atoms
                bare = len(ends) == 1 and around[0][0] in hydrogens
                if len(rest) < len(atoms) or not (bare or _shape(flat, atoms, around) in shapes):
                    continue
                cut = flat.cut(atoms, places)
                context = flat.text(rest, tuple((outer, inner) for inner, outer in cut.ends), raw=True)
                contexts.setdefault(context, []).append((row, cut.fragment, cut.environments))
        for context, members in contexts.items():
            if "[*:2]" not in context and members[0][2][0] in hydrogens:
                row = whole.get(canonical(context.replace("[*:1]", "[H]")), -1)
                if row >= 0:
                    members.append((row, HYDROGEN, members[0][2]))
    effects: dict[tuple[int, str, str, str], dict[tuple[int, int], float]] = {}
    for context in sorted(contexts):
        for first, before, environments in contexts[context]:
            if (before, environments[0]) not in wanted:
                continue
            for second, after, _ in contexts[context]:
                if after == before or second == first:
                    continue
                difference = float(values[second] - values[first])
                for radius, environment in zip(RADII, environments):
                    effects.setdefault((radius, environment, before, after), {})[first, second] = difference
    found = []
    for (radius, environment, before, after), pairs in sorted(
        effects.items(), key=lambda one: (-one[0][0], one[0][1:])
    ):
        differences = np.array([pairs[key] for key in sorted(pairs)])
        if len(differences) >= least_pairs:
            spread = float(differences.std(ddof=1)) if len(differences) > 1 else 0.0
            found.append(Rule(radius, environment, before, after, float(differences.mean()), spread, len(differences)))
    return found


def _shape(flat: CutMolecule, atoms: frozenset[int], around: list[tuple[str, ...]]) -> tuple[int, tuple[str, ...]]:
    """Return what two cuts have in common that leave the same rest: its size and the surroundings in it."""
    return flat.mol.GetNumAtoms() - len(atoms), tuple(each[-1] for each in around)
