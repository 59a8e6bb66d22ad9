"""Interaction fingerprints: which kinds of contact with which residues, across many poses."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from screening.poses.interactions.contact import KINDS, Contact
from screening.targets.target import ResidueId


@dataclasses.dataclass(frozen=True)
class InteractionFingerprints:
    """Contacts of several poses as one table of bits.

    Attributes
    ----------
    names
        Names of the poses, n of them.
    columns
        (residue, kind) of each bit, by residue, m of them.
    bits
        bool, shape (n, m).
    """

    names: tuple[str, ...]
    columns: tuple[tuple[ResidueId, str], ...]
    bits: np.ndarray

    def similarity(self, row: int) -> np.ndarray:
        """Return the Tanimoto similarity of one pose to all, shape (n,); two poses without contacts have 0."""
        both = (self.bits & self.bits[row]).sum(axis=1)
        either = (self.bits | self.bits[row]).sum(axis=1)
        return np.asarray(both / np.maximum(either, 1), dtype=float)

    def share(self) -> np.ndarray:
        """Return the share of poses that have each contact, shape (m,)."""
        return np.asarray(self.bits.mean(axis=0) if len(self.names) else np.zeros(len(self.columns)))


def interaction_fingerprints(contacts: Mapping[str, Sequence[Contact]]) -> InteractionFingerprints:
    """Return the fingerprints of poses; name of the pose to its contacts. Clashes and waters are no bits."""
    found = [
        {(c.residue, c.kind) for c in own if c.kind != "clash" and c.residue.name != "HOH"} for own in contacts.values()
    ]
    columns = sorted(set().union(*found), key=lambda key: (key[0], KINDS.index(key[1]))) if found else []
    bits = np.array([[column in own for column in columns] for own in found], dtype=bool)
    return InteractionFingerprints(tuple(contacts), tuple(columns), bits.reshape(len(found), len(columns)))
