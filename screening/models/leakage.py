"""What the test compounds share with the training compounds, told beside every metric."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

#: Edges of the histogram of similarities to the nearest training compound.
SIMILARITY_EDGES = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclasses.dataclass(frozen=True)
class LeakageReport:
    """Overlap of a test set with its training set.

    Attributes
    ----------
    test
        Number of test compounds.
    exact
        Test compounds whose parent is in training too (salts and protonation states count as the same parent).
    stereo
        Others whose parent without stereo and charge is in training.
    same_fingerprint
        Others whose Morgan fingerprint is that of a training compound.
    same_scaffold
        Test compounds whose scaffold is in training.
    median_similarity
        Median Tanimoto similarity to the nearest training compound.
    histogram
        Test compounds per interval of `SIMILARITY_EDGES`.
    """

    test: int
    exact: int
    stereo: int
    same_fingerprint: int
    same_scaffold: int
    median_similarity: float
    histogram: tuple[int, ...]

    def sentence(self) -> str:
        """Say it in a sentence."""
        if self.exact + self.stereo + self.same_fingerprint == 0:
            twins = "none has a twin in training"
        else:
            twins = (
                f"{self.exact} have the same parent in training, {self.stereo} differ only in stereo or charge,"
                f" {self.same_fingerprint} only in what a fingerprint does not see"
            )
        return (
            f"Of {self.test} test compounds {twins}; {self.same_scaffold} share a scaffold with training;"
            f" median similarity to the nearest training compound {self.median_similarity:.2f}."
        )


def leakage_report(
    test: np.ndarray,
    identities: Sequence[bytes],
    families: Sequence[bytes],
    scaffolds: Sequence[str],
    closeness: np.ndarray,
) -> LeakageReport:
    """Compare test with training compounds.

    Parameters
    ----------
    test
        bool, shape (n,): True for test compounds.
    identities, families, scaffolds
        Of all n compounds.
    closeness
        Tanimoto similarity of each test compound to its nearest training compound, shape (test.sum(),).
    """
    rows = [int(row) for row in np.flatnonzero(test)]
    trained = [int(row) for row in np.flatnonzero(~test)]
    known = {identities[row] for row in trained}
    relatives = {families[row] for row in trained}
    frames = {scaffolds[row] for row in trained} - {""}
    exact: np.ndarray = np.array([identities[row] in known for row in rows], dtype=bool)
    kin: np.ndarray = np.array([families[row] in relatives for row in rows], dtype=bool)
    stereo = kin & ~exact
    same: np.ndarray = (closeness >= 1.0) & ~exact & ~stereo
    counts, _ = np.histogram(closeness, bins=SIMILARITY_EDGES)
    return LeakageReport(
        test=len(rows),
        exact=int(exact.sum()),
        stereo=int(stereo.sum()),
        same_fingerprint=int(same.sum()),
        same_scaffold=sum(scaffolds[row] in frames for row in rows),
        median_similarity=round(float(np.median(closeness)), 3) if len(rows) else 0.0,
        histogram=tuple(int(count) for count in counts),
    )
