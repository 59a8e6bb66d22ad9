"""Redocking: as shipped (our order of rustina's poses, settled in the site), rustina alone and Vina alone.

Poses are those that ``data/models/poses/redock.py --out FOLDER/rustina`` and ``--out FOLDER/vina --engine vina`` made.
All complexes that rustina docked are told, then those that Vina docked too. ``--bust`` runs PoseBusters on the first
poses (some seconds each).

Run: ``python tests/benchmarks/bench_poses.py FOLDER [--bust]``.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import warnings
from pathlib import Path

import numpy as np
from rdkit import Chem

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "data" / "models" / "poses"))

from redock import DEFAULT_DATA, complexes, receptor_of, reference
from train_poses import RIGHT_A, examples, interval, shipped_order

from screening.poses.files.read_poses import read_poses
from screening.poses.pose import Pose
from screening.poses.relaxation import relaxed
from screening.poses.rmsd import symmetric_rmsd


@dataclasses.dataclass
class Way:
    """What came of one way of docking: name of the complex to its outcome."""

    label: str
    right: dict[str, bool] = dataclasses.field(default_factory=dict)
    five: dict[str, bool] = dataclasses.field(default_factory=dict)
    valid: dict[str, bool] = dataclasses.field(default_factory=dict)
    seconds: dict[str, float] = dataclasses.field(default_factory=dict)

    def add(self, name: str, rmsd: np.ndarray, seconds: float, first: Chem.Mol, pdb: str) -> None:
        """Add the RMSD of the poses of a complex in their order, and the first of them."""
        self.right[name] = bool(rmsd[0] <= RIGHT_A)
        self.five[name] = bool((rmsd[:5] <= RIGHT_A).any())
        self.seconds[name] = seconds
        if pdb:
            self.valid[name] = valid(first, pdb)

    def line(self, names: list[str]) -> str:
        """Return one line of the table."""
        share = float(np.mean([self.right[name] for name in names]))
        low, high = interval(share, len(names))
        both = f"{np.mean([self.right[n] and self.valid[n] for n in names]):.2f}" if self.valid else "   -"
        five = f"{np.mean([self.five[name] for name in names]):.2f}"
        seconds = np.median([self.seconds[name] for name in names])
        return f"{self.label:28s} {share:.2f} ({low:.2f} to {high:.2f})   {five}    {both}    {seconds:6.1f}"


def valid(pose: Chem.Mol, pdb: str) -> bool:
    """Tell whether PoseBusters finds nothing wrong with a pose."""
    from screening.poses.checks.posebusters_validity import posebusters_validity

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return posebusters_validity(pose, pdb).passed is True


def gaps(poses: list[Pose], true: Chem.Mol) -> np.ndarray:
    """Return the RMSD of poses to the crystal pose in Å."""
    return np.array([symmetric_rmsd(pose.molecule(), true) for pose in poses])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--bust", action="store_true")
    options = parser.parse_args()
    if options.folder is None:
        print("skipped: no poses; give the FOLDER of those that redock.py made")
        return
    folders = {folder.name: folder for folder in complexes(options.data)}
    ours, rustina, vina = Way("as shipped"), Way("rustina alone"), Way("Vina alone, exhaustiveness 8")
    for one in examples(options.data, options.folder / "rustina"):
        name = one["name"]
        true = reference(folders[name])
        assert true is not None
        receptor = receptor_of(folders[name])
        pdb = receptor.pdb() if options.bust else ""
        poses = read_poses(options.folder / "rustina" / f"{name}.sdf")
        order = shipped_order(one)
        first = relaxed(poses[order[0]].molecule(), receptor.atoms)
        rmsd = one["rmsd"][order].copy()
        rmsd[0] = symmetric_rmsd(first, true)
        ours.add(name, rmsd, one["seconds"], first, pdb)
        rustina.add(name, one["rmsd"], one["seconds"], poses[0].molecule(), pdb)
        other = options.folder / "vina" / f"{name}.sdf"
        if other.exists():
            poses = read_poses(other)
            seconds = json.loads(other.with_suffix(".json").read_text())["seconds"]
            vina.add(name, gaps(poses, true), seconds, poses[0].molecule(), pdb)
    for names, ways in ((list(ours.right), (ours, rustina)), (list(vina.right), (ours, rustina, vina))):
        if names:
            print(f"{len(names)} complexes")
            print("way                          first within 2 Å      top 5   first, valid   processor s (median)")
            for way in ways:
                print(way.line(names))


if __name__ == "__main__":
    main()
