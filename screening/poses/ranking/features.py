"""What the ranker is given of each pose of one ligand, all poses seen together."""

from __future__ import annotations

import numpy as np
from rdkit import Chem
from scipy.spatial import cKDTree

from screening.poses.checks.burial import ligand_areas
from screening.poses.checks.unsatisfied import unsatisfied_atoms
from screening.poses.interactions.find_contacts import find_contacts
from screening.poses.ligand_states.pdbqt import rotatable_bonds
from screening.poses.pose import Pose
from screening.poses.receptor.receptor import Receptor
from screening.poses.rmsd import rmsd_matrix

#: Names of the features, in the order of the columns.
FEATURES = (
    "network_energy",  # log odds of the CNN score, less a quarter of the empirical score in interquartile ranges
    "cnn_logit",  # log odds of the CNN score
    "cnn_lead",  # CNN score less the best among poses more than 2 Å away
    "cnn_affinity",  # pK, a measure of how well the network likes the contacts
    "energy_per_atom",  # empirical score by heavy atom, kcal/mol
    "energy_gap",  # empirical score less the lowest among the poses, kcal/mol
    "agreement",  # share of the CNN scores of all poses that lies within 2 Å
    "buried",  # share of heavy atoms with at least 12 heavy atoms of the receptor within 6 Å
    "polar_contacts",  # polar heavy atoms with a polar partner within 3.4 Å, share
    "close_contacts",  # pairs of heavy atoms nearer than 3 Å, no polar pair, by heavy atom
    "covered",  # share of the ligand's accessible area that the receptor covers
    "partners",  # polar atoms of the ligand with a hydrogen bond, salt bridge or metal, share
    "unsatisfied",  # buried donors and acceptors without a partner, number
    "heavy_atoms",
    "torsions",
)
NEAR_A = 2.0
_EMPIRICAL = ("Vinardo score", "Vina score")
_LEAST = 1e-3
#: How much the empirical score counts beside the network where poses are ordered, as in rustina 0.9.
_ENERGY_WEIGHT = 0.25
_PARTNERS = frozenset({"hydrogen bond", "salt bridge", "metal"})


def pose_features(poses: list[Pose], receptor: Receptor) -> np.ndarray:
    """Return the features of the poses of one ligand; float64, shape (len(poses), len(FEATURES)).

    Poses without a CNN score get NaN in its columns; the ranker puts them last.
    """
    molecules = [pose.molecule() for pose in poses]
    table = np.full((len(poses), len(FEATURES)), np.nan)
    cnn = np.array([_value(pose, ("CNN score",)) for pose in poses])
    affinity = np.array([_value(pose, ("CNN affinity",)) for pose in poses])
    energy = np.array([_value(pose, _EMPIRICAL) for pose in poses])
    gaps = rmsd_matrix(molecules) if len({Chem.MolToSmiles(_bare(m)) for m in molecules}) == 1 else _by_state(molecules)
    spread = max(float(np.subtract(*np.nanpercentile(energy, [75, 25]))), 1.0) if np.isfinite(energy).any() else 1.0
    middle = float(np.nanmedian(energy)) if np.isfinite(energy).any() else 0.0
    weight = np.nan_to_num(cnn, nan=0.0)
    total = max(float(weight.sum()), _LEAST)
    heavy = ~np.isin(receptor.atoms.element, ("H", "D"))
    places = receptor.atoms.coordinates[heavy].astype(float)
    polar = np.isin(receptor.atoms.element[heavy], ("N", "O", "S"))
    tree = cKDTree(places)
    for row, molecule in enumerate(molecules):
        far = gaps[row] > NEAR_A
        clipped = np.clip(cnn[row], _LEAST, 1 - _LEAST)
        size = molecule.GetNumHeavyAtoms()
        logit = np.log(clipped / (1 - clipped))
        table[row] = (
            logit - _ENERGY_WEIGHT * (energy[row] - middle) / spread,
            logit,
            cnn[row] - (weight[far].max() if far.any() else 0.0),
            affinity[row],
            energy[row] / size,
            energy[row] - np.nanmin(energy) if np.isfinite(energy).any() else np.nan,
            weight[~far].sum() / total,
            *_surroundings(molecule, tree, places, polar),
            *_satisfied(molecule, receptor),
            size,
            len(rotatable_bonds(molecule)),
        )
    return table


def _satisfied(molecule: Chem.Mol, receptor: Receptor) -> tuple[float, float, float]:
    """Return covered share, share of polar atoms with a partner, and number of those that are buried without one."""
    contacts = find_contacts(receptor.atoms, molecule)
    free, bound = ligand_areas(receptor.atoms, molecule)
    polar = [atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetAtomicNum() in (7, 8)]
    met = {contact.ligand_atom for contact in contacts if contact.kind in _PARTNERS} & set(polar)
    alone = unsatisfied_atoms(molecule, contacts, bound)
    return 1.0 - float(bound.sum()) / max(float(free.sum()), 1e-9), len(met) / max(len(polar), 1), float(len(alone))


def _value(pose: Pose, names: tuple[str, ...]) -> float:
    for name in names:
        score = pose.score_named(name)
        if score is not None:
            return score.value
    return float("nan")


def _bare(molecule: Chem.Mol) -> Chem.Mol:
    """Return elements and connections only, so that states of one compound count as the same."""
    bare = Chem.RWMol(Chem.RemoveAllHs(molecule, sanitize=False))
    for bond in bare.GetBonds():
        bond.SetBondType(Chem.BondType.SINGLE)
        bond.SetIsAromatic(False)
    for atom in bare.GetAtoms():
        atom.SetFormalCharge(0)
        atom.SetIsAromatic(False)
        atom.SetNoImplicit(True)
        atom.SetNumExplicitHs(0)
        atom.SetChiralTag(Chem.ChiralType.CHI_UNSPECIFIED)
    return bare.GetMol()


def _by_state(molecules: list[Chem.Mol]) -> np.ndarray:
    """Return distances where states differ in their connections: those between different ones count as far."""
    keys = [Chem.MolToSmiles(_bare(molecule)) for molecule in molecules]
    found = np.full((len(molecules), len(molecules)), np.inf)
    for key in set(keys):
        rows = [row for row, own in enumerate(keys) if own == key]
        found[np.ix_(rows, rows)] = rmsd_matrix([molecules[row] for row in rows])
    return found


def _surroundings(
    molecule: Chem.Mol, tree: cKDTree, places: np.ndarray, polar: np.ndarray
) -> tuple[float, float, float]:
    """Return buried share, polar contacts by polar atom, and close contacts by heavy atom."""
    heavy = [atom for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1]
    own = molecule.GetConformer().GetPositions()[[atom.GetIdx() for atom in heavy]]
    own_polar = np.array([atom.GetAtomicNum() in (7, 8, 16) for atom in heavy])
    around = tree.query_ball_point(own, 6.0)
    buried = np.mean([len(each) >= 12 for each in around])
    touched = close = 0
    for place, is_polar, each in zip(own, own_polar, around):
        if not each:
            continue
        distance = np.linalg.norm(places[each] - place, axis=1)
        partner = polar[each]
        touched += bool(is_polar and (distance[partner] < 3.4).any())
        close += int(((distance < 3.0) & ~(partner & is_polar)).sum())
    return float(buried), touched / max(int(own_polar.sum()), 1), close / len(heavy)
