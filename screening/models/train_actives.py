"""Train a model that ranks compounds by similarity to known actives, and say how well each active is found.

There is nothing to test on but the actives themselves: each is left out and ranked among the background compounds by
the others, beside the usual similarity search (highest Tanimoto similarity of Morgan fingerprints).
"""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

import numpy as np
from rdkit import Chem

from screening.compounds.library.prepared_library import PreparedLibrary
from screening.compounds.search.similarity import fingerprint_array
from screening.engine.progress import OnProgress, Progress
from screening.errors import AffinityDataError
from screening.models.actives_model import ActivesModel
from screening.models.affinity import ScoreKind, meaning
from screening.models.card import ModelCard
from screening.models.estimators.similarity_to_actives import VIEWS, SimilarityToActives, pooled
from screening.models.evaluation import leakage, ranking, splits
from screening.models.fingerprint_index import FingerprintIndex
from screening.models.training_set import TrainingSet
from screening.models.twins import tautomer_family
from screening.provenance import content_key, package_versions

#: Fewer actives than this cannot be left out in turn; more than this are better served by a model of values.
FEWEST, MANY = 3, 200

#: Background compounds drawn from the file, and the least that mean and deviation are taken from.
BACKGROUND, LEAST_BACKGROUND = 2000, 200


@dataclasses.dataclass(frozen=True)
class ActivesOptions:
    """How to train: seed of the draw of background compounds, and the title (made from the source if empty)."""

    seed: int = 0
    title: str = ""


def train_actives(
    actives: PreparedLibrary,
    background: PreparedLibrary,
    *,
    options: ActivesOptions | None = None,
    on_progress: OnProgress | None = None,
) -> ActivesModel:
    """Train on a prepared library of known actives.

    Parameters
    ----------
    actives
        Compounds known to be active.
    background
        Compounds presumed inactive, such as a part of the library that will be screened; those that are known actives,
        or stereoisomers or tautomers of them, are left out.
    options, on_progress
        See `ActivesOptions`; called with every step.

    Raises
    ------
    AffinityDataError
        If there are fewer than `FEWEST` actives or `LEAST_BACKGROUND` background compounds.
    """
    options = options or ActivesOptions()
    steps = ["reading", "background", "leaving actives out", "card"]

    def done(step: str) -> None:
        if on_progress:
            on_progress(Progress(f"training: {step}", steps.index(step) + 1, len(steps), "steps"))

    training = _actives(actives)
    others, prints = _background(background, training, options.seed)
    done("reading")
    similarity = SimilarityToActives.fit(training.smiles, others)
    done("background")
    index = FingerprintIndex(training.fingerprints)
    among = index.similarity(training.fingerprints)
    np.fill_diagonal(among, -1.0)
    against = index.similarity(prints)
    found, usual = _left_out(similarity, training.smiles, others), _left_out_search(among, against)
    done("leaving actives out")
    training = dataclasses.replace(training, out_of_fold=found)
    least = round(float(np.clip(np.quantile(against.max(axis=1), 0.99), 0.2, 0.5)), 3)
    by_bits = pooled(against.astype(np.float64))
    model = ActivesModel(
        card=_card(actives, background, training, among.max(axis=1), len(others), found, usual, least, options),
        training=training,
        scorer=similarity,
        least_similarity=least,
        bit_scale=(float(by_bits.mean()), max(float(by_bits.std()), 1e-3)),
        key=content_key(
            {
                "actives": training.smiles,
                "background": others,
                "views": VIEWS,
                "versions": {name: package_versions()[name] for name in ("rdkit", "numpy")},
            }
        ),
    )
    done("card")
    return model


def _actives(library: PreparedLibrary) -> TrainingSet:
    columns = ["name", "smiles", "identity", "family", "fingerprint"]
    tables = list(library.iterate(columns)) if library.compounds else []
    count = sum(table.num_rows for table in tables)
    source = ", ".join(str(each["source"]) for each in library.facts["sources"])
    if count < FEWEST:
        states = ", ".join(f"{number} {state}" for state, number in library.counts.items() if number)
        raise AffinityDataError(
            f"{count} distinct usable compound{'' if count == 1 else 's'} among {library.records} record"
            f"{'' if library.records == 1 else 's'} ({states})",
            source=source,
            expected=f"at least {FEWEST} known actives",
        )
    read = {name: [value for table in tables for value in table.column(name).to_pylist()] for name in columns[:4]}
    inorganic = [row for row, text in enumerate(read["smiles"]) if not _has_carbon(text)]
    if inorganic:
        raise AffinityDataError(
            f"{len(inorganic)} of {count} known actives hold no carbon, the first is {read['name'][inorganic[0]]!r}"
            f" ({read['smiles'][inorganic[0]]})",
            source=source,
            expected="organic compounds",
        )
    return TrainingSet(
        names=read["name"],
        smiles=read["smiles"],
        identities=read["identity"],
        families=read["family"],
        fingerprints=np.concatenate([fingerprint_array(table.column("fingerprint")) for table in tables]),
        values=np.ones(count),
        limits=np.zeros(count, dtype=np.int8),
        out_of_fold=np.full(count, np.nan),
    )


def _has_carbon(smiles: str) -> bool:
    return any(atom.GetAtomicNum() == 6 for atom in Chem.MolFromSmiles(smiles).GetAtoms())


def _background(library: PreparedLibrary, training: TrainingSet, seed: int) -> tuple[list[str], np.ndarray]:
    """Return SMILES and fingerprints of background compounds, drawn at random."""
    tables = list(library.iterate(["smiles", "fingerprint"])) if library.compounds else []
    smiles = [text for table in tables for text in table.column("smiles").to_pylist()]
    kin = {tautomer_family(text) for text in training.smiles}
    order = np.random.default_rng(seed).permutation(len(smiles))[: BACKGROUND + len(training)]
    rows = np.array([row for row in order if tautomer_family(smiles[row]) not in kin][:BACKGROUND], dtype=np.int64)
    if len(rows) < LEAST_BACKGROUND:
        raise AffinityDataError(
            f"{len(rows)} background compounds that are not among the actives",
            source=", ".join(str(each["source"]) for each in library.facts["sources"]),
            expected=f"at least {LEAST_BACKGROUND}",
        )
    prints = np.concatenate([fingerprint_array(table.column("fingerprint")) for table in tables])
    return [smiles[row] for row in rows], prints[rows]


def _left_out(similarity: SimilarityToActives, actives: list[str], background: list[str]) -> np.ndarray:
    """Return for each active the share of background compounds it beats when its group is left out."""
    own, other = similarity.scores(actives), similarity.scores(background)
    groups = similarity.groups
    return np.array([_share_beaten(own[1 + group, row], other[1 + group]) for row, group in enumerate(groups)])


def _left_out_search(among: np.ndarray, against: np.ndarray) -> np.ndarray:
    """Return the same for the similarity search, every active left out alone."""
    kept = [np.delete(np.arange(len(among)), row) for row in range(len(among))]
    return np.array([_share_beaten(among[row].max(), against[:, kept[row]].max(axis=1)) for row in range(len(among))])


def _share_beaten(score: float, others: np.ndarray) -> float:
    return float(np.mean(others < score) + 0.5 * np.mean(others == score))


def _ranked(shares: np.ndarray, count: int) -> dict[str, float]:
    """Return the ranking measures of actives among a background whose own shares are spread evenly."""
    even = (np.arange(count) + 0.5) / count
    return ranking.ranking(np.arange(len(shares) + count) < len(shares), np.concatenate([shares, even]))


def _card(
    actives: PreparedLibrary,
    background: PreparedLibrary,
    training: TrainingSet,
    closeness: np.ndarray,
    count: int,
    found: np.ndarray,
    usual: np.ndarray,
    least: float,
    options: ActivesOptions,
) -> ModelCard:
    source = ", ".join(str(each["source"]) for each in actives.facts["sources"])
    behind = ", ".join(str(each["source"]) for each in background.facts["sources"])
    everything = np.ones(len(training), dtype=bool)
    report = leakage.leakage_report(
        everything, np.arange(len(training)), training.smiles, training.identities, training.families,
        splits.scaffolds(training.smiles), closeness,
    )  # fmt: skip
    limitations = [
        "A rank score is no affinity and no probability: it orders compounds by similarity to the known actives.",
        f"The {count} background compounds are presumed inactive, nobody measured them.",
        "What is unlike every known active is ranked low even if it is active.",
    ]
    if report.same_scaffold > len(training) / 2:
        limitations.append(
            f"{report.same_scaffold} of {len(training)} actives share a scaffold with another active, which makes"
            " finding them again easier than finding new ones."
        )
    if len(training) > MANY:
        limitations.append("With so many actives a model of measured values or of actives and inactives is better.")
    return ModelCard(
        title=options.title or f"similarity to the known actives of {source}",
        model_type="known actives",
        kind=ScoreKind.RANK.value,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        data={
            "source": source,
            "sha256": actives.key,
            "rows": actives.records,
            "states": {state: number for state, number in actives.counts.items() if number},
            "compounds": len(training),
            "background": behind,
            "background_compounds": count,
            "background_sha256": background.key,
        },
        features=list(VIEWS),
        estimator={"name": "fused similarity", "parameters": {}},
        evaluation={
            "each active left out": {
                "how": f"each of {len(training)} actives ranked among {count} background compounds by the others",
                "ranking": {
                    "threshold": None,
                    "this model": _ranked(found, count),
                    "similarity search": _ranked(usual, count),
                },
                "leakage": dataclasses.asdict(report) | {"sentence": report.sentence()},
            }
        },
        calibration={"scale": meaning(ScoreKind.RANK).scale, "range": meaning(ScoreKind.RANK).interval},
        domain={
            "rule": "Tanimoto similarity (Morgan, radius 2, 2048 bits) to the nearest known active of at least",
            "least_similarity": least,
        },
        limitations=limitations,
        versions=package_versions(),
        options=_plain(options),
    )


def _plain(options: ActivesOptions) -> dict[str, Any]:
    return dataclasses.asdict(options)
