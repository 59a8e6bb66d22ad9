"""The order of designs in which no series fills the list, and what is told of all of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from screening.runs.evidence.cluster import leader_clusters

#: Tanimoto similarity from which designs belong to one cluster: designs around one compound are all alike.
ALIKE = 0.7


def ranked(value: np.ndarray, new_alerts: np.ndarray) -> np.ndarray:
    """Return the order of designs: those without a new alert first, then by `value` falling, then as they came.

    Parameters
    ----------
    value
        float64, shape (n,): the lower end of the interval of the prediction, so that what is not sure is not on top.
    new_alerts
        int, shape (n,): alerts that the parent does not have.
    """
    return np.lexsort((np.arange(len(value)), -np.nan_to_num(value, nan=-np.inf), new_alerts > 0))


def spread(
    order: np.ndarray, fingerprints: np.ndarray, sites: Sequence[str], top: int, most: int
) -> tuple[list[int], np.ndarray]:
    """Return the first `top` designs of an order of which at most `most` are of one cluster and of one site.

    What is left over follows when the list is not full otherwise.

    Parameters
    ----------
    order
        Of the n designs.
    fingerprints
        uint8, shape (n, 256).
    sites
        The changed part of the parent of each design.
    top, most
        Length of the list, and designs of one cluster in it; a site may have four times as many.

    Returns
    -------
    tuple
        Positions of the chosen designs, and the cluster of each design (position of its leader), shape (n,).
    """
    leaders = np.empty(len(order), np.int64)
    if len(order):
        leaders[order] = order[leader_clusters(fingerprints[order], ALIKE)]
    in_cluster: dict[int, int] = {}
    at_site: dict[str, int] = {}
    chosen, later = [], []
    for row in order.tolist():
        cluster, site = int(leaders[row]), sites[row]
        if in_cluster.get(cluster, 0) < most and at_site.get(site, 0) < 4 * most:
            in_cluster[cluster] = in_cluster.get(cluster, 0) + 1
            at_site[site] = at_site.get(site, 0) + 1
            chosen.append(row)
        else:
            later.append(row)
    return [*chosen, *later][:top], leaders


@dataclasses.dataclass(frozen=True)
class Share:
    """A share of a count, with its 95 % interval (Wilson, J. Am. Stat. Assoc. 1927, 22, 209)."""

    count: int
    of: int

    @property
    def value(self) -> float:
        """The share; NaN of nothing."""
        return self.count / self.of if self.of else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Its lower and upper end."""
        if not self.of:
            return 0.0, 1.0
        z = 1.959964
        middle = (self.value + z * z / (2 * self.of)) / (1 + z * z / self.of)
        spread = self.value * (1 - self.value) / self.of + z * z / (4 * self.of**2)
        half = z * float(np.sqrt(spread)) / (1 + z * z / self.of)
        return max(middle - half, 0.0), min(middle + half, 1.0)

    def text(self) -> str:
        """Return it as a sentence part."""
        if not self.of:
            return "none to count"
        low, high = self.interval
        return f"{self.value:.1%} ({self.count:,} of {self.of:,}; 95 % interval {low:.1%} to {high:.1%})"
