"""The predicted number, how sure it is, and whether the model knows compounds of this kind."""

from __future__ import annotations

import dataclasses

import pyarrow as pa
import pyarrow.compute as pc

from screening.models.affinity import meaning
from screening.runs.evidence.column import EvidenceColumn
from screening.runs.evidence.rows import EvidenceRows, Filled
from screening.runs.hits import FIRST_STAGE

GROUP = "affinity"
NAMES = ("affinity", "kind", "lower", "upper", "in_domain", "scored_by")


def columns(rows: EvidenceRows) -> Filled:
    """Return the prediction with its interval, domain, and which model made it."""
    said = meaning(rows.run.kind)
    first = [FIRST_STAGE in flags for flags in rows.hits.column("flags").to_pylist()]
    scored_by = pa.array(["first stage" if one else "full model" for one in first], pa.string())
    bound = EvidenceColumn("lower", pa.float32(), "Lower", GROUP, said.scale, said.decimals)
    described = (
        dataclasses.replace(
            bound,
            name="affinity",
            title=said.of[0].upper() + said.of[1:],
            higher_is_better=True,
            description=f"{said.of[0].upper()}{said.of[1:]} ({said.scale}).",
        ),
        EvidenceColumn("kind", pa.string(), "Kind", GROUP, description="What the predicted number is."),
        dataclasses.replace(bound, description=f"Lower end of the {said.interval}."),
        dataclasses.replace(bound, name="upper", title="Upper", description=f"Upper end of the {said.interval}."),
        EvidenceColumn(
            "in_domain", pa.bool_(), "In domain", GROUP, description="Whether the model knows compounds like this."
        ),
        EvidenceColumn(
            "scored_by", pa.string(), "Scored by", GROUP, description="The full model, or only its fast first stage."
        ),
    )
    found = [pc.cast(rows.hits.column(one.name), one.type).combine_chunks() for one in described[:-1]]
    return list(zip(described, [*found, scored_by]))
