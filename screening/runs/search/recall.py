"""How many of the best compounds of a library a search has found, estimated without knowing the rest.

Answers of the compounds not asked for are drawn from the surrogate, those of like compounds together; in each draw the
best of the whole library are counted, and how many of them were asked for. How far the surrogate can be trusted is
measured on compounds drawn at random, which were predicted before they were asked for: their errors, in standard
deviations, widen (or narrow) the draws.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from screening.runs.search.surrogate import Belief, Surrogate, best_rows

#: Compounds not asked for that can be among the best.
_CANDIDATES = 1_000
_DRAWS = 200
#: Errors of random compounds needed before they are believed.
_LEAST_ERRORS = 20


@dataclasses.dataclass(frozen=True)
class Recall:
    """Expected share of the best compounds that were found.

    Attributes
    ----------
    top
        How many best.
    expected, lower, upper
        Mean share and the ends of its 90 % interval.
    trust
        Error of the surrogate on random compounds over what it expected: 1 is honest, above 1 too sure of itself.
    """

    top: int
    expected: float
    lower: float
    upper: float
    trust: float


def expected_recall(
    surrogate: Surrogate, belief: Belief, rows: np.ndarray, values: np.ndarray, errors: np.ndarray, top: int
) -> Recall:
    """Estimate the recall of the best `top` compounds.

    Parameters
    ----------
    surrogate, belief
        What is believed after all answers.
    rows, values
        Compounds with an answer and their answers, shape (m,); a higher one is better.
    errors
        (answer - prediction) / deviation of compounds drawn at random, predicted before they were asked.
    top
        How many best.
    """
    count = len(belief.mean)
    top = min(top, count)
    trust = float(np.clip(np.sqrt(np.mean(errors**2)), 0.7, 2.0)) if len(errors) >= _LEAST_ERRORS else 1.0
    optimistic = belief.mean + 2.0 * trust * belief.deviation
    optimistic[rows] = -np.inf
    left = best_rows(optimistic, min(_CANDIDATES, count - len(rows)))
    if not len(left):
        return Recall(top, 1.0, 1.0, 1.0, trust)
    draws = surrogate.draws(belief, left, rows, values, _DRAWS)
    draws = belief.mean[left] + trust * (draws - belief.mean[left])
    own = np.sort(values)[::-1][:top]
    shares = np.empty(_DRAWS)
    for at, draw in enumerate(draws):
        rest = np.sort(draw)[::-1][:top]
        both = np.concatenate([own, rest])
        found = np.concatenate([np.ones(len(own)), np.zeros(len(rest))])
        shares[at] = found[np.argsort(-both, kind="stable")[:top]].sum() / top
    lower, upper = np.quantile(shares, [0.05, 0.95])
    return Recall(top, float(shares.mean()), float(lower), float(upper), trust)
