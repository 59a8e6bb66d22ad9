"""A flat map of structures: compounds whose fingerprints are alike lie near each other."""

from __future__ import annotations

import numpy as np

#: Compounds that a map is made of at most; more take minutes.
MOST_POINTS = 2500
#: Neighbours that each compound is held to.
_PERPLEXITY = 30.0
_STEPS = 500


def structure_map(fingerprints: np.ndarray, *, seed: int = 1) -> np.ndarray:
    """Return a place for each compound, float64, shape (n, 2): t-SNE of Tanimoto distances.

    Near places mean alike structures; how far apart groups lie, and the axes, mean nothing (van der Maaten and Hinton,
    J. Mach. Learn. Res. 2008, 9, 2579). It begins with the principal components: the same compounds give
    the same map.

    Parameters
    ----------
    fingerprints
        uint8, shape (n, 256): packed fingerprints.
    seed
        Of the decomposition.
    """
    from sklearn.decomposition import TruncatedSVD
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    count = len(fingerprints)
    bits = np.unpackbits(fingerprints, axis=1, bitorder="little").astype(np.float32)
    if count < 5:
        return np.column_stack([np.arange(count, dtype=float), np.zeros(count)])
    common = bits @ bits.T
    sizes = bits.sum(axis=1)
    distance = 1.0 - common / np.maximum(sizes[:, None] + sizes[None] - common, 1.0)
    np.fill_diagonal(distance, 0.0)
    first = TruncatedSVD(n_components=2, random_state=seed).fit_transform(bits - bits.mean(axis=0))
    spread = float(first[:, 0].std()) or 1.0
    # As sklearn scales a start from principal components.
    start = (first / spread * 1e-4).astype(np.float32)
    found = TSNE(
        metric="precomputed", init=start, perplexity=min(_PERPLEXITY, (count - 1) / 3), max_iter=_STEPS,
        random_state=seed, learning_rate="auto",
    )  # fmt: skip
    # More threads wait for each other on a machine that is busy, and so few compounds need no more than one.
    with threadpool_limits(limits=1):
        return np.asarray(found.fit_transform(np.clip(distance, 0.0, 1.0)), dtype=float)
