"""Redocking: rustina as shipped, ordered by the trained probability, and Vina, on the same complexes.

Poses are those that ``data/models/poses/redock.py --out FOLDER/rustina`` and ``--out FOLDER/vina --engine vina`` made;
the complexes that both have are compared. The ranker is trained anew without the cluster of the complex it ranks (30 %
chain identity), as in ``data/models/poses/train_poses.py``. ``--bust`` runs PoseBusters on the first poses (a second
each).

Run: ``python tests/benchmarks/bench_poses.py FOLDER [--bust]``.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "data" / "models" / "poses"))

from redock import DEFAULT_DATA, complexes, receptor_of, reference
from sklearn.model_selection import GroupKFold
from train_poses import CANDIDATES, RIGHT_A, chosen_features, estimator, examples, interval, probabilities, rows

from screening.poses.files.read_poses import read_poses
from screening.poses.pose import Pose
from screening.poses.rmsd import symmetric_rmsd
from screening.targets.sequences.clusters import clusters, identity_matrix


def valid(pose: Pose, pdb: str) -> bool:
    """Tell whether PoseBusters finds nothing wrong with a pose."""
    from screening.poses.checks.posebusters_validity import posebusters_validity

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return posebusters_validity(pose.molecule(), pdb).passed is True


def say(label: str, right: list[bool], top5: list[bool] | None, good: list[bool] | None, seconds: list[float]) -> None:
    """Print one line of the table."""
    share = float(np.mean(right))
    low, high = interval(share, len(right))
    five = f"{np.mean(top5):.2f}" if top5 else "   -"
    both = f"{np.mean([a and b for a, b in zip(right, good)]):.2f}" if good else "   -"
    print(f"{label:28s} {share:.2f} ({low:.2f} to {high:.2f})   {five}    {both}    {np.median(seconds):6.1f}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--bust", action="store_true")
    options = parser.parse_args()
    found = examples(options.data, options.folder / "rustina")
    groups = np.asarray(clusters(identity_matrix([one["sequence"] for one in found])))
    order = {}
    for train, test in GroupKFold(min(10, len(set(groups.tolist())))).split(groups, groups=groups):
        side = [found[i] for i in train]
        names = CANDIDATES[chosen_features(side, groups[train])]
        model = estimator().fit(*rows(side, names))
        for i in test:
            order[found[i]["name"]] = np.argsort(-probabilities(model, found[i], names), kind="stable")
    folders = {folder.name: folder for folder in complexes(options.data)}
    pdb = {}
    if options.bust:
        pdb = {one["name"]: receptor_of(folders[one["name"]]).pdb() for one in found}
    print(f"{len(found)} complexes, {len(set(groups.tolist()))} clusters")
    print("way                          first within 2 Å      top 5   first, valid   processor s (median)")
    ours, alone = {True: ([], [], []), False: ([], [], [])}, [one["seconds"] for one in found]  # type: ignore[var-annotated]
    for one in found:
        poses = read_poses(options.folder / "rustina" / f"{one['name']}.sdf")
        for ranked, lists in ours.items():
            chosen = order[one["name"]] if ranked else np.arange(len(poses))
            rmsd = one["rmsd"][chosen]
            lists[0].append(bool(rmsd[0] <= RIGHT_A))
            lists[1].append(bool((rmsd[:5] <= RIGHT_A).any()))
            if options.bust:
                lists[2].append(valid(poses[chosen[0]], pdb[one["name"]]))
    say("ordered by probability", ours[True][0], ours[True][1], ours[True][2] or None, alone)
    say("rustina as shipped", ours[False][0], ours[False][1], ours[False][2] or None, alone)
    vina = options.folder / "vina"
    if not vina.is_dir():
        return
    names = [one["name"] for one in found if (vina / f"{one['name']}.sdf").exists()]
    right, five, good, same, seconds = [], [], [], [], []
    for name in names:
        poses = read_poses(vina / f"{name}.sdf")
        mol = reference(folders[name])
        assert mol is not None
        rmsd = np.array([symmetric_rmsd(pose.molecule(), mol) for pose in poses])
        right.append(bool(rmsd[0] <= RIGHT_A))
        five.append(bool((rmsd[:5] <= RIGHT_A).any()))
        same.append(ours[False][0][[one["name"] for one in found].index(name)])
        if options.bust:
            good.append(valid(poses[0], pdb[name]))
    seconds = [json.loads((vina / f"{name}.json").read_text())["seconds"] for name in names]
    say(f"Vina, exhaustiveness 8 (n={len(names)})", right, five, good or None, seconds)
    say(
        f"as shipped, the same {len(names)}",
        same,
        None,
        None,
        [one["seconds"] for one in found if one["name"] in names],
    )


if __name__ == "__main__":
    main()
