"""Screen throughput and memory, as ratios measured in one run.

    python tests/benchmarks/bench_screen.py [--records 25000 250000] [--folder build/bench]

Floor: RDKit parsing a SMILES and computing its Morgan fingerprint in one loop, on molecules of the same library, before
and after. Then the screen of the prepared library with a model of Nav1.7 in this process (the plain loop), on one Dask
worker and on two, each in a fresh process, with the peak resident memory of the driver and of the largest worker.

Rates by the clock depend on who else uses the machine; rates by processor time of driver and workers together do not.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
LIBRARY = ROOT.parent / "shared" / "bench" / "library" / "zinc250k.smi.gz"
FLOOR_MOLECULES = 5000


def molecules(count: int) -> Iterator[str]:
    """Yield SMILES lines; past the end of the set it begins again with other names."""
    made = 0
    for turn in itertools.count():
        with gzip.open(LIBRARY, "rt", encoding="utf-8") as stream:
            for line in stream:
                if made == count:
                    return
                yield f"{line.split()[0]} Z{turn}-{made}\n"
                made += 1


def prepared(count: int, folder: Path) -> Path:
    """Prepare a library of `count` records once."""
    from screening.clusters.local import open_local
    from screening.compounds.library.prepare import prepare_library

    raw, out = folder / f"zinc-{count}.smi", folder / f"zinc-{count}.library"
    if not raw.exists():
        raw.write_text("".join(molecules(count)), encoding="utf-8")
    if (out / "library.json").exists():
        return out
    started = time.perf_counter()
    with open_local() as client:
        library = prepare_library([raw], out, client=client)
    seconds = time.perf_counter() - started
    print(f"library of {library.records:,} records ({library.compounds:,} compounds): {seconds:.0f} s", flush=True)
    return out


def model_of(folder: Path) -> Path:
    """Train a model of Nav1.7 once."""
    from screening.models.data.measurements import read_measurements
    from screening.models.storage import save_model
    from screening.models.train import TrainOptions, train_model

    path = folder / "nav17.model"
    if not path.exists():
        table = ROOT / "data" / "affinities" / "nav17.csv"
        measured = read_measurements(table, smiles="smiles", value="pIC50", unit="p", name="name")
        save_model(train_model(measured, options=TrainOptions(model="fast")), path)
    return path


def floor() -> tuple[float, float]:
    """Return molecules per second of the bare RDKit loop: by the clock and by processor time."""
    from rdkit import Chem
    from rdkit.Chem import rdFingerprintGenerator

    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    smiles = [line.split()[0] for line in molecules(FLOOR_MOLECULES)]
    started, cpu = time.perf_counter(), time.process_time()
    for text in smiles:
        generator.GetFingerprint(Chem.MolFromSmiles(text))
    return len(smiles) / (time.perf_counter() - started), len(smiles) / (time.process_time() - cpu)


def usage() -> tuple[float, float]:
    """Return processor seconds and peak resident megabytes of this process; runs on workers too."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def one(library: Path, model: Path, out: Path, workers: int) -> None:
    """Screen once in this process and print seconds and peak memory as JSON."""
    from screening.clusters.catalog import open_client
    from screening.compounds.library.prepared_library import open_library
    from screening.runs.plan import plan_screen
    from screening.runs.score import bound_model
    from screening.runs.screen import run_screen

    plan = plan_screen(open_library(library), model)
    with open_client(workers=workers) as client:
        # Workers are up and have the model: what is timed is the screen, from an empty folder to hits.parquet.
        if client is None:
            bound_model(plan.model, plan.model_key, plan.sequence)
        else:
            client.run(bound_model, plan.model, plan.model_key, plan.sequence)
        before = {} if client is None else client.run(usage)
        started, cpu = time.perf_counter(), usage()[0]
        run = run_screen(plan, out, client=client)
        seconds, driver = time.perf_counter() - started, usage()
        after = {} if client is None else client.run(usage)
    worked = [used - before[worker][0] for worker, (used, _) in after.items()]
    print(json.dumps({
        "seconds": seconds, "cpu": driver[0] - cpu + sum(worked), "records": run.records, "hits": run.summary["hits"],
        "driver": driver[1], "worker": max((peak for _, peak in after.values()), default=0.0),
        "driver_cpu": driver[0] - cpu,
    }))  # fmt: skip


def measure(library: Path, model: Path, folder: Path, workers: int) -> dict[str, float]:
    """Screen in a fresh process."""
    out = folder / "run"
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, __file__, "--one", str(library), str(model), str(out), str(workers)]
    # One thread for BLAS everywhere, as workers have it.
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, nargs="+", default=[25_000, 250_000])
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        from screening import interrupts

        with interrupts.watched():  # as the program does, so that the plain loop is in this process
            one(Path(arguments.one[0]), Path(arguments.one[1]), Path(arguments.one[2]), int(arguments.one[3]))
        return
    if not LIBRARY.exists():
        print("skipped: no benchmark library beside this checkout (../shared/bench/library)")
        return
    arguments.folder.mkdir(parents=True, exist_ok=True)
    model = model_of(arguments.folder)
    peaks: list[tuple[float, float]] = []
    for count in arguments.records:
        library = prepared(count, arguments.folder)
        floors = [floor()]
        found = {workers: measure(library, model, arguments.folder, workers) for workers in (0, 1, 2)}
        floors.append(floor())
        clock, cpu = (sum(each) / 2 for each in zip(*floors))
        print(f"{count:,} records; RDKit floor {clock:,.0f} molecules/s by the clock, {cpu:,.0f} by processor time")
        for workers, each in found.items():
            where = "in this process" if workers == 0 else f"{workers} worker{'s' if workers > 1 else ''}"
            rate, core = each["records"] / each["seconds"], each["records"] / each["cpu"]
            per_core = rate / max(1, workers) / clock
            print(
                f"  {where:16} {rate:8,.0f} records/s by the clock ({per_core:.2f} x floor per core), "
                f"{core:8,.0f} by processor time ({core / cpu:.2f} x floor)"
            )
            print(
                f"  {'':16} peak driver {each['driver']:.0f} MB, largest worker {each['worker']:.0f} MB; "
                f"driver {each['driver_cpu']:.1f} s of {each['cpu']:.1f} s processor time"
            )
        wall = found[1]["seconds"] / found[2]["seconds"]
        overhead = found[1]["seconds"] / found[0]["seconds"] - 1
        print(f"  2 workers / 1 worker: {wall:.2f} x; 1 worker against the plain loop: {overhead:+.1%} time")
        print(f"  same hits in all three: {len({each['hits'] for each in found.values()}) == 1}", flush=True)
        peaks.append((found[2]["driver"], found[2]["worker"]))
    if len(peaks) > 1:
        print(
            f"peak memory at {arguments.records[-1]:,} against {arguments.records[0]:,}: "
            f"driver {peaks[-1][0] / peaks[0][0]:.2f} x, worker {peaks[-1][1] / peaks[0][1]:.2f} x"
        )


if __name__ == "__main__":
    main()
