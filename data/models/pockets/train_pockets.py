"""Train and test the pocket ranker that the project ships.

Data: protein-ligand complexes in the layout of the PoseBusters benchmark set (a folder for each with ``complex.pdb.gz``
and ``ligand.sdf``; Buttenschoen, M., Morris, G. M., Deane, C. M., Chem Sci 15, 3130, 2024). They are read from
``../shared/bench/posebusters`` beside the checkout or from ``--data`` and are no part of the project.

Test: leave-cluster-out. Complexes whose longest chains are 30 % identical or more (single linkage) are one cluster;
clusters are dealt into five folds. The second trees of the point model, and the model of pockets, are trained on what
the models before them say about complexes that these were not trained on; for a test fold all are trained without any
of its clusters (``--nested``: in the inner folds too).
Success: the centre of a pocket within 4 Å of any heavy atom of the ligand (any copy of it).

Run: ``python data/models/pockets/train_pockets.py`` (eight minutes on one core; ten more with ``--nested``;
``--only-nested`` adds that test to the card of the models that are there, in eighteen).
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from rdkit import Chem
from rdkit.Chem import QED, Crippen, Descriptors
from scipy.optimize import minimize
from scipy.spatial import cKDTree
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from screening.engine import estimator_files, files
from screening.provenance import package_versions
from screening.targets.files.read import read_target
from screening.targets.pockets.candidates import AVERAGED, SUMMARY, describe_candidates, gather
from screening.targets.pockets.druggability import (
    FEATURES,
    druggability_features,
    lining,
    lining_character,
    pocket_shape,
)
from screening.targets.pockets.find import receptor_atoms
from screening.targets.pockets.pocket_model import PocketModel, with_places
from screening.targets.pockets.point_features import feature_names, point_features
from screening.targets.pockets.point_model import PointModel, asked_again, context
from screening.targets.sequences.clusters import clusters, identity_matrix
from screening.targets.target import Atoms

HERE = Path(__file__).resolve().parent
DEFAULT_DATA = HERE.parents[3] / "shared" / "bench" / "posebusters"
FOLDS = 5
SUCCESS_A = 4.0
POSITIVE_A, NEGATIVE_A = 2.5, 4.0
#: Points of a complex that are trained on, at most.
MOST_POSITIVE, MOST_NEGATIVE = 250, 400
FIRST_ROUNDS, SECOND_ROUNDS, POCKET_ROUNDS = 200, 150, 120
#: Of the squared weights of the linear model of pockets.
PENALTY = 60.0


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


def boosted(
    table: np.ndarray, label: np.ndarray, weight: np.ndarray | None, rounds: int, seed: int, **changed: Any
) -> str:
    """Train boosted trees; returns them as text."""
    parameters = {
        "objective": "binary", "learning_rate": 0.05, "num_leaves": 15, "lambda_l2": 5.0, "min_data_in_leaf": 50,
        "feature_fraction_bynode": 0.3, "max_bin": 63, "num_threads": 1, "deterministic": True, "force_col_wise": True,
        "verbosity": -1, "seed": seed,
    }  # fmt: skip
    data = lightgbm.Dataset(np.asarray(table, np.float32), label=np.asarray(label, np.float64), weight=weight)
    return str(lightgbm.train(parameters | changed, data, num_boost_round=rounds).model_to_string(num_iteration=-1))


def sampled(distance: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rows of points to train on, their labels, and weights that make each complex weigh the same."""
    positive = rng.permutation(np.flatnonzero(distance <= POSITIVE_A))[:MOST_POSITIVE]
    negative = rng.permutation(np.flatnonzero(distance >= NEGATIVE_A))[:MOST_NEGATIVE]
    label = np.r_[np.ones(len(positive)), np.zeros(len(negative))]
    weight = np.where(label > 0, 1.0 / max(len(positive), 1), 3.0 / max(len(negative), 1))
    return np.r_[positive, negative], label, weight


def fit_first(complexes: list[Complex], seed: int) -> PointModel:
    """Train the first trees on a sample of points of each complex."""
    rng = np.random.default_rng(seed)
    rows, labels, weights = [], [], []
    for item in complexes:
        row, label, weight = sampled(item.distance, rng)
        rows.append(item.features[row])
        labels.append(label)
        weights.append(weight)
    return PointModel(boosted(np.concatenate(rows), np.concatenate(labels), _level(weights), FIRST_ROUNDS, seed))


def fit_second(first: PointModel, complexes: list[Complex], said: list[np.ndarray], seed: int) -> PointModel:
    """Add the second trees, trained on what first trees said that were not trained on the complex."""
    rng = np.random.default_rng(seed)
    rows, labels, weights = [], [], []
    for item, probability in zip(complexes, said):
        asked = asked_again(probability)
        row, label, weight = sampled(item.distance[asked], rng)
        around = context(item.points, probability, asked)[row]
        rows.append(np.concatenate([item.features[asked[row]], around], axis=1))
        labels.append(label)
        weights.append(weight)
    text = boosted(np.concatenate(rows), np.concatenate(labels), _level(weights), SECOND_ROUNDS, seed)
    return PointModel(first.first, text)


def _level(weights: list[np.ndarray]) -> np.ndarray:
    weight = np.concatenate(weights)
    return weight / weight.mean()


@dataclasses.dataclass
class Judged:
    """Candidates of a complex: their features and the distance of each centre to the ligand in Å."""

    table: np.ndarray
    distance: np.ndarray
    one_copy: np.ndarray


def judge(item: Complex, probability: np.ndarray) -> Judged:
    """Gather and describe the candidates of a complex."""
    found = gather(item.points, probability)
    table = describe_candidates(found, item.points, item.features, probability, item.receptor)
    centres = np.array([candidate.centre_A for candidate in found])
    return Judged(
        table, np.asarray(cKDTree(item.ligand).query(centres)[0]), np.asarray(cKDTree(item.one_copy).query(centres)[0])
    )


def out_of_fold(complexes: list[Complex], fold: np.ndarray, seed: int) -> tuple[list[np.ndarray], list[Judged]]:
    """Return what first trees say of each complex, and its candidates, by models that saw none of its fold."""
    said: list[np.ndarray] = [np.zeros(0)] * len(complexes)
    firsts = {}
    for k in sorted(set(fold.tolist())):
        firsts[k] = fit_first([complexes[i] for i in np.flatnonzero(fold != k)], seed + k)
        for i in np.flatnonzero(fold == k):
            said[i] = firsts[k].first_probability(complexes[i].features)
    judged: list[Judged | None] = [None] * len(complexes)
    for k, first in firsts.items():
        train = np.flatnonzero(fold != k)
        model = fit_second(first, [complexes[i] for i in train], [said[i] for i in train], seed + k)
        for i in np.flatnonzero(fold == k):
            item = complexes[i]
            judged[i] = judge(item, model.second_probability(item.points, item.features, said[i]))
    return said, [each for each in judged if each is not None]


def conditional_logit(tables: list[np.ndarray], hits: list[np.ndarray], penalty: float) -> np.ndarray:
    """Return the weights that maximise the chance that the site is chosen among the candidates of its protein.

    Where several candidates are right (copies of the ligand) the chance is that of any of them.
    """
    kept = [i for i, hit in enumerate(hits) if hit.any() and not hit.all()]
    table, hit = np.concatenate([tables[i] for i in kept]), np.concatenate([hits[i] for i in kept])
    sizes = np.array([len(hits[i]) for i in kept])
    starts = np.r_[0, np.cumsum(sizes)[:-1]]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        score = table @ weights
        share = np.exp(score - np.repeat(np.maximum.reduceat(score, starts), sizes))
        right = share * hit
        whole, of_right = np.add.reduceat(share, starts), np.add.reduceat(right, starts)
        slope = -table.T @ (right / np.repeat(of_right, sizes) - share / np.repeat(whole, sizes))
        value = float((np.log(whole) - np.log(of_right)).sum() + 0.5 * penalty * weights @ weights)
        return value, slope + penalty * weights

    return np.asarray(minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B").x)


def fit_score(judged: list[Judged], seed: int = 1) -> PocketModel:
    """Train the two models of candidates, without calibration."""
    whole = np.concatenate([item.table for item in judged])
    hits = [item.distance <= SUCCESS_A for item in judged]
    mean, scale = whole.mean(axis=0), np.maximum(whole.std(axis=0), 1e-9)
    weights = conditional_logit([(item.table - mean) / scale for item in judged], hits, PENALTY)
    places = len(SUMMARY) + len(AVERAGED)
    seen = np.concatenate([with_places(item.table, places) for item in judged])
    trees = boosted(
        seen, np.concatenate(hits), None, POCKET_ROUNDS, seed, num_leaves=6, min_data_in_leaf=20, lambda_l2=10.0,
        feature_fraction=0.3, feature_fraction_bynode=1.0, bagging_fraction=0.7, bagging_freq=1,
    )  # fmt: skip
    return PocketModel(mean, scale, weights, trees, places)


def calibration(scores: list[np.ndarray], hits: list[np.ndarray]) -> tuple[float, float, float, float]:
    """Return the calibration for scores by models that were not trained on the complex.

    Tried by cross-validation (three ways to deal the clusters into folds): one regression for all with a constant for
    the best said .78 of the least likely third of first pockets where .74 were right, log loss .406; one for the best
    alone .75 for .74 and .402; with the gap to the next, or the share among all candidates, besides .403 and .405; the
    gap or the share alone .43.
    """
    best = np.concatenate([np.arange(len(each)) == each.argmax() for each in scores])
    score, hit = np.concatenate(scores), np.concatenate(hits)
    found: list[float] = []
    for rows in (best, ~best):
        mean, width = float(score[rows].mean()), float(score[rows].std())
        model = LogisticRegression(C=1.0, max_iter=1000).fit((score[rows, None] - mean) / width, hit[rows])
        own = max(float(model.coef_[0, 0]), 0.0) / width
        found += [own, float(model.intercept_[0]) - own * mean]
    return found[0], found[1], found[2], found[3]


def fit_pockets(judged: list[Judged], cluster: np.ndarray, seed: int = 0) -> PocketModel:
    """Train the model of pockets; its calibration is learnt on folds of clusters that its models did not see."""
    fold = dealt(cluster, FOLDS, seed)
    scores: list[np.ndarray] = [np.zeros(0)] * len(judged)
    for k in range(FOLDS):
        model = fit_score([judged[i] for i in np.flatnonzero(fold != k)])
        for i in np.flatnonzero(fold == k):
            scores[i] = model.score(judged[i].table)
    hits = [item.distance <= SUCCESS_A for item in judged]
    return dataclasses.replace(fit_score(judged), calibration=calibration(scores, hits))


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
    """Test by leave-cluster-out with all models, inner folds included, trained without the test clusters."""
    fold = dealt(cluster, FOLDS, 0)
    judged: list[Judged | None] = [None] * len(complexes)
    scores: list[np.ndarray] = [np.zeros(0)] * len(complexes)
    for k in range(FOLDS):
        train = np.flatnonzero(fold != k)
        seen = [complexes[i] for i in train]
        said, inner = out_of_fold(seen, dealt(cluster[train], 4, 10 + k), 100 * (k + 1))
        pockets = fit_pockets(inner, cluster[train])
        points = fit_second(fit_first(seen, k), seen, said, k)
        for i in np.flatnonzero(fold == k):
            item = complexes[i]
            judged[i] = found = judge(item, points.probability(item.points, item.features))
            scores[i] = pockets.probability(found.table)
        print(f"fold {k + 1} of {FOLDS} tested", file=sys.stderr, flush=True)
    return report([item for item in judged if item is not None], scores, complexes)


def stacked_test(judged: list[Judged], cluster: np.ndarray, complexes: list[Complex]) -> dict[str, Any]:
    """Test by leave-cluster-out: each complex by point models and a pocket model trained without its fold.

    The later models' training rows come from models that did see the test fold (as training labels of other
    complexes' judges); `nested_test` closes that gap too, at five times the work.
    """
    fold = dealt(cluster, FOLDS, 0)
    scores: list[np.ndarray] = [np.zeros(0)] * len(judged)
    for k in range(FOLDS):
        train = np.flatnonzero(fold != k)
        pockets = fit_pockets([judged[i] for i in train], cluster[train], 20 + k)
        for i in np.flatnonzero(fold == k):
            scores[i] = pockets.probability(judged[i].table)
    return report(judged, scores, complexes)


def report(judged: list[Judged], scores: list[np.ndarray], complexes: list[Complex]) -> dict[str, Any]:
    """Return success rates of all complexes and of parts of them, the calibration, and what was missed."""
    ranks = first_hits(judged, scores)
    single = np.array([item.chains for item in complexes]) == 1
    first_only = first_hits(judged, [-np.arange(len(item.distance), dtype=float) for item in judged])
    strict = first_hits(judged, scores, strict=True)
    masks = (("all", np.ones(len(ranks), bool)), ("one_chain", single), ("several_chains", ~single))
    found: dict[str, Any] = {name: rates(ranks[mask]) for name, mask in masks}
    found["all_the_deposited_copy_only"] = rates(strict)
    found["without_the_second_model"] = rates(first_only)
    likely = np.array([score.max() for score in scores])
    found["calibration_of_first_pockets"] = by_thirds(likely, ranks == 1)
    every = np.concatenate(scores)
    found["calibration_of_all_pockets"] = by_thirds(
        every, np.concatenate([item.distance for item in judged]) <= SUCCESS_A
    )
    found["rank_of_first_hit"] = {item.name: int(rank) for item, rank in zip(complexes, ranks) if rank > 1}
    return found


def by_thirds(likely: np.ndarray, hit: np.ndarray) -> list[dict[str, float]]:
    """Return what was said and what was found in each third, the least likely first."""
    return [
        {"pockets": len(rows), "said": round(float(likely[rows].mean()), 3), "hits": round(float(hit[rows].mean()), 3)}
        for rows in np.array_split(np.argsort(likely, kind="stable"), 3)
    ]


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
    parser.add_argument("--only-nested", action="store_true", help="train nothing, add that test to the card")
    options = parser.parse_args()
    folders = sorted(path for path in options.data.iterdir() if (path / "complex.pdb.gz").is_file())
    complexes = [read_complex(folder) for folder in folders]
    print(f"{len(complexes)} complexes read", file=sys.stderr, flush=True)
    cluster = np.array(clusters(identity_matrix([item.sequence for item in complexes]), 0.30))
    path = HERE / "card.json"
    if options.only_nested:
        card: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if card["complexes"] != [item.name for item in complexes]:
            raise SystemExit(f"{path} is of other complexes than {options.data} holds: train again")
        card["nested_test"] = nested_test(complexes, cluster)
        files.write_text(path, json.dumps(card, indent=1) + "\n")
        return
    card = {
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
    said, judged = out_of_fold(complexes, dealt(cluster, FOLDS, 0), 1000)
    points = fit_second(fit_first(complexes, 7), complexes, said, 7)
    pockets = fit_pockets(judged, cluster)
    card["sha256"] = {}
    for name, model in (("points.skops", points), ("pockets.skops", pockets)):
        content = estimator_files.dumps(model.state())
        files.write_bytes(HERE / name, content)
        card["sha256"][name] = hashlib.sha256(content).hexdigest()
    card["test"] = stacked_test(judged, cluster, complexes)
    card["nested_test"] = None
    files.write_text(path, json.dumps(card, indent=1) + "\n")
    if options.nested:
        card["nested_test"] = nested_test(complexes, cluster)
        files.write_text(path, json.dumps(card, indent=1) + "\n")
    print(json.dumps(card["test"], indent=1))
    print(json.dumps(card["druggability"], indent=1))


if __name__ == "__main__":
    main()
