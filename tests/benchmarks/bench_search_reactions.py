"""How many of the best products of a reaction library a search finds after asking about one and two percent of them.

``python tests/benchmarks/bench_search_reactions.py DATA [--seeds 5] [--share 0.02] [--peer PYTHON]`` reads the thrombin
tutorial table of TACTICS (PyPI ``chem-tactics``, MIT; DATA is its folder ``TACTICS/data/thrombin``): 130 acids and
twice 62 amino acids with a docking score for each of 499,720 products. Acids whose parents are equal are one reagent.
Prints the share of the best 100 found at each stop, mean and standard deviation over seeds, and processor time. With
``--peer`` and the Python of an environment that has TACTICS, its recommended preset searches the same reagents with the
same budget. Settings were looked at on seeds from 100 on, and are reported on seeds from 0 on.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from screening.compounds.reactions.reaction_library import ReactionLibrary, open_reactions
from screening.runs.search.reactions.reaction_space import ReactionSpace
from screening.runs.search.recall import Recall
from screening.runs.search.space import Known

STOPS = (0.0025, 0.005, 0.01, 0.02)
SCHEME = """ambiguous = "keep"
[[step]]
reaction = "amide coupling"
reagents = ["acids.smi", "amino_acids_no_fmoc.smi"]
[[step]]
reaction = "amide coupling"
reagents = ["product", "amino_acids_no_fmoc.smi"]
"""
PEER = """
import random, sys, warnings, numpy as np, pandas as pd
warnings.simplefilter("ignore")
from TACTICS.library_enumeration import SynthesisPipeline, ReactionConfig, ReactionDef
from TACTICS.thompson_sampling import ThompsonSampler, get_preset
from TACTICS.thompson_sampling.core.evaluator_config import LookupEvaluatorConfig
folder, table, budget, seeds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
scores = pd.read_csv(table)
top = set(scores.nsmallest(100, "Scores").Product_Code)
reaction = ReactionDef(reaction_smarts="[C:1](=O)[OH].[NH2:2]>>[C:1](=O)[NH:2]", step_index=0)
files = [folder + "/acids.smi"] + [folder + "/amino_acids_no_fmoc.smi"] * 2
for preset in ("recommended", "recommended_rws"):
    found = []
    for seed in range(seeds):
        np.random.seed(seed); random.seed(seed)
        pipeline = SynthesisPipeline(ReactionConfig(reactions=[reaction], reagent_file_list=files))
        lookup = LookupEvaluatorConfig(ref_filename=table)
        config = get_preset(
            preset, synthesis_pipeline=pipeline, evaluator_config=lookup, mode="minimize", batch_size=100
        )
        if hasattr(config, "seed"): config.seed = seed
        sampler = ThompsonSampler.from_config(config)
        sampler.set_hide_progress(True)
        first = sampler.warm_up(num_warmup_trials=config.num_warmup_trials)
        rest = sampler.search(num_cycles=100000, max_evaluations=budget - len(first))
        sampler.close()
        found.append(len(top & (set(first["Name"]) | set(rest["Name"]))) / 100)
    print(f"TACTICS {preset}: {np.mean(found):.3f} ({np.std(found, ddof=1):.3f}) at {budget:,} products", flush=True)
"""


def search(
    library: ReactionLibrary, values: np.ndarray, seed: int, share: float
) -> tuple[list[float], list[Recall], float]:
    """Return the share of the best 100 found at each stop, the recall estimated there, and processor seconds."""
    started = time.process_time()
    top = set(np.argsort(-values, kind="stable")[:100].tolist())
    batch = round(len(values) / 1000)
    space, generator = ReactionSpace(library, seed), np.random.default_rng(seed)
    asked = space.first(batch, generator)

    def known() -> Known:
        return Known(asked, asked, values[asked], np.arange(len(asked)) < batch, np.zeros(0))

    found, told, seconds = [], [], 0.0
    for stop in (stop for stop in STOPS if stop <= share):
        while len(asked) < round(stop * len(values)):
            size = min(batch, round(stop * len(values)) - len(asked))
            asked = np.concatenate([asked, space.choose(known(), size, 0, "greedy", generator).acquired])
        found.append(len(top & set(asked.tolist())) / 100)
        before = time.process_time()
        told.append(space.recall(known(), 100))
        seconds += time.process_time() - before
    # One estimate belongs to a search; the others are made for this table.
    return found, told, time.process_time() - started - seconds * (len(told) - 1) / max(len(told), 1)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--share", type=float, default=0.02)
    parser.add_argument("--peer", metavar="PYTHON", help="interpreter of an environment with chem-tactics")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name in ("acids.smi", "amino_acids_no_fmoc.smi"):
            (folder / name).write_bytes((options.data / name).read_bytes())
        (folder / "reactions.toml").write_text(SCHEME, encoding="utf-8")
        library = open_reactions(folder)
        places = [{one.name: at for at, one in enumerate(position.reagents)} for position in library.positions]
        values = np.full(library.shape, np.nan)
        with (
            open(options.data / "product_scores.csv", encoding="utf-8", newline="") as stream,
            open(folder / "scores.csv", "w", encoding="utf-8", newline="") as out,
        ):
            writer = csv.writer(out)
            writer.writerow(["Product_Code", "Scores"])
            for row in csv.DictReader(stream):
                names = row["Product_Code"].split("_")
                if names[0] in places[0]:
                    values[tuple(where[name] for where, name in zip(places, names))] = -float(row["Scores"])
                    writer.writerow([row["Product_Code"], row["Scores"]])
        assert np.isfinite(values).all()
        for position, name in ((0, "acids.smi"), (1, "amino_acids_no_fmoc.smi")):
            lines = [f"{one.smiles} {one.name}\n" for one in library.positions[position].reagents]
            (folder / name).write_text("".join(lines), encoding="utf-8")
        rows = [search(library, values.ravel(), options.first + seed, options.share) for seed in range(options.seeds)]
        found = np.array([row[0] for row in rows])
        stops = [stop for stop in STOPS if stop <= options.share]
        said = "  ".join(
            f"{stop:.2%}: {found[:, at].mean():.3f} ({found[:, at].std(ddof=min(1, len(rows) - 1)):.3f})"
            for at, stop in enumerate(stops)
        )
        print(f"{library.compounds:,} products, best 100 found, mean of {options.seeds} searches (standard deviation)")
        print(f"workbench search: {said}  {np.mean([row[2] for row in rows]):.0f} s of processor time a search")
        pairs = [(told, true) for row in rows for told, true in zip(row[1], row[0])]
        print("recall, expected / true: " + ", ".join(f"{told.expected:.2f} / {true:.2f}" for told, true in pairs))
        near = sum(abs(told.expected - true) <= 0.1 for told, true in pairs)
        inside = sum(told.lower <= true <= told.upper for told, true in pairs)
        width = np.mean([told.upper - told.lower for told, _ in pairs])
        error = np.sqrt(np.mean([(told.expected - true) ** 2 for told, true in pairs]))
        print(
            f"within 0.1 in {near} of {len(pairs)}, in the 90 % interval in {inside}; mean width of the interval"
            f" {width:.2f}, root mean square error {error:.2f}"
        )
        if options.peer:
            for stop in (stop for stop in stops if stop >= 0.01):
                command = [options.peer, "-c", PEER, str(folder), str(folder / "scores.csv")]
                command += [str(round(stop * library.compounds)), str(options.seeds)]
                subprocess.run(command, check=True, stdout=sys.stdout, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
