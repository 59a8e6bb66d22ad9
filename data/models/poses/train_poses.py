"""Train and test what the project ships to judge poses: the order, and the probability that a pose is right.

Data: poses that ``redock.py`` made (``--docked FOLDER``) of complexes of the PoseBusters set. A pose is right if its
symmetry-corrected RMSD to the crystal ligand, heavy atoms, without moving it, is at most 2 Å.

Test: leave-cluster-out. Complexes whose longest chains are 30 % identical or more (single linkage) are one cluster,
clusters are dealt into folds. Which features are used is chosen by an inner leave-cluster-out inside the training side
of each fold, by log loss; the figures are those of the outer folds.

Run: ``python data/models/poses/train_poses.py --docked FOLDER`` (a minute).
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from redock import DEFAULT_DATA, complexes, receptor_of, reference
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from screening.engine import estimator_files, files
from screening.poses.files.read_poses import read_poses
from screening.poses.ranking.features import ENERGY_WEIGHT, FEATURES, pose_features, pose_gaps
from screening.poses.ranking.rank import copies_last
from screening.poses.ranking.ranker import CARD, MODEL
from screening.poses.rmsd import symmetric_rmsd
from screening.provenance import package_versions
from screening.targets.files.read import read_target
from screening.targets.sequences.clusters import clusters, identity_matrix

HERE = Path(__file__).resolve().parent
RIGHT_A = 2.0
#: What the inner test chooses from.
CANDIDATES: dict[str, tuple[str, ...]] = {
    "order": ("network_energy",),
    "order, lead": ("network_energy", "cnn_lead"),
    "order, agreement": ("network_energy", "agreement"),
    "order, agreement of energies": ("network_energy", "energy_agreement"),
    "order, lead, agreement of energies": ("network_energy", "cnn_lead", "energy_agreement"),
    "order, both agreements, energy": (
        "network_energy", "agreement", "energy_agreement", "energy_gap", "energy_per_atom",
    ),
}  # fmt: skip
#: Tried with ``--contacts`` too; they take as long as all other features of a ligand ten times over.
WITH_CONTACTS = {
    "order, agreement of energies, partners": (
        "network_energy", "energy_agreement", "covered", "partners", "unsatisfied",
    ),
    "all": FEATURES,
}  # fmt: skip


def estimator() -> Pipeline:
    """Return the unfitted classifier."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=1000))


def examples(data: Path, docked: Path, contacts: bool = False) -> list[dict[str, Any]]:
    """Return features and RMSD of all poses of each docked complex."""
    found = []
    for folder in complexes(data):
        path = docked / f"{folder.name}.sdf"
        mol = reference(folder)
        if mol is None or not path.exists():
            continue
        poses = read_poses(path)
        target = read_target(folder / "complex.pdb.gz")
        receptor = receptor_of(folder) if contacts else None
        gaps = pose_gaps([pose.molecule() for pose in poses])
        table = pose_features(poses, receptor, gaps=gaps)
        rmsd = np.array([symmetric_rmsd(pose.molecule(), mol) for pose in poses])
        facts = json.loads((docked / f"{folder.name}.json").read_text())
        found.append({"name": folder.name, "sequence": target.sequence, "table": table, "rmsd": rmsd,
                      "gaps": gaps,
                      "seconds": facts.get("seconds"), "heavy": mol.GetNumHeavyAtoms()})  # fmt: skip
    return found


def rows(chosen: list[dict[str, Any]], names: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return features and labels of the poses that have all features."""
    columns = [FEATURES.index(name) for name in names]
    table = np.concatenate([one["table"][:, columns] for one in chosen])
    right = np.concatenate([one["rmsd"] <= RIGHT_A for one in chosen])
    whole = np.isfinite(table).all(axis=1)
    return table[whole], right[whole]


def probabilities(model: Pipeline, one: dict[str, Any], names: tuple[str, ...]) -> np.ndarray:
    """Return the probability of each pose, -1 where a feature is missing."""
    table = one["table"][:, [FEATURES.index(name) for name in names]]
    whole = np.isfinite(table).all(axis=1)
    found = np.full(len(table), -1.0)
    if whole.any():
        found[whole] = model.predict_proba(table[whole])[:, 1]
    return found


def shipped_order(one: dict[str, Any]) -> np.ndarray:
    """Return the order in which `screening.poses.ranking.rank` puts the poses, copies of better ones last."""
    score = np.nan_to_num(one["table"][:, FEATURES.index("network_energy")], nan=-np.inf)
    return np.array(copies_last(np.argsort(-score, kind="stable").tolist(), one["gaps"]))


def energy_weight(chosen: list[dict[str, Any]]) -> float:
    """Return how much the energy counts beside the network in the order: conditional logistic regression by ligand."""
    sides = []
    for one in chosen:
        logit, both = (one["table"][:, FEATURES.index(name)] for name in ("cnn_logit", "network_energy"))
        whole, right = np.isfinite(both), one["rmsd"] <= RIGHT_A
        if right[whole].any() and not right[whole].all():
            sides.append((np.stack([logit, (both - logit) / ENERGY_WEIGHT], axis=1)[whole], right[whole]))

    def loss(beta: np.ndarray) -> float:
        total = 0.1 * float(beta @ beta)
        for table, right in sides:
            total -= float(logsumexp((table @ beta)[right]) - logsumexp(table @ beta))
        return total

    network, energy = minimize(loss, np.array([1.0, 1.0])).x
    return float(energy / network)


def first_with(one: dict[str, Any], weight: float) -> bool:
    """Tell whether the pose that comes first with a weight of the energy is right."""
    logit, both = (one["table"][:, FEATURES.index(name)] for name in ("cnn_logit", "network_energy"))
    score = logit + (both - logit) * weight / ENERGY_WEIGHT
    return bool(one["rmsd"][int(np.argmax(np.nan_to_num(score, nan=-np.inf)))] <= RIGHT_A)


def chosen_features(chosen: list[dict[str, Any]], groups: np.ndarray, show: bool = False) -> str:
    """Return the candidate of the lowest log loss, leave-cluster-out."""
    losses = {}
    folds = min(5, len(set(groups.tolist())))
    for label, names in CANDIDATES.items():
        told, predicted = [], []
        for train, test in GroupKFold(folds).split(groups, groups=groups):
            x, y = rows([chosen[i] for i in train], names)
            if len(set(y.tolist())) < 2:
                continue
            model = estimator().fit(x, y)
            x, y = rows([chosen[i] for i in test], names)
            told.append(y)
            predicted.append(model.predict_proba(x)[:, 1])
        losses[label] = log_loss(np.concatenate(told), np.concatenate(predicted), labels=[False, True])
    if show:
        print({label: round(float(loss), 3) for label, loss in losses.items()})
    return min(losses, key=lambda label: (losses[label], len(CANDIDATES[label])))


def interval(share: float, count: int) -> list[float]:
    """Return the 95 % Wilson interval of a share."""
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return [round(float(middle - half), 3), round(float(middle + half), 3)]


def main() -> None:
    """Test leave-cluster-out, then fit on everything and write model and card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--docked", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--contacts", action="store_true", help="try features of contacts too")
    options = parser.parse_args()
    if options.contacts:
        CANDIDATES.update(WITH_CONTACTS)
    found = examples(options.data, options.docked, options.contacts)
    groups = np.asarray(clusters(identity_matrix([one["sequence"] for one in found])))
    outer = GroupKFold(min(10, len(set(groups.tolist()))))
    top, fitted, trained, best, told, picked = [], [], [], [], [], []
    for train, test in outer.split(groups, groups=groups):
        side = [found[i] for i in train]
        label = chosen_features(side, groups[train])
        picked.append(label)
        names = CANDIDATES[label]
        model = estimator().fit(*rows(side, names))
        weight = energy_weight(side)
        for i in test:
            one = found[i]
            fitted.append(first_with(one, weight))
            p = probabilities(model, one, names)
            order = shipped_order(one)
            top.append(one["rmsd"][order[0]] <= RIGHT_A)
            best.append((one["rmsd"][order[:5]] <= RIGHT_A).any())
            trained.append(one["rmsd"][int(np.argmax(p))] <= RIGHT_A)
            told += [(p[k], bool(one["rmsd"][k] <= RIGHT_A), k == order[0]) for k in range(len(p)) if p[k] >= 0]
    count = len(found)
    p, y, first = (np.array(column) for column in zip(*told))
    sure = first.astype(bool) & (p >= 0.8)
    reliability = []
    for low in np.arange(0, 1, 0.2):
        inside = (p >= low) & (p < low + 0.2 + 1e-9 * (low > 0.79))
        if inside.any():
            reliability.append(
                {"from": round(low, 1), "poses": int(inside.sum()), "said": round(float(p[inside].mean()), 3),
                 "right": round(float(y[inside].mean()), 3)}
            )  # fmt: skip
    seconds = [one["seconds"] for one in found if one["seconds"] is not None]
    figures = {
        "complexes": count,
        "clusters": len(set(groups.tolist())),
        "top_1_within_2A": {
            "with the weight of the energy fitted to the other clusters": share(fitted),
            f"with the shipped weight {ENERGY_WEIGHT:g} (fitted to all: {energy_weight(found):.2f})": share(top),
            "in the order of rustina": share([one["rmsd"][0] <= RIGHT_A for one in found]),
            "by the trained probability instead": share(trained),
        },
        "top_5_within_2A": share(best),
        "any_pose_within_2A": share([(one["rmsd"] <= RIGHT_A).any() for one in found]),
        "first_poses_with_p_0.8_or_more": {"count": int(sure.sum()), "right": int(y[sure].sum())},
        "reliability": reliability,
        "log_loss": round(float(log_loss(y, p)), 3),
        "features_chosen_in_the_folds": {label: picked.count(label) for label in sorted(set(picked))},
        "median_processor_seconds": round(float(np.median(seconds)), 1) if seconds else None,
    }
    label = chosen_features(found, groups, show=True)
    names = CANDIDATES[label]
    model = estimator().fit(*rows(found, names))
    content = estimator_files.dumps(model)
    files.write_bytes(options.out / MODEL, content)
    card = {
        "what": "Probability of a docked pose to lie within 2 Å of the crystal pose, given all poses of its ligand",
        "features": list(names),
        "sha256": hashlib.sha256(content).hexdigest(),
        "trained_on": f"rustina poses of {count} protein-ligand complexes of the PoseBusters set (PDB entries, CC0)",
        "complexes": sorted(one["name"] for one in found),
        "test": "leave-cluster-out by chain identity of 30 %, features chosen inside the training side",
        "figures": figures,
        "versions": package_versions(),
    }
    files.write_text(options.out / CARD, json.dumps(card, indent=1) + "\n")
    print(json.dumps(figures, indent=1))


def share(hits: list[Any]) -> dict[str, Any]:
    """Return a share with its 95 % interval."""
    value = float(np.mean(hits))
    return {"share": round(value, 3), "interval_95": interval(value, len(hits))}


if __name__ == "__main__":
    main()
