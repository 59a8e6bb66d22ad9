"""Places of hydrogens: by the geometry of their atoms, and for hydroxyls and thiols by what they can reach."""

from __future__ import annotations

import numpy as np
from rdkit import Chem
from rdkit.Geometry import Point3D
from scipy.spatial import cKDTree

#: Hydroxyl hydrogens are tried in steps of this, in degrees.
_STEP = 15
#: An acceptor within this of the donor attracts its hydrogen, an atom within this of the hydrogen repels it, in Å.
_ACCEPTOR_A, _BUMP_A = 3.6, 2.0
_HYDROXYL = Chem.MolFromSmarts("[O,S;D2;!$(*~[!#6;!#1])]([#6])[#1]")


def with_hydrogens(heavy: Chem.Mol) -> Chem.Mol:
    """Return the molecule with hydrogens; the same molecule gets them at the same places."""
    mol = Chem.AddHs(heavy, addCoords=True)
    places = mol.GetConformer().GetPositions()
    first_hydrogen = heavy.GetNumAtoms()
    numbers = np.array([atom.GetAtomicNum() for atom in mol.GetAtoms()])
    accepting = np.flatnonzero(np.isin(numbers, (7, 8)) & (_donor_only(mol) == 0))
    acceptors = cKDTree(places[accepting]) if len(accepting) else None
    everything = cKDTree(places[:first_hydrogen])
    for donor, root, hydrogen in sorted(mol.GetSubstructMatches(_HYDROXYL, maxMatches=1_000_000)):
        in_plane = mol.GetAtomWithIdx(root).GetIsAromatic()
        angles = (0, 180) if in_plane else range(0, 360, _STEP)
        axis = places[donor] - places[root]
        axis = axis / max(float(np.linalg.norm(axis)), 1e-6)
        wanted = [] if acceptors is None else [
            int(accepting[one]) for one in acceptors.query_ball_point(places[donor], _ACCEPTOR_A)
            if int(accepting[one]) not in (donor, root)
        ]  # fmt: skip
        close = [one for one in everything.query_ball_point(places[donor], 3.5) if one not in (donor, root)]
        if not wanted and not close:
            continue
        best = (np.inf, places[hydrogen])
        for angle in angles:
            place = _turned(places[hydrogen], places[donor], axis, np.radians(angle))
            cost = _cost(place, places[donor], places[wanted], places[close])
            if cost < best[0] - 1e-9:
                best = (cost, place)
        places[hydrogen] = best[1]
        mol.GetConformer().SetAtomPosition(int(hydrogen), Point3D(*(float(value) for value in best[1])))
    return mol


def _donor_only(mol: Chem.Mol) -> np.ndarray:
    """Return 1 for nitrogens without a lone pair to give: amides, charged ones, those of rings with a hydrogen."""
    found = np.zeros(mol.GetNumAtoms(), int)
    for atom in mol.GetAtoms():
        if atom.GetAtomicNum() == 7:
            found[atom.GetIdx()] = int(atom.GetFormalCharge() > 0 or atom.GetTotalDegree() > 2)
    return found


def _turned(point: np.ndarray, origin: np.ndarray, axis: np.ndarray, angle: float) -> np.ndarray:
    """Rotate a point around an axis (Rodrigues)."""
    v = point - origin
    turned: np.ndarray = (
        v * np.cos(angle) + np.cross(axis, v) * np.sin(angle) + axis * (axis @ v) * (1 - np.cos(angle)) + origin
    )
    return turned


def _cost(hydrogen: np.ndarray, donor: np.ndarray, wanted: np.ndarray, close: np.ndarray) -> float:
    cost = 0.0
    if len(wanted):
        to_acceptor = wanted - donor
        gaps = np.linalg.norm(to_acceptor, axis=1)
        bond = hydrogen - donor
        cosine = (to_acceptor @ bond) / (gaps * np.linalg.norm(bond))
        cost -= float((np.maximum(cosine, 0.0) ** 2 * np.clip(_ACCEPTOR_A - gaps, 0.0, 0.8)).max())
    if len(close):
        gaps = np.linalg.norm(close - hydrogen, axis=1)
        cost += float(0.5 * (np.maximum(_BUMP_A - gaps, 0.0) ** 2).sum())
    return cost
