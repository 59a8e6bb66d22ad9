"""The blocks of evidence: to add one, write a file with a function of rows to columns, and a line here."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from screening.runs.evidence import (
    affinity,
    alerts,
    cluster,
    decision,
    identity,
    input_columns,
    interactions,
    nearest_known,
    novelty,
    pose,
    properties,
)
from screening.runs.evidence.rows import EvidenceRows, Filled


@dataclasses.dataclass(frozen=True)
class Block:
    """Some columns that are worked out together.

    Attributes
    ----------
    columns
        Rows to columns with their values.
    names
        The columns it may return; empty where only the run can tell.
    streams
        Cheap enough for every compound of a library, not only for the hits.
    """

    columns: Callable[[EvidenceRows], Filled]
    names: tuple[str, ...] = ()
    streams: bool = False


#: Name of a block to the block, in the order in which tables show them.
EVIDENCE: dict[str, Block] = {
    "identity": Block(identity.columns, tuple(one.name for one in identity.COLUMNS), streams=True),
    "affinity": Block(affinity.columns, affinity.NAMES, streams=True),
    "nearest known": Block(nearest_known.columns, nearest_known.NAMES),
    "properties": Block(properties.columns, properties.NAMES),
    "alerts": Block(alerts.columns, tuple(one.name for one in alerts.COLUMNS), streams=True),
    "novelty": Block(novelty.columns, tuple(one.name for one in novelty.COLUMNS)),
    "cluster": Block(cluster.columns, tuple(one.name for one in cluster.COLUMNS)),
    "pose": Block(pose.columns, tuple(one.name for one in pose.COLUMNS)),
    "interactions": Block(interactions.columns, tuple(one.name for one in interactions.COLUMNS)),
    "decision": Block(decision.columns, tuple(one.name for one in decision.COLUMNS), streams=True),
    "input": Block(input_columns.columns),
}
