"""A matrix of ten kinases beside ten single screens of the same library, with the shipped kinase model.

Run: ``python tests/benchmarks/bench_matrix.py [COMPOUNDS]``. Twice: as commands, everything included (what a user waits
for), and the scoring of batches alone, model and library at hand. Processor seconds; the ratio is of one run.
"""

from __future__ import annotations

import itertools
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary
from screening.runs.matrix.matrix_run import list_values, open_matrix
from screening.runs.matrix.plan import plan_matrix
from screening.runs.matrix.score_rows import predict_columns
from screening.runs.run import open_run
from screening.runs.score import compound_block
from screening.runs.scores import read_run_file

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "data" / "models" / "kinome"
NCI = ROOT / "data" / "libraries" / "nci.smi"
KINASES = ("ABL1", "EGFR", "AURKA", "BRAF", "CDK2", "JAK2", "SRC", "KIT", "MET", "PIM1")


def _spent(arguments: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "workbench.cli.main", *arguments], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _commands(library: PreparedLibrary, folder: Path) -> None:
    from screening.models.storage import load_model

    model = load_model(MODEL)
    fasta = folder / "kinases"
    fasta.mkdir()
    for name in KINASES:
        sequence = model.targets[model.row(name)].sequence  # type: ignore[union-attr]
        (fasta / f"{name}.fasta").write_text(f">{name}\n{sequence}\n")
    shared = ["--library", str(library.folder), "--workers", "0"]
    whole = _spent(["matrix", *shared, "--models", str(MODEL), "--targets", str(fasta), "--out", str(folder / "matrix"),
                    "--no-exports"])  # fmt: skip
    single = [
        _spent(["screen", *shared, "--model", str(MODEL), "--target", str(fasta / f"{name}.fasta"), "--out",
                str(folder / name)])
        for name in KINASES
    ]  # fmt: skip
    run = open_matrix(folder / "matrix")
    numbers = list_values(run.scores().column("affinity"), len(KINASES))
    worst = 0.0
    for at, name in enumerate(run.plan.names):
        alone = [read_run_file(path).column("affinity").to_numpy() for path in open_run(folder / name).score_files()]
        worst = max(worst, float(np.abs(np.concatenate(alone) - numbers[:, at]).max()))
    print(f"{library.counts['ready']:,} compounds, {len(KINASES)} kinases, as commands:")
    print(f"  ten single screens {sum(single):.1f} s, one matrix {whole:.1f} s: ratio {sum(single) / whole:.1f}")
    print(f"  largest difference between the numbers of the two: {worst:.4f}")


def _batches(library: PreparedLibrary) -> None:
    from screening.runs.matrix.score_rows import bound_models

    models = bound_models(plan_matrix(library, [MODEL], ",".join(KINASES)).columns)
    block = compound_block(library.read_compounds(0))
    models[0].predict(block)
    started = time.process_time()
    for model in models:
        model.predict(block)
    single = time.process_time() - started
    started = time.process_time()
    predict_columns(models, block)
    together = time.process_time() - started
    print(f"predicting {len(block):,} compounds, nothing else:")
    print(f"  one by one {single:.2f} s, together {together:.2f} s: ratio {single / together:.1f}")


def main() -> None:
    """Print both."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 4999
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "library.smi"
        lines = NCI.read_text("utf-8").splitlines()
        rows = itertools.islice(itertools.cycle(lines), count) if count <= len(lines) else _zinc(count)
        source.write_text("\n".join(rows) + "\n")
        library = prepare_library([source], folder / "library")
        _batches(library)
        _commands(library, folder)


def _zinc(count: int) -> list[str]:
    """Return compounds of the benchmark data beside a developer's checkout."""
    import gzip

    with gzip.open(ROOT.parent / "shared" / "bench" / "library" / "zinc250k.smi.gz", "rt") as stream:
        return [line.rstrip() for line in itertools.islice(stream, count)]


if __name__ == "__main__":
    main()
