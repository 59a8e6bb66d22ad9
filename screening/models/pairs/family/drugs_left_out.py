"""Where the targets of known drugs come among all, when the drugs and everything like them are left out."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from screening.compounds.standardisation.standardise import Parent, parent_of
from screening.models.evaluation import splits
from screening.models.fingerprint_index import FingerprintIndex
from screening.models.pairs.family.compound_kernel import CompoundKernel
from screening.models.pairs.family_table import FamilyTable
from screening.models.pairs.limited_pairs import combined
from screening.models.training_set import TrainingSet, compound_block

#: From this Tanimoto similarity (Morgan, radius 2) on a compound counts as an analogue.
ANALOGUE = 0.5


@dataclasses.dataclass(frozen=True)
class Drug:
    """A drug and the target it was made for, by the name the model has for it."""

    name: str
    smiles: str
    target: str


def _parents(drugs: Sequence[Drug]) -> list[str]:
    found = []
    for drug in drugs:
        parent = parent_of(drug.smiles)
        if not isinstance(parent, Parent):
            raise ValueError(f"{drug.name}: {parent}")
        found.append(parent.smiles)
    return found


def unlike(compounds: TrainingSet, drugs: Sequence[Drug]) -> np.ndarray:
    """Return the rows of the compounds that are no analogues of a drug and share no scaffold with one."""
    smiles = _parents(drugs)
    similarity = FingerprintIndex(compound_block(smiles).fingerprints).similarity(compounds.fingerprints)
    scaffolds = {scaffold for scaffold in splits.scaffolds(smiles) if scaffold}
    alike = np.array([scaffold in scaffolds for scaffold in splits.scaffolds(compounds.smiles)])
    return np.flatnonzero((similarity.max(axis=1) < ANALOGUE) & ~alike)


def drug_ranks(
    data: FamilyTable,
    drugs: Sequence[Drug],
    mean: float,
    weights: np.ndarray,
    rows: np.ndarray,
    kernel: CompoundKernel | None,
) -> dict[str, Any]:
    """Return the rank of the target of each drug among all wild types, as the card stores it.

    Parameters
    ----------
    mean, weights
        Of a fit without the drugs and what is like them; weights of shape (n, k) times the kernel of the targets.
    rows
        Compounds of that fit.
    kernel
        Of the compounds; None where it is their Tanimoto similarity.
    """
    usual = np.array([at for at, one in enumerate(data.targets) if not one.mutations and not one.state])
    names = [data.targets[at].name for at in usual]
    block = compound_block(_parents(drugs))
    similarity = FingerprintIndex(data.compounds.fingerprints).similarity(block.fingerprints)
    compared = similarity if kernel is None else kernel.rows(block, similarity)
    predicted = mean + combined(compared, weights[:, usual])
    measured = data.values[np.ix_(rows, usual)]
    count = np.isfinite(measured).sum(axis=0)
    means = np.where(count > 0, np.nansum(measured, axis=0) / np.maximum(count, 1), -np.inf)
    found: dict[str, Any] = {}
    for row, drug in enumerate(drugs):
        at = names.index(drug.target)
        rank = 1 + int((predicted[row] > predicted[row, at]).sum())
        found[drug.name] = {
            "target": drug.target,
            "rank": rank,
            "rank_by_mean_of_target": 1 + int((means > means[at]).sum()),
        }
    found["top_ten"] = sum(one["rank"] <= 10 for one in found.values())
    found["compounds_left_out"] = len(data.compounds) - len(rows)
    found["targets"] = len(usual)
    return found
