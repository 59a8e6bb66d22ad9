"""Does a screen with the accurate model find what that model would rank highest, and at what cost?

The accurate model is trained on the shipped Nav1.7 set (or on another file), a random part of ZINC250k is prepared and
screened, and then every compound is predicted by the accurate model. Printed: recall of its best by the screen, for
several parts of the library kept; what the run itself expected; processor time of a compound in the screen, in the full
model and in RDKit's floor (parse and Morgan fingerprint), on one core.

Run it with ``python tests/benchmarks/bench_models_cascade.py [--compounds 40000] [--folder build/bench]
[--affinities FILE.csv SMILES VALUE]``.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import shutil
import time
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator

from screening.compounds.library import PreparedLibrary, open_library
from screening.compounds.prepare import prepare_library
from screening.features.packed_features import PackedFeatures
from screening.models.measurements import read_measurements
from screening.models.storage import load_model, save_model
from screening.models.student import read_student
from screening.models.train import train_model
from screening.models.trained import TrainedModel
from screening.runs.learning import LEARNING, STUDENT, TAUGHT
from screening.runs.plan import plan_screen
from screening.runs.score import compound_block
from screening.runs.screen import run_screen

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT.parent / "shared" / "bench" / "library" / "zinc250k.smi.gz"
KEEP = (0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2)
#: Part of the library that counts as the best: 1,000 of 250,000.
BEST = 0.004


def floor(smiles: list[str]) -> float:
    """Return microseconds of RDKit's parse and Morgan fingerprint."""
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    started = time.process_time()
    for text in smiles:
        generator.GetFingerprint(Chem.MolFromSmiles(text))
    return (time.process_time() - started) / len(smiles) * 1e6


def used() -> float:
    """Return the processor time of this process and of the children that work for it, in seconds."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = time.process_time() + ended.ru_utime + ended.ru_stime
    for child in psutil.Process().children(recursive=True):
        times = child.cpu_times()
        total += times.user + times.system
    return total


def prepared(count: int, folder: Path) -> PreparedLibrary:
    """Prepare a random part of ZINC250k once."""
    out = folder / f"zinc-random-{count}.library"
    if not (out / "library.json").exists():
        with gzip.open(LIBRARY, "rt", encoding="utf-8") as stream:
            lines = [line.split()[0] for line in stream if line.strip()]
        rows = np.sort(np.random.default_rng(0).choice(len(lines), min(count, len(lines)), replace=False))
        raw = folder / f"zinc-random-{count}.smi"
        raw.write_text("".join(f"{lines[row]} Z{row}\n" for row in rows), encoding="utf-8")
        prepare_library([raw], out)
    return open_library(out)


def trained(table: Path, smiles: str, value: str, folder: Path) -> Path:
    """Train the default model once."""
    path = folder / f"{table.stem}.ensemble.model"
    if not path.exists():
        measured = read_measurements(table, smiles=smiles, value=value, unit="p")
        started, cpu = time.perf_counter(), time.process_time()
        save_model(train_model(measured), path)
        print(
            f"trained on {len(measured)} compounds: {time.perf_counter() - started:.0f} s,"
            f" {time.process_time() - cpu:.0f} s of CPU",
            flush=True,
        )
    return path


def main() -> None:
    """Print recall of the best 0.4 % and the cost of a compound."""
    if not LIBRARY.exists():
        print("skipped: no ../shared/bench/library beside this checkout")
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--compounds", type=int, default=40_000)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument(
        "--affinities", nargs=3, default=[str(ROOT / "data" / "affinities" / "nav17.csv"), "smiles", "pIC50"]
    )
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    library = prepared(chosen.compounds, chosen.folder)
    path = trained(Path(chosen.affinities[0]), *chosen.affinities[1:], chosen.folder)
    table = pa.concat_tables([pq.read_table(part.compounds) for part in library.parts])
    block = compound_block(table)
    n = len(block)
    top = max(1, round(BEST * n))
    first = floor(block.smiles[:3000])
    shutil.rmtree(chosen.folder / "cascade.run", ignore_errors=True)
    started = used()
    run = run_screen(plan_screen(library, path, top=top), chosen.folder / "cascade.run")
    screen = (used() - started) / n * 1e6
    model = load_model(path)
    assert isinstance(model, TrainedModel)
    started = time.process_time()
    full = model.predict(block).affinity
    whole = (time.process_time() - started) / n * 1e6
    second = floor(block.smiles[-3000:])
    base = (first + second) / 2
    print(f"floor {first:.0f} and {second:.0f} us, full model {whole:.0f} us, screen {screen:.0f} us of CPU a compound")
    print(f"{n} compounds: the screen ran at {base / screen:.2f} of the floor, the full model at {base / whole:.2f}")
    records = table.column("record").to_numpy()
    best = set(records[np.lexsort((records, -full))[:top]].tolist())
    hits = set(run.hits().column("record").to_pylist())
    print(f"the {top} best of the full model: {len(best & hits) / top:.1%} are the hits of the screen")
    if not (run.folder / STUDENT).exists():
        return
    student, _ = read_student(run.folder / STUDENT)
    print(f"taught with {student.taught}, kept {student.keep:.1%}, expected recall of at least {student.recall:.1%}")
    taught = set(pq.read_table(run.folder / LEARNING / TAUGHT).column("record").to_pylist())
    inputs = PackedFeatures(block.fingerprints, block.properties)
    rows = [np.arange(at, min(at + 4096, n)) for at in range(0, n, 4096)]
    guess = np.concatenate([student.trees.predict(inputs.take(piece).matrix()) for piece in rows])
    assert model.first_stage is not None
    fast = model.first_stage.predict(block).affinity
    for name, numbers, had in (("student", guess, taught), ("fast model", fast, set())):
        order = records[np.argsort(-numbers, kind="stable")].tolist()
        found = [len(best & (had | set(order[: round(keep * n)]))) for keep in KEEP]
        cells = "  ".join(f"{keep:.0%} {count / top:.1%}" for keep, count in zip(KEEP, found))
        print(f"{name:10s} r = {np.corrcoef(numbers, full)[0, 1]:.3f}; recall by part kept: {cells}")


if __name__ == "__main__":
    main()
