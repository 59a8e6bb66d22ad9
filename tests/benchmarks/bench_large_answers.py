"""Large answers of a run: rows a second of processor time, and memory, of writing a whole ranking.

    python tests/benchmarks/bench_large_answers.py [ROWS]

The run is made up of the compounds in tests/formats/0.1, repeated with other numbers: nothing is computed. The floor in
the same run is reading all parts of the library and writing the same columns as Parquet without sorting.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq

from screening.engine import parts
from screening.runs.hits import ranking
from screening.runs.run import ScreenRun, open_run

FORMATS = Path(__file__).parents[1] / "formats" / "0.1"
PART = 2000


def made_up(folder: Path, rows: int) -> ScreenRun:
    """Write a library and a finished run of so many compounds."""
    library, run = folder / "run" / "library", folder / "run"
    shutil.copytree(FORMATS / "finished.run", run, ignore=shutil.ignore_patterns("ledger", "scores", "receipts"))
    compounds, ledger = (pq.read_table(FORMATS / "compounds.library" / name) for name in ("compounds", "ledger"))
    scores = pq.read_table(FORMATS / "finished.run" / "scores")
    ready = ledger.take(pa.array(np.flatnonzero(np.array(ledger.column("state").to_pylist()) == "ready")))
    random = np.random.default_rng(0)
    for index, first in enumerate(range(0, rows, PART)):
        count = min(PART, rows - first)
        chosen = pa.array(random.integers(0, compounds.num_rows, count))
        record = pa.array(np.arange(first, first + count))
        identity = pa.array([random.bytes(16) for _ in range(count)], pa.binary(16))
        own = compounds.take(chosen)
        own = set_column(set_column(own, "record", record), "identity", identity)
        marks = set_column(set_column(ready.take(chosen), "record", record), "state", pa.array(["ready"] * count))
        parts.write_batch(library, index, {"compounds": own, "ledger": marks}, 0.1)
        values = random.normal(6, 1, count).round(3).astype(np.float32)
        found = set_column(set_column(scores.take(chosen), "record", record), "identity", identity)
        found = set_column(found, "affinity", pa.array(values))
        done = set_column(marks, "state", pa.array(["scored"] * count))
        parts.write_batch(run, index, {"scores": found, "ledger": done}, 0.1)
    facts = json.loads((FORMATS / "compounds.library" / "library.json").read_text())
    facts |= {"records": rows, "compounds": rows, "counts": {"ready": rows}}
    (library / "library.json").write_text(json.dumps(facts))
    summary = json.loads((run / "summary.json").read_text())
    summary |= {"records": rows, "counts": {"scored": rows}, "parts": len(list((run / "scores").iterdir()))}
    (run / "summary.json").write_text(json.dumps(summary))
    plan = json.loads((run / "plan.json").read_text()) | {"library": "/nowhere"}
    (run / "plan.json").write_text(json.dumps(plan))
    return open_run(run)


def set_column(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    at = table.schema.get_field_index(name)
    return table.set_column(at, table.schema.field(at), values.cast(table.schema.field(at).type))


def measured(name: str, rows: int, work) -> float:  # type: ignore[no-untyped-def]
    process = psutil.Process()
    before, highest = process.memory_info().rss, 0
    started = time.process_time()
    for _ in work():
        highest = max(highest, process.memory_info().rss)
    seconds = time.process_time() - started
    more = max(0, highest - before) / 1e6
    print(f"{name:<34}{rows / seconds:>10,.0f} rows/s of processor time{more:>9,.0f} MB more", flush=True)
    return rows / seconds


def main(rows: int) -> None:
    from workbench import session
    from workbench.export.catalog import EXPORTS

    with tempfile.TemporaryDirectory() as place:
        run = made_up(Path(place), rows)
        library = run.library()

        def floor():  # type: ignore[no-untyped-def]
            with pq.ParquetWriter(Path(place) / "floor.parquet", library.read_compounds(0).schema) as sink:
                for table in library.iterate():
                    sink.write_table(table)
                    yield

        least = measured("floor: parts to Parquet, unsorted", rows, floor)
        rates = {"ranking": measured("ranking", rows, lambda: ranking(run))}
        for name in ("csv", "parquet", "sdf"):
            some = rows if name != "sdf" else min(rows, 2_000)
            path = Path(place) / f"all.{name}"

            def export(path: Path = path, some: int = some):  # type: ignore[no-untyped-def]
                yield session.open_run(run.folder).export(path, top=None if some == rows else some)

            if name in EXPORTS:
                rates[name] = measured(f"export {name} of {some:,}", some, export)
        print(f"highest memory of all of it: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
        for name, rate in rates.items():
            print(f"{name}: {rate / least:.3f} of the floor")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 250_000)
