"""How early scores find actives: ROC AUC, enrichment, BEDROC and log-AUC, each with a bootstrap interval.

Equal scores share their places, so the numbers do not depend on the order of the input. ROC AUC counts ties half;
the others take the mean of the ranks of a tie.

* Enrichment factor: actives in the best part of the ranking over those expected there by chance.
* BEDROC, alpha 20: Truchon and Bayly, J. Chem. Inf. Model. 2007, 47, 488, equation 36.
* Adjusted log-AUC: area under the ROC curve over log10 of the share of inactives from 0.1 % to 100 %, less the 0.145
  of a random order; Mysinger and Shoichet, J. Chem. Inf. Model. 2010, 50, 1561.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

#: The least share of inactives that log-AUC looks at.
LEAST_SHARE = 0.001

#: Bootstrap samples, and the part of them an interval holds.
SAMPLES, CONFIDENCE = 500, 0.95


def roc_auc(active: np.ndarray, score: np.ndarray) -> float:
    """Return the probability that an active scores above an inactive, ties half."""
    from scipy.stats import rankdata

    ranks = rankdata(score)[active]
    n, m = len(ranks), int((~active).sum())
    return float((ranks.sum() - n * (n + 1) / 2) / (n * m))


def enrichment_factor(active: np.ndarray, score: np.ndarray, share: float) -> float:
    """Return the share of the actives that is in the best `share` of the ranking, over that share.

    The best part holds at least one compound; of a tie at its edge it holds its part of the actives.
    """
    n = len(score)
    size = max(1, int(np.ceil(share * n - 1e-9)))
    cut = np.partition(score, n - size)[n - size]
    above, tied = score > cut, score == cut
    part = (size - int(above.sum())) / int(tied.sum())
    return float((active[above].sum() + part * active[tied].sum()) / active.sum() * n / size)


def bedroc(active: np.ndarray, score: np.ndarray, alpha: float = 20.0) -> float:
    """Return the Boltzmann-enhanced discrimination of ROC, 0 to 1."""
    n, count = len(score), int(active.sum())
    from scipy.stats import rankdata

    ranks = rankdata(-score)[active]
    share = count / n
    rie = np.exp(-alpha * ranks / n).sum() / (share * (1 - np.exp(-alpha)) / np.expm1(alpha / n))
    scale = share * np.sinh(alpha / 2) / (np.cosh(alpha / 2) - np.cosh(alpha / 2 - alpha * share))
    return float(rie * scale + 1 / -np.expm1(alpha * (1 - share)))


def log_auc(active: np.ndarray, score: np.ndarray, least: float = LEAST_SHARE) -> float:
    """Return the adjusted log-AUC: 0 for a random order, 1 less the random part for a perfect one."""
    places = np.unique(-score, return_inverse=True)[1]
    found = np.concatenate([[0.0], np.cumsum(np.bincount(places, active)) / active.sum()])
    false = np.concatenate([[0.0], np.cumsum(np.bincount(places, ~active)) / (~active).sum()])
    return _log_area(false, found, least) - _log_area(np.array([0.0, 1.0]), np.array([0.0, 1.0]), least)


def _log_area(x: np.ndarray, y: np.ndarray, least: float) -> float:
    """Integrate a line of straight pieces y(x) over log10 x from `least` to 1, scaled to 1 for y = 1."""
    x0, x1, y0, y1 = x[:-1], x[1:], y[:-1], y[1:]
    kept = (x1 > least) & (x1 > x0)
    x0, x1, y0, y1 = x0[kept], x1[kept], y0[kept], y1[kept]
    slope = (y1 - y0) / (x1 - x0)
    base = y0 - slope * x0
    low = np.maximum(x0, least)
    return float((slope * (x1 - low) + base * np.log(x1 / low)).sum() / np.log(1 / least))


#: Name in a card to measure of (active, score).
MEASURES: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "roc_auc": roc_auc,
    "ef1": lambda active, score: enrichment_factor(active, score, 0.01),
    "ef5": lambda active, score: enrichment_factor(active, score, 0.05),
    "bedroc": bedroc,
    "log_auc": log_auc,
}


def ranking(active: np.ndarray, score: np.ndarray, *, samples: int = SAMPLES, seed: int = 0) -> dict[str, float]:
    """Return every measure with the ends of its 95 % bootstrap interval (``roc_auc_low``, ``roc_auc_high``).

    Parameters
    ----------
    active
        bool, shape (n,).
    score
        Shape (n,), higher is more likely active.
    samples
        Bootstrap samples; actives and inactives are drawn apart, so each sample holds as many of either. 0 for none.
    seed
        Seed of the samples.

    Raises
    ------
    ValueError
        If there are no actives or nothing else.
    """
    active, score = np.asarray(active, dtype=bool), np.asarray(score, dtype=np.float64)
    if not active.any() or active.all():
        raise ValueError(f"{int(active.sum())} actives among {len(active)} compounds cannot be ranked")
    found: dict[str, float] = {"actives": int(active.sum()), "n": len(active)}
    generator = np.random.default_rng(seed)
    sides = [np.flatnonzero(active), np.flatnonzero(~active)]
    drawn = [np.concatenate([generator.choice(side, len(side)) for side in sides]) for _ in range(samples)]
    for name, measure in MEASURES.items():
        found[name] = measure(active, score)
        if drawn:
            spread = [measure(active[rows], score[rows]) for rows in drawn]
            ends = np.quantile(spread, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
            found[f"{name}_low"], found[f"{name}_high"] = float(ends[0]), float(ends[1])
    return {name: value if isinstance(value, int) else round(value, 4) for name, value in found.items()}
