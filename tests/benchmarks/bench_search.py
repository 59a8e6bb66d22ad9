"""How many of the best docked compounds a search finds after asking for 6 % of them.

``python tests/benchmarks/bench_search.py [--seeds 5] [--peer] [--figure FILE.svg]`` prints, for the Enamine set of
MolPAL (Graff, Shakhnovich and Coley, Chem. Sci. 2021, 12, 7866; 10,449 compounds with docking scores, read from
../shared/bench), the share of the true best 100 and 500 found after 1 % at random and 5 % in rounds of 1 % (as MolPAL)
or of 0.25 % (the default of the command), beside a random forest on atom-pair bits (what MolPAL uses) and chance, in
the same run with the same starts. A tied score counts as long as its value still has places among the best. Also
whether the estimated recall holds: how often the true recall lies within 0.1 of the expected one, and inside its 90 %
interval. Acquisition, kernels, rounds and the random share are the defaults of the command; they were compared on
seeds from 100 on (``--first 100``) and are reported on seeds from 0 on. The figure holds the regret: the share of the
best that is not found yet, mean and standard deviation of the searches (``docs/search_regret.svg`` is it).
"""

from __future__ import annotations

import argparse
import csv
import gzip
import tempfile
import time
from pathlib import Path

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator
from sklearn.ensemble import RandomForestRegressor

from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary
from screening.features.library_features import featurise_library
from screening.runs.search.oracles.table import TableOracle
from screening.runs.search.search import plan_search, read_recall, run_search

BENCH = Path(__file__).parents[2].parent / "shared" / "bench"
#: How many best compounds are looked for.
TOPS = (100, 500)
#: Sizes of the later rounds, in hundredths of the library: those of MolPAL, and the default of the command.
ROUNDS = {"rounds of 1 %": 1.0, "rounds of 0.25 %": 0.25}


def found(values: np.ndarray, asked: np.ndarray, top: int) -> float:
    """Return the share of the lowest `top` values that were asked for."""
    edge = np.sort(values)[top - 1]
    better = int((values < edge).sum())
    got = values[asked]
    return (int((got < edge).sum()) + min(int((got == edge).sum()), top - better)) / top


def forest(bits: np.ndarray, values: np.ndarray, start: np.ndarray, batch: int, budget: int, seed: int) -> np.ndarray:
    """Search with MolPAL's forest on atom-pair bits, greedy; return the compounds asked for."""
    generator = np.random.default_rng(seed)
    asked = start
    while len(asked) < budget:
        some = bits[:, np.ptp(bits[asked], axis=0) > 0].astype(np.float32)  # the others split nothing
        model = RandomForestRegressor(100, max_depth=8, n_jobs=1, random_state=seed).fit(some[asked], values[asked])
        guess = model.predict(some) + 1e-9 * generator.standard_normal(len(bits))
        guess[asked] = np.inf
        asked = np.concatenate([asked, np.argsort(guess)[: min(batch, budget - len(asked))]])
    return asked


def by_round(values: np.ndarray, asked: np.ndarray, size: int) -> np.ndarray:
    """Return the share of the best 100 and 500 found after each round of `size`, float64, shape (rounds, 2)."""
    stops = range(size, len(asked) + 1, size)
    return np.array([[found(values, asked[:stop], top) for top in TOPS] for stop in stops])


def draw(curves: dict[str, list[np.ndarray]], size: int, count: int, path: Path) -> None:
    """Draw the regret of each way to search after every round."""
    from workbench.page.theme import CATEGORIES
    from workbench.plots.figure import new_figure, save_figure

    figure, panels = new_figure(8.2, 3.4, columns=2)
    for column, (axes, top) in enumerate(zip(panels, TOPS)):
        for (name, runs), colour in zip(curves.items(), CATEGORIES):
            regret = 1.0 - np.array(runs)[:, :, column]
            mean = regret.mean(axis=0)
            width = regret.std(axis=0, ddof=1) if len(runs) > 1 else np.zeros(len(mean))
            share = 100.0 * size * np.arange(1, len(mean) + 1) / count
            axes.plot(share, mean, color=colour, marker="o", markersize=3.5, label=name)
            axes.fill_between(share, mean - width, mean + width, color=colour, alpha=0.18, linewidth=0)
        axes.set_ylim(0.0, 1.0)
        axes.set_xlabel("compounds asked for (%)")
        axes.set_ylabel(f"share of the best {top} not found")
    panels[1].legend(frameon=False, fontsize=8, loc="lower left")
    save_figure(figure, path)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--peer", action="store_true", help="the forest too (some minutes)")
    parser.add_argument("--figure", type=Path, help="draw the regret round by round into this file")
    options = parser.parse_args()
    source = BENCH / "library" / "Enamine10k_scores.csv.gz"
    if not source.is_file():
        print("skipped: no benchmark data beside this checkout (../shared/bench)")
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with gzip.open(source, "rt", encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        order = np.random.default_rng(0).permutation(len(rows))  # the file is nearly sorted by score
        with open(folder / "scores.csv", "w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(["name", "smiles", "score"])
            writer.writerows([f"c{at}", rows[at]["smiles"], rows[at]["score"]] for at in order)
        library = prepare_library([folder / "scores.csv"], folder / "library")
        featurise_library(library)
        compare(library, folder, range(options.first, options.first + options.seeds), options.peer, options.figure)


def compare(library: PreparedLibrary, folder: Path, seeds: range, peer: bool, figure: Path | None) -> None:
    """Run the searches, print their means and draw their regret."""
    table = [row for part in library.iterate(["name", "smiles"]) for row in part.to_pylist()]
    with open(folder / "scores.csv", encoding="utf-8", newline="") as stream:
        score = {row["name"]: float(row["score"]) for row in csv.DictReader(stream)}
    values = np.array([score[row["name"]] for row in table])
    hundredth = round(len(values) / 100)
    oracle = TableOracle(str(folder / "scores.csv"), "score", higher_is_better=False)
    bits = None
    if peer:
        generator = rdFingerprintGenerator.GetAtomPairGenerator(fpSize=2048)
        bits = np.array([generator.GetFingerprintAsNumPy(Chem.MolFromSmiles(row["smiles"])) for row in table])
    results: dict[str, list[tuple[float, float, float]]] = {}
    curves: dict[str, list[np.ndarray]] = {}

    def note(name: str, asked: np.ndarray, seconds: float) -> None:
        results.setdefault(name, []).append((found(values, asked, 100), found(values, asked, 500), seconds))
        curves.setdefault(name, []).append(by_round(values, asked, hundredth))

    estimates = []
    for seed in seeds:
        for name, batch in ROUNDS.items():
            size = max(1, round(batch * hundredth))
            plan = plan_search(library, oracle, budget=6 * hundredth, first=hundredth, batch=size, seed=seed)
            started = time.process_time()
            run = run_search(plan, folder / f"search{seed}-{size}", oracle)
            seconds = time.process_time() - started
            asked = run.answered().rows
            note(f"workbench search, {name}", asked, seconds)
            if bits is not None and batch == 1.0:
                started = time.process_time()
                chosen = forest(bits, values, asked[:hundredth], size, 6 * hundredth, seed)
                note(f"forest on atom pairs, {name}", chosen, time.process_time() - started)
        recall = read_recall(run)
        assert recall is not None
        true = found(values, asked, 100)
        estimates.append((recall.expected, true, recall.lower <= true <= recall.upper))
        note("chance", np.random.default_rng(seed).permutation(len(values))[: len(asked)], 0.0)
    print(f"{len(values):,} compounds, {6 * hundredth:,} asked for, mean of {len(seeds)} searches (standard deviation)")
    for name, rows in results.items():
        mean, width = np.mean(rows, axis=0), np.std(rows, axis=0, ddof=1) if len(rows) > 1 else np.zeros(3)
        print(
            f"{name:<38} top 100 {mean[0]:.3f} ({width[0]:.3f})  top 500 {mean[1]:.3f} ({width[1]:.3f})"
            f"  {mean[2]:.1f} s of processor time a search, recall estimate included"
        )
    near = sum(abs(expected - true) <= 0.1 for expected, true, _ in estimates)
    inside = sum(held for *_, held in estimates)
    told = ", ".join(f"{expected:.2f} / {true:.2f}" for expected, true, _ in estimates)
    print(f"recall of the top 100, expected / true: {told}")
    print(f"within 0.1 in {near} of {len(seeds)}, in the 90 % interval in {inside}")
    if figure is not None:
        draw(curves, hundredth, len(values), figure)


if __name__ == "__main__":
    main()
