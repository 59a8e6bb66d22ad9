"""Cross-docking: the ligand of one EGFR structure into another, with and without the ligand bound there as a template.

Data: ``../shared/bench/egfr`` (5HG8, 5UG8). The structures are superposed on the residues of the site; a pose is judged
by its RMSD to the ligand of its own structure, moved along. Both ligands are bound to Cys 797 in the crystal and docked
without that bond.

Run: ``python tests/benchmarks/bench_poses_cross.py`` (six dockings: a minute on a quiet core).
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from rdkit import Chem
from rdkit.Geometry import Point3D

from screening.poses.placement import Search, placed
from screening.poses.pose import Pose
from screening.poses.receptor.prepare import prepare_receptor
from screening.poses.rmsd import symmetric_rmsd
from screening.targets.files.read import read_target
from screening.targets.ligands.bound_ligand import bound_ligand
from screening.targets.sites.site_around import site_around_ligand
from screening.targets.target import Target

BENCH = Path(__file__).resolve().parents[3] / "shared" / "bench" / "egfr"
NAMES = ("5UG8", "5HG8")
LIGANDS = {"5UG8": "8BP", "5HG8": "634"}


def frame(target: Target, other: Target) -> tuple[np.ndarray, np.ndarray]:
    """Return the turn and shift that lay `target` on `other`: C-alpha atoms of residues 718 to 862, Kabsch."""

    def alphas(one: Target) -> dict[int, np.ndarray]:
        atoms = one.atoms
        rows = np.flatnonzero((atoms.name == "CA") & (atoms.number >= 718) & (atoms.number <= 862))
        return {int(atoms.number[row]): atoms.coordinates[row].astype(float) for row in rows}

    first, second = alphas(target), alphas(other)
    common = sorted(set(first) & set(second))
    a, b = np.array([first[n] for n in common]), np.array([second[n] for n in common])
    u, _, v = np.linalg.svd((a - a.mean(0)).T @ (b - b.mean(0)))
    turn = u @ np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ v))]) @ v
    return turn, b.mean(0) - a.mean(0) @ turn


def moved(mol: Chem.Mol, turn: np.ndarray, shift: np.ndarray) -> Chem.Mol:
    """Return the molecule in another frame."""
    copy = Chem.Mol(mol)
    for index, place in enumerate(mol.GetConformer().GetPositions() @ turn + shift):
        copy.GetConformer().SetAtomPosition(index, Point3D(*map(float, place)))
    return copy


def main() -> None:
    """Print RMSD of the first pose, the best of five and the best of nine."""
    if not BENCH.is_dir():
        print("skipped: no benchmark data beside this checkout (../shared/bench)")
        return
    targets = {name: read_target(BENCH / f"{name}.pdb.gz") for name in NAMES}
    sites = {name: site_around_ligand(targets[name], LIGANDS[name]) for name in NAMES}
    bound = {name: bound_ligand(targets[name], sites[name].ligand) for name in NAMES}  # type: ignore[arg-type]
    receptors = {name: prepare_receptor(targets[name], sites[name]) for name in NAMES}
    print("receptor ligand of   template  first  best of 5  best of 9  p(first)  processor s")
    for receptor, ligand in (("5UG8", "5HG8"), ("5HG8", "5UG8"), ("5UG8", "5UG8"), ("5HG8", "5HG8")):
        true = moved(bound[ligand].mol, *frame(targets[ligand], targets[receptor]))
        block = Chem.MolToMolBlock(bound[receptor].mol)
        lying = Pose(bound[receptor].smiles, block, f"bound in {receptor}", LIGANDS[receptor])
        for template in (None, lying) if receptor != ligand else (None,):
            started = time.process_time()
            poses = placed(receptors[receptor], bound[ligand].smiles, ligand, Search(poses=9), template)
            gaps = [symmetric_rmsd(pose.molecule(), true) for pose in poses]
            seconds = time.process_time() - started
            said = f"{gaps[0]:5.2f}  {min(gaps[:5]):5.2f}      {min(gaps):5.2f}      {poses[0].probability_2A}"
            laid = "yes" if template else "no "
            print(f"{receptor}     {ligand}        {laid}      {said}      {seconds:.0f}", flush=True)


if __name__ == "__main__":
    main()
