"""Compare the binding sites of several structures: what fits one and could be kept from fitting another."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from screening.targets.binding_site import BindingSite
from screening.targets.entities.components import one_letter
from screening.targets.sequences.clusters import align
from screening.targets.sites.superpose import Superposition, alpha_carbons, matched_residues, superpose
from screening.targets.target import ResidueId, Target

#: Cα atoms this close after superposition are counterparts, in Å.
SAME_PLACE_A = 3.0

_CLASSES = {
    "AVLIMC": "aliphatic", "FWYH": "aromatic", "STNQ": "polar", "KR": "positive", "DE": "negative", "G": "glycine",
    "P": "proline",
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class SitePosition:
    """One residue of the reference site and its counterparts.

    Attributes
    ----------
    residue
        In the reference.
    counterparts
        In each other structure, None where nothing is aligned.
    differs
        For each other structure: ``""`` (same residue), ``"similar"`` (same class), ``"different"`` or ``"absent"``.
    """

    residue: ResidueId
    counterparts: tuple[ResidueId | None, ...]
    differs: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class SiteComparison:
    """The site of a reference structure in other structures.

    Attributes
    ----------
    reference, others
        Ids of the structures.
    positions
        One for each protein residue of the site.
    superpositions
        How to move each other structure onto the reference, fitted on the site.
    identity
        Share of identical residues over the whole matched chains, for each other structure.
    site_identity
        The same over the site.
    """

    reference: str
    others: tuple[str, ...]
    positions: tuple[SitePosition, ...]
    superpositions: tuple[Superposition, ...]
    identity: tuple[float, ...]
    site_identity: tuple[float, ...]

    def selective_positions(self) -> tuple[SitePosition, ...]:
        """Return the positions at which at least one other structure has a residue of another class or none."""
        return tuple(p for p in self.positions if any(word in ("different", "absent") for word in p.differs))

    def rows(self) -> list[dict[str, Any]]:
        """Return the table as rows of JSON values."""
        return [
            {
                "residue": str(position.residue),
                **{
                    f"{name}": None if other is None else str(other)
                    for name, other in zip(self.others, position.counterparts)
                },
                "differs": ", ".join(f"{n}: {w}" for n, w in zip(self.others, position.differs) if w),
            }
            for position in self.positions
        ]


def compare_site(reference: Target, site: BindingSite, others: Sequence[Target]) -> SiteComparison:
    """Compare a site with its counterparts in other structures of the same family.

    Raises
    ------
    StructureError
        If a structure has no protein or fewer than three residues of the site in common.
    """
    protein = {residue for chain in reference.chains if chain.kind == "protein" for residue in chain.residues}
    residues = [residue for residue in site.residues if residue in protein]
    maps = [_counterparts(reference, other) for other in others]
    positions = []
    for residue in residues:
        counterparts = tuple(found.get(residue) for found in maps)
        positions.append(SitePosition(residue, counterparts, tuple(_difference(residue, c) for c in counterparts)))
    moves = tuple(
        superpose(reference, other, pairs=[(a, b) for a, b in found.items() if a in set(residues)])
        for other, found in zip(others, maps)
    )
    site_identity = tuple(
        sum(position.differs[i] == "" for position in positions) / max(len(positions), 1) for i in range(len(others))
    )
    identity = tuple(
        max(
            align(a.sequence, b.sequence).identity
            for a in reference.chains if a.kind == "protein"
            for b in other.chains if b.kind == "protein" and b.sequence
        )
        for other in others
    )  # fmt: skip
    return SiteComparison(reference.id, _names(others), tuple(positions), moves, identity, site_identity)


def _counterparts(reference: Target, other: Target) -> dict[ResidueId, ResidueId]:
    """Match residues by sequence, then by place: where the folds lie over each other the nearest Cα decides.

    Distant relatives are aligned wrongly by sequence just where they differ, which is what matters here.
    """
    found = dict(matched_residues(reference, other))
    move = superpose(reference, other)
    ours, theirs = alpha_carbons(reference), alpha_carbons(other)
    in_chains = {residue for chain in other.chains if chain.kind == "protein" for residue in chain.residues}
    names = [residue for residue in theirs if residue in in_chains]
    places = move.apply(np.array([theirs[residue] for residue in names]))
    tree, back = cKDTree(places), cKDTree(np.array(list(ours.values())))
    own = list(ours)
    for residue, place in ours.items():
        distance, i = tree.query(place)
        mutual = own[int(back.query(places[int(i)])[1])] == residue
        if distance <= SAME_PLACE_A and mutual:
            found[residue] = names[int(i)]
        elif residue in found and float(np.linalg.norm(move.apply(theirs[found[residue]][None])[0] - place)) > 6.0:
            del found[residue]
    return found


def _names(others: Sequence[Target]) -> tuple[str, ...]:
    names: list[str] = []
    for other in others:
        names.append(other.id if other.id not in names else f"{other.id} ({len(names) + 1})")
    return tuple(names)


def _difference(residue: ResidueId, other: ResidueId | None) -> str:
    if other is None:
        return "absent"
    a, b = one_letter(residue.name), one_letter(other.name)
    if a == b:
        return ""
    return "similar" if _class(a) == _class(b) else "different"


def _class(letter: str) -> str:
    return next((name for letters, name in _CLASSES.items() if letter in letters), letter)
