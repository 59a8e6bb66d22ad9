"""Which hits are alike: clusters in rank order, the same whichever rows are asked for."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from screening.features.compound_blocks import morgan_fingerprints
from screening.models.fingerprint_index import FingerprintIndex
from screening.runs.evidence.column import EvidenceColumn
from screening.runs.evidence.rows import EvidenceRows, Filled

GROUP = "cluster"
#: Tanimoto similarity from which a hit joins the cluster of a better one.
ALIKE = 0.5
COLUMNS = (
    EvidenceColumn(
        "cluster", pa.int32(), "Cluster", GROUP,
        description="Kept hits in rank order join the first better hit that leads a cluster and is alike"
        f" (Tanimoto {ALIKE} or more), or lead one of their own; numbered by rank of the leader. Empty for compounds"
        " that are not kept.",
    ),
    EvidenceColumn(
        "cluster_leader", pa.string(), "Cluster leader", GROUP,
        description="Name of the best ranked hit of the cluster.",
    ),
)  # fmt: skip


def columns(rows: EvidenceRows) -> Filled:
    """Return the cluster of each hit.

    Sphere exclusion in rank order (Taylor, J. Chem. Inf. Comput. Sci. 1995, 35, 59).
    """
    path = rows.run.folder / "hits.parquet"
    found = _clusters(str(rows.run.folder), path.stat().st_mtime_ns)
    own = [found.get(record) for record in rows.hits.column("record").to_pylist()]
    numbers = pa.array([None if one is None else one[0] for one in own], pa.int32())
    leaders = pa.array([None if one is None else one[1] for one in own], pa.string())
    return list(zip(COLUMNS, (numbers, leaders)))


@lru_cache(maxsize=4)
def _clusters(folder: str, _: int) -> dict[int, tuple[int, str]]:
    """Record to number and leader's name, for the kept hits of a run."""
    from screening.runs.run import open_run

    table = open_run(Path(folder)).hits()
    records, names = table.column("record").to_pylist(), table.column("name").to_pylist()
    assigned = leader_clusters(morgan_fingerprints(table.column("smiles").to_pylist()), ALIKE)
    leaders: list[int] = list(dict.fromkeys(assigned.tolist()))
    number = {row: place + 1 for place, row in enumerate(leaders)}
    return {record: (number[row], names[row]) for record, row in zip(records, assigned.tolist())}


def leader_clusters(fingerprints: np.ndarray, alike: float, block: int = 256) -> np.ndarray:
    """Return for each row the row that leads its cluster, int64, shape (n,).

    Parameters
    ----------
    fingerprints
        uint8, shape (n, 256), packed; in rank order.
    alike
        Least Tanimoto similarity to the leader.
    block
        Rows compared with the leaders at once.
    """
    count = len(fingerprints)
    leader = np.full(count, -1, np.int64)
    leaders: list[int] = []
    for start in range(0, count, block):
        rows = np.arange(start, min(start + block, count))
        if leaders:
            similarity = FingerprintIndex(fingerprints[leaders]).similarity(fingerprints[rows])
            near = similarity >= alike
            has = near.any(axis=1)
            leader[rows[has]] = np.array(leaders)[near[has].argmax(axis=1)]
        left = rows[leader[rows] < 0]
        if not len(left):
            continue
        among = FingerprintIndex(fingerprints[left]).similarity(fingerprints[left]) >= alike
        fresh: list[int] = []
        for at, row in enumerate(left.tolist()):
            joined = [other for other in fresh if among[at, other]]
            if joined:
                leader[row] = left[joined[0]]
            else:
                leader[row] = row
                fresh.append(at)
        leaders += [int(left[at]) for at in fresh]
    return leader
