"""What a mutation of a target does to compounds: the change of their predicted affinity, or why nothing can be said."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from screening.errors import ModelError
from screening.models.affinity import CompoundBlock
from screening.models.pairs import training_target
from screening.models.pairs.domain_profile import LETTERS, UNKNOWN

if TYPE_CHECKING:
    from screening.models.affinity import Predictions
    from screening.models.pairs.bound_family import BoundFamilyModel
    from screening.models.pairs.family_model import FamilyModel

#: A compound predicted less than this above the floor of the assays has nothing to lose.
LEAST_BINDING = 0.5


@dataclasses.dataclass(frozen=True)
class Exchange:
    """One exchanged residue of a sequence: what it is called, where it stands (from 0), and both residues."""

    name: str
    at: int
    wild_type: str
    mutant: str


@dataclasses.dataclass(frozen=True)
class VariantEffect:
    """What one exchange does to one compound.

    Attributes
    ----------
    variant, smiles
        Which.
    kinase
        The training target that the sequence is; empty where it is none.
    cannot_say
        Why nothing is predicted; empty where something is.
    before, after
        Predicted affinity to the target as given and with the exchange, None where nothing is predicted.
    change, lower, upper
        Its change and the 90 % interval of the change, in log units; below zero the mutant is bound less tightly.
    measured
        What was measured of the compound at both, such as ``"9.00 to 7.40"``; empty where it was not.
    """

    variant: str
    smiles: str
    kinase: str
    cannot_say: str
    before: float | None = None
    after: float | None = None
    change: float | None = None
    lower: float | None = None
    upper: float | None = None
    measured: str = ""

    def to_row(self) -> dict[str, Any]:
        """Return a flat row of JSON values."""
        return dataclasses.asdict(self)


def variant_effects(
    model: FamilyModel, sequence: str, exchanges: Sequence[Exchange], block: CompoundBlock
) -> list[VariantEffect]:
    """Predict what exchanges do to compounds, each exchange for itself.

    Nothing is said of a protein that the model was not trained on, of a residue that neither lies in the binding site
    nor in the activation segment (the model compares these), of a compound outside the domain, and of one that is not
    predicted to bind the target at all.

    Parameters
    ----------
    model
        A model of a protein family.
    sequence
        Of the target, in which the exchanges count.
    exchanges
        k of them.
    block
        The n compounds.

    Returns
    -------
    list of VariantEffect
        k times n, all compounds of the first exchange first.
    """
    text = "".join(sequence.split()).upper()

    def silent(exchange: Exchange, kinase: str, reason: str) -> list[VariantEffect]:
        return [VariantEffect(exchange.name, smiles, kinase, reason) for smiles in block.smiles]

    try:
        match, domain = model.matcher.matched(text)
    except ModelError as error:
        reason = f"{error.problem}"
        return [one for exchange in exchanges for one in silent(exchange, "", reason)]
    if match.similarity < training_target.SAME_KINASE:
        reason = f"the model was not trained on this kinase (nearest: {match.name}, {match.similarity:.0%} the same)"
        return [one for exchange in exchanges for one in silent(exchange, "", reason)]
    counted = model.matcher.counted_columns(match.family)
    if model.uses_features:  # worked out once for all exchanges
        block = block.with_features()
    as_given: tuple[BoundFamilyModel, Predictions] | None = None
    found: list[VariantEffect] = []
    for exchange in exchanges:
        columns = np.flatnonzero(domain.positions == exchange.at)
        if not len(columns) or int(columns[0]) not in counted:
            where = "outside the binding site" if len(columns) else f"outside the {match.family} domain"
            found += silent(exchange, match.name, f"the residue lies {where}, where the model sees no difference")
            continue
        if exchange.mutant not in LETTERS[:UNKNOWN]:
            found += silent(exchange, match.name, "the mutant has no residue there")
            continue
        if text[exchange.at] == exchange.wild_type:
            if as_given is None:
                as_given = _predicted(model, text, block)
            before, first = as_given
        else:  # the structure holds the mutant already
            before, first = _predicted(model, _exchanged(text, exchange.at, exchange.wild_type), block)
        after, second = _predicted(model, _exchanged(text, exchange.at, exchange.mutant), block)
        trained = bool(model.targets[after.target.row].mutations) and not after.target.pocket_differences
        rows = [before.known_row(smiles) for smiles in block.smiles]
        change = second.affinity.astype(np.float64) - first.affinity
        for at, (smiles, row) in enumerate(zip(block.smiles, rows)):
            reason = _reason(first.in_domain[at], float(first.affinity[at]), model.floor)
            if reason:
                found.append(VariantEffect(exchange.name, smiles, match.name, reason))
                continue
            situation = "new compound" if trained else "new mutant" if row >= 0 else "new compound and mutant"
            half = float(model.changes.half_width(first.affinity[at : at + 1], situation)[0])
            value = float(change[at])
            found.append(
                VariantEffect(
                    variant=exchange.name,
                    smiles=smiles,
                    kinase=match.name,
                    cannot_say="",
                    before=round(float(first.affinity[at]), 3),
                    after=round(float(second.affinity[at]), 3),
                    change=round(value, 3),
                    lower=round(value - half, 3),
                    upper=round(value + half, 3),
                    measured=_measured(before.measured_text(row), after.measured_text(row) if trained else ""),
                )
            )
    return found


def _exchanged(text: str, at: int, residue: str) -> str:
    return text[:at] + residue + text[at + 1 :]


def _predicted(model: FamilyModel, text: str, block: CompoundBlock) -> tuple[BoundFamilyModel, Predictions]:
    bound = model.bind(text)
    return bound, bound.predict_block(block)


def _reason(in_domain: bool, affinity: float, floor: float) -> str:
    if not in_domain:
        return "the compound is outside the domain of the model"
    if affinity < floor + LEAST_BINDING:
        return f"the compound is not predicted to bind the target ({affinity:.2f})"
    return ""


def _measured(before: str, after: str) -> str:
    return f"{before} to {after}" if before and after else ""
