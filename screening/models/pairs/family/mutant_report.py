"""How well a family model tells what mutations do, on mutants and compounds left out.

The panel that holds mutants beside their wild types is fitted alone, with the kernels of the model: once for each
compound fold with all mutants, once for each group of mutants left out with all compounds, and once for that group and
one fold. A mutant
is left out in all its states. What is judged is the change of affinity from the wild type, both as an assay would
report it: nothing is weaker than the floor.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import spearmanr

from screening.models.pairs.family.change_interval import SITUATIONS, ChangeInterval
from screening.models.pairs.family_table import FamilyTable
from screening.models.pairs.limited_pairs import Term, fit
from screening.models.pairs.residue_kernel import TargetKernels

#: A change that counts for its sign, in log units.
CHANGE = 0.5
#: Lower edges of the bins of the affinity to the wild type.
EDGES = (-9.0, 5.5, 6.5, 7.5)
_GROUPS, _FOLDS = 6, 3
_CONFIDENCE = 0.9
_FEWEST = 30


def mutant_report(
    data: FamilyTable, compounds: np.ndarray, targets: TargetKernels, fold: np.ndarray
) -> tuple[dict[str, Any], ChangeInterval]:
    """Return how good predicted changes are in each situation, as the card stores it, and their intervals.

    Parameters
    ----------
    data
        Its first panel holds mutants and their wild types.
    compounds
        float32, shape (n, n): kernel of the compounds.
    targets
        Kernels of the targets.
    fold
        Of each compound, shape (n,).
    """
    panel = data.panels[0]
    rows = np.flatnonzero(np.isfinite(panel.values).any(axis=1))
    columns = np.flatnonzero(np.isfinite(panel.values).any(axis=0))
    pairs, groups = _mutants(data, columns)
    values = panel.values[np.ix_(rows, columns)]
    weaker = panel.limits[np.ix_(rows, columns)] < 0
    noise = np.where(np.isfinite(values), data.noise[np.ix_(rows, columns)], 0.1)
    kernel = compounds[np.ix_(rows, rows)]
    shared, own = (one[np.ix_(columns, columns)].astype(np.float32) for one in (targets.shared, targets.own))
    folds = fold[rows]

    def predicted(left: np.ndarray, rest: np.ndarray) -> np.ndarray:
        """Predict all compounds at all targets without the columns `left`, trained on the compounds `rest`."""
        table = values.copy()
        table[:, left] = np.nan
        table[~rest] = np.nan
        used = np.flatnonzero(rest)
        mean = float(np.nanmedian(table))
        weights, _ = fit([Term(kernel[np.ix_(used, used)], shared)], table[used], weaker[used], noise[used], mean, own)
        found = mean + kernel[:, used].astype(np.float64) @ (weights @ shared)
        found[used] += weights @ own
        return np.asarray(np.maximum(found, data.floor))

    every = np.ones(len(rows), dtype=bool)
    none = np.zeros(0, dtype=np.int64)
    truth = np.array([values[:, mutant] - values[:, wild] for mutant, wild in pairs]).T
    found = {name: np.full(truth.shape, np.nan) for name in SITUATIONS}
    before = {name: np.full(truth.shape, np.nan) for name in SITUATIONS}

    def put(name: str, part: np.ndarray, which: list[int], prediction: np.ndarray) -> None:
        for at in which:
            mutant, wild = pairs[at]
            found[name][part, at] = (prediction[:, mutant] - prediction[:, wild])[part]
            before[name][part, at] = prediction[part, wild]

    for number in range(_FOLDS):
        test = folds == number
        if test.any() and not test.all():
            put("new compound", test, list(range(len(pairs))), predicted(none, ~test))
    for number, (left, which) in enumerate(groups):
        put("new mutant", every, which, predicted(left, every))
        test = folds == number % _FOLDS
        if test.any() and not test.all():
            put("new compound and mutant", test, which, predicted(left, ~test))
    halves, report = {}, {}
    for name in SITUATIONS:
        halves[name] = _halves(found[name], truth, before[name])
        report[name] = _numbers(found[name], truth)
    return report, ChangeInterval(EDGES, halves)


def _mutants(
    data: FamilyTable, columns: np.ndarray
) -> tuple[list[tuple[int, int]], list[tuple[np.ndarray, list[int]]]]:
    """Return (mutant, wild type) columns, and for each group the columns left out and the mutants judged."""
    place = {data.targets[column].name: at for at, column in enumerate(columns)}
    pairs: list[tuple[int, int]] = []
    kin: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    judged: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for at, column in enumerate(columns):
        target = data.targets[column]
        base = target.name.partition("(")[0]
        if not target.mutations or base not in place:
            continue
        kin.setdefault((base, target.mutations), []).append(at)
        if not target.state:
            judged.setdefault((base, target.mutations), []).append(len(pairs))
            pairs.append((at, place[base]))
    names = sorted(kin)
    groups = []
    for number in range(_GROUPS):
        chosen = names[number::_GROUPS]
        left = [at for name in chosen for at in kin[name]]
        which = [at for name in chosen for at in judged.get(name, [])]
        if which:
            groups.append((np.array(left, dtype=np.int64), which))
    return pairs, groups


def _halves(found: np.ndarray, truth: np.ndarray, before: np.ndarray) -> tuple[float, ...]:
    error, there = np.abs(found - truth), np.isfinite(found) & np.isfinite(truth)
    result: list[float] = []
    for at, low in enumerate(EDGES):
        high = EDGES[at + 1] if at + 1 < len(EDGES) else np.inf
        here = error[there & (before >= low) & (before < high)]
        usual = result[-1] if result else 1.0
        # The largest of few errors would be their 90 % quantile: the bin below stands in, never narrower than this.
        level = min(1.0, _CONFIDENCE * (1.0 + 1.0 / max(len(here), 1)))
        value = float(np.quantile(here, level)) if len(here) >= _FEWEST else usual
        result.append(round(max(value, usual) if at else value, 3))
    return tuple(result)


def _numbers(found: np.ndarray, truth: np.ndarray) -> dict[str, Any]:
    there = np.isfinite(found) & np.isfinite(truth)
    told = there & (truth != 0)
    large = there & (np.abs(truth) >= CHANGE)
    return {
        "mutants": int(there.any(axis=0).sum()),
        "pairs": int(there.sum()),
        "changes": int(large.sum()),
        "sign_right": round(float((np.sign(found) == np.sign(truth))[large].mean()), 4),
        "always_weaker": round(float((truth[large] < 0).mean()), 4),
        "spearman_of_changes": round(float(spearmanr(found[told], truth[told])[0]), 4),
        "spearman": round(float(spearmanr(found[there], truth[there])[0]), 4),
    }
