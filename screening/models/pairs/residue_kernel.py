"""Similarity of targets by the residues of their domains and binding sites, and as mutants or the same target.

Residues in one column are compared by BLOSUM62 (Henikoff and Henikoff, Proc. Natl. Acad. Sci. USA 1992, 89, 10915)
turned into vectors, so that the similarity is a kernel: the cosine of all residues of two domains side by side. A
column without a residue says nothing.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

import numpy as np

from screening.models.pairs.domain_profile import LETTERS, UNKNOWN, DomainProfile
from screening.targets.sequences import alignment


@dataclasses.dataclass(frozen=True)
class TargetFeatures:
    """Targets of one or several families, as the kernels see them.

    Attributes
    ----------
    families
        Of each of the k targets.
    residues
        Of each: int8, shape (columns of its profile,).
    mutants
        bool, shape (k,): a mutant of a training target.
    """

    families: tuple[str, ...]
    residues: tuple[np.ndarray, ...]
    mutants: np.ndarray


@functools.cache
def _vectors() -> np.ndarray:
    """Return a vector of length 1 for each letter, shape (21, 20); nothing for an unknown residue."""
    scores = alignment.blosum62(LETTERS[:UNKNOWN])
    scores = scores / np.sqrt(np.outer(np.diag(scores), np.diag(scores)))
    values, turned = np.linalg.eigh(scores)
    found = np.zeros((UNKNOWN + 1, UNKNOWN))
    found[:UNKNOWN] = turned * np.sqrt(np.maximum(values, 0.0))
    found[:UNKNOWN] /= np.linalg.norm(found[:UNKNOWN], axis=1, keepdims=True)
    return found


def similarities(
    left: TargetFeatures, right: TargetFeatures, profiles: Sequence[DomainProfile]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the similarity of domains and that of binding sites, float64, both of shape (k left, k right).

    Targets of different families have 0.
    """
    domain = np.zeros((len(left.families), len(right.families)))
    pocket = domain.copy()
    for profile in profiles:
        rows = [at for at, name in enumerate(left.families) if name == profile.family]
        columns = [at for at, name in enumerate(right.families) if name == profile.family]
        if not rows or not columns:
            continue
        a, b = np.array([left.residues[at] for at in rows]), np.array([right.residues[at] for at in columns])
        place = np.ix_(rows, columns)
        domain[place] = _cosine(a, b)
        pocket[place] = _cosine(a[:, list(profile.pocket)], b[:, list(profile.pocket)])
    return domain, pocket


def _cosine(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    vectors = _vectors()
    a, b = vectors[left].reshape(len(left), -1), vectors[right].reshape(len(right), -1)
    lengths = np.outer(np.linalg.norm(a, axis=1), np.linalg.norm(b, axis=1))
    return np.asarray((a @ b.T) / np.maximum(lengths, 1e-9))


@dataclasses.dataclass(frozen=True)
class TargetWeights:
    """How much each similarity of targets counts, in what compounds alike share and in what the very same one has.

    The defaults were chosen by cross-validation on compounds and on mutants left out: with less weight on the very same
    target the promiscuous kinases come first for every compound, with less on the binding site mutants change little.
    """

    domain: float = 0.4
    pocket: float = 0.5
    same: float = 0.3
    mutants: float = 0.15
    constant: float = 0.1
    own_domain: float = 0.2
    own_same: float = 0.3
    own_mutants: float = 0.1
    own_constant: float = 0.1


#: Of models that do not say.
OLDER_WEIGHTS = TargetWeights(domain=0.5, pocket=0.2, same=0.1, constant=0.15, own_same=0.5)


@dataclasses.dataclass(frozen=True)
class TargetKernels:
    """The target kernels of the terms of a family model.

    Attributes
    ----------
    shared
        Of what compounds alike have: at domains and binding sites alike, at the very same target, and at mutants, which
        as such lose the compounds that bind one state of the kinase.
    own
        Of what the very same compound has at targets alike and at the very same one, beyond what compounds alike share.
    """

    shared: np.ndarray
    own: np.ndarray


def target_kernels(
    left: TargetFeatures,
    right: TargetFeatures,
    profiles: Sequence[DomainProfile],
    same: np.ndarray,
    weights: TargetWeights,
) -> TargetKernels:
    """Return the kernels of two sets of targets, each float64, shape (k left, k right).

    Parameters
    ----------
    same
        Shape (k left, k right): 1 where both are one target.
    weights
        Of the similarities.
    """
    domain, pocket = similarities(left, right, profiles)
    mutants = np.outer(left.mutants, right.mutants) * domain
    # A target without a domain is like itself only.
    domain, pocket = np.maximum(domain, same), np.maximum(pocket, same)
    return TargetKernels(
        shared=weights.domain * domain
        + weights.pocket * pocket**2
        + weights.same * same
        + weights.mutants * mutants
        + weights.constant,
        own=weights.own_domain * domain
        + weights.own_mutants * mutants
        + weights.own_constant
        + weights.own_same * same,
    )
