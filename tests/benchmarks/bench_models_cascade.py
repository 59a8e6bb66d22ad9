"""Does a screen with the accurate model find what that model would rank highest, and at what cost?

The accurate model is trained on the shipped Nav1.7 set (or on another file), a random part of ZINC250k is prepared,
featurised and screened, and then every compound is predicted by the accurate model. Printed: recall of its best by the
screen, for several parts of the library kept; what the run itself expected; processor time of a compound in the screen
(all of it: learning, reading, writing), in the full model and in RDKit's floor (parse and Morgan fingerprint), on one
core. With ``--student`` the same without stored features.

Run it with ``python tests/benchmarks/bench_models_cascade.py [--compounds 40000] [--student]
[--folder build/bench] [--affinities FILE.csv SMILES VALUE]``.
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
import pyarrow.parquet as pq
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator

from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary, open_library
from screening.features.library_features import FACTS, features_of, featurise_library
from screening.models.data.measurements import read_measurements
from screening.models.stand_in import read_stand_in
from screening.models.storage import load_model, save_model
from screening.models.train import train_model
from screening.models.trained import TrainedModel
from screening.runs.fit_stand_in import STAND_IN
from screening.runs.plan import plan_screen
from screening.runs.score import compound_block, stand_in_model
from screening.runs.screen import run_screen

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT.parent / "shared" / "bench" / "library" / "zinc250k.smi.gz"
KEEP = (0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2)
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


def report(library: PreparedLibrary, path: Path, folder: Path, top: int, base: float) -> None:
    """Screen, compare with the full model on every compound, and print."""
    features = features_of(library)
    print(f"--- {'with stored features' if features else 'without stored features: a student'}", flush=True)
    tables = [library.read_compounds(position).combine_chunks() for position in range(len(library.parts))]
    n = sum(table.num_rows for table in tables)
    shutil.rmtree(folder / f"{path.stem}.cascade.run", ignore_errors=True)
    started = used()
    run = run_screen(plan_screen(library, path, top=top), folder / f"{path.stem}.cascade.run")
    screen = (used() - started) / n * 1e6
    model = load_model(path)
    assert isinstance(model, TrainedModel)
    started, full = time.process_time(), []
    for position, table in enumerate(tables):
        full.append(model.predict(compound_block(table, features and features.part(position))).affinity)
    whole = (time.process_time() - started) / n * 1e6
    print(f"full model {whole:.0f} us, screen {screen:.0f} us of CPU a compound")
    print(f"{n} compounds: the screen ran at {base / screen:.2f} of the floor, the full model at {base / whole:.2f}")
    records, truth = np.concatenate([table.column("record").to_numpy() for table in tables]), np.concatenate(full)
    best = set(records[np.lexsort((records, -truth))[:top]].tolist())
    hits = np.isin(records, run.hits().column("record").to_numpy())
    # Numbers are rounded: what has the number of the last of the best is as good as that.
    found = (truth[hits] >= np.sort(truth)[-top]).sum()
    print(f"the {top} best of the full model: {found / top:.1%} are the hits of the screen")
    if not (run.folder / STAND_IN).exists():
        return
    stand_in, _ = read_stand_in(run.folder / STAND_IN)
    scored = sum(pq.read_table(file, columns=["full"])["full"].to_numpy().sum() for file in run.score_files())
    print(
        f"taught with {stand_in.taught}; {scored / n:.1%} scored by the full model, of which {stand_in.keep:.1%} for"
        f" their number; expected recall of at least {stand_in.recall:.1%}"
    )
    chooser, guess = stand_in_model(model, stand_in), []
    for position, table in enumerate(tables):
        guess.append(chooser.numbers(compound_block(table, features and features.part(position))))
    numbers = np.concatenate(guess)
    order = records[np.argsort(-numbers, kind="stable")].tolist()
    cells = "  ".join(f"{keep:.1%} {len(best & set(order[: round(keep * n)])) / top:.1%}" for keep in KEEP)
    print(f"stand-in: r = {np.corrcoef(numbers, truth)[0, 1]:.3f}; recall by part kept: {cells}", flush=True)


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
    parser.add_argument("--student", action="store_true", help="also screen without stored features")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    library = prepared(chosen.compounds, chosen.folder)
    path = trained(Path(chosen.affinities[0]), *chosen.affinities[1:], chosen.folder)
    smiles = library.read_compounds(0, ["smiles"]).column("smiles").to_pylist()
    top = max(1, round(BEST * library.compounds))
    started = used()
    stored = featurise_library(library)
    if (used() - started) > 1.0:
        size = sum(file.stat().st_size for file in stored.folder.rglob("*.parquet"))
        print(f"features: {(used() - started) / library.compounds * 1e6:.0f} us of CPU and", end=" ")
        print(f"{size / library.compounds:.0f} bytes a compound, once", flush=True)
    base = floor(smiles)
    print(f"floor {base:.0f} us", flush=True)
    report(library, path, chosen.folder, top, base)
    if chosen.student:
        base = floor(smiles)
        (stored.folder / FACTS).rename(stored.folder / "aside.json")
        try:
            report(library, path, chosen.folder, top, base)
        finally:
            (stored.folder / "aside.json").rename(stored.folder / FACTS)


if __name__ == "__main__":
    main()
