"""Ligands a core and hour: ``workbench dock`` beside EasyDock (Vina, exhaustiveness 8), whole commands in one run.

Both dock the same ligands of `data/libraries/pka_ligands.csv` into the same box of protein kinase A, in the states that
the workbench gives them (EasyDock would need a further program for that), on one core. Figures are processor time of
the commands with all that they start, without the start of the program (a run with nothing to do).

Run: ``python tests/benchmarks/bench_poses_easydock.py --easydock FOLDER/bin/easydock [--ligands 8]``; EasyDock with
vina, meeko, scipy and scikit-learn stands in an environment of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from rdkit import Chem

from screening.poses.ligand_states.states import ligand_states
from screening.poses.receptor.prepare import prepare_receptor
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import site_around_ligand

DATA = Path(__file__).resolve().parents[2] / "data"
MOST_HEAVY = 26


def spent(command: list[str]) -> float:
    """Run a command and return the processor time of it and of all it started, in seconds, seen ten times a second."""
    seen: dict[int, float] = {}
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, env={**os.environ, "OMP_NUM_THREADS": "1"}, stdout=said, stderr=said) as process,
    ):
        root = psutil.Process(process.pid)
        while process.poll() is None:
            with contextlib.suppress(psutil.Error):
                for one in [root, *root.children(recursive=True)]:
                    times = one.cpu_times()
                    seen[one.pid] = times.user + times.system
            time.sleep(0.1)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{command[0]} ended with {process.returncode}: {said.read()[-500:].decode()}")
    return sum(seen.values())


def main() -> None:
    """Print both rates and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--easydock", type=Path)
    parser.add_argument("--ligands", type=int, default=8)
    options = parser.parse_args()
    if options.easydock is None or not options.easydock.exists():
        print("skipped: EasyDock is not a part of the project; give --easydock FILE")
        return
    with open(DATA / "libraries" / "pka_ligands.csv", newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    smiles = [row["smiles"] for row in rows]
    small = [each for each in smiles if Chem.MolFromSmiles(each).GetNumHeavyAtoms() <= MOST_HEAVY][: options.ligands]
    states = [ligand_states(each)[0].smiles for each in small]
    target = DATA / "targets" / "1fmo.cif"
    structure = read_target(target)
    receptor = prepare_receptor(structure, site_around_ligand(structure, "ADN"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "ligands.smi").write_text("".join(f"{each}\tL{i}\n" for i, each in enumerate(states)))
        (folder / "one.smi").write_text("C\tnone\n")
        (folder / "receptor.pdbqt").write_text(receptor.pdbqt())
        sides = zip("xyz", receptor.box.centre_A, receptor.box.size_A)
        (folder / "grid.txt").write_text(
            "".join(f"center_{axis} = {middle}\nsize_{axis} = {side}\n" for axis, middle, side in sides)
        )
        (folder / "config.yml").write_text(
            f"protein: {folder / 'receptor.pdbqt'}\nprotein_setup: {folder / 'grid.txt'}\n"
            "exhaustiveness: 8\nseed: 1\nn_poses: 9\nncpu: 1\n"
        )
        seconds = {}
        for kind in ("one", "ligands"):
            seconds["easydock", kind] = spent([
                str(options.easydock), "-i", str(folder / f"{kind}.smi"), "-o", str(folder / f"{kind}.db"),
                "--program", "vina", "--config", str(folder / "config.yml"), "-c", "1",
            ])  # fmt: skip
            seconds["workbench", kind] = spent([
                str(Path(sys.executable).with_name("workbench")), "dock", str(target), "--site", "ADN",
                "--library", str(folder / f"{kind}.smi"), "--out", str(folder / f"{kind}.run"), "--workers", "0",
                "--engine", "rustina", "--time-limit", "900",
            ])  # fmt: skip
    rates = {}
    for program in ("easydock", "workbench"):
        work = seconds[program, "ligands"] - seconds[program, "one"]
        rates[program] = 3600.0 * len(states) / work
        print(f"{program:10s} {work / len(states):6.1f} s a ligand, {rates[program]:6.0f} ligands a core and hour")
    ratio = rates["workbench"] / rates["easydock"]
    print(f"ratio {ratio:.2f} ({len(states)} ligands of at most {MOST_HEAVY} heavy atoms)")


if __name__ == "__main__":
    main()
