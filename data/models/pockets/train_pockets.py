"""Train and test the pocket ranker that the project ships.

Data: protein-ligand complexes in the layout of the PoseBusters benchmark set (a folder for each with ``complex.pdb.gz``
and ``ligand.sdf``; Buttenschoen, M., Morris, G. M., Deane, C. M., Chem Sci 15, 3130, 2024). They are read from
``../shared/bench/posebusters`` beside the checkout or from ``--data`` and are no part of the project.

Test: leave-cluster-out. Complexes whose longest chains are 30 % identical or more (single linkage) are one cluster;
clusters are dealt into five folds. The second model is trained on what the first says about complexes that it was not
trained on; for a test fold both are trained without any of its clusters (``--nested``: in the inner folds too).
Success: the centre of a pocket within 4 Å of any heavy atom of the ligand (any copy of it).

Run: ``python data/models/pockets/train_pockets.py`` (ten minutes on one core; half an hour more with ``--nested``).
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from rdkit import Chem
from rdkit.Chem import QED, Crippen, Descriptors
from scipy.spatial import cKDTree
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from screening.engine import estimator_files, files
from screening.provenance import package_versions
from screening.targets.files.read import read_target
from screening.targets.pockets.candidates import describe_candidates, gather
from screening.targets.pockets.druggability import (
    FEATURES,
    druggability_features,
    lining,
    lining_character,
    pocket_shape,
)
from screening.targets.pockets.find import receptor_atoms
from screening.targets.pockets.point_features import feature_names, point_features
from screening.targets.sequences.clusters import clusters, identity_matrix
from screening.targets.target import Atoms

HERE = Path(__file__).resolve().parent
DEFAULT_DATA = HERE.parents[3] / "shared" / "bench" / "posebusters"
FOLDS = 5
SUCCESS_A = 4.0
POSITIVE_A, NEGATIVE_A = 2.5, 4.0


@dataclasses.dataclass
class Complex:
    """One training structure: receptor, surface points with features, and the ligand's atoms (never a feature)."""

    name: str
    sequence: str
    chains: int
    receptor: Atoms
    points: np.ndarray
    features: np.ndarray
    ligand: np.ndarray
    one_copy: np.ndarray
    drug_like: bool | None

    @property
    def distance(self) -> np.ndarray:
        """Distance of each point to the nearest ligand atom in Å."""
        return np.asarray(cKDTree(self.ligand).query(self.points)[0])


def read_complex(folder: Path) -> Complex:
    """Read one complex; every HETATM group is a copy of the ligand."""
    target = read_target(folder / "complex.pdb.gz")
    atoms = target.atoms
    ligand = atoms.hetero & ~np.isin(atoms.element, ("H", "D"))
    polymer = {residue for chain in target.chains for residue in chain.residues}
    ligand &= np.array([atoms.residue_id(i) not in polymer for i in range(len(atoms))])
    receptor = receptor_atoms(target, tuple(chain.id for chain in target.chains))
    points, features = point_features(receptor)
    # The deposited copy where the set says which it is, else the first one of the file.
    place = atoms.coordinates[ligand & (atoms.residue_index == atoms.residue_index[ligand].min())]
    drug_like = None
    if (folder / "ligand.sdf").is_file():
        molecule = Chem.MolFromMolFile(str(folder / "ligand.sdf"))
        if molecule is not None:
            drug_like = is_drug_like(molecule)
            heavy = [atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetAtomicNum() > 1]
            place = molecule.GetConformer().GetPositions()[heavy]
    sequence = max((chain.sequence for chain in target.chains if chain.kind == "protein"), key=len)
    return Complex(
        folder.name, sequence, len(target.chains), receptor, points, features, atoms.coordinates[ligand], place,
        drug_like,
    )  # fmt: skip


def is_drug_like(molecule: Chem.Mol) -> bool:
    """Tell drug-like ligands from sugars, nucleotides, amino acids, lipids and fragments."""
    return bool(
        250.0 <= Descriptors.MolWt(molecule) <= 600.0
        and 0.5 <= Crippen.MolLogP(molecule) <= 6.0
        and Descriptors.TPSA(molecule) <= 140.0
        and QED.qed(molecule) >= 0.35
    )


def point_model() -> HistGradientBoostingClassifier:
    """Return the model of surface points."""
    return HistGradientBoostingClassifier(
        max_iter=200, learning_rate=0.05, max_leaf_nodes=15, l2_regularization=5.0, min_samples_leaf=50,
        max_features=0.3, random_state=0, early_stopping=False,
    )  # fmt: skip


def pocket_model() -> Pipeline:
    """Return the model of candidate pockets; extremely randomised trees were no better and a thousand times larger."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=3000))


def fit_points(complexes: list[Complex], seed: int) -> HistGradientBoostingClassifier:
    """Train on a sample of points of each complex; each complex weighs the same."""
    rng = np.random.default_rng(seed)
    rows, labels, weights = [], [], []
    for item in complexes:
        distance = item.distance
        positive = np.flatnonzero(distance <= POSITIVE_A)
        negative = np.flatnonzero(distance >= NEGATIVE_A)
        positive = rng.permutation(positive)[:250]
        negative = rng.permutation(negative)[:800]
        rows.append(item.features[np.r_[positive, negative]])
        labels.append(np.r_[np.ones(len(positive)), np.zeros(len(negative))])
        weights.append(
            np.r_[np.full(len(positive), 1.0 / max(len(positive), 1)), np.full(len(negative), 3.0 / len(negative))]
        )
    weight = np.concatenate(weights)
    return point_model().fit(np.concatenate(rows), np.concatenate(labels), sample_weight=weight / weight.mean())


@dataclasses.dataclass
class Judged:
    """Candidates of a complex: their features and the distance of each centre to the ligand in Å."""

    table: np.ndarray
    distance: np.ndarray
    one_copy: np.ndarray


def judge(item: Complex, model: HistGradientBoostingClassifier) -> Judged:
    """Gather and describe the candidates of a complex."""
    probability = model.predict_proba(item.features)[:, 1]
    found = gather(item.points, probability)
    table = describe_candidates(found, item.points, item.features, probability)
    centres = np.array([candidate.centre_A for candidate in found])
    return Judged(
        table, np.asarray(cKDTree(item.ligand).query(centres)[0]), np.asarray(cKDTree(item.one_copy).query(centres)[0])
    )


def out_of_fold(complexes: list[Complex], fold: np.ndarray, seed: int) -> list[Judged]:
    """Judge each complex with a point model that saw none of its fold."""
    found: list[Judged | None] = [None] * len(complexes)
    for k in sorted(set(fold.tolist())):
        model = fit_points([complexes[i] for i in np.flatnonzero(fold != k)], seed + k)
        for i in np.flatnonzero(fold == k):
            found[i] = judge(complexes[i], model)
    return [judged for judged in found if judged is not None]


def fit_pockets(judged: list[Judged]) -> Pipeline:
    """Train the model of pockets on judged candidates."""
    table = np.concatenate([item.table for item in judged])
    label = np.concatenate([item.distance for item in judged]) <= SUCCESS_A
    return pocket_model().fit(table, label)


def dealt(cluster: np.ndarray, folds: int, seed: int) -> np.ndarray:
    """Deal clusters into folds; returns the fold of each complex."""
    names = np.unique(cluster)
    order = np.random.default_rng(seed).permutation(len(names))
    return (order % folds)[np.searchsorted(names, cluster)]


def first_hits(judged: list[Judged], scores: list[np.ndarray], *, strict: bool = False) -> np.ndarray:
    """Return the rank of the first pocket that hits the ligand in each complex; 99 if none does."""
    ranks = []
    for item, score in zip(judged, scores):
        distance = (item.one_copy if strict else item.distance)[np.argsort(-score, kind="stable")]
        hits = np.flatnonzero(distance <= SUCCESS_A)
        ranks.append(int(hits[0]) + 1 if len(hits) else 99)
    return np.array(ranks)


def nested_test(complexes: list[Complex], cluster: np.ndarray) -> dict[str, Any]:
    """Test by leave-cluster-out with both models, inner folds included, trained without the test clusters."""
    fold = dealt(cluster, FOLDS, 0)
    judged: list[Judged | None] = [None] * len(complexes)
    scores: list[np.ndarray] = [np.zeros(0)] * len(complexes)
    for k in range(FOLDS):
        train = np.flatnonzero(fold != k)
        inner = out_of_fold([complexes[i] for i in train], dealt(cluster[train], 4, 10 + k), 100 * (k + 1))
        pockets = fit_pockets(inner)
        points = fit_points([complexes[i] for i in train], k)
        for i in np.flatnonzero(fold == k):
            judged[i] = found = judge(complexes[i], points)
            scores[i] = pockets.predict_proba(found.table)[:, 1]
        print(f"fold {k + 1} of {FOLDS} tested", file=sys.stderr, flush=True)
    whole = [item for item in judged if item is not None]
    chains = np.array([item.chains for item in complexes])
    return report(whole, scores, chains, [item.name for item in complexes])


def stacked_test(judged: list[Judged], fold: np.ndarray, chains: np.ndarray, names: list[str]) -> dict[str, Any]:
    """Test by leave-cluster-out: each complex by a point model and a pocket model trained without its fold.

    The pocket model's training rows come from point models that did see the test fold (as training labels of other
    complexes' judges); `nested_test` closes that gap too, at five times the work.
    """
    scores: list[np.ndarray] = [np.zeros(0)] * len(judged)
    for k in range(FOLDS):
        pockets = fit_pockets([judged[i] for i in np.flatnonzero(fold != k)])
        for i in np.flatnonzero(fold == k):
            scores[i] = pockets.predict_proba(judged[i].table)[:, 1]
    return report(judged, scores, chains, names)


def report(judged: list[Judged], scores: list[np.ndarray], chains: np.ndarray, names: list[str]) -> dict[str, Any]:
    """Return success rates of all complexes and of parts of them, the calibration, and what was missed."""
    ranks = first_hits(judged, scores)
    single = chains == 1
    likely = np.concatenate(scores)
    hit = np.concatenate([item.distance for item in judged]) <= SUCCESS_A
    first_only = first_hits(judged, [-np.arange(len(item.distance), dtype=float) for item in judged])
    strict = first_hits(judged, scores, strict=True)
    masks = (("all", np.ones(len(ranks), bool)), ("one_chain", single), ("several_chains", ~single))
    found: dict[str, Any] = {name: rates(ranks[mask]) for name, mask in masks}
    found["all_the_deposited_copy_only"] = rates(strict)
    found["without_the_second_model"] = rates(first_only)
    found["calibration"] = [
        {"from": a, "to": b, "pockets": int(mask.sum()), "hits": round(float(hit[mask].mean()), 3)}
        for a, b in ((0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.001))
        for mask in [(likely >= a) & (likely < b)]
        if mask.any()
    ]
    found["missed"] = [name for name, rank in zip(names, ranks) if rank > 3]
    return found


def rates(ranks: np.ndarray) -> dict[str, Any]:
    """Return success rates of first ranks."""
    return {"complexes": len(ranks), **{f"top_{n}": round(float((ranks <= n).mean()), 4) for n in (1, 3, 5)}}


def fit_druggability(complexes: list[Complex], cluster: np.ndarray) -> dict[str, Any]:
    """Fit the druggability regression on the ligand sites; the AUC is leave-cluster-out."""
    known = [i for i, item in enumerate(complexes) if item.drug_like is not None]
    complexes, cluster = [complexes[i] for i in known], cluster[known]
    rows = []
    for item in complexes:
        middle = item.one_copy.mean(axis=0)
        volume, enclosure, voxels = pocket_shape(middle, item.receptor)
        at = lining(voxels, item.one_copy, item.receptor)
        rows.append(druggability_features(volume, *lining_character(at, item.receptor), enclosure))
    table = np.array(rows)
    label = np.array([item.drug_like for item in complexes])
    fold = dealt(cluster, FOLDS, 0)
    held = np.zeros(len(label))
    for k in range(FOLDS):
        mean, scale = table[fold != k].mean(axis=0), table[fold != k].std(axis=0)
        model = LogisticRegression(C=1.0, class_weight="balanced").fit(
            (table[fold != k] - mean) / scale, label[fold != k]
        )
        held[fold == k] = model.predict_proba((table[fold == k] - mean) / scale)[:, 1]
    mean, scale = table.mean(axis=0), table.std(axis=0)
    model = LogisticRegression(C=1.0, class_weight="balanced").fit((table - mean) / scale, label)
    return {
        "features": list(FEATURES), "mean": mean.round(6).tolist(), "scale": scale.round(6).tolist(),
        "weights": model.coef_[0].round(6).tolist(), "intercept": round(float(model.intercept_[0]), 6),
        "calibrated_on": f"{len(label)} ligand sites, {int(label.sum())} of them with a drug-like ligand",
        "auc_leave_cluster_out": round(float(roc_auc_score(label, held)), 3),
    }  # fmt: skip


def main() -> None:
    """Train, test and write the ranker beside this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--nested", action="store_true", help="also test with inner folds (five times the work)")
    options = parser.parse_args()
    folders = sorted(path for path in options.data.iterdir() if (path / "complex.pdb.gz").is_file())
    complexes = [read_complex(folder) for folder in folders]
    print(f"{len(complexes)} complexes read", file=sys.stderr, flush=True)
    cluster = np.array(clusters(identity_matrix([item.sequence for item in complexes]), 0.30))
    card: dict[str, Any] = {
        "what": "Ranks surface points and candidate pockets of proteins by the chance that a ligand binds there",
        "trained_on": f"{len(complexes)} protein-ligand complexes of the PoseBusters set (PDB entries, CC0)",
        "complexes": [item.name for item in complexes],
        "clusters": int(cluster.max()) + 1,
        "features_of_points": list(feature_names()),
        "success": f"centre of the pocket within {SUCCESS_A:g} Å of a heavy atom of the ligand",
        "never_seen": "ligands, waters, ions and every other HETATM group are removed before features are computed",
        "limits": "Trained on bound structures: shallow, peptide and cryptic sites are found less often.",
        "versions": package_versions(),
    }
    card["druggability"] = fit_druggability(complexes, cluster)
    fold = dealt(cluster, FOLDS, 0)
    judged = out_of_fold(complexes, fold, 1000)
    points, pockets = fit_points(complexes, 7), fit_pockets(judged)
    card["sha256"] = {}
    for name, model in (("points.skops", points), ("pockets.skops", pockets)):
        content = estimator_files.dumps(model)
        files.write_bytes(HERE / name, content)
        card["sha256"][name] = hashlib.sha256(content).hexdigest()
    path = HERE / "card.json"
    before = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    chains = np.array([item.chains for item in complexes])
    card["test"] = stacked_test(judged, fold, chains, [item.name for item in complexes])
    card["nested_test"] = before.get("nested_test")
    files.write_text(path, json.dumps(card, indent=1) + "\n")
    if options.nested:
        card["nested_test"] = nested_test(complexes, cluster)
        files.write_text(path, json.dumps(card, indent=1) + "\n")
    print(json.dumps(card["test"], indent=1))
    print(json.dumps(card["druggability"], indent=1))


if __name__ == "__main__":
    main()
