"""The targets a family model was trained on, and which of them a sequence is."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from screening.models.pairs.domain_profile import LETTERS, UNKNOWN, Domain, DomainProfile

#: From this identity of the domains on, a sequence is the training target, with or without mutations.
SAME_KINASE = 0.97
_BESIDE_A_GAP = 8
#: A target of this state is what a sequence stands for unless another is asked for.
_USUAL_STATE = ""


@dataclasses.dataclass(frozen=True)
class TrainingTarget:
    """A protein, or one domain of it, as it was tested.

    Attributes
    ----------
    name
        As in the model.
    synonyms
        Other names: gene, UniProt accession, what the panels call it.
    sequence
        With its mutations.
    family
        Profile that finds its domain; empty where the sequence holds none.
    start, end
        Of the domain, from 0.
    residues
        int8, shape (columns of the profile,): `screening.models.pairs.domain_profile.Domain.residues`.
    positions
        int32, shape (columns,): where in the sequence each of them is, -1 where there is none.
    shift
        Residue n of the usual numbering stands at ``n - 1 + shift``.
    mutations
        Such as ``("T315I",)``.
    state
        Such as ``"phosphorylated"``; empty for the usual one.
    """

    name: str
    synonyms: tuple[str, ...]
    sequence: str
    family: str
    start: int
    end: int
    residues: np.ndarray
    positions: np.ndarray
    shift: int = 0
    mutations: tuple[str, ...] = ()
    state: str = ""

    def to_state(self) -> dict[str, Any]:
        """Return plain containers and arrays to store."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)} | {
            "synonyms": list(self.synonyms),
            "mutations": list(self.mutations),
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> TrainingTarget:
        """Make a target of what `to_state` returned."""
        made = {"synonyms": tuple(state["synonyms"]), "mutations": tuple(state["mutations"])}
        return cls(**(state | made))


@dataclasses.dataclass(frozen=True)
class MatchedTarget:
    """Which training target a sequence is, or is nearest to: facts for cards, hits and exports.

    Attributes
    ----------
    name, row
        Of the training target.
    family
        Such as ``"protein kinase"``.
    start, end
        Of the domain in the sequence asked about, from 1, both included.
    similarity, pocket_identity
        Part of the residues of domain and binding site that are the same, 0 to 1; only residues that both have count.
    domain_residues, pocket_residues
        How many both have.
    differences
        Mutations, such as ``"T790M"``: the first letter is the training target's, the last that of the sequence.
    pocket_differences
        Those of them in the binding site or the activation segment, which change predictions.
    score
        Alignment score with the profile of the family.
    domains
        The domains found: ``"name of the training target (first to last residue)"``.
    """

    name: str
    row: int
    family: str
    start: int
    end: int
    similarity: float
    pocket_identity: float
    domain_residues: int
    pocket_residues: int
    differences: tuple[str, ...]
    pocket_differences: tuple[str, ...]
    score: float
    domains: tuple[str, ...]

    def sentence(self) -> str:
        """Return the facts as one sentence."""
        same = self.similarity >= SAME_KINASE
        text = (
            f"{'is' if same else 'is most like'} {self.name}: {self.similarity:.1%} of {self.domain_residues} domain"
            f" residues and {self.pocket_identity:.1%} of {self.pocket_residues} binding-site residues are the same"
        )
        if same and self.differences:
            text += f"; it differs by {', '.join(self.differences)}"
            without = [one for one in self.differences if one not in self.pocket_differences]
            if without:
                text += f" ({', '.join(without)} outside the binding site: no effect on the prediction)"
        return text


def identity(left: np.ndarray, right: np.ndarray) -> tuple[float, int]:
    """Return the part of the columns, of those where both have a residue, that are equal; and how many those are."""
    both = (left != UNKNOWN) & (right != UNKNOWN)
    count = int(both.sum())
    return (float((left == right)[both].mean()) if count else 0.0), count


def nearest_row(domain: Domain, targets: Sequence[TrainingTarget]) -> int:
    """Return the row of the target of the domain's family with most residues in common; -1 if there is none.

    Of those that tie the first of the usual state is taken, and a wild type before a mutant.
    """
    best: tuple[float, int, int, int] | None = None
    for row, target in enumerate(targets):
        if target.family != domain.family or target.state != _USUAL_STATE:
            continue
        part, count = likeness(domain, target)
        # Equal letters weigh more than the part alone: two residues in common are no match.
        rank = (round(part * min(1.0, count / max(60, 1)), 6), count, -len(target.mutations), -row)
        if best is None or rank > best:
            best = rank
    return -1 if best is None else -best[3]


def compared(domain: Domain, target: TrainingTarget) -> np.ndarray:
    """Return bool, shape (columns,): columns where both have a residue that is surely in its place.

    Beside a missing loop an alignment can be a few residues off, so nothing is concluded there.
    """
    missing = (domain.residues == UNKNOWN) & (target.residues != UNKNOWN)
    # The ends of a domain that is cut short are in their place.
    there = np.flatnonzero(domain.residues != UNKNOWN)
    inside = np.zeros(len(missing), dtype=bool)
    if len(there):
        inside[there[0] : there[-1]] = True
    near = np.convolve(missing & inside, np.ones(2 * _BESIDE_A_GAP + 1), mode="same") > 0.5
    return np.asarray((domain.residues != UNKNOWN) & (target.residues != UNKNOWN) & ~near)


def likeness(domain: Domain, target: TrainingTarget) -> tuple[float, int]:
    """Return the part of the columns compared that are equal, and how many those are."""
    there = compared(domain, target)
    count = int(there.sum())
    return (float((domain.residues == target.residues)[there].mean()) if count else 0.0), count


def differences(domain: Domain, target: TrainingTarget) -> list[tuple[int, str]]:
    """Return (column, mutation) where both have a residue in its place and they differ."""
    return [
        (
            int(column),
            f"{LETTERS[target.residues[column]]}{int(target.positions[column]) + 1 - target.shift}"
            f"{LETTERS[domain.residues[column]]}",
        )
        for column in np.flatnonzero(compared(domain, target) & (domain.residues != target.residues))
    ]


def domains_of(sequence: str, profiles: Sequence[DomainProfile]) -> list[Domain]:
    """Return the domains in a sequence, in order, of the first of the families that it has one of."""
    for profile in profiles:
        found = profile.find(sequence)
        if found:
            return found
    return []
