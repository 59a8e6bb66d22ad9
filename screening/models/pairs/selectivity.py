"""A compound against every target of a sequence model at once, and how selective it is predicted to be."""

from __future__ import annotations

import dataclasses

import numpy as np

from screening.models.affinity import CompoundBlock
from screening.models.estimators.blockwise import blockwise_product, rounded
from screening.models.fingerprint_index import FingerprintIndex
from screening.models.pairs.family_model import FamilyModel
from screening.models.pairs.limited_pairs import combined
from screening.models.pairs.residue_kernel import similarities
from screening.models.pairs.sequence import SequenceModel
from screening.targets.sequences.alignment import alignment_scores, self_score

_ROWS = 64


@dataclasses.dataclass(frozen=True)
class Profile:
    """Predicted affinities of n compounds to all k targets of a model.

    Attributes
    ----------
    smiles
        Of the compounds.
    target_names
        Of the targets.
    affinity
        float32, shape (n, k).
    measured
        float32, shape (n, k): measured values where the compound was trained on, NaN elsewhere.
    limits
        int8, shape (n, k): -1 where the measured value is an upper limit; None where the model does not say.
    source
        Where the measured values were published.
    """

    smiles: list[str]
    target_names: tuple[str, ...]
    affinity: np.ndarray
    measured: np.ndarray
    limits: np.ndarray | None = None
    source: str = ""

    def measured_text(self, row: int, at: int) -> str:
        """Return the measured value of compound `row` at target `at` as it is written; nothing where there is none."""
        value = float(self.measured[row, at])
        if value != value:
            return ""
        weaker = self.limits is not None and self.limits[row, at] < 0
        return f"{'<' if weaker else ''}{value:.2f}"

    def score(self, threshold: float = 6.0) -> np.ndarray:
        """Return the part of the targets bound more tightly than `threshold`, shape (n,): 0 is selective.

        S(1 uM) of Karaman et al., Nat. Biotechnol. 2008, 26, 127, for the default threshold.
        """
        return np.asarray((self.affinity > threshold).mean(axis=1))

    def gini(self, floor: float) -> np.ndarray:
        """Return Gini coefficients of the affinity above `floor`, shape (n,): 1 is perfectly selective, 0 is even.

        Graczyk, J. Med. Chem. 2007, 50, 5773.
        """
        above = np.sort(np.maximum(self.affinity.astype(np.float64) - floor, 0.0), axis=1)
        k = above.shape[1]
        total = above.sum(axis=1)
        weighted = (above * np.arange(1, k + 1)).sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            found = 2.0 * weighted / (k * total) - (k + 1) / k
        return np.where(total > 0, found, 0.0)

    def tightest(self, row: int, count: int = 10) -> list[tuple[str, float]]:
        """Return the targets that compound `row` is predicted to bind most tightly."""
        order = np.argsort(-self.affinity[row], kind="stable")[:count]
        return [(self.target_names[at], float(self.affinity[row, at])) for at in order]


def profile(model: SequenceModel | FamilyModel, block: CompoundBlock, *, variants: bool = False) -> Profile:
    """Predict n compounds against all targets of a model of many targets.

    Parameters
    ----------
    variants
        Mutants and unusual states (phosphorylated, autoinhibited) too, where the model has them.
    """
    if isinstance(model, FamilyModel):
        return _of_family(model, block, variants)
    kernel = target_kernel(model)
    similarity = FingerprintIndex(model.training.fingerprints).similarity(block.fingerprints)
    weights = model.weights.astype(np.float64) @ (kernel + model.target_constant)
    raw = blockwise_product(similarity, weights, _ROWS) + model.compound_constant * weights.sum(axis=0) + model.mean
    rows = {text: at for at, text in enumerate(model.training.smiles)}
    measured = np.full(raw.shape, np.nan, dtype=np.float32)
    for row, text in enumerate(block.smiles):
        if text in rows:
            measured[row] = model.measured[rows[text]]
    return Profile(list(block.smiles), model.target_names, rounded(np.minimum(raw, model.ceiling)), measured)


def _of_family(model: FamilyModel, block: CompoundBlock, variants: bool) -> Profile:
    columns = [
        row
        for row, target in enumerate(model.targets)
        if variants or not (target.state or (target.mutations and model.has_wild_type(target)))
    ]
    kernels = model.kernels_of_rows(columns)
    weights = model.weights.astype(np.float64)
    similarity = model.kernel_rows(block, model.similarity(block.fingerprints))
    found = model.mean + combined(similarity, weights @ kernels.shared.T)
    rows = {text: at for at, text in enumerate(model.training.smiles)}
    at = np.array([rows.get(text, -1) for text in block.smiles], dtype=np.int64)
    known = np.flatnonzero(at >= 0)
    found[known] += weights[at[known]] @ kernels.own.T
    measured = np.full(found.shape, np.nan, dtype=np.float32)
    measured[known] = model.measured[at[known]][:, columns]
    limits = np.zeros(found.shape, dtype=np.int8)
    limits[known] = model.measured_limits[at[known]][:, columns]
    return Profile(
        list(block.smiles),
        tuple(model.targets[row].name for row in columns),
        rounded(model.reported.of(found, (at >= 0)[:, None])),
        measured,
        limits,
        model.measured_source,
    )


def target_kernel(model: SequenceModel | FamilyModel) -> np.ndarray:
    """Return the similarity of every pair of training targets, float64, shape (k, k)."""
    if isinstance(model, FamilyModel):
        return similarities(model.features, model.features, model.profiles)[0]
    if model.target_kernel is not None:
        return model.target_kernel.astype(np.float64)
    sequences = list(model.target_sequences)
    own = np.sqrt(np.array([self_score(text) for text in sequences]))
    scores = np.zeros((len(sequences), len(sequences)))
    for at, text in enumerate(sequences):
        scores[at, : at + 1] = scores[: at + 1, at] = alignment_scores(text, sequences[: at + 1])
    return scores / np.outer(own, own)
