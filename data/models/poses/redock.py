"""Redock the complexes of the PoseBusters set with the project's own pipeline, for `train_poses.py`.

Data: as in ``data/models/pockets/train_pockets.py``, from ``../shared/bench/posebusters`` beside the checkout or from
``--data``; no part of the project. The ligand starts from its SMILES (one state at pH 7.4, one conformer by ETKDG); the
box is that of `screening.poses.receptor.box`: `box_for_ligand`, the extent of the
bound ligand and 8 Å, at least 12 Å a side.

Writes ``CODE.sdf`` (all poses with all scores) and ``CODE.json`` (seconds of processor time) for each complex into
``--out``. Complexes are taken in a random order that does not change, so that those that are done at any time are a
random subset; run again, it goes on.

Run: ``python data/models/poses/redock.py --out FOLDER [--engine vina]``.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path

from rdkit import Chem

from screening.errors import ScreeningError
from screening.poses.engines.catalog import engine_named
from screening.poses.files.write_poses import write_poses
from screening.poses.ligand_states.conformers import starting_structures
from screening.poses.ligand_states.pdbqt import ligand_pdbqt, with_coordinates
from screening.poses.ligand_states.states import ligand_states
from screening.poses.placement import COMPETING, receptor_for
from screening.poses.pose import Pose
from screening.poses.receptor.prepare import prepare_receptor
from screening.poses.receptor.receptor import Receptor
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import site_around_ligand

HERE = Path(__file__).resolve().parent
DEFAULT_DATA = HERE.parents[3] / "shared" / "bench" / "posebusters"
LEAST_HEAVY, MOST_HEAVY = 6, 30
ORDER_SEED, SEED = 15, 1


def complexes(data: Path) -> list[Path]:
    """Return the folders that hold a ligand, in the fixed random order."""
    found = sorted(path for path in data.iterdir() if (path / "ligand.sdf").is_file())
    random.Random(ORDER_SEED).shuffle(found)
    return found


def reference(folder: Path) -> Chem.Mol | None:
    """Return the crystal ligand if it has 6 to 30 heavy atoms."""
    mol = Chem.MolFromMolFile(str(folder / "ligand.sdf"))
    return mol if mol is not None and LEAST_HEAVY <= mol.GetNumHeavyAtoms() <= MOST_HEAVY else None


def receptor_of(folder: Path) -> Receptor:
    """Return the receptor of a complex without its ligand."""
    target = read_target(folder / "complex.pdb.gz")
    return prepare_receptor(target, site_around_ligand(target, folder.name.split("_", 1)[1]))


def redock(folder: Path, mol: Chem.Mol, engine_name: str) -> tuple[list[Pose], float]:
    """Return the poses in the order of the engine, and the processor time without the receptor, in seconds."""
    engine = engine_named(engine_name)
    receptor = receptor_of(folder)
    started = time.process_time()
    state = ligand_states(Chem.MolToSmiles(mol))[0]
    start = starting_structures(state.smiles)[0]
    ligand = ligand_pdbqt(start, folder.name)
    found = []
    answers = engine.dock(receptor_for(receptor, [start]), [ligand.text], seed=SEED, poses=COMPETING)[0]
    for rank, each in enumerate(answers, start=1):
        block = Chem.MolToMolBlock(with_coordinates(start, ligand, each.coordinates))
        origin = f"docked by {engine.name} {engine.version()}, seed {SEED}"
        found.append(
            Pose(
                state.smiles, block, origin, folder.name, rank, each.scores, state=state.text, receptor_key=receptor.key
            )
        )
    return found, time.process_time() - started


def main() -> None:
    """Dock what is not docked yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--engine", default="rustina")
    parser.add_argument("--most", type=int, default=1000)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    done = 0
    for folder in complexes(options.data):
        mol = reference(folder)
        if mol is None or done == options.most:
            continue
        done += 1
        facts = options.out / f"{folder.name}.json"
        if facts.exists():
            continue
        try:
            poses, seconds = redock(folder, mol, options.engine)
            write_poses(poses, options.out / f"{folder.name}.sdf")
            note: dict[str, object] = {"seconds": round(seconds, 2), "poses": len(poses)}
        except ScreeningError as error:
            note = {"error": str(error)}
        facts.write_text(json.dumps({"heavy": mol.GetNumHeavyAtoms(), **note}) + "\n")
        print(folder.name, note, flush=True)


if __name__ == "__main__":
    main()
