"""Pockets: how often the ligand's place is found, beside pyKVFinder by volume, fpocket and published numbers.

Success: the centre of a pocket within 4 Å of any heavy atom of the ligand (DCA), every HETATM removed before.

1. The PoseBusters complexes, leave-cluster-out (30 % identity), as the training script tested it: read from the
   model's card, or done again with ``--retest`` (ten minutes).
2. Structures that no training complex resembles closely: the FEP benchmark's proteins and EGFR, with the shipped
   model; those of a training cluster (30 % identity) are counted apart.
3. On the same structures pyKVFinder (``pip install pyKVFinder``) and fpocket (a program on the PATH), each
   skipped where it is absent; and how much CPU time each takes.

Run: ``python tests/benchmarks/bench_pockets.py [--retest] [--limit N]``
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import logging
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from rdkit import Chem

from screening.targets.files.read import read_target
from screening.targets.files.write import pdb_text
from screening.targets.pockets.find import find_pockets, receptor_atoms
from screening.targets.pockets.ranker import default_folder, load_ranker
from screening.targets.sequences.clusters import align
from screening.targets.target import Target

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT.parent / "shared" / "bench"
SUCCESS_A = 4.0

PUBLISHED = (
    """published, on other sets (top 1 / top 3): P2Rank .81/.93, DeepPocket .78/.89, fpocket .75/.83, random .12/.22"""
)


def first_hit(centres: list[np.ndarray], ligand: np.ndarray) -> int:
    """Return the rank of the first centre that hits, 99 if none does."""
    for rank, centre in enumerate(centres, 1):
        if np.linalg.norm(ligand - centre, axis=1).min() <= SUCCESS_A:
            return rank
    return 99


def rates(ranks: list[int]) -> str:
    found = np.array(ranks)
    return f"top 1 {np.mean(found <= 1):.3f}, top 3 {np.mean(found <= 3):.3f} of {len(found)}"


def kvfinder_centres(target: Target, chains: tuple[str, ...] | None = None) -> list[np.ndarray]:
    """Return the centres of pyKVFinder's cavities, the largest first."""
    import pyKVFinder

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "receptor.pdb"
        path.write_text(pdb_text(target, receptor_atoms(target, chains)))
        atomic = pyKVFinder.read_pdb(str(path))
    vertices = pyKVFinder.get_vertices(atomic)
    _, cavities = pyKVFinder.detect(atomic, vertices, nthreads=1)
    _, volume, _ = pyKVFinder.spatial(cavities, nthreads=1)
    names = {name: i + 2 for i, name in enumerate(sorted(volume))}
    step, origin = 0.6, np.array(vertices[0])
    axes = np.array(vertices[1:]) - origin
    axes = axes / np.linalg.norm(axes, axis=1, keepdims=True)
    return [
        origin + (np.argwhere(cavities == names[name]).mean(axis=0) * step) @ axes
        for name in sorted(volume, key=lambda name: -volume[name])
    ]


def fpocket_centres(target: Target, chains: tuple[str, ...] | None = None) -> list[np.ndarray]:
    """Return the mean place of the alpha spheres of each of fpocket's pockets, in its own order (by its score)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "receptor.pdb").write_text(pdb_text(target, receptor_atoms(target, chains)))
        subprocess.run(["fpocket", "-f", "receptor.pdb"], cwd=folder, check=True, capture_output=True, timeout=300)
        found = {
            int(path.name.removeprefix("pocket").removesuffix("_vert.pqr")): alpha_sphere_centre(path.read_text())
            for path in (folder / "receptor_out" / "pockets").glob("pocket*_vert.pqr")
        }
    return [found[number] for number in sorted(found)]


def alpha_sphere_centre(text: str) -> np.ndarray:
    """Return the mean of the coordinates in a PQR file of fpocket, whose columns are those of PDB."""
    lines = [line for line in text.splitlines() if line.startswith(("ATOM", "HETATM"))]
    return np.mean([[float(line[at : at + 8]) for at in (30, 38, 46)] for line in lines], axis=0)


def cpu_seconds() -> float:
    """Return the CPU time of this process and of the programs it has run."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def posebusters() -> Iterator[tuple[str, Target, np.ndarray]]:
    for folder in sorted((BENCH / "posebusters").iterdir()):
        path = folder / "complex.pdb.gz"
        if path.is_file():
            target = read_target(path)
            ligand = target.atoms.hetero & ~np.isin(target.atoms.element, ("H", "D"))
            yield folder.name, target, target.atoms.coordinates[ligand]


def others() -> Iterator[tuple[str, Target, np.ndarray]]:
    """FEP proteins with the ligands of their series, and the two EGFR structures."""
    for path in sorted((BENCH / "fep").glob("*/*_protein.pdb.gz")):
        ligands = path.with_name(path.name.replace("_protein.pdb.gz", "_ligands.sdf.gz"))
        if not ligands.is_file():
            continue

        with gzip.open(ligands) as stream:
            first = next((mol for mol in Chem.ForwardSDMolSupplier(stream) if mol is not None), None)
        if first is not None:
            heavy = [atom.GetIdx() for atom in first.GetAtoms() if atom.GetAtomicNum() > 1]
            yield (
                f"{path.parent.name}/{path.name.split('_protein')[0]}",
                read_target(path),
                (first.GetConformer().GetPositions()[heavy]),
            )
    for name in ("5UG8", "5HG8"):
        target = read_target(BENCH / "egfr" / f"{name}.pdb.gz")
        yield (
            f"egfr/{name}",
            target,
            target.atoms.coordinates[target.atoms.residue_name == target.ligands[0].residue.name],
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--retest", action="store_true", help="train and test again instead of reading the card")
    parser.add_argument("--limit", type=int, default=None, help="only so many PoseBusters complexes for timing")
    options = parser.parse_args()
    if not BENCH.is_dir():
        print("skipped: no benchmark data beside this checkout (../shared/bench)")
        return
    logging.getLogger().setLevel(logging.ERROR)
    print(PUBLISHED)
    card: dict[str, Any] = load_ranker().card
    if options.retest:
        script = default_folder() / "train_pockets.py"
        spec = importlib.util.spec_from_file_location("train_pockets", script)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["train_pockets"] = module
        spec.loader.exec_module(module)
        folders = [path for path in sorted((BENCH / "posebusters").iterdir()) if (path / "complex.pdb.gz").is_file()]
        complexes = [module.read_complex(folder) for folder in folders]
        matrix = module.identity_matrix([item.sequence for item in complexes])
        cluster = np.array(module.clusters(matrix, 0.30))
        _, judged = module.out_of_fold(complexes, module.dealt(cluster, module.FOLDS, 0), 1000)
        test = module.stacked_test(judged, cluster, complexes)
    else:
        test = card["test"]
    print("PoseBusters, leave-cluster-out:")
    for name in ("all", "one_chain", "several_chains", "all_the_deposited_copy_only", "without_the_second_model"):
        row = test[name]
        print(f"  {name:<28} top 1 {row['top_1']:.3f}, top 3 {row['top_3']:.3f} of {row['complexes']}")
    for row in test["calibration_of_first_pockets"]:
        print(f"  first pocket, a third of {row['pockets']}: said {row['said']:.2f}, right {row['hits']:.2f}")
    peers: dict[str, Callable[[Target, tuple[str, ...] | None], list[np.ndarray]]] = {}
    if importlib.util.find_spec("pyKVFinder") is not None:
        peers["pyKVFinder by volume"] = kvfinder_centres
    else:
        print("pyKVFinder: skipped, not installed")
    if shutil.which("fpocket") is not None:
        peers["fpocket"] = fpocket_centres
    else:
        print("fpocket: skipped, no such program on the PATH")
    ours_s: list[float] = []
    single: list[bool] = []
    theirs_s: dict[str, list[float]] = {name: [] for name in peers}
    ranks: dict[str, list[int]] = {name: [] for name in peers}
    for i, (_, target, ligand) in enumerate(posebusters()):
        if options.limit is not None and i >= options.limit:
            break
        chains = tuple(chain.id for chain in target.chains)
        single.append(len(target.chains) == 1)
        started = cpu_seconds()
        find_pockets(target, chains=chains)
        ours_s.append(cpu_seconds() - started)
        for name, centres in peers.items():
            started = cpu_seconds()
            found = centres(target, chains)
            theirs_s[name].append(cpu_seconds() - started)
            ranks[name].append(first_hit(found, ligand))
    for name, hits in ranks.items():
        print(f"  {name + ', all':<28} {rates(hits)}")
        if any(single):
            print(f"  {name + ', one chain':<28} {rates([r for r, one in zip(hits, single) if one])}")
        ratio = statistics.median(a / b for a, b in zip(ours_s, theirs_s[name]) if b > 0)
        print(f"CPU time: ours / {name} median {ratio:.2f}")
    print(
        f"CPU seconds a structure, ours: median {statistics.median(ours_s):.2f}, largest {max(ours_s):.2f} "
        f"({np.mean(np.array(ours_s) < 2.0):.0%} under 2 s)"
    )
    trained = [read_target(BENCH / "posebusters" / name / "complex.pdb.gz").sequence for name in card["complexes"]]
    far: dict[str, list[int]] = {name: [] for name in ("ours", *peers)}
    near: dict[str, list[int]] = {name: [] for name in ("ours", *peers)}
    for name, target, ligand in others():
        like = max(align(target.sequence, sequence).identity for sequence in trained)
        hit = {"ours": first_hit([np.array(pocket.centre_A) for pocket in find_pockets(target)], ligand)}
        hit |= {peer: first_hit(centres(target, None), ligand) for peer, centres in peers.items()}
        for peer, rank in hit.items():
            (near if like >= 0.30 else far)[peer].append(rank)
        report = ", ".join(f"{peer} {rank}" for peer, rank in hit.items())
        print(f"  {name:<28} first hit: {report}; {like:.0%} like a training complex")
    for words, group in (("unlike any training complex", far), ("30 % like one or more", near)):
        for name, hits in group.items():
            if hits:
                print(f"{words}: {name} {rates(hits)}")


if __name__ == "__main__":
    main()
