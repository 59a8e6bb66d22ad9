"""What each tier before docking loses: of the compounds that the full search puts on top, how many pass.

``python tests/benchmarks/bench_search_tiers.py --out FILE.csv [--compounds 300] [--minutes 10]`` docks compounds drawn
from ZINC (../shared/bench) into the shipped kinase with the short and the full search, and writes one line for each
into the file, so that the same command goes on where it stopped. Then it prints, for every tier and share kept, the
share of the best 5 and 10 % by the full score that pass, with a 90 % bootstrap interval, and how long each search
took. Chance passes as many as are kept. Before that, without docking anything: what windows and lengths lose of the
10,449 compounds that MolPAL docked in full (Enamine, thymidylate kinase; Graff, Shakhnovich and Coley, Chem. Sci. 2021,
12, 7866).
"""

from __future__ import annotations

import argparse
import csv
import gzip
import tempfile
import time
from pathlib import Path

import numpy as np
from rdkit import Chem, rdBase

from screening.compounds.fingerprint import packed_morgan, stack
from screening.compounds.rules.properties import property_row
from screening.compounds.rules.rules import keeps
from screening.compounds.search.similarity import FingerprintTable
from screening.runs.search.oracles.dock import DockOracle
from screening.runs.search.oracles.oracle import Question
from screening.runs.search.tiers import extended_length

ROOT = Path(__file__).parents[2]
BENCH = ROOT.parent / "shared" / "bench" / "library"
LIBRARY = BENCH / "zinc250k.smi.gz"
FIELDS = ("smiles", "short", "short_seconds", "full", "full_seconds")
WINDOWS = ("lipinski", "veber", "lead-like", "heavy_atoms 20-35")


def drawn(count: int) -> list[str]:
    """Return compounds drawn at random, the same ones first whatever their number."""
    with gzip.open(LIBRARY, "rt", encoding="utf-8") as stream:
        lines = [line.split()[0] for line in stream if line.strip()]
    return [lines[at] for at in np.random.default_rng(0).permutation(len(lines))[:count].tolist()]


def dock(smiles: list[str], out: Path, oracle: DockOracle, minutes: float) -> list[dict[str, str]]:
    """Dock what the file does not hold yet, for so many minutes; return its rows."""
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines())) if out.is_file() else []
    full = oracle.in_full
    assert full is not None
    until = time.monotonic() + 60 * minutes
    full.answer([Question(0, "first", "CCO")])
    with open(out, "a", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, FIELDS)
        if not rows:
            writer.writeheader()
        for text in smiles[len(rows) :]:
            if time.monotonic() > until:
                break
            row = {"smiles": text}
            for name, asked in (("short", oracle), ("full", full)):
                started = time.perf_counter()
                value = asked.answer([Question(0, "", text)])[0].value
                row[name] = "" if value is None else str(value)
                row[f"{name}_seconds"] = str(time.perf_counter() - started)
            writer.writerow(row)
            stream.flush()
            rows.append(row)
    return rows


def passing(order: np.ndarray, keep: np.ndarray | float) -> np.ndarray:
    """Return which compounds pass: a mask as it is, or the best share by a number."""
    if isinstance(keep, np.ndarray):
        return keep
    found = np.zeros(len(order), bool)
    found[np.argsort(-order, kind="stable")[: round(keep * len(order))]] = True
    return found


def said(passes: np.ndarray, full: np.ndarray, share: float) -> str:
    """Return the share of the best that pass, and its bootstrap interval."""
    best = np.argsort(full, kind="stable")[: max(1, round(share * len(full)))]
    held = passes[best]
    generator = np.random.default_rng(0)
    again = generator.choice(held, (2000, len(held))).mean(axis=1)
    low, high = np.quantile(again, [0.05, 0.95])
    return f"{held.mean():.2f} ({low:.2f} to {high:.2f})"


def cheap(smiles: list[str]) -> list[tuple[str, np.ndarray]]:
    """Return the tiers that need no docking and no ligand, and which compounds pass each."""
    properties = np.array([property_row(Chem.MolFromSmiles(text)) for text in smiles])
    length = np.array([extended_length(text) for text in smiles])
    found: list[tuple[str, np.ndarray]] = [(window, keeps(window, properties)) for window in WINDOWS]
    found += [(f"at most {most:g} Å long", length <= most) for most in (18.0, 22.0, 26.0)]
    size = properties[:, 6] + 1e-3 * properties[:, 0]
    return found + [(f"{share:.0%} largest", passing(size, share)) for share in (0.5, 0.25, 0.1)]


def table(tiers: list[tuple[str, np.ndarray]], full: np.ndarray, best: tuple[float, float]) -> None:
    """Print what each tier keeps and loses."""
    print(f"{'tier':<34} {'kept':>6}  " + "  ".join(f"best {share:.0%} that pass".ljust(22) for share in best))
    for name, passes in tiers:
        print(f"{name:<34} {passes.mean():>6.1%}  " + "  ".join(f"{said(passes, full, one):<22}" for one in best))


def main() -> None:
    """Dock, and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, help="table to write and to go on from; default: a temporary one")
    parser.add_argument("--compounds", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=10.0, help="of docking; 0: only what needs none")
    options = parser.parse_args()
    if not LIBRARY.is_file():
        print("skipped: no benchmark data beside this checkout (../shared/bench)")
        return
    if options.out is None:
        options.out = Path(tempfile.mkdtemp()) / "tiers.csv"
    rdBase.DisableLog("rdApp.*")
    with gzip.open(BENCH / "Enamine10k_scores.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        published = list(csv.DictReader(stream))
    print(f"{len(published):,} compounds of Enamine docked by MolPAL")
    table(
        cheap([row["smiles"] for row in published]), np.array([float(row["score"]) for row in published]), (0.01, 0.05)
    )
    if options.minutes <= 0:
        return
    oracle = DockOracle(str(ROOT / "data" / "targets" / "1fmo.cif"), "ligand ADN", short=True)
    rows = dock(drawn(options.compounds), options.out, oracle, options.minutes)
    rows = [row for row in rows if row["short"] and row["full"]]
    full, short = (np.array([float(row[name]) for row in rows]) for name in ("full", "short"))
    seconds = {name: np.mean([float(row[f"{name}_seconds"]) for row in rows]) for name in ("short", "full")}
    smiles = [row["smiles"] for row in rows]
    query = stack([packed_morgan(Chem.MolFromSmiles(oracle.bound_ligand))])[0]
    alike = FingerprintTable(stack([packed_morgan(Chem.MolFromSmiles(text)) for text in smiles])).similarities(query)
    print(
        f"{len(rows)} compounds; short search {seconds['short']:.1f} s, full {seconds['full']:.1f} s a compound"
        f" (wall time, ratio {seconds['full'] / seconds['short']:.1f}); rank correlation of the two scores"
        f" {np.corrcoef(np.argsort(np.argsort(short)), np.argsort(np.argsort(full)))[0, 1]:.2f}"
    )
    tiers = cheap(smiles)
    for share in (0.5, 0.25, 0.1):
        tiers.append((f"{share:.0%} most like the ligand", passing(alike, share)))
        tiers.append((f"{share:.0%} best in the short search", passing(-short, share)))
    table(tiers, full, (0.05, 0.1))


if __name__ == "__main__":
    main()
