"""Order the poses of one ligand, and give each the probability to be right.

The order is that of the network and the empirical score, at a fitted weight, for the poses of all engines. An order by
the trained probability was tried and did worse on complexes it had not seen (the figures stand in the ranker's card):
what many poses agree on helps to say how far to trust a pose, not which of two is right.
"""

from __future__ import annotations

import dataclasses
import importlib.util
from collections.abc import Sequence

import numpy as np
from rdkit import Chem

from screening.poses.ligand_states.pdbqt import ligand_pdbqt
from screening.poses.pose import Pose, Score
from screening.poses.ranking.features import FEATURES, pose_features, pose_gaps
from screening.poses.ranking.ranker import load_pose_ranker
from screening.poses.receptor.receptor import Receptor
from screening.poses.templates import core_distances

#: Poses of an engine without networks that are scored by one, the best of the engine first: half a second each.
_RESCORED = 9
#: Poses nearer to each other than this are one way to sit, in Å.
DISTINCT_A = 1.5
#: What an Å that the common core lies away from where a template has it takes from the log odds of a pose, and the most
#: it counts. Chosen of 1, 2 and 4 on the eight JACS series, tested on others (`docs/methods/poses.md`).
TEMPLATE_WEIGHT, _FARTHEST_A = 2.0, 3.0


def ranked(
    poses: list[Pose], receptor: Receptor, *, distinct: bool = False, template: Chem.Mol | None = None
) -> list[Pose]:
    """Return the poses of one ligand in order, each with its probability and its features.

    Both need the score of GNINA's network. Poses of engines that have none are scored by the one in rustina;
    without that package, poses are ordered by the empirical score and get no probability. With `distinct`, poses
    that lie within `DISTINCT_A` of a better one come after all others. With a `template`, a ligand that is known to lie
    in the site, poses that have the common core elsewhere come later; where there is none, it changes nothing.
    """
    if not poses:
        return []
    poses = _with_cnn(poses, receptor)
    ranker = load_pose_ranker()
    molecules = [pose.molecule() for pose in poses]
    gaps = pose_gaps(molecules)
    table = pose_features(poses, receptor, ranker.features, gaps)
    probability = ranker.probability(table, FEATURES)
    score = table[:, FEATURES.index("network_energy")]
    if not np.isfinite(score).any():
        score = -table[:, FEATURES.index("energy_gap")]
    score = np.nan_to_num(score, nan=-np.inf)
    moved = None if template is None else core_distances(molecules, template)
    if moved is not None:
        score = score - TEMPLATE_WEIGHT * np.minimum(np.nan_to_num(moved, nan=_FARTHEST_A), _FARTHEST_A)
    order = np.argsort(-score, kind="stable").tolist()
    if distinct:
        order = copies_last(order, gaps)
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


def copies_last(order: Sequence[int], gaps: np.ndarray) -> list[int]:
    """Return an order of poses with those that lie within `DISTINCT_A` of an earlier one behind all others.

    Parameters
    ----------
    order
        Rows of the poses, the best first.
    gaps
        Their distances, see `screening.poses.ranking.features.pose_gaps`.
    """
    kept: list[int] = []
    copies: list[int] = []
    for row in order:
        (copies if kept and gaps[row, kept].min() < DISTINCT_A else kept).append(int(row))
    return kept + copies


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
