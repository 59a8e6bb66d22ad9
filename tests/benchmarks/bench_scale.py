"""Millions of compounds in flat memory: cost per molecule and peaks, against 250,000, in one run.

    python tests/benchmarks/bench_scale.py [--copies 1 40] [--folder build/bench]

The prepared library of 250,000 (made by bench_screen.py) is repeated with other records, names and identity keys, which
is what the screen sees of other molecules; every copy is scored for real. Prints the cost per molecule and the peak
memory of the driver and of the largest worker, and how long the hit list, a question about one compound and the first
100,000 rows of the whole ranking take.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
from bench_screen import ROOT, model_of, usage

from screening.clusters.catalog import open_client
from screening.compounds.library.prepared_library import PreparedLibrary, open_library
from screening.engine import parts
from screening.runs.hits import ranking
from screening.runs.plan import plan_screen
from screening.runs.run import open_run
from screening.runs.score import bound_model
from screening.runs.screen import run_screen
from screening.runs.top_scores import top_scores
from screening.runs.why import why


def repeated(source: PreparedLibrary, copies: int, folder: Path) -> Path:
    """Write a prepared library of `copies` times the records of another, each with a number and a key of its own."""
    if copies == 1:
        return source.folder
    if (folder / "library.json").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    size = len(source.parts)
    for copy, part in itertools.product(range(copies), source.parts):
        compounds, ledger = source.read_compounds(part.index), source.read_ledger(part.index)
        first = copy * source.records
        keys = np.frombuffer(b"".join(compounds.column("identity").to_pylist()), np.uint8).reshape(-1, 16).copy()
        keys[:, :4] ^= np.frombuffer(copy.to_bytes(4, "big"), np.uint8)
        compounds = _with(compounds, "identity", pa.array([row.tobytes() for row in keys], pa.binary(16)))
        for table in (compounds, ledger):
            record = pa.array(table.column("record").to_numpy() + first, pa.int64())
            names = pa.array([f"{name}-{copy}" for name in table.column("name").to_pylist()], pa.string())
            table = _with(_with(table, "record", record), "name", names)
            if table.num_columns == compounds.num_columns:
                compounds = table
            else:
                ledger = table
        parts.write_batch(folder, copy * size + part.index, {"compounds": compounds, "ledger": ledger}, 0.0)
    facts = json.loads((source.folder / "library.json").read_text())
    facts["counts"] = {state: count * copies for state, count in source.counts.items()}
    facts |= {"records": source.records * copies, "compounds": source.compounds * copies}
    facts["key"] = hashlib.sha256(f"{source.key} {copies}".encode()).hexdigest()
    (folder / "library.json").write_text(json.dumps(facts))
    return folder


def _with(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    index = table.schema.get_field_index(name)
    return table.set_column(index, table.schema.field(index), values)


def one(library: Path, model: Path, out: Path) -> None:
    """Screen on two workers in this process and print what it cost as JSON."""
    plan = plan_screen(open_library(library), model)
    with open_client(workers=2) as client:
        assert client is not None
        client.run(bound_model, plan.model, plan.model_key, plan.sequence)
        before, own = client.run(usage), usage()[0]
        started = time.perf_counter()
        run = run_screen(plan, out, client=client)
        seconds = time.perf_counter() - started
        after, driver = client.run(usage), usage()
    worked = sum(used - before[worker][0] for worker, (used, _) in after.items())
    print(json.dumps({
        "records": run.records, "seconds": seconds, "cpu": worked + driver[0] - own, "driver_cpu": driver[0] - own,
        "driver": driver[1], "worker": max(peak for _, peak in after.values()),
    }))  # fmt: skip


def timed(what: str, action) -> None:  # type: ignore[no-untyped-def]
    """Print how long something takes."""
    started = time.perf_counter()
    answer = action()
    print(f"  {what}: {time.perf_counter() - started:.1f} s ({answer})", flush=True)


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 40])
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        one(*map(Path, arguments.one))
        return
    base = arguments.folder / "zinc-250000.library"
    if not (base / "library.json").exists():
        print("skipped: run bench_screen.py first, it makes the library of 250,000 records")
        return
    model = model_of(arguments.folder)
    found = []
    for copies in arguments.copies:
        started = time.perf_counter()
        library = repeated(open_library(base), copies, arguments.folder / f"zinc-250000-x{copies}.library")
        out = arguments.folder / "scale-run"
        shutil.rmtree(out, ignore_errors=True)
        print(f"{copies} x 250,000 records (library written in {time.perf_counter() - started:.0f} s)", flush=True)
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(
            [sys.executable, __file__, "--one", str(library), str(model), str(out)],
            capture_output=True, text=True, env=environment,
        )  # fmt: skip
        if done.returncode:
            sys.exit(done.stderr)
        cost = json.loads(done.stdout.splitlines()[-1])
        found.append(cost)
        print(
            f"  {cost['seconds']:.0f} s by the clock, {cost['records'] / cost['seconds']:,.0f} records/s; "
            f"processor time {1e6 * cost['cpu'] / cost['records']:.1f} us a record "
            f"({cost['driver_cpu']:.0f} s of it in the driver); "
            f"peak driver {cost['driver']:.0f} MB, worker {cost['worker']:.0f} MB",
            flush=True,
        )
        run = open_run(out)
        timed("best 1,000 of all scores", lambda run=run: top_scores(run.score_files(), 1000).num_rows)
        record = run.records // 2
        timed("why, for a record in the middle", lambda run=run, record=record: why(run, f"record:{record}")[0].state)
        rows = ranking(run, 100_000)
        timed("first 100,000 rows of the whole ranking", lambda rows=rows: sum(batch.num_rows for batch in rows))
    first, last = found[0], found[-1]
    per_record = (last["cpu"] / last["records"]) / (first["cpu"] / first["records"])
    print(
        f"{last['records']:,} against {first['records']:,}: driver memory {last['driver'] / first['driver']:.2f} x, "
        f"worker memory {last['worker'] / first['worker']:.2f} x, processor time a record {per_record:.2f} x"
    )


if __name__ == "__main__":
    main()
