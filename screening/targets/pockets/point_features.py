"""What the ranker sees of a surface point: the atoms around it, the shape around it, its neighbours."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from screening.targets.entities.components import AMINO_ACIDS
from screening.targets.pockets.enclosure import RAYS, ray_lengths
from screening.targets.pockets.surface import surface_points
from screening.targets.target import Atoms

_LETTERS = "ACDEFGHIKLMNPQRSTVWY"

#: Kyte, J., Doolittle, R. F., J Mol Biol 157, 105 (1982).
HYDROPATHY: dict[str, float] = {
    "A": 1.8, "R": -4.5, "N": -3.5, "D": -3.5, "C": 2.5, "Q": -3.5, "E": -3.5, "G": -0.4, "H": -3.2, "I": 4.5,
    "L": 3.8, "K": -3.9, "M": 1.9, "F": 2.8, "P": -1.6, "S": -0.8, "T": -0.7, "W": -0.9, "Y": -1.3, "V": 4.2,
}  # fmt: skip

_BACKBONE = frozenset({"N", "CA", "C", "O", "OXT"})
_AROMATIC = {
    "F": {"CG", "CD1", "CD2", "CE1", "CE2", "CZ"},
    "Y": {"CG", "CD1", "CD2", "CE1", "CE2", "CZ"},
    "W": {"CG", "CD1", "CD2", "NE1", "CE2", "CE3", "CZ2", "CZ3", "CH2"},
    "H": {"CG", "ND1", "CD2", "CE1", "NE2"},
}
_DONORS = {
    "R": {"NE", "NH1", "NH2"}, "N": {"ND2"}, "Q": {"NE2"}, "H": {"ND1", "NE2"}, "K": {"NZ"}, "S": {"OG"},
    "T": {"OG1"}, "W": {"NE1"}, "Y": {"OH"}, "C": {"SG"},
}  # fmt: skip
_ACCEPTORS = {
    "N": {"OD1"}, "D": {"OD1", "OD2"}, "Q": {"OE1"}, "E": {"OE1", "OE2"}, "H": {"ND1", "NE2"}, "S": {"OG"},
    "T": {"OG1"}, "Y": {"OH"}, "M": {"SD"},
}  # fmt: skip
_POSITIVE = {"R": {"NE", "NH1", "NH2", "CZ"}, "K": {"NZ"}}
_NEGATIVE = {"D": {"OD1", "OD2"}, "E": {"OE1", "OE2"}}

CHANNELS = (
    "carbon", "aromatic", "sulfur", "donor", "acceptor", "positive", "negative", "backbone", "backbone_n",
    "backbone_o", "hydropathy", "polar_surface", *(f"residue_{letter}" for letter in _LETTERS), "nucleic", "other",
)  # fmt: skip

_SHELLS_A = (4.0, 6.0, 8.0, 10.0)
_RAY_LIMITS_A = (4.0, 6.0, 8.0, 10.0, 14.0)


def atom_channels(atoms: Atoms) -> np.ndarray:
    """Return what each atom is; float32, shape (n, len(CHANNELS))."""
    column = {name: i for i, name in enumerate(CHANNELS)}
    table = np.zeros((len(atoms), len(CHANNELS)), np.float32)
    kinds: dict[tuple[str, str, str], np.ndarray] = {}
    keys = list(zip(atoms.residue_name.tolist(), atoms.name.tolist(), atoms.element.tolist()))
    for row, key in enumerate(keys):
        if key not in kinds:
            kinds[key] = _kind(*key, column)
        table[row] = kinds[key]
    return table


def _kind(code: str, name: str, element: str, column: dict[str, int]) -> np.ndarray:
    found = np.zeros(len(CHANNELS), np.float32)
    letter = AMINO_ACIDS.get(code, "")
    marks = {
        "carbon": element == "C" and name not in ("C", "CA"),
        "aromatic": name in _AROMATIC.get(letter, ()),
        "sulfur": element in ("S", "SE"),
        "donor": name in _DONORS.get(letter, ()) or (name == "N" and letter not in ("", "P")),
        "acceptor": name in _ACCEPTORS.get(letter, ()) or (name in ("O", "OXT") and letter != ""),
        "positive": name in _POSITIVE.get(letter, ()),
        "negative": name in _NEGATIVE.get(letter, ()),
        "backbone": name in _BACKBONE,
        "backbone_n": name == "N",
        "backbone_o": name in ("O", "OXT"),
        "polar_surface": element in ("N", "O") and name not in _BACKBONE,
        "nucleic": letter == "" and "'" in name,
        "other": letter == "" or letter not in _LETTERS,
    }
    for mark, here in marks.items():
        found[column[mark]] = float(here)
    if letter in HYDROPATHY:
        found[column["hydropathy"]] = HYDROPATHY[letter]
        found[column[f"residue_{letter}"]] = 1.0
    return found


def feature_names() -> tuple[str, ...]:
    """Return the names of the columns of `point_features`."""
    names = [f"{channel}_near" for channel in CHANNELS] + [f"{channel}_wide" for channel in CHANNELS]
    names += [f"atoms_{shell:g}" for shell in _SHELLS_A]
    names += [f"rays_{limit:g}" for limit in _RAY_LIMITS_A] + [f"pairs_{limit:g}" for limit in _RAY_LIMITS_A]
    names += ["ray_mean", "openness", "mouth"]
    names += [f"around_{what}_{r:g}" for r in (5.0, 10.0) for what in ("rays_8", "rays_14", "pairs_10", "atoms_8")]
    names += ["points_4", "points_8", "off_centre", "log_atoms", "chains"]
    return tuple(names)


def point_features(atoms: Atoms) -> tuple[np.ndarray, np.ndarray]:
    """Return surface points and their features.

    Parameters
    ----------
    atoms
        Heavy atoms of the polymers only.

    Returns
    -------
    points
        float64, shape (m, 3), in Å.
    features
        float32, shape (m, len(feature_names())).
    """
    coordinates = atoms.coordinates.astype(np.float64)
    points = surface_points(coordinates, atoms.element)
    if len(points) == 0:
        return points, np.zeros((0, len(feature_names())), np.float32)
    tree = cKDTree(coordinates)
    near = cKDTree(points).sparse_distance_matrix(tree, _SHELLS_A[-1], output_type="coo_matrix").tocsr()
    channels = atom_channels(atoms)
    blocks = [_weighted(near, 6.0) @ channels, _weighted(near, 10.0) @ channels]
    counts = np.stack([_counts(near, shell) for shell in _SHELLS_A], axis=1)
    rays = _ray_features(points, coordinates)
    around = _around(points, np.stack([rays[:, 2], rays[:, 4], rays[:, 8], counts[:, 2]], axis=1))
    centre = coordinates.mean(axis=0)
    spread = np.sqrt(((coordinates - centre) ** 2).sum(axis=1).mean())
    off_centre = np.linalg.norm(points - centre, axis=1) / max(float(spread), 1.0)
    size = np.full(len(points), np.log(len(coordinates)))
    chains = _chains_near(near, atoms)
    place = np.stack([off_centre, size, chains], axis=1)
    features = np.concatenate([*blocks, counts, rays, around, place], axis=1)
    return points, features.astype(np.float32)


def _weighted(near: sparse.csr_matrix, reach: float) -> sparse.csr_matrix:
    """Return weights 1 - (d / reach)² of the atoms within `reach` Å of each point."""
    weights = near.copy()
    weights.data = np.clip(1.0 - (weights.data / reach) ** 2, 0.0, None)
    return weights


def _counts(near: sparse.csr_matrix, reach: float) -> np.ndarray:
    inside = near.copy()
    inside.data = (inside.data <= reach).astype(np.float64)
    return np.asarray(inside.sum(axis=1)).ravel()


def _ray_features(points: np.ndarray, coordinates: np.ndarray) -> np.ndarray:
    lengths = ray_lengths(points, coordinates)
    half = RAYS // 2
    columns = [(lengths <= limit).mean(axis=1) for limit in _RAY_LIMITS_A]
    columns += [((lengths[:, :half] <= limit) & (lengths[:, half:] <= limit)).mean(axis=1) for limit in _RAY_LIMITS_A]
    bounded = np.minimum(lengths, 20.0)
    columns.append(bounded.mean(axis=1))
    open_rays = ~np.isfinite(lengths)
    columns.append(open_rays.mean(axis=1))
    # Are the open directions one mouth or many leaks? Length of their mean direction, 1 for a narrow mouth.
    from screening.targets.pockets.surface import sphere

    directions = sphere(RAYS)[:half]
    directions = np.concatenate([directions, -directions])
    total = open_rays.astype(np.float64) @ directions
    columns.append(np.linalg.norm(total, axis=1) / np.maximum(open_rays.sum(axis=1), 1))
    return np.stack(columns, axis=1)


def _around(points: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return averages of `values` over the points within 5 and 10 Å, and how many points lie within 4 and 8 Å."""
    tree = cKDTree(points)
    pairs = tree.sparse_distance_matrix(tree, 10.0, output_type="coo_matrix").tocsr()
    averages, counts = [], []
    for reach in (5.0, 10.0):
        inside = pairs.copy()
        inside.data = (inside.data <= reach).astype(np.float64)
        inside.setdiag(1.0)
        total = np.asarray(inside.sum(axis=1)).ravel()
        averages.append((inside @ values) / total[:, None])
    for reach in (4.0, 8.0):
        counts.append(_counts(pairs, reach))
    return np.concatenate([*averages, np.stack(counts, axis=1)], axis=1)


def _chains_near(near: sparse.csr_matrix, atoms: Atoms) -> np.ndarray:
    names, code = np.unique(atoms.chain, return_inverse=True)
    if len(names) == 1:
        return np.ones(near.shape[0])
    inside = near.copy()
    inside.data = (inside.data <= 8.0).astype(np.float64)
    membership = sparse.csr_matrix((np.ones(len(code)), (np.arange(len(code)), code)))
    return np.asarray(((inside @ membership) > 0).sum(axis=1)).ravel().astype(np.float64)
