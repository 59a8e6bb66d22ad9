"""A thousand cores on paper: the real driver and the real Dask scheduler with workers that only wait.

    python tests/benchmarks/bench_scheduler.py [--cores 1000] [--batches 5000] [--seconds 10]

Two worker processes offer `cores` threads between them. Each batch waits as long as scoring it would take and writes
its real receipt. Printed: how busy the cores were kept, by the real window, scheduler and driver. A billion compounds
are 5,000 batches of 200,000 records (`screening.runs.batching`), about ten seconds of work each.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

import pyarrow as pa
from bench_screen import usage

from screening import interrupts
from screening.engine.batches import Batch, run_batches
from screening.runs.batching import LARGEST, MOST


def wait(payload: tuple[int, float]) -> dict[str, pa.Table]:
    """Work that takes its time and no processor."""
    index, seconds = payload
    time.sleep(seconds)
    return {"scores": pa.table({"index": [index]})}


def main() -> None:
    """Print the part of the time the cores were busy."""
    from distributed import Client, LocalCluster

    from screening.clusters.lean_scheduler import SCHEDULER_OPTIONS

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cores", type=int, default=1000)
    parser.add_argument("--batches", type=int, default=5000)
    parser.add_argument("--seconds", type=float, nargs="+", default=[10.0, 1.0])
    arguments = parser.parse_args()
    chance = random.Random(0)
    for mean in arguments.seconds:
        # Batches differ: nodes are shared, molecules are not alike.
        waits = [mean * chance.uniform(0.7, 1.3) for _ in range(arguments.batches)]
        with (
            interrupts.blocked_for_children(),  # as workers of ours have it
            # Not on a disk: this one would be what a thousand nodes wait for, and a cluster has another.
            tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder,
            LocalCluster(
                n_workers=2, threads_per_worker=arguments.cores // 2, host="127.0.0.1",
                scheduler_kwargs=SCHEDULER_OPTIONS, silence_logs=50,
            ) as cluster,
            Client(cluster) as client,
        ):  # fmt: skip
            started, cpu = time.perf_counter(), usage()[0]
            batches = (Batch(index, (index, seconds)) for index, seconds in enumerate(waits))
            done = sum(1 for _ in run_batches(wait, batches, Path(folder), client=client))
            seconds, cpu = time.perf_counter() - started, usage()[0] - cpu
        busy = sum(waits) / arguments.cores / seconds
        print(
            f"{done:,} batches of {mean:g} s on {arguments.cores:,} cores: {seconds:.1f} s, cores busy {busy:.0%} of "
            f"it, {done / seconds:.0f} batches/s; scheduler and driver {1000 * cpu / done:.2f} ms of processor time a "
            f"batch, so one core of theirs feeds at most {done / cpu:,.0f} batches/s",
            flush=True,
        )
    on_paper(arguments.cores, done / cpu)


def on_paper(cores: int, fed: float) -> None:
    """Print what a billion compounds need, for models of three speeds, of what the scheduler gives."""
    records = 1_000_000_000
    batches = -(-records // min(LARGEST, records // MOST))
    print(f"{records:,} compounds are {batches:,} batches of {records // batches:,}:")
    for name, microseconds in (("fast", 40), ("middling", 400), ("slow", 4000)):
        seconds = records / batches * microseconds / 1e6
        wanted = cores / seconds
        print(
            f"  a {name} model ({microseconds} us a compound): {seconds:,.0f} s a batch, "
            f"{batches * seconds / cores / 3600:.2f} h on {cores:,} cores, {wanted:,.1f} batches/s wanted, "
            f"{wanted / fed:.1%} of what one core of the scheduler feeds"
        )


if __name__ == "__main__":
    main()
