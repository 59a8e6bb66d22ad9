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
    off_targets,
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
        Those of its columns that are cheap enough for every compound of a library, not only for the hits.
    """

    columns: Callable[[EvidenceRows], Filled]
    names: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()


_IDENTITY, _ALERTS, _DECISION = (tuple(one.name for one in block.COLUMNS) for block in (identity, alerts, decision))

#: Name of a block to the block, in the order in which tables show them.
EVIDENCE: dict[str, Block] = {
    "identity": Block(identity.columns, _IDENTITY, streams=_IDENTITY),
    "affinity": Block(affinity.columns, affinity.NAMES, streams=affinity.NAMES),
    "nearest known": Block(nearest_known.columns, nearest_known.NAMES, streams=nearest_known.SCORED),
    "properties": Block(properties.columns, properties.NAMES),
    "alerts": Block(alerts.columns, _ALERTS, streams=_ALERTS),
    "novelty": Block(novelty.columns, tuple(one.name for one in novelty.COLUMNS)),
    "off-targets": Block(off_targets.columns, off_targets.NAMES),
    "cluster": Block(cluster.columns, tuple(one.name for one in cluster.COLUMNS)),
    "pose": Block(pose.columns, tuple(one.name for one in pose.COLUMNS)),
    "interactions": Block(interactions.columns, tuple(one.name for one in interactions.COLUMNS)),
    "decision": Block(decision.columns, _DECISION, streams=_DECISION),
    "input": Block(input_columns.columns),
}
