"""Gather judged surface points into candidate pockets, and describe each for the model of pockets."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.spatial import cKDTree

from screening.targets.pockets.point_features import feature_names
from screening.targets.target import Atoms

#: Points of a candidate lie this close to its densest place, in Å.
REACH_A = 6.0
#: Density is counted over this distance, in Å.
_SMOOTHING_A = 4.0
#: Points less likely than this do not count.
_FLOOR = 0.02
MOST_CANDIDATES = 12
#: The same site in two chains: this share of their residues is the same, and their centres are this far apart in Å.
_SAME_RESIDUES = 0.5
_APART_A = 8.0
#: A residue is of a candidate if an atom of it lies this close to one of its likely points, in Å.
_WALL_A = 4.5

#: Averages of these point features over a candidate, weighted by the squared probability of its points.
AVERAGED = (
    "rays_6", "rays_8", "rays_10", "rays_14", "pairs_6", "pairs_8", "pairs_10", "openness", "mouth", "ray_mean",
    "around_rays_8_10", "around_rays_14_10", "around_pairs_10_10", "atoms_6", "atoms_10", "points_8", "off_centre",
    "log_atoms", "chains", "hydropathy_wide", "aromatic_wide", "carbon_wide", "donor_wide", "acceptor_wide",
    "positive_wide", "negative_wide", "backbone_wide", "backbone_n_near", "residue_G_wide", "residue_H_wide",
    "residue_W_wide", "residue_Y_wide", "residue_F_wide", "residue_C_wide", "residue_K_wide", "residue_E_wide",
    "residue_P_wide",
)  # fmt: skip

SUMMARY = (
    "log_score", "share_of_all", "place", "share_of_best", "best_5", "best_20", "above_30", "above_50", "above_70",
    "log_score_10", "log_above_50_10",
)  # fmt: skip

#: Columns of the summary that are compared with the best other site of the protein, and averaged over its copies.
COMPARED = ("log_score", "best_5", "best_20", "log_score_10")
COLUMNS = (
    *SUMMARY, *AVERAGED, *(f"{name}_over_best_other" for name in COMPARED),
    *(f"{name}_of_copies" for name in COMPARED), "log_copies",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A group of surface points: rows into the points, their weighted centre in Å, sum of squared probabilities."""

    rows: np.ndarray
    centre_A: np.ndarray
    score: float


def gather(points: np.ndarray, probability: np.ndarray) -> list[Candidate]:
    """Return candidate pockets, the best score first.

    The densest place of probable points takes the points around it, moves to their middle once, and gives way to the
    next densest place of what is left.
    """
    if len(points) == 0:
        return []
    weight = np.where(probability >= _FLOOR, probability, 0.0) ** 2
    tree = cKDTree(points)
    near = tree.sparse_distance_matrix(tree, _SMOOTHING_A, output_type="coo_matrix").tocsr()
    near.data[:] = 1.0
    density = near @ weight + weight
    alive = np.ones(len(points), bool)
    found: list[Candidate] = []
    for _ in range(MOST_CANDIDATES):
        left = np.where(alive, density, -1.0)
        peak = int(left.argmax())
        if left[peak] <= 0.0:
            break
        members = alive & (np.linalg.norm(points - points[peak], axis=1) <= REACH_A)
        if weight[members].sum() <= 0.0:
            alive[peak] = False
            continue
        centre = _middle(points, weight, members)
        again = alive & (np.linalg.norm(points - centre, axis=1) <= REACH_A)
        if weight[again].sum() > 0.0:
            centre = _middle(points, weight, again)
            score = float(weight[again].sum())
            members |= again
        else:
            score = float(weight[members].sum())
        found.append(Candidate(np.flatnonzero(members), centre, score))
        alive &= ~members
    return sorted(found, key=lambda candidate: -candidate.score)


def _middle(points: np.ndarray, weight: np.ndarray, members: np.ndarray) -> np.ndarray:
    middle: np.ndarray = (points[members] * weight[members, None]).sum(axis=0) / weight[members].sum()
    return middle


def copies(candidates: list[Candidate], points: np.ndarray, probability: np.ndarray, atoms: Atoms) -> np.ndarray:
    """Return for each candidate the first one that is the same site, in another chain; its own number if none is.

    Chains of one protein are told by their residues, which bear the same names and numbers.
    """
    first = np.arange(len(candidates))
    if len(np.unique(atoms.chain)) < 2:
        return first
    residues = [_residues(points[each.rows], probability[each.rows], atoms) for each in candidates]
    for i in range(len(candidates)):
        if first[i] != i:
            continue
        for k in range(i + 1, len(candidates)):
            both, either = len(residues[i] & residues[k]), len(residues[i] | residues[k])
            apart = np.linalg.norm(candidates[i].centre_A - candidates[k].centre_A)
            if first[k] == k and both >= _SAME_RESIDUES * either and apart > _APART_A:
                first[k] = i
    return first


def _residues(points: np.ndarray, probability: np.ndarray, atoms: Atoms) -> frozenset[tuple[int, str]]:
    likely = points[probability >= 0.3 * probability.max()]
    distance, _ = cKDTree(likely).query(atoms.coordinates, distance_upper_bound=_WALL_A)
    rows = np.flatnonzero(np.isfinite(distance))
    return frozenset(zip(atoms.number[rows].tolist(), atoms.residue_name[rows].tolist()))


def describe_candidates(
    candidates: list[Candidate], points: np.ndarray, features: np.ndarray, probability: np.ndarray, atoms: Atoms
) -> np.ndarray:
    """Return the features of each candidate; float64, shape (len(candidates), len(COLUMNS))."""
    names = {name: i for i, name in enumerate(feature_names())}
    columns = [names[name] for name in AVERAGED]
    total = sum(candidate.score for candidate in candidates)
    table = np.zeros((len(candidates), len(SUMMARY) + len(AVERAGED)))
    for place, candidate in enumerate(candidates):
        inside = probability[candidate.rows]
        best = np.sort(inside)[::-1]
        around = probability[np.linalg.norm(points - candidate.centre_A, axis=1) < 10.0]
        weight = inside**2 / max(float((inside**2).sum()), 1e-12)
        table[place, : len(SUMMARY)] = (
            np.log(candidate.score + 1e-3), candidate.score / max(total, 1e-12), place,
            candidate.score / max(candidates[0].score, 1e-12), best[:5].mean(), best[:20].mean(), (inside > 0.3).sum(),
            (inside > 0.5).sum(), (inside > 0.7).sum(), np.log1p((around**2).sum()), np.log1p((around > 0.5).sum()),
        )  # fmt: skip
        table[place, len(SUMMARY) :] = (features[candidate.rows][:, columns] * weight[:, None]).sum(axis=0)
    return np.concatenate([table, _compared(table, copies(candidates, points, probability, atoms))], axis=1)


def _compared(table: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return each candidate beside the best other site of its protein and the mean of its own copies."""
    columns = table[:, [SUMMARY.index(name) for name in COMPARED]]
    found = np.zeros((len(table), 2 * len(COMPARED) + 1))
    for row in range(len(table)):
        same = first == first[row]
        best_other = columns[~same].max(axis=0) if not same.all() else 0.0
        found[row] = (*(columns[row] - best_other), *columns[same].mean(axis=0), np.log(same.sum()))
    return found
