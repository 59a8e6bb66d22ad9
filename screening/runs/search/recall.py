"""How many of the best compounds of a library a search has found, estimated without knowing the rest.

Answers of the compounds not asked for are drawn from the surrogate, those of like compounds together; in each draw the
best of the whole library are counted, and how many of them were asked for. How far the surrogate can be trusted is
measured on compounds drawn at random: those of the first round, each predicted from all other answers, and those of
later rounds, predicted before they were asked for. Their errors, in standard deviations, widen (or narrow) the draws.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from screening.runs.search.surrogate import Belief, Surrogate, best_rows

#: Compounds not asked for that can be among the best.
_CANDIDATES = 1_000
#: Draws of the answers not asked for.
DRAWS = 200
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
        Mean share (of a reaction library: the median) and the ends of its 90 % interval.
    trust
        Error of the surrogate on random compounds over what it expected: 1 is honest, above 1 too sure of itself. What
        its standard deviations were multiplied with.
    """

    top: int
    expected: float
    lower: float
    upper: float
    trust: float


def expected_recall(
    surrogate: Surrogate,
    belief: Belief,
    rows: np.ndarray,
    values: np.ndarray,
    errors: np.ndarray,
    top: int,
) -> Recall:
    """Estimate the recall of the best `top` compounds.

    Parameters
    ----------
    surrogate, belief
        What is believed after all answers.
    rows, values
        Compounds with an answer and their answers, shape (m,); a higher one is better.
    errors
        (answer - prediction) / deviation of compounds drawn at random.
    top
        How many best.
    """
    count = len(belief.mean)
    top = min(top, count)
    trust = trust_in(errors)
    optimistic = belief.mean + 2.0 * trust * belief.deviation
    optimistic[rows] = -np.inf
    left = best_rows(optimistic, min(_CANDIDATES, count - len(rows)))
    if not len(left):
        return Recall(top, 1.0, 1.0, 1.0, trust)
    draws = surrogate.draws(belief, left, rows, values, DRAWS)
    return shares_found(belief.mean[left] + trust * (draws - belief.mean[left]), values, top, trust)


def trust_in(errors: np.ndarray) -> float:
    """Return the root mean square of errors in standard deviations, between 0.7 and 2; 1 if there are too few."""
    return float(np.clip(np.sqrt(np.mean(errors**2)), 0.7, 2.0)) if len(errors) >= _LEAST_ERRORS else 1.0


def shares_found(draws: np.ndarray, values: np.ndarray, top: int, trust: float) -> Recall:
    """Return the recall that follows from draws of the answers not asked for.

    Parameters
    ----------
    draws
        float64, shape (draws, compounds not asked for).
    values
        Answers, shape (m,).
    top, trust
        How many best; how far the draws were widened.
    """
    own = np.sort(values)[::-1][:top]
    shares = np.empty(len(draws))
    for at, draw in enumerate(draws):
        rest = np.sort(draw)[::-1][:top]
        both = np.concatenate([own, rest])
        found = np.concatenate([np.ones(len(own)), np.zeros(len(rest))])
        shares[at] = found[np.argsort(-both, kind="stable")[:top]].sum() / top
    mean = float(shares.mean())
    lower, upper = np.quantile(shares, [0.05, 0.95])
    return Recall(top, mean, min(float(lower), mean), max(float(upper), mean), trust)
