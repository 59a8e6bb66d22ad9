"""The training data of a model and the results of a run together, for the next model."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import numpy as np
import pyarrow as pa

from screening.engine.ledger import LEDGER_SCHEMA, RecordState
from screening.engine.progress import OnProgress
from screening.errors import UsageError
from screening.models.affinity import AffinityKind
from screening.models.data.measurements import AffinityData
from screening.models.storage import load_model, require_one_target
from screening.models.train import TrainOptions, train_model
from screening.models.trained import TrainedModel
from screening.provenance import content_key
from screening.runs.results.assay import all_results
from screening.runs.run import ScreenRun, open_run


@dataclasses.dataclass(frozen=True)
class ContinuedData:
    """Data of the next model.

    Attributes
    ----------
    data
        What to train on.
    added, renewed
        New compounds, and compounds that had a value already and have the mean of both now.
    chosen
        Compounds that the earlier model chose for measurement.
    """

    data: AffinityData
    added: int
    renewed: int
    chosen: int

    def sentences(self, model: TrainedModel, run: ScreenRun) -> list[str]:
        """Return what the card of the next model must say."""
        return [
            f"It continues the model {model.key} ({model.card.data['compounds']:,} compounds) with {self.added:,} new"
            f" and {self.renewed:,} renewed values from the run {run.plan.key}.",
            f"{self.chosen:,} of its {len(self.data):,} compounds were measured because that model predicted them among"
            " the best, so no split here tests it on compounds that it had no part in choosing: errors of the splits"
            " and of cross-validation are of such a mixture. Results of the next batch are the test.",
        ]


def continued_data(model: TrainedModel, run: ScreenRun) -> ContinuedData:
    """Put the training data of `model` and the results of `run` together.

    Raises
    ------
    UsageError
        If the run holds no results, predicts another quantity, or was not screened with this model.
    """
    if run.plan.model_key != model.key:
        raise UsageError(
            f"was screened with the model {run.plan.model_key[:12]}, not with {model.key[:12]}", source=run.folder,
            expected="the run that this model screened",
        )  # fmt: skip
    results = all_results(run)
    training = model.training
    place = {identity: at for at, identity in enumerate(training.identities)}
    names, smiles = list(training.names), list(training.smiles)
    identities, families = list(training.identities), list(training.families)
    values, limits = list(training.values.astype(float)), [int(each) for each in training.limits]
    spreads, counts = [0.0] * len(names), [1] * len(names)
    renewed = chosen = 0
    for row in results.to_pylist():
        chosen += row["chosen"]
        at = place.get(row["identity"])
        if at is None:
            names.append(row["name"])
            smiles.append(row["smiles"])
            identities.append(row["identity"])
            families.append(row["family"])
            values.append(row["measured"])
            limits.append(row["limit"])
            spreads.append(0.0)
            counts.append(1)
            continue
        renewed += 1
        if limits[at] == 0 and row["limit"] == 0:
            spreads[at] = abs(values[at] - row["measured"])
            values[at], counts[at] = (values[at] + row["measured"]) / 2, 2
        elif row["limit"] == 0:
            values[at], limits[at] = row["measured"], 0
    source = f"{model.card.data['source']} and results of run {run.plan.key[:12]}"
    rows = [
        {"record": at, "source": source[:200], "number": at + 1, "name": name, "input": smiles[at],
         "state": RecordState.READY.value, "stage": "", "reason": ""}
        for at, name in enumerate(names)
    ]  # fmt: skip
    data = AffinityData(
        kind=AffinityKind(model.card.kind),
        names=names,
        smiles=smiles,
        identities=identities,
        families=families,
        values=np.array(values),
        limits=np.array(limits, dtype=np.int8),
        spreads=np.array(spreads),
        counts=np.array(counts, dtype=np.int32),
        ledger=pa.Table.from_pylist(rows, schema=LEDGER_SCHEMA),
        source=source,
        sha256=content_key([model.key, sorted(identity.hex() for identity in results.column("identity").to_pylist())]),
    )
    continued = ContinuedData(data, len(names) - len(training), renewed, chosen)
    return dataclasses.replace(
        continued, data=dataclasses.replace(data, notes=tuple(continued.sentences(model, run)))
    )  # fmt: skip


def train_continued(
    model: str | os.PathLike[str],
    run: str | os.PathLike[str],
    *,
    title: str = "",
    on_progress: OnProgress | None = None,
) -> TrainedModel:
    """Train the next model: the same kind with the same options on the data of `model` and the results of `run`.

    The card holds the key of the earlier model, and says how many compounds that model chose.

    Raises
    ------
    UsageError
        If the model is not of one target, or the run holds no results or is of another model.
    """
    earlier = require_one_target(load_model(model), Path(model))
    if not isinstance(earlier, TrainedModel):
        raise UsageError(
            f"is a model of the type {earlier.card.model_type!r}", source=model, expected="a model of measured values"
        )
    continued = continued_data(earlier, open_run(run))
    known = {field.name for field in dataclasses.fields(TrainOptions)}
    options = {name: value for name, value in earlier.card.options.items() if name in known}
    # The columns that other splits need are no longer at hand; scaffold split and cross-validation always are.
    options |= {"splits": (), "title": title or earlier.card.title}
    trained = train_model(continued.data, options=TrainOptions(**options), on_progress=on_progress)
    card = dataclasses.replace(trained.card, data={**trained.card.data, "continues": earlier.key})
    return dataclasses.replace(trained, card=card)
