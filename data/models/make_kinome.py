"""Train ``data/models/kinome``: the affinity (pKd) of a compound to any protein kinase, from its sequence.

Trained on two published tables: the kinase inhibitor profiles of Davis et al., Nat. Biotechnol. 2011, 29, 1046 (68
inhibitors, 442 kinases and mutants, Kd; above 10 uM written as pKd 5) and the KIBA scores of Tang et al., J. Chem. Inf.
Model. 2014, 54, 735 (2,111 inhibitors, 229 kinases, Ki, Kd and IC50 combined to one score). KIBA scores are converted
to pKd by the rising step function that fits the pairs in both tables best, and count as three times as noisy. Targets
of one sequence are one target here (mutants that Davis lists under the sequence of the wild type too). The tables are
no part of the project: they are read from the folder given (``davis_*.csv.gz`` and ``kiba_*.csv.gz``).

Run it from the root of the repository: ``python data/models/make_kinome.py ../shared/bench/dta [SCORES.npz]``; the
optional file keeps alignment scores for the next time.
"""

from __future__ import annotations

import csv
import gzip
import multiprocessing
import sys
from pathlib import Path

import numpy as np
from sklearn.isotonic import IsotonicRegression

from screening.compounds.standardisation.standardise import Parent, parent_of
from screening.models.affinity import AffinityKind
from screening.models.pairs.sequence_report import FamilyData
from screening.models.pairs.train_sequence import train_sequence_model
from screening.models.storage import save_model
from screening.models.training_set import TrainingSet, compound_block
from screening.provenance import content_key, file_sha256
from screening.targets.sequences.alignment import alignment_scores, self_score

OUT = Path(__file__).resolve().parent / "kinome"
FILES = tuple(f"{table}_{part}.csv.gz" for table in ("davis", "kiba") for part in ("drugs", "targets", "pairs"))
SOURCE = "Davis et al. 2011 (Kd) and Tang et al. 2014 (KIBA scores, converted)"
FLOOR = 5.0
#: Noise of a measured Kd and of a converted score, as a part of the variance of the signal.
NOISE_DIRECT, NOISE_CONVERTED = 0.95, 3.0
#: Alignment score below which a sequence is no kinase.
LEAST_SCORE = 130.0


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a gzipped CSV file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def parents(drugs: list[dict[str, str]]) -> list[Parent]:
    """Return the parent of every drug; each has one."""
    found = [parent_of(drug["smiles_iso"]) for drug in drugs]
    return [parent for parent in found if isinstance(parent, Parent)]


def kernel(sequences: list[str], cache: Path | None) -> np.ndarray:
    """Return the similarity of every pair of sequences."""
    known: dict[str, int] = {}
    scores = np.zeros((0, 0))
    if cache and cache.exists():
        stored = np.load(cache, allow_pickle=False)
        known, scores = {str(text): at for at, text in enumerate(stored["sequences"])}, stored["scores"]
    if not set(sequences) <= set(known):
        jobs = [(sequences[at], sequences[: at + 1]) for at in range(len(sequences))]
        with multiprocessing.Pool() as pool:
            lower = pool.starmap(alignment_scores, jobs[::-1], chunksize=4)[::-1]
        scores = np.zeros((len(sequences), len(sequences)))
        for at, row in enumerate(lower):
            scores[at, : at + 1] = scores[: at + 1, at] = row
        known = {text: at for at, text in enumerate(sequences)}
        if cache:
            np.savez_compressed(cache, sequences=np.array(sequences), scores=scores)
    at = [known[text] for text in sequences]
    own = np.sqrt(np.array([self_score(text) for text in sequences]))
    return np.asarray(scores[np.ix_(at, at)] / np.outer(own, own))


def main(folder: Path, cache: Path | None) -> None:
    """Read the tables, train, save, and print how good the model is."""
    compounds: dict[bytes, tuple[str, Parent]] = {}
    targets: dict[str, str] = {}
    pairs: dict[str, list[tuple[bytes, str, float]]] = {}
    for table, prefix in (("davis", "CID "), ("kiba", "")):
        drugs, proteins = rows(folder / f"{table}_drugs.csv.gz"), rows(folder / f"{table}_targets.csv.gz")
        found = parents(drugs)
        assert len(found) == len(drugs)
        for drug, parent in zip(drugs, found):
            compounds.setdefault(parent.family, (f"{prefix}{drug['id']}", parent))
        for protein in proteins:
            name = targets.setdefault(protein["sequence"], protein["id"])
            if table == "davis":  # the wild type has the shortest of the names that share a sequence
                targets[protein["sequence"]] = min(name, protein["id"], key=lambda text: (len(text), text))
        pairs[table] = [
            (found[int(pair["drug"])].family, proteins[int(pair["target"])]["sequence"], float(pair["y"]))
            for pair in rows(folder / f"{table}_pairs.csv.gz")
            if pair["y"]
        ]
    sequences = list(targets)
    of_compound = {family: at for at, family in enumerate(compounds)}
    of_target = {text: at for at, text in enumerate(sequences)}
    shape = (len(compounds), len(sequences))

    def mean_table(found: list[tuple[bytes, str, float]]) -> np.ndarray:
        total, count = np.zeros(shape), np.zeros(shape)
        for family, text, value in found:
            total[of_compound[family], of_target[text]] += value
            count[of_compound[family], of_target[text]] += 1
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    davis, kiba = mean_table(pairs["davis"]), mean_table(pairs["kiba"])
    both = np.isfinite(davis) & np.isfinite(kiba)
    converter = IsotonicRegression(out_of_bounds="clip").fit(kiba[both], davis[both])
    print(f"{int(both.sum())} pairs in both tables, r = {np.corrcoef(kiba[both], davis[both])[0, 1]:.2f}")
    converted = np.full(shape, np.nan)
    converted[np.isfinite(kiba)] = converter.predict(kiba[np.isfinite(kiba)])
    direct = np.isfinite(davis)
    joined = np.where(direct, davis, converted)
    smiles = [parent.smiles for _, parent in compounds.values()]
    data = FamilyData(
        family="protein kinase",
        kind=AffinityKind.PKD,
        source=SOURCE,
        sha256=content_key([file_sha256(folder / name) for name in FILES]),
        compounds=TrainingSet(
            names=[name for name, _ in compounds.values()],
            smiles=smiles,
            identities=[parent.identity for _, parent in compounds.values()],
            families=[parent.family for _, parent in compounds.values()],
            fingerprints=compound_block(smiles).fingerprints,
            values=np.nanmean(joined, axis=1),
            limits=np.zeros(len(smiles), dtype=np.int8),
            out_of_fold=np.full(len(smiles), np.nan),
        ),
        target_names=tuple(targets.values()),
        target_sequences=tuple(sequences),
        table=joined,
        direct=direct,
        noise=np.where(direct, NOISE_DIRECT, NOISE_CONVERTED),
        target_kernel=kernel(sequences, cache),
        floor=FLOOR,
    )
    model = train_sequence_model(data, title="pKd to any protein kinase, from its sequence", least_score=LEAST_SCORE)
    save_model(model, OUT)
    for name, found_here in model.card.evaluation.items():
        print(name, found_here["model"], found_here["baselines"]["nearest neighbour"], found_here["interval"])
    size = sum(file.stat().st_size for file in OUT.iterdir())
    print(f"{OUT.name}: {size / 1e6:.2f} MB, {data.table.shape}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
