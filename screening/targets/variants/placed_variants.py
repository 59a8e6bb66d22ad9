"""Where protein variants lie on a structure, and what they are near to.

Positions of variants count in a reference sequence (as a rule UniProt's). With a reference they are carried to the
structure by alignment; without one they are taken as author numbers, which for most human proteins are the same. In
both cases the wild-type residue must be the one that is there.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from screening.errors import StructureError
from screening.targets.binding_site import BindingSite
from screening.targets.files.read import require_protein
from screening.targets.pockets.point_features import HYDROPATHY
from screening.targets.sequences.clusters import align
from screening.targets.surface_area import residue_exposure
from screening.targets.target import Chain, ResidueId, Target
from screening.targets.variants.notation import UnreadVariant, Variant, read_variant

#: A residue of which less than this is open to solvent is buried (a common cut: Levy, J Mol Biol 403, 660, 2010).
BURIED_BELOW = 0.25
#: Heavy atoms of two chains this close are in contact.
INTERFACE_A = 5.0

#: Volumes of residues in Å³: Zamyatnin, Prog Biophys Mol Biol 24, 107 (1972).
VOLUME_A3: dict[str, float] = {
    "A": 88.6, "R": 173.4, "N": 114.1, "D": 111.1, "C": 108.5, "Q": 143.8, "E": 138.4, "G": 60.1, "H": 153.2,
    "I": 166.7, "L": 166.7, "K": 168.6, "M": 162.9, "F": 189.9, "P": 112.7, "S": 89.0, "T": 116.1, "W": 227.8,
    "Y": 193.6, "V": 140.0,
}  # fmt: skip
_CHARGE = {"D": -1, "E": -1, "K": 1, "R": 1}


@dataclasses.dataclass(frozen=True)
class PlacedVariant:
    """One variant on one chain, or why it could not be placed.

    Attributes
    ----------
    variant
        As it was given, in one-letter form where it could be read.
    state
        ``"placed"``, ``"wrong wild type"``, ``"out of range"``, ``"unresolved"`` (the residue is in the experiment's
        sequence but has no coordinates) or ``"not understood"``.
    reason
        One sentence if it was not placed.
    residue
        Author id of the residue, None if not placed.
    label_number
        Position in SEQRES (mmCIF label_seq_id), 0 if unknown.
    distance_to_site_A
        Smallest distance between heavy atoms of the residue and those of the site's residues (0 in the site), None
        without a site.
    ligand, distance_to_ligand_A
        The nearest bound ligand and the distance to it, None without ligands.
    exposure
        Relative accessible area, 0 to 1.
    """

    variant: str
    state: str
    reason: str
    wild_type: str
    position: int
    mutant: str
    chain: str
    residue: ResidueId | None = None
    label_number: int = 0
    in_site: bool | None = None
    distance_to_site_A: float | None = None
    ligand: ResidueId | None = None
    distance_to_ligand_A: float | None = None
    exposure: float | None = None
    buried: bool | None = None
    interface_with: tuple[str, ...] = ()
    confidence: float | None = None
    volume_change_A3: float | None = None
    hydropathy_change: float | None = None
    charge_change: int | None = None
    centre_A: tuple[float, float, float] | None = None

    def to_row(self) -> dict[str, Any]:
        """Return a flat row of JSON values."""
        row = dataclasses.asdict(self)
        row["residue"] = None if self.residue is None else str(self.residue)
        row["ligand"] = None if self.ligand is None else str(self.ligand)
        row["interface_with"] = ",".join(self.interface_with)
        row.pop("centre_A")
        return row


def place_variants(
    target: Target,
    variants: Sequence[str | Variant | UnreadVariant],
    *,
    site: BindingSite | None = None,
    reference: str | None = None,
    chain: str | None = None,
) -> list[PlacedVariant]:
    """Place variants on the chains of a target; every variant gives at least one row.

    Parameters
    ----------
    target
        A protein structure.
    variants
        Texts, parsed variants or those that could not be read.
    site
        Distances to this site are given.
    reference
        The sequence in which positions count; author numbers of the structure if not given.
    chain
        Only this chain. By default every chain of the protein that the variants fit: those with the same sequence as
        the longest one (for a reference, those at least 70 % identical to it).

    Raises
    ------
    StructureError
        If there is no protein, no such chain, or no chain is like the reference.
    """
    require_protein(target)
    places = [(found, _numbering(found, reference)) for found in _chains(target, reference, chain)]
    surroundings = _Surroundings(target, site)
    rows: list[PlacedVariant] = []
    for given in variants:
        variant = read_variant(given) if isinstance(given, str) else given
        if isinstance(variant, UnreadVariant):
            rows.append(PlacedVariant(variant.text, "not understood", variant.reason, "", 0, "", ""))
            continue
        rows += [_placed(variant, found, numbers, surroundings) for found, numbers in places]
    return rows


def _chains(target: Target, reference: str | None, wanted: str | None) -> list[Chain]:
    proteins = [chain for chain in target.chains if chain.kind == "protein" and chain.residues]
    if wanted is not None:
        named = [chain for chain in proteins if chain.id == wanted]
        if not named:
            ids = ", ".join(chain.id for chain in proteins)
            raise StructureError(f"has no protein chain {wanted}", source=target.source, expected=f"one of {ids}")
        return named
    if reference is None:
        longest = max(proteins, key=lambda chain: len(chain.seqres or chain.sequence))
        whole = longest.seqres or longest.sequence
        return [chain for chain in proteins if (chain.seqres or chain.sequence) == whole]
    alignments = [(chain, align(reference, chain.sequence)) for chain in proteins if len(chain.sequence) >= 20]
    fitting = [chain for chain, found in alignments if found.identities >= 0.7 * len(chain.sequence)]
    if not fitting:
        best = max((found.identities / len(chain.sequence) for chain, found in alignments), default=0.0)
        raise StructureError(f"no chain is like the reference sequence (the best is {best:.0%} identical)",
                             source=target.source, expected="at least 70 %")  # fmt: skip
    return fitting


@dataclasses.dataclass(frozen=True)
class _Numbers:
    """Position of a variant to index of an observed residue; positions known but not observed; what is counted in."""

    observed: dict[int, int]
    unobserved: set[int]
    letters: dict[int, str]
    first: int
    last: int
    words: str


def _numbering(chain: Chain, reference: str | None) -> _Numbers:
    if reference is None:
        observed: dict[int, int] = {}
        for place, residue in enumerate(chain.residues):
            if not residue.insertion_code:
                observed.setdefault(residue.number, place)
        numbers = [residue.number for residue in chain.residues]
        hidden = {position for first, last in _gaps(chain) for position in range(first, last + 1)}
        return _Numbers(observed, hidden - observed.keys(), {}, min(numbers), max(numbers), "author numbering")
    whole = chain.seqres if chain.positions else chain.sequence
    index_of = {position - 1: row for row, position in enumerate(chain.positions)} if chain.positions else None
    observed, hidden = {}, set()
    for in_reference, in_chain in align(reference, whole).pairs.tolist():
        i: int | None = index_of.get(in_chain) if index_of is not None else in_chain
        if i is None:
            hidden.add(in_reference + 1)
        else:
            observed[in_reference + 1] = i
    letters = dict(enumerate(reference.upper(), 1))
    covered = [*observed, *hidden] or [0]
    return _Numbers(observed, hidden, letters, min(covered), max(covered), "the reference")


def _gaps(chain: Chain) -> list[tuple[int, int]]:
    """Return author numbers that missing residues must have: between two observed ones, and at the ends by SEQRES."""
    found = [(a.number + 1, b.number - 1) for a, b in itertools.pairwise(chain.residues) if b.number > a.number + 1]
    if chain.positions:
        start = chain.positions[0] - 1
        end = len(chain.seqres) - chain.positions[-1]
        found.append((chain.residues[0].number - start, chain.residues[0].number - 1))
        found.append((chain.residues[-1].number + 1, chain.residues[-1].number + end))
    return [(a, b) for a, b in found if b >= a]


def _placed(variant: Variant, chain: Chain, numbers: _Numbers, around: _Surroundings) -> PlacedVariant:
    def refused(state: str, reason: str) -> PlacedVariant:
        return PlacedVariant(str(variant), state, reason, variant.wild_type, variant.position, variant.mutant, chain.id)

    letter = numbers.letters.get(variant.position)
    if letter is not None and letter != variant.wild_type:
        return refused("wrong wild type", f"position {variant.position} of the reference is {letter}, "
                       f"not {variant.wild_type}")  # fmt: skip
    index = numbers.observed.get(variant.position)
    if index is None:
        if variant.position in numbers.unobserved:
            return refused("unresolved", f"residue {variant.position} has no coordinates in chain {chain.id}")
        return refused("out of range", f"chain {chain.id} covers {numbers.first} to {numbers.last} of {numbers.words}")
    residue = chain.residues[index]
    there = chain.sequence[index]
    if there not in (variant.wild_type, variant.mutant):
        return refused("wrong wild type", f"{residue} is there, not {variant.wild_type}")
    label = chain.positions[index] if chain.positions else 0
    note = ""
    if there == variant.mutant != variant.wild_type:
        note = f"the structure already holds the mutant: {residue}"
    facts = around.of(residue)
    return PlacedVariant(
        str(variant), "placed", note, variant.wild_type, variant.position, variant.mutant, chain.id, residue, label,
        **facts, **_change(variant),
    )  # fmt: skip


def _change(variant: Variant) -> dict[str, Any]:
    if variant.mutant not in VOLUME_A3:
        return {}
    wild, mutant = variant.wild_type, variant.mutant
    return {
        "volume_change_A3": round(VOLUME_A3[mutant] - VOLUME_A3[wild], 1),
        "hydropathy_change": round(HYDROPATHY[mutant] - HYDROPATHY[wild], 1),
        "charge_change": _CHARGE.get(mutant, 0) - _CHARGE.get(wild, 0),
    }


class _Surroundings:
    """Distances and exposure of residues, with what is expensive computed once."""

    def __init__(self, target: Target, site: BindingSite | None) -> None:
        self._atoms = target.atoms.select(~np.isin(target.atoms.element, ("H", "D")))
        self._predicted = target.predicted
        self._site = None if site is None else set(site.residues)
        starts = np.r_[self._atoms.residue_starts, len(self._atoms)]
        self._rows = {self._atoms.residue_id(int(a)): slice(int(a), int(b)) for a, b in itertools.pairwise(starts)}
        polymers = {residue for chain in target.chains for residue in chain.residues}
        in_polymer = np.zeros(len(self._atoms), bool)
        for residue in polymers & self._rows.keys():
            in_polymer[self._rows[residue]] = True
        self._polymer = self._atoms.select(in_polymer)
        self._polymer_tree = cKDTree(self._polymer.coordinates)
        self._exposure = residue_exposure(self._polymer)
        self._ligands = [(group.residue, cKDTree(self._atoms.coordinates[self._rows[group.residue]]))
                         for group in target.ligands if group.residue in self._rows]  # fmt: skip
        self._site_tree = None
        if self._site is not None:
            points = [self._atoms.coordinates[self._rows[r]] for r in sorted(self._site) if r in self._rows]
            self._site_tree = cKDTree(np.concatenate(points)) if points else None

    def of(self, residue: ResidueId) -> dict[str, Any]:
        """Return the facts of one residue, as fields of `PlacedVariant`."""
        rows = self._rows[residue]
        mine = self._atoms.coordinates[rows]
        facts: dict[str, Any] = {}
        if self._site is not None:
            facts["in_site"] = residue in self._site
            if self._site_tree is not None:
                facts["distance_to_site_A"] = _nearest(self._site_tree, mine)
        if self._ligands:
            distance, ligand = min((_nearest(tree, mine), name) for name, tree in self._ligands)
            facts["ligand"], facts["distance_to_ligand_A"] = ligand, distance
        exposure = self._exposure.get(int(self._atoms.residue_index[rows.start]))
        if exposure is not None:
            facts["exposure"] = round(exposure, 3)
            facts["buried"] = exposure < BURIED_BELOW
        near = np.unique(np.concatenate(self._polymer_tree.query_ball_point(mine, INTERFACE_A)).astype(np.int64))
        facts["interface_with"] = tuple(sorted(set(self._polymer.chain[near].tolist()) - {residue.chain}))
        facts["confidence"] = round(float(self._atoms.b_factor[rows].mean()), 1) if self._predicted else None
        middle = mine.mean(axis=0)
        facts["centre_A"] = (float(middle[0]), float(middle[1]), float(middle[2]))
        return facts


def _nearest(tree: cKDTree, points: np.ndarray) -> float:
    distances, _ = tree.query(points)
    return round(float(np.min(distances)), 2)
