"""Matched molecular pairs among all compounds of a table: what each exchange of a fragment did to measured values.

Two compounds that differ in one fragment at the same rest are a matched pair (Hussain and Rea, J. Chem. Inf. Model.
2010, 50, 339). Pairs with the same exchange at the same kind of atom are counted together. Two compounds count once:
with the smallest exchange that turns one into the other, so that phenyl to fluorophenyl is hydrogen to fluorine.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from rdkit import Chem, rdBase

from screening.compounds.series.cuts import HYDROGEN, LARGEST, RADII, CutMolecule, canonical
from screening.engine.progress import OnProgress, Progress
from screening.errors import UsageError

#: Surroundings that pairs must have in common by default, in bonds: the atom that the fragment hangs on.
RADIUS = 1


@dataclasses.dataclass(frozen=True)
class Exchange:
    """An exchange of one fragment for another, in the direction in which the values rise on average.

    Attributes
    ----------
    before, after
        SMILES of the fragments with attachment points.
    surroundings
        What the pairs have in common around the fragment; empty for a radius of 0.
    pairs
        Rows of the compounds (with `before`, with `after`).
    changes
        float64, shape (pairs,): value with `after` minus value with `before`.
    """

    before: str
    after: str
    surroundings: str
    pairs: tuple[tuple[int, int], ...]
    changes: np.ndarray

    @property
    def mean(self) -> float:
        """Mean change."""
        return float(self.changes.mean())

    @property
    def spread(self) -> float:
        """Standard deviation of the changes; 0 for a single pair."""
        return float(self.changes.std(ddof=1)) if len(self.changes) > 1 else 0.0

    @property
    def raised(self) -> int:
        """Pairs in which the value rises."""
        return int((self.changes > 0).sum())

    def interval(self) -> tuple[float, float]:
        """Return the 90 % confidence interval of the mean change; infinite for a single pair."""
        return interval_of_mean(self.mean, self.spread, len(self.changes))


def interval_of_mean(mean: float, spread: float, count: int) -> tuple[float, float]:
    """Return the 90 % confidence interval of a mean (Student's t); infinite for a single value."""
    from scipy.stats import t

    if count < 2:
        return float("-inf"), float("inf")
    half = float(t.ppf(0.95, count - 1)) * spread / float(np.sqrt(count))
    return mean - half, mean + half


def matched_pairs(
    smiles: Sequence[str],
    values: np.ndarray,
    *,
    radius: int = RADIUS,
    least_pairs: int = 2,
    largest: int = LARGEST,
    on_progress: OnProgress | None = None,
) -> list[Exchange]:
    """Return the exchanges among compounds, those whose rise is surest first.

    Parameters
    ----------
    smiles, values
        n compounds and their values (float64, shape (n,); NaN where there is none, or only a limit).
    radius
        Bonds to which the surroundings of the fragment must be the same, 0 to 3; 0 counts an exchange wherever it is.
    least_pairs
        Pairs that an exchange must have.
    largest
        Heavy atoms of a fragment at most.
    on_progress
        Called now and then.

    Returns
    -------
    list[Exchange]
        By the lower end of the 90 % interval of the mean change; single pairs last, by their change.

    Raises
    ------
    UsageError
        If `radius` is not 0 to 3, or `least_pairs` not 1 or more.
    """
    if radius not in (0, *RADII):
        raise UsageError(f"the radius is {radius}", expected="0, 1, 2 or 3 bonds")
    if least_pairs < 1:
        raise UsageError(f"an exchange must have {least_pairs} pairs", expected="1 or more")
    smallest: dict[tuple[int, int], tuple[int, str, str, str]] = {}
    with rdBase.BlockLogs():
        for members in _by_rest(smiles, values, largest, on_progress).values():
            for at, (first, one, around, size) in enumerate(members):
                for second, other, _, further in members[at + 1 :]:
                    if first == second or one == other:
                        continue
                    pair, before, after = (
                        ((first, second), one, other) if first < second else ((second, first), other, one)
                    )
                    if "[*:2]" in before:
                        before, after = min((before, after), (_turned(before), _turned(after)))
                    key = (size + further, before, after, around[radius - 1] if radius else "")
                    if pair not in smallest or key < smallest[pair]:
                        smallest[pair] = key
    found: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for (first, second), (_, before, after, around_it) in smallest.items():
        pair, key3 = ((first, second), (before, after, around_it))
        if after < before:
            pair, key3 = (second, first), (after, before, around_it)
        found.setdefault(key3, []).append(pair)
    exchanges = []
    for (before, after, around_it), pairs in found.items():
        if len(pairs) < least_pairs:
            continue
        pairs.sort()
        changes = np.array([values[second] - values[first] for first, second in pairs], dtype=float)
        if changes.mean() < 0:
            before, after, changes = after, before, -changes
            pairs = [(second, first) for first, second in pairs]
        exchanges.append(Exchange(before, after, around_it, tuple(pairs), changes))
    return sorted(exchanges, key=lambda one: (-one.interval()[0], -one.mean, one.before, one.after, one.surroundings))


#: A compound in a group of the same rest: row, fragment, its surroundings by radius, its heavy atoms.
_Member = tuple[int, str, tuple[str, ...], int]


def _by_rest(
    smiles: Sequence[str], values: np.ndarray, largest: int, on_progress: OnProgress | None = None
) -> dict[str, list[_Member]]:
    """Return the cuts of all compounds by what they leave, where two compounds or more leave the same."""
    places: dict[str, list[tuple[int, int]]] = {}
    cuts: list[tuple[CutMolecule, frozenset[int], tuple[tuple[int, int], ...]]] = []
    molecules: dict[int, CutMolecule] = {}
    whole: dict[str, list[int]] = {}
    for row, (text, value) in enumerate(zip(smiles, values)):
        if on_progress is not None and row % 50 == 0:
            on_progress(Progress("cutting compounds", row, len(smiles), "compounds"))
        mol = Chem.MolFromSmiles(text) if np.isfinite(value) else None
        if mol is None:
            continue
        flat = molecules[row] = CutMolecule(mol)
        whole.setdefault(Chem.MolToSmiles(flat.mol), []).append(row)
        for context, atoms, labelled in flat.rests(largest):
            places.setdefault(context, []).append((row, len(cuts)))
            cuts.append((flat, atoms, labelled))
    found: dict[str, list[_Member]] = {}
    for done, (context, members) in enumerate(places.items()):
        if on_progress is not None and done % 1000 == 0:
            on_progress(Progress("comparing fragments", done, len(places), "places"))
        bare = [] if "[*:2]" in context else whole.get(canonical(context.replace("[*:1]", "[H]")), [])
        if len({row for row, _ in members}) + len(bare) < 2:
            continue
        listed: dict[tuple[int, str], _Member] = {}
        for row, number in members:
            flat, atoms, labelled = cuts[number]
            fragment = flat.text(atoms, labelled)
            texts = tuple(flat.around(labelled, radius) for radius in RADII)
            listed[row, fragment] = (row, fragment, texts, flat.size(atoms))
        texts = next(iter(listed.values()))[2]
        listed |= {(row, HYDROGEN): (row, HYDROGEN, texts, 0) for row in bare}
        found[context] = list(listed.values())
    return found


def _turned(fragment: str) -> str:
    """Return a fragment with its two attachment points exchanged."""
    return canonical(fragment.replace("[*:1]", "[*:0]").replace("[*:2]", "[*:1]").replace("[*:0]", "[*:2]"))


_NAMES = {"c": "aromatic carbon", "n": "aromatic nitrogen", "Cr": "ring carbon", "Nr": "ring nitrogen", "C": "carbon",
          "N": "nitrogen", "O": "oxygen", "S": "sulfur", "P": "phosphorus", "Sr": "ring sulfur"}  # fmt: skip


def surroundings_text(surroundings: str) -> str:
    """Return the surroundings of a fragment in words: the atoms that it hangs on."""
    names = []
    for one in surroundings.split(" | "):
        kind = one.split("(")[0].rstrip("0123456789")
        names.append(_NAMES.get(kind, kind))
    return " and ".join(name for name in names if name)
