"""Train a stored model again from what its folder holds, for example when a new version of a library cannot load it."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from screening.engine.ledger import LEDGER_SCHEMA, RecordState
from screening.engine.progress import OnProgress
from screening.errors import ModelError
from screening.models.activity_model import ActivityModel
from screening.models.affinity import AffinityKind, ScoreKind
from screening.models.card import ModelCard
from screening.models.data.measurements import AffinityData
from screening.models.storage import CARD, TRAINING, verify
from screening.models.train import TrainOptions, train_activity, train_model
from screening.models.trained import TrainedModel
from screening.models.training_set import TrainingSet


def rebuild_model(
    path: str | os.PathLike[str], *, on_progress: OnProgress | None = None
) -> TrainedModel | ActivityModel:
    """Train the model in a folder again, from its training compounds and with its options.

    The fitted file is not opened, only the card and the compounds, so it does not matter what wrote it.

    Raises
    ------
    FileError, ModelError
        If there is no model, it was changed, or it is a sequence model (which is made by a script) or a model of known
        actives (whose background compounds it does not hold).
    """
    card, data = _stored(Path(path))
    known = {field.name for field in dataclasses.fields(TrainOptions)}
    given = {name: value for name, value in card.options.items() if name in known}
    # Dates and sides stay in the file of measurements, so the splits that need them cannot be made again.
    given["splits"] = tuple(name for name in given.get("splits", ()) if name not in ("time", "predefined"))
    options = TrainOptions(**given)
    if card.model_type == "active or inactive":
        return train_activity(data, float(card.data["threshold"]), options=options, on_progress=on_progress)
    return train_model(data, options=options, on_progress=on_progress)


def stored_data(path: str | os.PathLike[str]) -> AffinityData:
    """Return the measurements that the model in a folder was trained on.

    Raises
    ------
    FileError, ModelError
        As `rebuild_model`.
    """
    return _stored(Path(path))[1]


def _stored(folder: Path) -> tuple[ModelCard, AffinityData]:
    verify(folder)
    card = ModelCard.from_json((folder / CARD).read_text("utf-8"), source=folder / CARD)
    if card.model_type not in ("one target", "active or inactive"):
        raise ModelError(
            f"is a {card.model_type} model, which cannot be trained again from its folder",
            source=folder,
            expected="a model trained on values or labels of one target",
        )
    return card, _data(card, TrainingSet.from_table(pq.read_table(folder / TRAINING)))


def _measured_kind(card: ModelCard) -> AffinityKind | ScoreKind:
    measured = card.data.get("measured", card.kind)
    return ScoreKind.PROBABILITY if measured == "label" else AffinityKind(measured)


def _data(card: ModelCard, training: TrainingSet) -> AffinityData:
    n = len(training)
    ledger = pa.table(
        {
            "record": np.arange(n),
            "source": [card.data["source"]] * n,
            "number": np.arange(1, n + 1),
            "name": training.names,
            "input": training.smiles,
            "state": [RecordState.READY.value] * n,
            "stage": [""] * n,
            "reason": [""] * n,
        },
        schema=LEDGER_SCHEMA,
    )
    return AffinityData(
        kind=_measured_kind(card),
        names=training.names,
        smiles=training.smiles,
        identities=training.identities,
        families=training.families,
        values=training.values,
        limits=training.limits,
        spreads=np.zeros(n),
        counts=np.ones(n, dtype=np.int32),
        ledger=ledger,
        notes=(*card.data.get("notes", []), "Trained again from the compounds of an older model."),
        source=card.data["source"],
        sha256=card.data["sha256"],
        unit=card.data["unit"],
        protocol=card.data["protocol"],
    )
