"""A flat map of structures: compounds whose fingerprints are alike lie near each other."""

from __future__ import annotations

import numpy as np

#: Compounds that a map is made of at most; more take minutes.
MOST_POINTS = 2500
#: Neighbours that each compound is held to.
_PERPLEXITY = 30.0
_STEPS = 500


#: Mapped compounds that the place of one more is the mean of.
_NEAREST = 3
#: Compounds whose similarities to all mapped ones are worked out at once.
_CHUNK = 2000


def structure_map(fingerprints: np.ndarray, *, most: int | None = None, seed: int = 1) -> np.ndarray:
    """Return a place for each compound, float64, shape (n, 2): t-SNE of Tanimoto distances.

    Near places mean alike structures; how far apart groups lie, and the axes, mean nothing (van der Maaten and Hinton,
    J. Mach. Learn. Res. 2008, 9, 2579). It begins with the principal components: the same compounds give
    the same map.

    Parameters
    ----------
    fingerprints
        uint8, shape (n, 256): packed fingerprints.
    most
        Compounds that the map is made of, taken evenly; each further one is put among the three it is most like.
        All by default.
    seed
        Of the decomposition.
    """
    from threadpoolctl import threadpool_limits

    count = len(fingerprints)
    if count < 5:
        return np.column_stack([np.arange(count, dtype=float), np.zeros(count)])
    # More threads wait for each other on a machine that is busy, and so few compounds need no more than one.
    with threadpool_limits(limits=1):
        if most is None or count <= most:
            return _embedded(fingerprints, seed)
        mapped = np.unique(np.linspace(0, count - 1, most).round().astype(int))
        others = np.setdiff1d(np.arange(count), mapped)
        places = np.zeros((count, 2))
        places[mapped] = _embedded(fingerprints[mapped], seed)
        bits = _bits(fingerprints[mapped])
        for at in range(0, len(others), _CHUNK):
            rows = others[at : at + _CHUNK]
            similarity = _similarity(_bits(fingerprints[rows]), bits)
            near = np.argsort(-similarity, axis=1, kind="stable")[:, :_NEAREST]
            weight = np.take_along_axis(similarity, near, axis=1) ** 2 + 1e-6
            places[rows] = (places[mapped][near] * weight[:, :, None]).sum(axis=1) / weight.sum(axis=1)[:, None]
        return places


def _bits(fingerprints: np.ndarray) -> np.ndarray:
    return np.unpackbits(fingerprints, axis=1, bitorder="little").astype(np.float32)


def _similarity(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return Tanimoto similarities of rows of bits, float32, shape (left, right)."""
    common = left @ right.T
    return np.asarray(common / np.maximum(left.sum(axis=1)[:, None] + right.sum(axis=1)[None] - common, 1.0))


def _embedded(fingerprints: np.ndarray, seed: int) -> np.ndarray:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.manifold import TSNE

    count = len(fingerprints)
    bits = _bits(fingerprints)
    distance = 1.0 - _similarity(bits, bits)
    np.fill_diagonal(distance, 0.0)
    first = TruncatedSVD(n_components=2, random_state=seed).fit_transform(bits - bits.mean(axis=0))
    spread = float(first[:, 0].std()) or 1.0
    # As sklearn scales a start from principal components.
    start = (first / spread * 1e-4).astype(np.float32)
    found = TSNE(
        metric="precomputed", init=start, perplexity=min(_PERPLEXITY, (count - 1) / 3), max_iter=_STEPS,
        random_state=seed, learning_rate="auto",
    )  # fmt: skip
    return np.asarray(found.fit_transform(np.clip(distance, 0.0, 1.0)), dtype=float)
