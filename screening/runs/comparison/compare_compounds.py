"""Why one compound is weaker than another: all that is known of both, side by side.

Measured values, predictions with intervals, what is written differently, what the same change did elsewhere in the
training data, what the model's atoms say of it, and which contacts of the poses go with it. The sentences about it are
in `difference_findings`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from screening.compounds.series.change import Change, ChangeKind, change_between, same_exchanges
from screening.compounds.series.matched_pairs import Exchange
from screening.errors import LibraryError, ScreeningError, UsageError
from screening.models.affinity import AffinityKind
from screening.runs.evidence.training import TrainingCompounds, training_compounds

if TYPE_CHECKING:
    from screening.models.affinity import AffinityModel
    from screening.poses.pose import Pose
    from screening.runs.run import ScreenRun
    from screening.runs.why import Fate

#: Characters of a SMILES that stands for a name.
_AS_NAME = 40


@dataclasses.dataclass(frozen=True)
class Estimate:
    """A prediction: number and bounds, domain, nearest training compound and the similarity to it."""

    value: float
    lower: float
    upper: float
    in_domain: bool
    nearest: str
    similarity: float


@dataclasses.dataclass(frozen=True)
class ComparedCompound:
    """One of two compounds.

    Attributes
    ----------
    name, smiles
        What it is called, and its parent.
    row
        Its row among the compounds with measured values; None where it is not among them.
    twin
        What was measured of a stereoisomer or tautomer of it, where nothing was of itself; empty otherwise.
    value, limit
        Measured of itself (NaN where nothing was), and 0 exact, -1 weaker than the value, 1 tighter.
    predicted
        None where there is no model and no run.
    left_out
        Prediction of a model that had not seen it (cross-validation); NaN where there is none.
    rank, record
        In the run; None outside of one.
    contributions
        float64, shape (heavy atoms,): what each atom adds to the prediction; None without a model.
    changed
        What the atoms that differ add together; NaN without a model, 0 where a hydrogen is exchanged.
    pose
        Its best one; None where it was not docked.
    """

    name: str
    smiles: str
    row: int | None = None
    twin: str = ""
    value: float = float("nan")
    limit: int = 0
    predicted: Estimate | None = None
    left_out: float = float("nan")
    rank: int | None = None
    record: int | None = None
    contributions: np.ndarray | None = None
    changed: float = float("nan")
    pose: Pose | None = None


@dataclasses.dataclass(frozen=True)
class ComparedCompounds:
    """Two compounds side by side.

    Attributes
    ----------
    first, second
        In the order in which they were named.
    change
        How the second differs from the first.
    effect
        The same exchange in other pairs of the measured compounds, from first to second; None where there is none.
    anywhere
        Whether `effect` counts it on any kind of atom, because there is no pair on the same kind.
    kind, what
        Of the predictions, and what the measured values are (such as ``"pIC50"``).
    measured_compounds
        Compounds with an exact value that were looked through.
    source
        Where measured values come from, in a few words.
    measured_of
        As in `screening.runs.evidence.training.TrainingCompounds`.
    """

    first: ComparedCompound
    second: ComparedCompound
    change: Change
    effect: Exchange | None
    anywhere: bool
    kind: str
    what: str
    measured_compounds: int
    source: str
    measured_of: str = ""


@dataclasses.dataclass(frozen=True)
class Knowledge:
    """Where compounds are looked up: measured values, a model of one target, a run.

    Attributes
    ----------
    training
        Compounds with measured values.
    source
        What they are, in a few words.
    what
        What the values are, such as ``"pIC50"``; ``"label"`` for active and inactive.
    model
        Bound to its target; None where there is none.
    run
        None outside of one.
    """

    training: TrainingCompounds
    source: str
    what: str
    model: AffinityModel | None = None
    run: ScreenRun | None = None

    @property
    def kind(self) -> str:
        """What predictions are."""
        if self.run is not None:
            return str(self.run.kind)
        return str(self.model.kind) if self.model is not None else self.what


def knowledge_of_model(model: AffinityModel, source: str = "the training data") -> Knowledge:
    """Return what a model of one target knows."""
    values, limits = model.measured_values()
    training = TrainingCompounds(
        list(model.training_names), list(model.training_identities), list(model.training_smiles), np.asarray(values),
        np.asarray(limits), str(getattr(model, "measured_of", "")),
    )  # fmt: skip
    return Knowledge(training, source, _measured_kind(model), model)


def knowledge_of_run(run: ScreenRun) -> Knowledge:
    """Return what a finished run knows, with its model where that is still there."""
    from screening.runs.plan import load_bound

    try:
        model = load_bound(run.plan.model, run.plan.sequence)
    except (ScreeningError, OSError, ValueError):
        model = None
    what = _measured_kind(model) if model is not None else str(run.kind)
    training, source = _with_results(run, training_compounds(run), "the training data of the model")
    return Knowledge(training, source, what, model, run)


def _with_results(run: ScreenRun, training: TrainingCompounds, source: str) -> tuple[TrainingCompounds, str]:
    """Return the measured compounds with the assay results that were added to a run, and where they come from.

    A result stands before the value that the model was trained on. Training values of another target than the one
    screened are left out where there are results: they are not to be mixed.
    """
    from screening.runs.results.assay import all_results, kept_results

    if run.kind not in list(AffinityKind) or not kept_results(run):
        return training, source
    results = all_results(run)
    own: dict[bytes, dict[str, Any]] = {row["identity"]: row for row in results.to_pylist()}
    names, identities = [row["name"] for row in own.values()], list(own)
    smiles, values = [row["smiles"] for row in own.values()], [row["measured"] for row in own.values()]
    limits = [row["limit"] for row in own.values()]
    source = "the results of the run"
    if not training.measured_of and training.smiles is not None:
        source = "the training data of the model and the results of the run"
        for row, identity in enumerate(training.identities):
            if identity not in own:
                names.append(training.names[row])
                identities.append(identity)
                smiles.append(training.smiles[row])
                values.append(float(training.values[row]))
                limits.append(int(training.limits[row]))
    return TrainingCompounds(names, identities, smiles, np.array(values), np.array(limits, np.int8)), source


def _measured_kind(model: AffinityModel) -> str:
    card = getattr(model, "card", None)
    return str(model.kind) if card is None else str(card.data.get("measured", card.kind))


def compare_compounds(known: Knowledge, first: str, second: str) -> ComparedCompounds:
    """Put two compounds side by side.

    Parameters
    ----------
    known
        Where they are looked up.
    first, second
        Each a name, a SMILES, an id, or a record of the run (as `screening.runs.why.why` takes it).

    Raises
    ------
    UsageError
        If a text names no compound or several.
    LibraryError
        If a SMILES cannot be used.
    """
    sides = [_described(known, text) for text in (first, second)]
    change = change_between(sides[0].smiles, sides[1].smiles)
    if known.model is not None:
        sides = [
            dataclasses.replace(one, changed=_together(known.model, one.smiles, atoms))
            for one, atoms in zip(sides, (change.first_atoms, change.second_atoms))
        ]
    training = known.training
    values = np.where(training.limits == 0, training.values, np.nan)
    effect = None
    if training.smiles is not None and change.kind is ChangeKind.EXCHANGE and known.what in list(AffinityKind):
        effect = same_exchanges(change, training.smiles, values, anywhere=True)
    anywhere = effect is not None and effect.surroundings != change.surroundings
    return ComparedCompounds(
        sides[0], sides[1], change=change, effect=effect, anywhere=anywhere, kind=known.kind,
        what=known.what, measured_compounds=int(np.isfinite(values).sum()), source=known.source,
        measured_of=training.measured_of,
    )  # fmt: skip


def _described(known: Knowledge, text: str) -> ComparedCompound:
    """Return all that is known of the compound that a text names."""
    fate = None if known.run is None else _scored(known.run, text)
    name, smiles, identity = _structure(known, text, fate)
    found = ComparedCompound(name, smiles)
    training = known.training
    seen = training.twin(smiles, identity)
    if seen is not None and seen[1] == "itself":
        row = seen[0]
        found = dataclasses.replace(
            found, row=row, value=float(training.values[row]), limit=int(training.limits[row]),
            left_out=_left_out(known, identity),
        )  # fmt: skip
    elif seen is not None:
        value = training.value_text(seen[0])
        twin = f"{value} of {training.names[seen[0]]}, a {seen[1]}" if value else ""
        found = dataclasses.replace(found, twin=twin)
    found = dataclasses.replace(found, predicted=_estimate(known, smiles, fate), contributions=_atoms(known, smiles))
    if fate is not None and fate.score is not None:
        found = dataclasses.replace(found, rank=fate.score.rank, record=fate.record, pose=_pose(known.run, fate.record))
    return found


def _scored(run: ScreenRun, text: str) -> Fate | None:
    """Return the fate of the scored record that a text names; None where it names none.

    Raises
    ------
    UsageError
        If it names several compounds.
    """
    from screening.runs.why import why

    fates = {fate.id: fate for fate in reversed([one.same_as or one for one in why(run, text)]) if fate.score}
    if len(fates) > 1:
        which = ", ".join(f"record:{fate.record}" for fate in sorted(fates.values(), key=lambda one: one.record)[:5])
        raise UsageError(f"{text!r:.60} names {len(fates)} compounds of the run", expected=f"one of {which}")
    return next(iter(fates.values()), None)


def _structure(known: Knowledge, text: str, fate: Fate | None) -> tuple[str, str, bytes]:
    """Return name, parent SMILES and identity key of what a text names."""
    from screening.compounds.standardisation.standardise import Parent, parent_of

    text = text.strip()
    if fate is not None:
        recorded = parent_of(fate.input)
        if isinstance(recorded, Parent):
            return fate.name or text[:_AS_NAME], recorded.smiles, recorded.identity
    training = known.training
    if training.smiles is not None:
        rows = [row for row, name in enumerate(training.names) if name == text]
        if len({training.identities[row] for row in rows}) > 1:
            raise UsageError(
                f"{text!r:.60} names {len(rows)} compounds of {known.source}", expected="the SMILES of one of them"
            )
        if rows:
            return text, training.smiles[rows[0]], training.identities[rows[0]]
    parent = parent_of(text) if text and not any(letter.isspace() for letter in text) else None
    if not isinstance(parent, Parent):
        where = known.source if known.run is None else f"the run or {known.source}"
        reason = "" if parent is None else f", and as a SMILES: {parent.reason}"
        raise UsageError(
            f"no compound of {where} is {text!r:.60}{reason}", expected="a name, SMILES, id or record number"
        )
    row = training.rows_of.get(parent.identity)
    return (text[:_AS_NAME] if row is None else training.names[row]), parent.smiles, parent.identity


def _left_out(known: Knowledge, identity: bytes) -> float:
    """Return the cross-validated prediction of a training compound; NaN where the model keeps none."""
    training: Any = getattr(known.model, "training", None)
    if training is None or known.kind not in list(AffinityKind) or identity not in training.identities:
        return float("nan")
    return float(training.out_of_fold[training.identities.index(identity)])


def _estimate(known: Knowledge, smiles: str, fate: Fate | None) -> Estimate | None:
    """Return the prediction: the run's own number where it has one."""
    if fate is not None and fate.score is not None:
        score = fate.score
        return Estimate(score.affinity, score.lower, score.upper, score.in_domain, score.nearest, score.similarity)
    if known.model is None:
        return None
    from screening.models.training_set import compound_block

    found = known.model.predict(compound_block([smiles]))
    if 0 in found.problems:
        raise LibraryError(f"cannot be predicted: {found.problems[0]}", source=smiles[:60])
    at = int(found.nearest[0])
    value, lower, upper, similarity = (
        float(f"{column[0]:.6g}") for column in (found.affinity, found.lower, found.upper, found.similarity)
    )
    nearest = known.model.training_names[at] if at >= 0 else ""
    return Estimate(value, lower, upper, bool(found.in_domain[0]), nearest, similarity)


def _atoms(known: Knowledge, smiles: str) -> np.ndarray | None:
    from screening.models.explain import atom_contributions

    return None if known.model is None else atom_contributions(known.model, smiles)


def _together(model: AffinityModel, smiles: str, atoms: frozenset[int]) -> float:
    from screening.models.explain import part_contributions

    return float(part_contributions(model, smiles, [atoms])[0]) if atoms else 0.0


def _pose(run: ScreenRun | None, record: int) -> Pose | None:
    from screening.runs.docking.docking import open_docking

    docking = None if run is None else open_docking(run.folder)
    if docking is None or not docking.finished:
        return None
    poses: Sequence[Pose] = docking.poses(record)
    return poses[0] if poses else None


def is_affinity(kind: str) -> bool:
    """Say whether numbers of a kind are -log10 molar, so that a difference of 1 is a factor of ten."""
    return kind in list(AffinityKind)
