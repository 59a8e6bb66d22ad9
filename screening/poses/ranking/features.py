"""What the ranker is given of each pose of one ligand, all poses seen together."""

from __future__ import annotations

from collections.abc import Collection

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
    "network_energy",  # log odds of the CNN score, less the empirical score in interquartile ranges
    "cnn_logit",  # log odds of the CNN score
    "cnn_lead",  # CNN score less the best among poses more than 2 Å away
    "cnn_affinity",  # pK, a measure of how well the network likes the contacts
    "energy_per_atom",  # empirical score by heavy atom, kcal/mol
    "energy_gap",  # empirical score less the lowest among the poses, kcal/mol
    "agreement",  # share of the CNN scores of all poses that lies within 2 Å
    "energy_agreement",  # share of exp(-score), the empirical score in kcal/mol, that lies within 2 Å
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
#: How much the empirical score counts beside the network where poses are ordered; rustina 0.9 takes 0.25. Conditional
#: logistic regression on 158 redocked complexes gives 0.6 to 0.7, by its penalty (`data/models/poses/train_poses.py`).
ENERGY_WEIGHT = 0.7
#: Features that need the contacts and areas of each pose, 0.15 s of processor time together.
_OF_SURROUNDINGS = ("buried", "polar_contacts", "close_contacts")
_NOT_ASKED = (float("nan"),) * 3
_OF_CONTACTS = ("covered", "partners", "unsatisfied")
_PARTNERS = frozenset({"hydrogen bond", "salt bridge", "metal"})


def pose_gaps(molecules: list[Chem.Mol]) -> np.ndarray:
    """Return the symmetric RMSD between all poses of one ligand, float64, shape (n, n), in Å.

    Poses of states that differ in their connections are infinitely far apart.
    """
    same = len({Chem.MolToSmiles(_bare(molecule)) for molecule in molecules}) == 1
    return rmsd_matrix(molecules) if same else _by_state(molecules)


def pose_features(
    poses: list[Pose],
    receptor: Receptor | None,
    names: Collection[str] = FEATURES,
    gaps: np.ndarray | None = None,
) -> np.ndarray:
    """Return the features of the poses of one ligand; float64, shape (len(poses), len(FEATURES)).

    Poses without a CNN score get NaN in its columns; the ranker puts them last. Of what takes long, only what is in
    `names` is computed; the rest is NaN, and the receptor may be None if nothing of it is asked for. `gaps` is what
    `pose_gaps` says of the poses, computed here if None.
    """
    molecules = [pose.molecule() for pose in poses]
    table = np.full((len(poses), len(FEATURES)), np.nan)
    cnn = np.array([_value(pose, ("CNN score",)) for pose in poses])
    affinity = np.array([_value(pose, ("CNN affinity",)) for pose in poses])
    energy = np.array([_value(pose, _EMPIRICAL) for pose in poses])
    gaps = pose_gaps(molecules) if gaps is None else gaps
    spread = max(float(np.subtract(*np.nanpercentile(energy, [75, 25]))), 1.0) if np.isfinite(energy).any() else 1.0
    middle = float(np.nanmedian(energy)) if np.isfinite(energy).any() else 0.0
    weight = np.nan_to_num(cnn, nan=0.0)
    thermal = np.exp(-(np.nan_to_num(energy, nan=np.inf) - np.nanmin(energy))) if np.isfinite(energy).any() else None
    total = max(float(weight.sum()), _LEAST)
    near = _Heavy(receptor) if receptor is not None and set(_OF_SURROUNDINGS) & set(names) else None
    site = receptor if set(_OF_CONTACTS) & set(names) else None
    for row, molecule in enumerate(molecules):
        far = gaps[row] > NEAR_A
        clipped = np.clip(cnn[row], _LEAST, 1 - _LEAST)
        size = molecule.GetNumHeavyAtoms()
        logit = np.log(clipped / (1 - clipped))
        table[row] = (
            logit - ENERGY_WEIGHT * (energy[row] - middle) / spread,
            logit,
            cnn[row] - (weight[far].max() if far.any() else 0.0),
            affinity[row],
            energy[row] / size,
            energy[row] - np.nanmin(energy) if np.isfinite(energy).any() else np.nan,
            weight[~far].sum() / total,
            thermal[~far].sum() / thermal.sum() if thermal is not None else np.nan,
            *(_NOT_ASKED if near is None else _surroundings(molecule, near)),
            *(_NOT_ASKED if site is None else _satisfied(molecule, site)),
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


class _Heavy:
    """The heavy atoms of a receptor: places, which are polar, and a tree to find them."""

    def __init__(self, receptor: Receptor) -> None:
        heavy = ~np.isin(receptor.atoms.element, ("H", "D"))
        self.places = receptor.atoms.coordinates[heavy].astype(float)
        self.polar = np.isin(receptor.atoms.element[heavy], ("N", "O", "S"))
        self.tree = cKDTree(self.places)


def _surroundings(molecule: Chem.Mol, site: _Heavy) -> tuple[float, float, float]:
    """Return buried share, polar contacts by polar atom, and close contacts by heavy atom."""
    heavy = [atom for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1]
    own = molecule.GetConformer().GetPositions()[[atom.GetIdx() for atom in heavy]]
    own_polar = np.array([atom.GetAtomicNum() in (7, 8, 16) for atom in heavy])
    around = site.tree.query_ball_point(own, 6.0)
    buried = np.mean([len(each) >= 12 for each in around])
    touched = close = 0
    for place, is_polar, each in zip(own, own_polar, around):
        if not each:
            continue
        distance = np.linalg.norm(site.places[each] - place, axis=1)
        partner = site.polar[each]
        touched += bool(is_polar and (distance[partner] < 3.4).any())
        close += int(((distance < 3.0) & ~(partner & is_polar)).sum())
    return float(buried), touched / max(int(own_polar.sum()), 1), close / len(heavy)
