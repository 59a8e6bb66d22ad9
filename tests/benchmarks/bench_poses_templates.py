"""What a template is worth: analogues docked with and without the pose of another ligand of their series.

Data: the congeneric series of ``../shared/bench/fep`` (poses modelled by their authors on a crystal structure). In each
series the ligand of median size is the template, and defines the box; of the others, some (``--ligands``) are docked
into the same receptor twice. A pose is right within 2 Å of the authors' pose (symmetry-corrected, heavy atoms).

The weight of the core in the order was chosen on the series of the JACS set.

Run: ``python tests/benchmarks/bench_poses_templates.py [--ligands 2]`` (40 s of processor time a ligand).
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import numpy as np
from bench_poses_affinity import DEFAULT_DATA, LEAST_LIGANDS, ligands
from rdkit import Chem

from screening.errors import ScreeningError
from screening.poses.placement import Search, placed
from screening.poses.pose import Pose
from screening.poses.receptor.box import box_around
from screening.poses.receptor.prepare import prepare_receptor
from screening.poses.receptor.receptor import Receptor
from screening.poses.rmsd import symmetric_rmsd
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import site_from_point

RIGHT_A = 2.0


def main() -> None:
    """Print each ligand, then shares and the median of seconds with and without template."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--ligands", type=int, default=2)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"skipped: no series in {options.data}")
        return
    rows = []
    for path in sorted(options.data.glob("*/*_ligands.sdf.gz")):
        found = [Chem.RemoveHs(mol) for mol, _ in ligands(path)]
        if len(found) < LEAST_LIGANDS:
            continue
        found.sort(key=lambda mol: mol.GetNumHeavyAtoms())
        bound = found.pop(len(found) // 2)
        try:
            receptor = receptor_around(path, bound)
        except ScreeningError as error:
            print(f"{path.name}: {error}")
            continue
        lying = Pose(Chem.MolToSmiles(bound), Chem.MolToMolBlock(bound), "modelled", "template")
        for true in random.Random(7).sample(found, options.ligands):
            row = [f"{path.parent.name}/{path.name.removesuffix('_ligands.sdf.gz')}"]
            for template in (None, lying):
                started = time.process_time()
                poses = placed(receptor, Chem.MolToSmiles(true), "", Search(poses=9, quick=options.quick), template)
                gaps = [symmetric_rmsd(pose.molecule(), true) for pose in poses]
                row += [gaps[0], min(gaps[:5]), poses[0].probability_2A or 0.0, time.process_time() - started]
            rows.append(row)
            figures = "  ".join(f"{value:6.2f}" for value in row[1:])
            print(f"{row[0]:44s} {true.GetNumHeavyAtoms():3d}  {figures}", flush=True)
    table = np.array([row[1:] for row in rows], dtype=float)
    print(f"\n{len(rows)} ligands of {len({row[0] for row in rows})} series")
    for label, start in (("without template", 0), ("with template", 4)):
        first, five, sure, seconds = table[:, start : start + 4].T
        print(
            f"{label:18s} first right {np.mean(first <= RIGHT_A):.2f}, one of five {np.mean(five <= RIGHT_A):.2f}, "
            f"median of first {np.median(first):.1f} Å, median {np.median(seconds):.1f} s; "
            f"told p >= .8: {(sure >= 0.8).sum()}, of these right {(first[sure >= 0.8] <= RIGHT_A).sum()}"
        )


def receptor_around(path: Path, bound: Chem.Mol) -> Receptor:
    """Return the receptor of a series with the box of a bound ligand."""
    target = read_target(path.with_name(path.name.replace("_ligands.sdf.gz", "_protein.pdb.gz")))
    places = bound.GetConformer().GetPositions()
    middle = places.mean(axis=0)
    radius = float(np.linalg.norm(places - middle, axis=1).max()) + 5.0
    site = site_from_point(target, (float(middle[0]), float(middle[1]), float(middle[2])), radius)
    return prepare_receptor(target, site, box=box_around(places))


if __name__ == "__main__":
    main()
