"""Root-mean-square deviation of poses of one molecule, without moving them, over all ways its symmetry allows."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from rdkit import Chem

from screening.errors import InputError

#: Ways to lay a molecule on itself that are looked at; very symmetric molecules have more, which differ little.
_MOST_MATCHES = 5_000


def symmetric_rmsd(pose: Chem.Mol, reference: Chem.Mol) -> float:
    """Return the RMSD of the heavy atoms of a pose to a reference in Å, the least of all equivalent assignments.

    Elements and connections are compared, not bond orders, charges or hydrogens: states of one compound are
    comparable.

    Raises
    ------
    InputError
        If the two are not the same molecule.
    """
    matches, places = _assignments(pose, reference)
    target = heavy_places(reference)
    gaps = ((places[matches] - target[None]) ** 2).sum(axis=2).mean(axis=1)
    return float(np.sqrt(gaps.min()))


def rmsd_matrix(poses: list[Chem.Mol]) -> np.ndarray:
    """Return the symmetric RMSD between all pairs of poses of one molecule; float64, shape (n, n), in Å."""
    count = len(poses)
    found = np.zeros((count, count))
    if count < 2:
        return found
    matches, _ = _assignments(poses[0], poses[0])
    places = []
    for pose in poses:
        own, own_places = _assignments(pose, poses[0])
        places.append(own_places[own[0]])
    for i in range(count):
        for j in range(i):
            gaps = ((places[i][matches] - places[j][None]) ** 2).sum(axis=2).mean(axis=1)
            found[i, j] = found[j, i] = np.sqrt(gaps.min())
    return found


def heavy_places(molecule: Chem.Mol) -> np.ndarray:
    """Return the places of the heavy atoms, float64, shape (n, 3), in Å."""
    heavy = [atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1]
    places: np.ndarray = molecule.GetConformer().GetPositions()[heavy]
    return places


def _assignments(pose: Chem.Mol, reference: Chem.Mol) -> tuple[np.ndarray, np.ndarray]:
    """Return rows of the pose's heavy atoms for those of the reference, (ways, n), and the places of the former."""
    found = _matches(_skeleton(pose), _skeleton(reference))
    if not len(found):
        raise InputError("a pose and its reference are not the same molecule", expected="two poses of one compound")
    return found, heavy_places(pose)


def _skeleton(molecule: Chem.Mol) -> str:
    """Return elements and bonds of the heavy atoms in their order, as text that can be kept."""
    heavy = [atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1]
    place = {index: row for row, index in enumerate(heavy)}
    elements = ",".join(str(molecule.GetAtomWithIdx(index).GetAtomicNum()) for index in heavy)
    bonds = sorted(
        (place[b.GetBeginAtomIdx()], place[b.GetEndAtomIdx()])
        for b in molecule.GetBonds()
        if b.GetBeginAtomIdx() in place and b.GetEndAtomIdx() in place
    )
    return f"{elements};{','.join(f'{a}-{b}' for a, b in bonds)}"


@lru_cache(maxsize=256)
def _matches(pose: str, reference: str) -> np.ndarray:
    one, other = _flat(pose), _flat(reference)
    if one.GetNumAtoms() != other.GetNumAtoms() or one.GetNumBonds() != other.GetNumBonds():
        return np.zeros((0, 0), int)
    found = one.GetSubstructMatches(other, uniquify=False, maxMatches=_MOST_MATCHES)
    return np.array(found, int)


def _flat(skeleton: str) -> Chem.Mol:
    elements, bonds = skeleton.split(";")
    mol = Chem.RWMol()
    for number in elements.split(","):
        mol.AddAtom(Chem.Atom(int(number)))
    for bond in bonds.split(",") if bonds else []:
        a, b = bond.split("-")
        mol.AddBond(int(a), int(b), Chem.BondType.SINGLE)
    return mol.GetMol()
