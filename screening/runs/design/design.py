"""From a compound to a list of the next ones, each with what is known of it and what is new in it."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from rdkit import Chem, rdBase

from screening.compounds.compound import PROPERTIES, structure_key
from screening.compounds.standardisation.standardise import Refusal, parent_of
from screening.errors import LibraryError, UsageError
from screening.models.affinity import AffinityKind, AffinityModel
from screening.models.fingerprint_index import FingerprintIndex
from screening.runs.design import judge
from screening.runs.design.constraints import Constraints
from screening.runs.design.fragment_table import FragmentTable
from screening.runs.design.ranking import Share, ranked, spread
from screening.runs.design.sources.catalog import SOURCES
from screening.runs.design.sources.proposal import Proposal, Question

if TYPE_CHECKING:
    from screening.compounds.library.prepared_library import PreparedLibrary
    from screening.compounds.reactions.synthons import SynthonLibrary
    from screening.engine.progress import OnProgress

DEFAULT_TOP, DEFAULT_MOST, DEFAULT_PER_CLUSTER = 200, 5000, 5


@dataclasses.dataclass(frozen=True, eq=False)
class Designs:
    """Designs around a compound.

    Attributes
    ----------
    parent
        Canonical SMILES of the compound.
    parent_prediction, parent_lower, parent_upper
        What the model predicts for it; None without a model.
    kind
        Of the predictions; empty without a model.
    table
        The chosen designs in rank order, one row each (`schema`).
    shares
        Validity, uniqueness, novelty, share predicted better and share inside the domain, each with its interval.
    proposed
        Source to how many molecules it proposed.
    """

    parent: str
    parent_prediction: float | None
    parent_lower: float | None
    parent_upper: float | None
    kind: str
    table: pa.Table
    shares: dict[str, Share]
    proposed: dict[str, int]

    def summary(self) -> list[str]:
        """Return what is told of all designs, one line each."""
        lines = [f"proposed: {', '.join(f'{count:,} from {name}' for name, count in self.proposed.items())}"]
        lines += [f"{name}: {share.text()}" for name, share in self.shares.items()]
        if self.parent_prediction is not None:
            lines.append(
                f"the parent is predicted at {self.kind} {self.parent_prediction:.2f} (90 % interval"
                f" {self.parent_lower:.2f} to {self.parent_upper:.2f})"
            )
        return lines


def schema() -> pa.Schema:
    """Return the columns of `Designs.table`; null where nothing is known."""
    text, number = pa.string(), pa.float32()
    return pa.schema(
        [
            pa.field("rank", pa.int32()), pa.field("name", text), pa.field("smiles", text), pa.field("source", text),
            pa.field("change", text), pa.field("evidence", text), pa.field("site", text),
            pa.field("new_atoms", pa.list_(pa.int32())), pa.field("affinity", number), pa.field("lower", number),
            pa.field("upper", number), pa.field("against_parent", number), pa.field("in_domain", pa.bool_()),
            pa.field("nearest_trained", text), pa.field("similarity_trained", number), pa.field("known", pa.bool_()),
            pa.field("rule_effect", number), pa.field("rule_lower", number), pa.field("rule_upper", number),
            pa.field("rule_pairs", pa.int32()), pa.field("alerts", pa.list_(text)),
            pa.field("new_alerts", pa.list_(text)), pa.field("sa_score", number), pa.field("similarity_parent", number),
            pa.field("nearest_library", text), pa.field("nearest_record", pa.int64()),
            pa.field("similarity_library", number), pa.field("cluster", pa.int32()),
            *(pa.field(name, number) for name in PROPERTIES),
        ]
    )  # fmt: skip


def design_around(
    smiles: str,
    *,
    model: AffinityModel | None = None,
    fragments: FragmentTable | None = None,
    library: PreparedLibrary | None = None,
    reactions: SynthonLibrary | None = None,
    sources: Sequence[str] = tuple(SOURCES),
    constraints: Constraints | None = None,
    radius: int = 3,
    least_pairs: int = 2,
    top: int = DEFAULT_TOP,
    most: int = DEFAULT_MOST,
    per_cluster: int = DEFAULT_PER_CLUSTER,
    on_progress: OnProgress | None = None,
) -> Designs:
    """Propose molecules around a compound, judge them all, and choose a list in which no series dominates.

    Parameters
    ----------
    smiles
        The compound; its parent structure is taken, as a prepared library would.
    model
        Scores designs, and its training compounds are the measurements that matched pairs come from.
    fragments
        Fragments in context of a library; needed for that source only.
    library
        Prepared library to look up the nearest compound of each chosen design in, and to tell what is novel.
    reactions
        Pieces of a reaction library (`screening.compounds.reactions.synthons`); needed for that source only.
    sources
        Names in `screening.runs.design.sources.catalog.SOURCES`.
    constraints
        What may change and within which windows.
    radius
        Bonds to which the surroundings of an exchanged fragment must be the same at least, 1 to 3.
    least_pairs
        Measured pairs that an exchange needs.
    top, most
        Designs in the list, and molecules looked at, at most; sources share `most` evenly.
    per_cluster
        Designs of one cluster in the list while there are others.
    on_progress
        Unused so far.

    Returns
    -------
    Designs
        Ranked by the lower end of the interval of the prediction, designs with a new alert last; without a model by
        how well each is supported.

    Raises
    ------
    LibraryError
        If the compound cannot be used.
    UsageError
        If a source or number makes no sense, or the constraints leave nothing to change.
    """
    for name, value in (("top", top), ("most", most), ("per_cluster", per_cluster), ("least_pairs", least_pairs)):
        if value < 1:
            raise UsageError(f"{name} is {value}", expected="a whole number of at least 1")
    if radius not in (1, 2, 3):
        raise UsageError(f"the radius is {radius}", expected="1, 2 or 3")
    unknown = [name for name in sources if name not in SOURCES]
    if unknown or not sources:
        raise UsageError(f"there is no source {(unknown or [''])[0]!r}", expected=f"one of {', '.join(SOURCES)}")
    parent = parent_of(smiles)
    if isinstance(parent, Refusal):
        raise LibraryError(parent.reason, source=smiles[:60], expected="a SMILES to design around")
    limits = constraints or Constraints()
    measured, values = _measured(model)
    question = Question(
        Chem.MolFromSmiles(parent.smiles), limits, fragments, radius, measured, values, least_pairs, reactions
    )  # fmt: skip
    question.free  # noqa: B018  # refuses constraints that leave nothing, before any work
    found, proposed = _proposals(question, sources, most)
    valid = [one for one in found if one.smiles]
    unique: dict[str, Proposal] = {}
    for one in valid:
        if one.smiles != parent.smiles:
            unique.setdefault(one.smiles, one)
    return _judged(parent.smiles, list(unique.values()), len(found), len(valid), proposed, limits, model, library, top,
                   per_cluster)  # fmt: skip


def _measured(model: AffinityModel | None) -> tuple[list[str], np.ndarray]:
    """Return the measured compounds of a model and their values, NaN for limits."""
    if model is None or model.kind not in list(AffinityKind):
        return [], np.zeros(0)
    values, limits = model.measured_values()
    return model.training_smiles, np.where(limits == 0, values, np.nan)


def _proposals(question: Question, sources: Sequence[str], most: int) -> tuple[list[Proposal], dict[str, int]]:
    """Ask the sources in turns until there are enough molecules; every valid one is standardised."""
    found: list[Proposal] = []
    proposed = dict.fromkeys(sources, 0)
    seen: set[str] = set()
    running = {name: SOURCES[name](question) for name in sources}
    with rdBase.BlockLogs():
        while running and len(seen) < most:
            for name in list(running):
                got = list(itertools.islice(running[name], 50))
                if not got:
                    del running[name]
                for one in got[: max(most - len(seen), 0)]:
                    proposed[name] += 1
                    found.append(_standardised(one))
                    seen.add(found[-1].smiles)
    return found, proposed


def _standardised(one: Proposal) -> Proposal:
    """Return a proposal with the parent structure of its molecule; new atoms are found again where that is another."""
    if not one.smiles:
        return one
    parent = parent_of(one.smiles)
    if isinstance(parent, Refusal):
        return dataclasses.replace(one, smiles="", new_atoms=())
    if parent.smiles == one.smiles:
        return one
    before, after = Chem.MolFromSmiles(one.smiles), Chem.MolFromSmiles(parent.smiles)
    order = after.GetSubstructMatch(before) or after.GetSubstructMatch(Chem.MolFromSmarts(Chem.MolToSmarts(before)))
    new = tuple(sorted(order[atom] for atom in one.new_atoms)) if order else ()
    return dataclasses.replace(one, smiles=parent.smiles, new_atoms=new)


def _judged(
    parent: str,
    unique: list[Proposal],
    made: int,
    valid: int,
    proposed: dict[str, int],
    limits: Constraints,
    model: AffinityModel | None,
    library: PreparedLibrary | None,
    top: int,
    per_cluster: int,
) -> Designs:
    own = judge.block_of([parent])
    block = judge.block_of([one.smiles for one in unique])
    alike = FingerprintIndex(own.fingerprints).similarity(block.fingerprints)[:, 0] if unique else np.zeros(0)
    inside = limits.within(block.properties, alike) if unique else np.zeros(0, bool)
    for row in np.flatnonzero(inside).tolist():
        inside[row] = limits.keeps_core(Chem.MolFromSmiles(unique[row].smiles))
    rows = np.flatnonzero(inside)
    unique, block, alike = [unique[row] for row in rows.tolist()], block.take(rows), alike[rows]
    at_parent, found = judge.predicted(model, own), judge.predicted(model, block)
    alerts = judge.alerts_of(block.smiles)
    before = set(judge.alerts_of([parent])[0])
    new_alerts = [[alert for alert in each if alert not in before] for each in alerts]
    value = found.lower.astype(np.float64) if found is not None else np.array([one.weight for one in unique])
    order = ranked(value, np.array([len(each) for each in new_alerts], np.int64))
    chosen, leaders = spread(order, block.fingerprints, [one.site for one in unique], top, per_cluster)
    known = np.zeros(len(unique), bool)
    if model is not None:
        known = model.known(block, [structure_key(text) for text in block.smiles])
    near = judge.nearest_in(library, block.fingerprints) if library is not None and unique else None
    novel = ~known if near is None else ~known & np.array([one.similarity < 1.0 for one in near])
    shares = {
        "valid": Share(valid, made),
        "unique, not the parent, within all windows": Share(len(unique), valid),
        "novel (not trained on" + ("" if near is None else ", not in the library") + ")": Share(
            int(novel.sum()), len(unique)
        ),
    }
    if found is not None and at_parent is not None:
        shares["predicted better than the parent"] = Share(
            int((found.affinity > at_parent.affinity[0]).sum()), len(unique)
        )
        shares["better even at the lower end of its interval"] = Share(
            int((found.lower > at_parent.affinity[0]).sum()), len(unique)
        )
        shares["inside the domain of the model"] = Share(int(found.in_domain.sum()), len(unique))
    accessible = judge.synthetic_accessibility([unique[row].smiles for row in chosen])
    numbers = {leader: place for place, leader in enumerate(dict.fromkeys(int(leaders[row]) for row in chosen), 1)}
    table = []
    for place, row in enumerate(chosen):
        one = unique[row]
        line: dict[str, Any] = {
            "rank": place + 1, "name": f"design{place + 1:04d}", "smiles": one.smiles, "source": one.source,
            "change": one.change, "evidence": one.evidence, "site": one.site, "new_atoms": list(one.new_atoms),
            "known": bool(known[row]), "rule_effect": one.effect, "rule_lower": one.effect_lower,
            "rule_upper": one.effect_upper, "rule_pairs": one.pairs, "alerts": alerts[row],
            "new_alerts": new_alerts[row], "sa_score": _number(accessible[place]),
            "similarity_parent": float(alike[row]), "cluster": numbers[int(leaders[row])],
            **{name: float(block.properties[row, at]) for at, name in enumerate(PROPERTIES)},
        }  # fmt: skip
        if found is not None and at_parent is not None and model is not None:
            line |= {
                "affinity": _number(found.affinity[row]), "lower": _number(found.lower[row]),
                "upper": _number(found.upper[row]), "in_domain": bool(found.in_domain[row]),
                "against_parent": _number(found.affinity[row] - at_parent.affinity[0]),
                "nearest_trained": model.training_names[int(found.nearest[row])],
                "similarity_trained": float(found.similarity[row]),
            }  # fmt: skip
        if near is not None:
            line |= {
                "nearest_library": near[row].name, "nearest_record": near[row].record,
                "similarity_library": near[row].similarity,
            }  # fmt: skip
        table.append(line)
    base = [None] * 3 if at_parent is None else [
        float(values[0]) for values in (at_parent.affinity, at_parent.lower, at_parent.upper)
    ]  # fmt: skip
    return Designs(
        parent=parent,
        parent_prediction=base[0],
        parent_lower=base[1],
        parent_upper=base[2],
        kind="" if model is None else str(model.kind),
        table=pa.Table.from_pylist(table, schema=schema()),
        shares=shares,
        proposed=proposed,
    )


def _number(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
