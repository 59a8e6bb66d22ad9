"""The nearest compound with a measured value, and what was measured of the compound itself."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from screening.models.affinity import ScoreKind, meaning
from screening.runs.evidence.column import EvidenceColumn
from screening.runs.evidence.rows import EvidenceRows, Filled
from screening.runs.evidence.training import TrainingCompounds, relation, taken, training_compounds

GROUP = "nearest known"
#: What a screen has worked out already.
SCORED = ("nearest", "similarity", "known")
NAMES = (
    "nearest",
    "similarity",
    "nearest_relation",
    "nearest_measured",
    "nearest_smiles",
    "neighbours",
    "known",
    "seen_as",
    "seen_name",
    "measured_relation",
    "measured",
    "measured_of",
)


def columns(rows: EvidenceRows) -> Filled:
    """Return the nearest training compound with its value, and the compound's own value if it was trained on."""
    scored: Filled = [
        (
            _text("nearest", "Nearest known", "Most similar compound that the model was trained on."),
            _of(rows, "nearest"),
        ),
        (_SIMILARITY, _of(rows, "similarity")),
        (_KNOWN, _of(rows, "known")),
    ]
    if not rows.wants(*(name for name in NAMES if name not in SCORED)):
        return scored
    training = training_compounds(rows.run)
    place = {name: row for row, name in reversed(list(enumerate(training.names)))}
    near = [place.get(name) for name in rows.hits.column("nearest").to_pylist()]
    twins = [
        training.twin(smiles, identity) if seen else None
        for smiles, identity, seen in zip(rows.smiles, rows.identities, rows.hits.column("known").to_pylist())
    ]
    own = [None if twin is None else twin[0] for twin in twins]
    # A model of known actives has no measured values; its training compounds carry none.
    values = np.full_like(training.values, np.nan) if rows.run.kind == ScoreKind.RANK else training.values
    structures = [None if row is None or training.smiles is None else training.smiles[row] for row in near]
    nearest, similarity, known = scored
    return [
        nearest,
        similarity,
        (
            _text("nearest_relation", "", "Whether the value beside is exact or a limit."),
            _signs(training, values, near),
        ),
        (_measured(rows, "nearest_measured", ", nearest", "the nearest known compound"), taken(values, near)),
        (_text("nearest_smiles", "Nearest known, structure", "Its SMILES."), pa.array(structures, pa.string())),
        *([(_neighbours(rows), _nearest_measured(rows, training))] if rows.wants("neighbours") else []),
        known,
        (
            _text("seen_as", "Seen as", "How: itself, as a stereoisomer or as a tautomer."),
            pa.array(["" if twin is None else twin[1] for twin in twins], pa.string()),
        ),
        (
            _text("seen_name", "Seen under the name", "Name of that training compound."),
            pa.array(["" if row is None else training.names[row] for row in own], pa.string()),
        ),
        (
            _text("measured_relation", "", "Whether the value beside is exact or a limit."),
            _signs(training, values, own),
        ),
        (_measured(rows, "measured", "", "the compound itself, or the twin it was seen as"), taken(values, own)),
        (
            _text(
                "measured_of",
                "Measured values are of",
                "The target of all measured values, where the one screened differs from it by a mutation in the binding"
                " site; empty where they are of the one screened.",
            ),
            pa.array([training.measured_of] * len(own), pa.string()),
        ),
    ]


_SIMILARITY = EvidenceColumn(
    "similarity", pa.float32(), "Similarity", GROUP, decimals=2,
    description="Tanimoto similarity to the nearest known compound (Morgan, radius 2, 2,048 bits).",
)  # fmt: skip
_KNOWN = EvidenceColumn(
    "known", pa.bool_(), "Seen in training", GROUP,
    description="The compound, a stereoisomer or a tautomer of it was trained on.",
)  # fmt: skip


def _measured(rows: EvidenceRows, name: str, which: str, of: str) -> EvidenceColumn:
    kind = rows.run.kind
    if kind in list(ScoreKind):
        title, unit = "Measured", "as in the training table"
    else:
        title, unit = f"Measured {kind}", meaning(kind).scale
    return EvidenceColumn(name, pa.float32(), title + which, GROUP, unit, 2, description=f"What was measured for {of}.")


#: A training compound with a value: name, structure, similarity, relation and value.
NEIGHBOUR = pa.struct(
    [
        pa.field("name", pa.string()),
        pa.field("smiles", pa.string()),
        pa.field("similarity", pa.float32()),
        pa.field("relation", pa.string()),
        pa.field("measured", pa.float32()),
    ]
)
#: Neighbours shown of each compound.
_NEIGHBOURS = 3


def _neighbours(rows: EvidenceRows) -> EvidenceColumn:
    return EvidenceColumn(
        "neighbours", pa.list_(NEIGHBOUR), "Nearest measured", GROUP, meaning(rows.run.kind).scale, 2,
        description="The three most similar compounds with a measured value for this target.",
    )  # fmt: skip


def _nearest_measured(rows: EvidenceRows, training: TrainingCompounds) -> pa.Array:
    if rows.run.kind == ScoreKind.RANK:
        return pa.array([[] for _ in rows.smiles], pa.list_(NEIGHBOUR))
    found = [
        [
            {
                "name": training.names[row],
                "smiles": (training.smiles or [])[row],
                "similarity": similarity,
                "relation": relation(training.limits[row]),
                "measured": float(training.values[row]),
            }
            for row, similarity in near
        ]
        for near in training.nearest_measured(rows.fingerprints, _NEIGHBOURS)
    ]
    return pa.array(found, pa.list_(NEIGHBOUR))


def _text(name: str, title: str, description: str) -> EvidenceColumn:
    return EvidenceColumn(name, pa.string(), title, GROUP, description=description)


def _of(rows: EvidenceRows, name: str) -> pa.Array:
    return rows.hits.column(name).combine_chunks()


def _signs(training: TrainingCompounds, values: np.ndarray, rows: list[int | None]) -> pa.Array:
    known = ["" if row is None or not np.isfinite(values[row]) else relation(training.limits[row]) for row in rows]
    return pa.array(known, pa.string())
