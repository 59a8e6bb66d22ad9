"""Train ``data/models/kinome``: the affinity (pKd) of a compound to any protein kinase, from its sequence.

Trained on the kinase inhibitor profiles of Davis et al., Nat. Biotechnol. 2011, 29, 1046 (68 inhibitors x 442 kinases
and mutants, Kd; above 10 uM written as pKd 5). The table itself is not part of the project: it is read from the
folder given, in the files ``davis_drugs.csv.gz``, ``davis_targets.csv.gz`` and ``davis_pairs.csv.gz``.

Run it from the root of the repository: ``python data/models/make_kinome.py ../shared/bench/dta``.
"""

from __future__ import annotations

import csv
import gzip
import multiprocessing
import sys
from pathlib import Path

import numpy as np

from screening.compounds.standardise import Refusal, parent_of
from screening.models.affinity import AffinityKind
from screening.models.storage import save_model
from screening.models.train_sequence import FamilyData, train_sequence_model
from screening.models.training_set import TrainingSet, compound_block
from screening.provenance import content_key, file_sha256
from screening.targets.alignment import alignment_scores, self_score

OUT = Path(__file__).resolve().parent / "kinome"
FILES = ("davis_drugs.csv.gz", "davis_targets.csv.gz", "davis_pairs.csv.gz")
SOURCE = "Davis et al., Nat. Biotechnol. 2011, 29, 1046 (kinase inhibitor profiles, Kd)"
FLOOR = 5.0

#: Alignment score below which a sequence is no kinase.
LEAST_SCORE = 130.0


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a gzipped CSV file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def kernel(sequences: list[str]) -> np.ndarray:
    """Return the similarity of every pair of sequences; equal sequences are aligned once."""
    unique = sorted(set(sequences))
    jobs = [(unique[at], unique[: at + 1]) for at in range(len(unique))]
    with multiprocessing.Pool() as pool:
        lower = pool.starmap(alignment_scores, jobs[::-1], chunksize=4)[::-1]
    scores = np.zeros((len(unique), len(unique)))
    for at, row in enumerate(lower):
        scores[at, : at + 1] = scores[: at + 1, at] = row
    own = np.sqrt(np.array([self_score(sequence) for sequence in unique]))
    where = [unique.index(sequence) for sequence in sequences]
    return np.asarray((scores / np.outer(own, own))[np.ix_(where, where)])


def main(folder: Path) -> None:
    """Read the table, train, save, and print how good the model is."""
    drugs, targets, pairs = (rows(folder / name) for name in FILES)
    table = np.full((len(drugs), len(targets)), np.nan)
    for pair in pairs:
        table[int(pair["drug"]), int(pair["target"])] = float(pair["y"])
    assert np.isfinite(table).all()
    parents = [parent_of(drug["smiles_iso"]) for drug in drugs]
    refused = [parent for parent in parents if isinstance(parent, Refusal)]
    assert not refused, refused
    smiles = [parent.smiles for parent in parents]
    compounds = TrainingSet(
        names=[f"CID {drug['id']}" for drug in drugs],
        smiles=smiles,
        identities=[parent.identity for parent in parents],
        families=[parent.family for parent in parents],
        fingerprints=compound_block(smiles).fingerprints,
        values=table.mean(axis=1),
        limits=np.zeros(len(drugs), dtype=np.int8),
        out_of_fold=np.full(len(drugs), np.nan),
    )
    data = FamilyData(
        family="protein kinase",
        kind=AffinityKind.PKD,
        source=SOURCE,
        sha256=content_key([file_sha256(folder / name) for name in FILES]),
        compounds=compounds,
        target_names=tuple(target["id"] for target in targets),
        target_sequences=tuple(target["sequence"] for target in targets),
        table=table,
        target_kernel=kernel([target["sequence"] for target in targets]),
        floor=FLOOR,
    )
    model = train_sequence_model(data, title="pKd to any protein kinase, from its sequence", least_score=LEAST_SCORE)
    save_model(model, OUT)
    for name, found in model.card.evaluation.items():
        print(name, found["model"], "interval", found["interval"])
    size = sum(file.stat().st_size for file in OUT.iterdir())
    print(f"{OUT.name}: {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
