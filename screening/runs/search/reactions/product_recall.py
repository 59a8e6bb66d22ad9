"""How many of the best products of a reaction library were found, estimated without knowing the rest.

Most of the best products that a search has missed are predicted badly: each is improbable, but there are many of them.
So the chance to be better than an answer is added up over all products that were not asked for, from their predicted
means and deviations (normal distributions, the noise of an answer with them): the best ones by predicted mean one by
one, the others by a sample from each level of the mean. The answers that lack better than an answer are then a Poisson
process, and the best of the library follow from both.

How wide the distributions are decides the result: a twentieth wider, and a tenth less was found. It is checked with
products drawn at random (the first round, each predicted from other answers): where their positive errors differ from
what is usual by more than twice the error of that measure, the widths follow. The interval is that of the Poisson
process, whose mean is itself known to a factor of two or so: its logarithm has a standard deviation of 0.6. That, and
what errors are usual, was chosen in searches of the thrombin table of TACTICS and of tables made from it: halves of its
reagents, noise of 0.7 added, its sign turned, its answers made normal.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.stats import norm

from screening.runs.search.reactions.deviation import Deviation
from screening.runs.search.reactions.product_kernel import Fitted
from screening.runs.search.recall import DRAWS, Recall
from screening.runs.search.space import Known

#: Products that are looked at one by one, and of each of so many levels of the mean below them.
_BEST, _PER_LEVEL, _LEVELS = 1_000, 30, 120
#: Deviations below the answers sought at which products do not count any more.
_FAR = 7.0
#: Answers that deviations follow from: of the first round, the best, and others at random, all at most.
_STARTED, _GOOD, _OTHERS = 500, 600, 400
#: Standard deviation of the logarithm of true over expected number of better products.
_UNSURE = 0.6
#: Root mean square of the positive errors of random products, in deviations, where the widths are right.
_USUAL = 0.88
#: Difference from the usual, as a logarithm, that is never followed, and standard errors that are not.
_LEAST_SHIFT, _STANDARD_ERRORS = 0.1, 2.0
#: Answers at which chances are added up; between them they are interpolated.
_AT = 200


@dataclasses.dataclass(frozen=True)
class FreeProducts:
    """A sample of the products that were not asked for.

    Attributes
    ----------
    numbers, means
        int64 and float64: the products and their predicted means.
    counts
        float64: how many products each stands for.
    """

    numbers: np.ndarray
    means: np.ndarray
    counts: np.ndarray


def product_recall(fitted: Fitted, known: Known, values: np.ndarray, top: int, seed: int) -> Recall:
    """Estimate the recall of the best `top` products.

    Parameters
    ----------
    fitted
        The process, given all answers.
    known
        What was asked and answered.
    values
        Answers that the process was fitted to, shape (m,).
    top
        How many best, at most the products of the library.
    seed
        Of samples and draws.
    """
    generator = np.random.default_rng([seed, len(known.asked)])
    used, started = _used(known, values, generator)
    each = (fitted, *fitted.others)
    every = [Deviation(one, known.rows[used], values[used]) for one in each]
    errors = np.concatenate([known.errors, *(one.errors_left_out()[:started] for one in every)])
    shift = width_shift(errors, len(every))
    own = np.sort(known.values)[::-1][:top]
    widest = max(np.sqrt(one.settings.amplitude * (1.0 + one.settings.noise)) for one in each)
    free = sample_free(fitted, np.sort(known.asked), float(own[-1] - _FAR * np.exp(shift) * widest), generator)
    if not len(free.numbers):
        return Recall(top, len(own) / top, len(own) / top, len(own) / top, float(np.exp(shift)))
    # The variance of the average of the processes is taken to be the average of their variances.
    widths = np.exp(shift) * np.sqrt(np.mean([one.of(free.numbers) ** 2 + one.noise**2 for one in every], axis=0))
    lower, middle, upper = np.quantile(_shares(free, widths, own, top, generator), [0.05, 0.5, 0.95])
    return Recall(top, float(middle), float(lower), float(upper), float(np.exp(shift)))


def width_shift(errors: np.ndarray, processes: int) -> float:
    """Return the logarithm of what deviations are to be multiplied with, by errors of products drawn at random.

    Parameters
    ----------
    errors
        In deviations, those of each process one after the other.
    processes
        How many there are: their errors for one product count as one.
    """
    positive = errors[errors > 0]
    if not len(positive):
        return 0.0
    found = float(np.log(np.sqrt(np.mean(positive**2)) / _USUAL))
    unsure = _STANDARD_ERRORS / np.sqrt(2.0 * max(len(positive) / processes, 1.0))
    return float(np.sign(found) * max(0.0, abs(found) - max(_LEAST_SHIFT, unsure)))


def sample_free(fitted: Fitted, asked: np.ndarray, least: float, generator: np.random.Generator) -> FreeProducts:
    """Sample the products that were not asked for, in one pass over all means.

    Parameters
    ----------
    fitted
        The process.
    asked
        Products that were asked for, ascending.
    least
        Mean below which products do not count.
    """
    empty = np.zeros(0, np.int64), np.zeros(0, np.float32)
    best, sample, keys = empty, empty, np.zeros(0)
    counts, edges = np.zeros(_LEVELS, np.int64), np.zeros(0)
    for numbers, means in fitted.slabs():
        free = means > least
        places = np.searchsorted(numbers, asked)
        inside = places < len(numbers)
        free[places[inside][numbers[places[inside]] == asked[inside]]] = False
        numbers, means = numbers[free], means[free]
        if not len(numbers):
            continue
        if not len(edges):
            edges = np.linspace(least, max(float(means.max()), least + 1e-6), _LEVELS + 1)[1:-1]
        best = _best(best, (numbers, means))
        levels = np.searchsorted(edges, means)
        counts += np.bincount(levels, minlength=_LEVELS)
        # Keys are uniform: those below a bound that falls as the level fills are a random sample of it.
        bound = 3.0 * _PER_LEVEL / np.maximum(counts, 1)
        new = generator.random(len(numbers), np.float32).astype(np.float64)
        kept, old = new < bound[levels], keys < bound[np.searchsorted(edges, sample[1])]
        sample = np.concatenate([sample[0][old], numbers[kept]]), np.concatenate([sample[1][old], means[kept]])
        keys = np.concatenate([keys[old], new[kept]])
    if not len(best[0]):
        return FreeProducts(best[0], best[1].astype(np.float64), np.zeros(0))
    counts -= np.bincount(np.searchsorted(edges, best[1]), minlength=_LEVELS)
    others = ~np.isin(sample[0], best[0])
    numbers, means, keys = sample[0][others], sample[1][others], keys[others]
    levels = np.searchsorted(edges, means)
    order = np.lexsort([keys, levels])
    rank = np.arange(len(order)) - np.searchsorted(levels[order], levels[order])
    order = order[rank < _PER_LEVEL]
    levels = levels[order]
    each = counts[levels] / np.bincount(levels, minlength=_LEVELS)[levels]
    return FreeProducts(
        np.concatenate([best[0], numbers[order]]),
        np.concatenate([best[1], means[order]]).astype(np.float64),
        np.concatenate([np.ones(len(best[0])), each]),
    )


def _best(found: tuple[np.ndarray, np.ndarray], some: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    numbers, means = np.concatenate([found[0], some[0]]), np.concatenate([found[1], some[1]])
    if len(numbers) <= _BEST:
        return numbers, means
    kept = np.sort(np.argpartition(-means, _BEST)[:_BEST])
    return numbers[kept], means[kept]


def _used(known: Known, values: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, int]:
    """Return the answers that deviations follow from, those of the first round first, and how many these are."""
    started = np.flatnonzero(known.started)[:_STARTED]
    rest = np.argsort(-values, kind="stable")
    rest = rest[~np.isin(rest, started)]
    good = _GOOD + _STARTED - len(started)
    others = generator.permutation(rest[good:])[:_OTHERS]
    return np.concatenate([started, rest[:good], others]), len(started)


def _shares(
    free: FreeProducts, widths: np.ndarray, own: np.ndarray, top: int, generator: np.random.Generator
) -> np.ndarray:
    """Return draws of the share of the best that was found; `own` are the best answers, descending, at most `top`."""
    at = np.unique(np.linspace(0, len(own) - 1, min(len(own), _AT)).astype(int))
    better = [float(free.counts @ norm.sf((answer - free.means) / widths)) for answer in own[at]]
    expected = np.exp(np.interp(np.arange(len(own)), at, np.log(np.maximum(better, 1e-12))))
    found = np.arange(1, len(own) + 1)
    shares = np.empty(DRAWS)
    for draw, factor in enumerate(np.exp(_UNSURE * norm.ppf((np.arange(DRAWS) + 0.5) / DRAWS))):
        # Arrivals of a Poisson process of rate 1: as many answers lack as arrivals lie below what is expected.
        lack = np.searchsorted(np.cumsum(generator.standard_exponential(top)), factor * expected)
        among = np.flatnonzero(found + lack <= top)
        shares[draw] = found[among[-1]] / top if len(among) else 0.0
    return shares
