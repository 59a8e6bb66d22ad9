"""Order the poses of one ligand, and give each the probability to be right.

The order is that of the network and the empirical score, at a fitted weight, for the poses of all engines. An order by
the trained probability was tried and did worse on complexes it had not seen (the figures stand in the ranker's card):
what many poses agree on helps to say how far to trust a pose, not which of two is right.
"""

from __future__ import annotations

import dataclasses
import importlib.util

import numpy as np

from screening.errors import InputError
from screening.poses.ligand_states.pdbqt import ligand_pdbqt
from screening.poses.pose import Pose, Score
from screening.poses.ranking.features import FEATURES, pose_features
from screening.poses.ranking.ranker import load_pose_ranker
from screening.poses.receptor.receptor import Receptor
from screening.poses.rmsd import symmetric_rmsd

#: Poses of an engine without networks that are scored by one, the best of the engine first: half a second each.
_RESCORED = 9
#: Poses nearer to each other than this are one way to sit, in Å.
DISTINCT_A = 1.5


def ranked(poses: list[Pose], receptor: Receptor) -> list[Pose]:
    """Return the poses of one ligand in order, each with its probability and its features.

    Both need the score of GNINA's network. Poses of engines that have none are scored by the one in rustina;
    without that package, poses are ordered by the empirical score and get no probability.
    """
    if not poses:
        return []
    poses = _with_cnn(poses, receptor)
    ranker = load_pose_ranker()
    table = pose_features(poses, receptor, ranker.features)
    probability = ranker.probability(table, FEATURES)
    score = table[:, FEATURES.index("network_energy")]
    if not np.isfinite(score).any():
        score = -table[:, FEATURES.index("energy_gap")]
    score = np.nan_to_num(score, nan=-np.inf)
    order = sorted(range(len(poses)), key=lambda row: (-score[row], row))
    found = []
    for rank, row in enumerate(order, start=1):
        known = np.isfinite(probability[row])
        features = tuple((name, float(value)) for name, value in zip(FEATURES, table[row]) if np.isfinite(value))
        found.append(
            dataclasses.replace(
                poses[row],
                rank=rank,
                probability_2A=round(float(probability[row]), 4) if known else None,
                features=features,
            )
        )
    return found


def distinct(poses: list[Pose]) -> list[Pose]:
    """Return ranked poses with those that lie within `DISTINCT_A` of a better one behind all others."""
    kept: list[Pose] = []
    copies: list[Pose] = []
    for pose in poses:
        (copies if any(_near(pose, other) for other in kept) else kept).append(pose)
    return [dataclasses.replace(pose, rank=rank) for rank, pose in enumerate(kept + copies, start=1)]


def _near(one: Pose, other: Pose) -> bool:
    try:
        return symmetric_rmsd(one.molecule(), other.molecule()) < DISTINCT_A
    except InputError:  # states that differ in their connections
        return False


def _with_cnn(poses: list[Pose], receptor: Receptor) -> list[Pose]:
    """Add the score of the network to the poses, where none has it."""
    if any(pose.score_named("CNN score") for pose in poses) or importlib.util.find_spec("rustina") is None:
        return poses
    import rustina

    text = receptor.pdbqt()
    found = []
    for place, pose in enumerate(poses):
        if place >= _RESCORED:
            found.append(pose)
            continue
        answer = rustina.score_cnn(text, ligand_pdbqt(pose.molecule()).text)
        extra = (
            Score("CNN score", float(answer["cnn_score"]), "", True),
            Score("CNN affinity", float(answer["cnn_affinity"]), "pK", True),
        )
        found.append(dataclasses.replace(pose, scores=(*pose.scores, *extra)))
    return found
