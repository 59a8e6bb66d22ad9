"""A docked pose relaxed where it lies: bond lengths, angles and hydrogens settle, and overlaps with the site open.

Engines turn bonds of a rigid starting structure, so a pose may hold atoms too near each other or to the site by some
tenths of an Å. The ligand is minimised with MMFF94s (dielectric 4, by distance) in the fixed site; every heavy atom is
held within `HELD_A` of its place and pushed off atoms of the site nearer than `SHARE` of the sum of the van der Waals
radii, a little above the limit of PoseBusters (0.75; Buttenschoen et al., Chem. Sci. 2024, 15, 3130).
"""

from __future__ import annotations

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdForceFieldHelpers as fields
from scipy.spatial import cKDTree

from screening.targets.entities.components import METALS
from screening.targets.target import Atoms

#: Room of a heavy atom around its docked place, in Å, and what holds it there and off the site, in kcal/(mol Å²).
HELD_A, _SPRING = 0.25, 100.0
SHARE = 0.78
_REACH_A = 4.0
_STEPS = 200
#: A pose that moved more than this (any heavy atom, in Å) is kept as it was docked.
_MOST_A = 1.0


def relaxed(pose: Chem.Mol, atoms: Atoms) -> Chem.Mol:
    """Return a relaxed copy of a pose; the pose itself where the force field does not know its atoms.

    Parameters
    ----------
    pose
        The ligand with all its hydrogens and one conformer.
    atoms
        The site, without the ligand.
    """
    if not fields.MMFFHasAllMoleculeParams(pose):
        return pose
    copy = Chem.Mol(pose)
    settings = fields.MMFFGetMoleculeProperties(copy, mmffVariant="MMFF94s")
    settings.SetMMFFDielectricModel(True)
    settings.SetMMFFDielectricConstant(4.0)
    field = fields.MMFFGetMoleculeForceField(copy, settings)
    if field is None:
        return pose
    field.Initialize()
    before = copy.GetConformer().GetPositions()
    heavy = np.array([atom.GetIdx() for atom in copy.GetAtoms() if atom.GetAtomicNum() > 1])
    for index in heavy:
        field.MMFFAddPositionConstraint(int(index), HELD_A, _SPRING)
    _push_off(field, copy, heavy, before, atoms)
    field.Initialize()
    field.Minimize(maxIts=_STEPS)
    after = copy.GetConformer().GetPositions()
    if np.linalg.norm(after - before, axis=1)[heavy].max() > _MOST_A or _stereo(copy) != _stereo(pose):
        return pose
    return copy


def _push_off(field: object, mol: Chem.Mol, heavy: np.ndarray, places: np.ndarray, atoms: Atoms) -> None:
    """Keep heavy atoms of the ligand at a distance from those of the site."""
    near = cKDTree(atoms.coordinates).query_ball_point(places[heavy], _REACH_A)
    table = Chem.GetPeriodicTable()
    points: dict[int, int] = {}
    for index, rows in zip(heavy, near):
        own = table.GetRvdw(mol.GetAtomWithIdx(int(index)).GetAtomicNum())
        for row in rows:
            element = str(atoms.element[row]).upper()
            if element in ("H", "D") or element in METALS:
                continue
            least = SHARE * (own + _radius(table, element))
            if row not in points:
                x, y, z = (float(value) for value in atoms.coordinates[row])
                points[row] = field.AddExtraPoint(x, y, z, fixed=True) - 1  # type: ignore[attr-defined]
            field.MMFFAddDistanceConstraint(  # type: ignore[attr-defined]
                int(index), points[row], False, least, 1e3, _SPRING
            )


def _radius(table: Chem.PeriodicTable, element: str) -> float:
    try:
        return float(table.GetRvdw(element.capitalize()))
    except RuntimeError:
        return 1.7


def _stereo(mol: Chem.Mol) -> str:
    """Return the SMILES of the coordinates."""
    copy = Chem.Mol(mol)
    Chem.AssignStereochemistryFrom3D(copy)
    return str(Chem.MolToSmiles(copy))
