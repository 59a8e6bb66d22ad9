"""Train an affinity model: evaluate it honestly, calibrate it, then fit it to everything.

1. **Scaffold split**: the compounds of rare scaffolds are set aside, a model is trained and calibrated on the rest,
   and its errors on them stand beside those of two baselines and a leakage report. This is what to expect for new
   chemistry. Other splits (`screening.models.evaluation.chosen_splits`) are made in the same way on request.
2. **Cross-validation**: five random folds give every compound a prediction by a model that has not seen it. This is
   what to expect for close analogues; its residuals calibrate the intervals of the final model.
3. The final model is fitted to all compounds. How much each member of the ensemble counts is chosen by
   cross-validation inside the training data, for the scaffold split without a look at its test compounds.

Limits (``>``, ``<``) are trained on as `screening.models.data.replicates` says, never tested on. A slow model gets a
fast one of the same data for the first pass of a screen.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from screening.engine.ledger import count_states
from screening.engine.progress import OnProgress, Progress
from screening.errors import AffinityDataError, UsageError
from screening.models import classification
from screening.models.activity_model import ActivityModel
from screening.models.cards.training_card import ABOUT_STAGES, training_card
from screening.models.data.measurements import AffinityData
from screening.models.estimators import catalog
from screening.models.estimators.training_cost import Cost, estimate
from screening.models.evaluation import chosen_splits, conformal, evaluate, metrics, splits
from screening.models.evaluation.chosen_splits import ChosenSplit
from screening.models.evaluation.finished_fits import FinishedFits
from screening.models.trained import TrainedModel
from screening.models.training_set import TrainingSet, compound_block
from screening.provenance import content_key, package_versions

#: Fewer exact values than this cannot be split, calibrated and tested.
FEWEST = 20
_FLATTEST = 0.05
_REMINDED_SECONDS = 5.0
_SHARES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


@dataclasses.dataclass(frozen=True)
class TrainOptions:
    """How to train.

    Attributes
    ----------
    model
        Name in `screening.models.estimators.catalog.MODELS`.
    folds, inner_folds
        Folds of the cross-validation of all compounds, and of that inside the scaffold split.
    seed
        Seed of folds and estimators.
    title
        Title of the model; made from the source if empty.
    splits
        More ways to test it, beside the split by scaffold: names in `screening.models.evaluation.chosen_splits.SPLITS`.
    active_above
        Value from which on a compound counts as active where a ranking or a probability is judged; the tightest tenth
        if None.
    """

    model: str = "ensemble"
    folds: int = 5
    inner_folds: int = 3
    seed: int = 0
    title: str = ""
    splits: tuple[str, ...] = ()
    active_above: float | None = None

    @property
    def all_splits(self) -> tuple[str, ...]:
        """The splits that are made, that by scaffold first."""
        return tuple(dict.fromkeys(("scaffold", *self.splits)))


def train_model(
    data: AffinityData,
    *,
    options: TrainOptions | None = None,
    on_progress: OnProgress | None = None,
    keep: Path | None = None,
) -> TrainedModel:
    """Train, evaluate and calibrate a model of the affinity to one target.

    Finished fits are kept in the folder `keep`, if one is given, and found there by whoever trains the same again.

    Raises
    ------
    AffinityDataError
        If there are too few exact values, or they are all the same.
    UsageError
        If the model is not in the catalog.
    """
    options = options or TrainOptions()
    require_model(options.model)
    _require_enough(data)
    return _train_stages(data, options, on_progress, keep)


def train_activity(
    data: AffinityData,
    threshold: float,
    *,
    options: TrainOptions | None = None,
    on_progress: OnProgress | None = None,
    keep: Path | None = None,
) -> ActivityModel:
    """Train, evaluate and calibrate a model of the probability of a value of `threshold` or more.

    Finished fits are kept in the folder `keep`, as `train_model` does.

    Raises
    ------
    AffinityDataError
        If there are too few actives or inactives.
    UsageError
        If the model is not in the catalog.
    """
    if not np.isfinite(threshold):
        raise UsageError(f"{threshold} is no threshold of activity", expected="a -log10 molar value such as 7")
    options = dataclasses.replace(options or TrainOptions(), active_above=threshold)
    require_model(options.model)
    classification.require_both(data, threshold)
    return classification.activity_model(_train_stages(data, options, on_progress, keep), data, threshold)


def training_cost(compounds: int, options: TrainOptions) -> Cost:
    """Estimate the time and the memory that training on so many compounds takes."""
    return estimate(
        compounds,
        {
            name: [1.0, *[1 - 1 / options.folds] * options.folds]
            + [0.8, *[0.8 * (1 - 1 / options.inner_folds)] * options.inner_folds]
            * (len(options.all_splits) if name == options.model else 1)
            for name in _stages(options.model)
        },
    )


def _stages(model: str) -> list[str]:
    return [*([catalog.FIRST_STAGE[model][0]] if model in catalog.FIRST_STAGE else []), model]


def _train_stages(
    data: AffinityData, options: TrainOptions, on_progress: OnProgress | None, keep: Path | None
) -> TrainedModel:
    block = compound_block(data.smiles)
    frames = splits.scaffolds(data.smiles)
    chosen = {
        name: chosen_splits.chosen_split(name, data, block.fingerprints, frames, options.seed)
        for name in options.all_splits
    }
    model: TrainedModel | None = None
    for name in _stages(options.model):
        # A first stage is tested by scaffold only: nothing is predicted with it that the full model does not judge.
        asked = chosen if name == options.model else {"scaffold": chosen["scaffold"]}
        here = dataclasses.replace(options, model=name)
        fits = FinishedFits(keep, {"data": data.key, "model": name, "seed": options.seed, "versions": _number_makers()})
        total = 2 + options.folds + len(asked) * (options.inner_folds + 1)
        with _Steps(on_progress, f"training {name}", total) as steps:
            model = _train(data, block, frames, asked, here, steps, model, fits)
    assert model is not None
    return model


def require_model(name: str) -> None:
    """Check that a model is in the catalog.

    Raises
    ------
    UsageError
        If it is not; the message lists those that are.
    """
    if name not in catalog.MODELS:
        raise UsageError(f"there is no model {name!r}", expected=f"one of {', '.join(catalog.MODELS)}")


def _train(
    data: AffinityData,
    block: Any,
    frames: list[str],
    chosen: dict[str, ChosenSplit],
    options: TrainOptions,
    steps: _Steps,
    first_stage: TrainedModel | None,
    fits: FinishedFits,
) -> TrainedModel:
    def build(share: float | None = None) -> Any:
        estimator = catalog.MODELS[options.model](options.seed)
        return estimator if share is None else estimator.set_params(share=share)

    exact = data.limits == 0
    inputs = build().inputs(block)
    if hasattr(build(), "shared"):
        inputs = build().shared(inputs)
    task = evaluate.Task(build, inputs, block.fingerprints, data.values)
    every = np.ones(len(data), bool)
    steps.done()

    def hold(task: evaluate.Task, train: np.ndarray, test: np.ndarray) -> evaluate.Held:
        found = fits.held(train, test, lambda: evaluate.hold_out(task, train, test))
        steps.done()
        return found

    def fit_all() -> Any:
        found = fits.estimator(every, lambda: task.fitted(every))
        steps.done()
        return found

    # No fit needs the result of another: all are begun at once, the largest first.
    with evaluate.side_by_side() as pool:
        final = pool.submit(fit_all)
        outer = {name: pool.submit(hold, task, ~split.test, split.test) for name, split in chosen.items()}
        crossing = evaluate.cross_validation(task, every, options.folds, options.seed, pool, hold)
        inner = {
            name: evaluate.cross_validation(task, ~split.test, options.inner_folds, options.seed, pool, hold)
            for name, split in chosen.items()
        }
        evaluation: dict[str, Any] = {
            f"{name} split": _report(
                data, task, build, frames, split, options, inner=inner[name](), outer=outer[name].result()
            )
            for name, split in chosen.items()
        }
        crossed, estimator = crossing(), final.result()

    share = best_share(build, crossed.parts[exact], data.values[exact])
    predicted = build(share).combine(crossed.parts)
    interval = conformal.calibrate_groups(
        crossed.terms[exact], (data.values - predicted)[exact], float(data.values.std())
    )
    evaluation["random cross-validation"], half = evaluate.cross_report(
        data, frames, predicted, crossed, options.folds, options.seed, options.active_above
    )

    if options.active_above is not None:
        evaluation["random cross-validation"]["classification"] = classification.cross_report(
            data, options.active_above, predicted, crossed.neighbour, options.folds, options.seed
        )

    if share is not None:
        estimator.set_params(share=share)
    least = _domain(crossed.closeness)
    training = TrainingSet(
        names=data.names,
        smiles=data.smiles,
        identities=data.identities,
        families=data.families,
        fingerprints=block.fingerprints,
        values=data.values,
        limits=data.limits,
        out_of_fold=predicted,
        half_width=half,
        closeness=crossed.closeness.astype(np.float64),
    )
    card = training_card(
        data,
        title=options.title,
        estimator=estimator,
        name=options.model,
        evaluation=evaluation,
        interval=interval,
        least_similarity=least,
        options=options,
    )
    if first_stage is not None:
        card = dataclasses.replace(card, limitations=[*card.limitations, ABOUT_STAGES])
    return TrainedModel(
        card=card,
        training=training,
        estimator=estimator,
        interval=interval,
        least_similarity=least,
        key=content_key({"data": data.key, "options": dataclasses.asdict(options), "versions": _number_makers()}),
        first_stage=first_stage,
        first_stage_keep=catalog.FIRST_STAGE[options.model][1] if first_stage else 0.0,
    )


def _report(
    data: AffinityData,
    task: evaluate.Task,
    build: Callable[..., Any],
    frames: list[str],
    split: ChosenSplit,
    options: TrainOptions,
    *,
    inner: evaluate.Held,
    outer: evaluate.Held,
) -> dict[str, Any]:
    """Return what the card says of one side of a split.

    Parameters
    ----------
    inner
        Cross-validated predictions of the other side: the model of it is calibrated with them.
    outer
        Its predictions of this side.
    """
    exact, test, train = data.limits == 0, split.test, ~split.test
    share = best_share(build, inner.parts[exact[train]], data.values[train & exact])
    combine = build(share).combine
    left_out = combine(inner.parts)
    residuals = (data.values[train] - left_out)[exact[train]]
    interval = conformal.calibrate_groups(inner.terms[exact[train]], residuals, float(data.values[train].std()))
    report = {"how": split.how, "real": split.real} | evaluate.split_report(
        data, frames, train, test, combine(outer.parts), outer, interval,
        straddling=split.straddling, threshold=options.active_above,
    )  # fmt: skip
    if options.active_above is not None:
        report["classification"] = classification.split_report(
            data, options.active_above, train, test, left_out, combine(outer.parts), outer.neighbour
        )
    return report


class _Steps:
    """Counts steps, and says now and then that the last one is not the end.

    Parameters
    ----------
    on_progress
        Told of every step, and every few seconds.
    stage, total
        What is done, and in how many steps.
    """

    def __init__(self, on_progress: OnProgress | None, stage: str, total: int) -> None:
        self._tell, self._stage, self._total, self._done = on_progress, stage, total, 0
        self._lock, self._over = threading.Lock(), threading.Event()

    def __enter__(self) -> _Steps:
        self._say()
        if self._tell:
            threading.Thread(target=self._remind, name="progress", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def _remind(self) -> None:
        while not self._over.wait(_REMINDED_SECONDS):
            self._say()

    def done(self) -> None:
        """Count a step."""
        self._say(1)

    def _say(self, steps: int = 0) -> None:
        with self._lock:
            self._done += steps
            if self._tell and not self._over.is_set():
                self._tell(Progress(self._stage, self._done, self._total, "steps"))


def best_share(build: Any, parts: np.ndarray, truth: np.ndarray) -> float | None:
    """Return the share of the first member that predicts compounds not seen best."""
    if parts.shape[1] < 2 or build().share in (0.0, 1.0):
        return None
    errors = [metrics.rmse(truth, build(share).combine(parts)) for share in _SHARES]
    return _SHARES[int(np.argmin(errors))]


def _require_enough(data: AffinityData) -> None:
    exact = data.values[data.limits == 0]
    source = data.source or None
    if len(exact) < FEWEST:
        counts = ", ".join(f"{count} {state}" for state, count in sorted(count_states(data.ledger).items()))
        raise AffinityDataError(
            f"{len(exact)} compound{'' if len(exact) == 1 else 's'} with an exact value left of"
            f" {data.records} row{'' if data.records == 1 else 's'} ({counts})",
            source=source,
            expected=f"at least {FEWEST} to train, calibrate and test on",
        )
    if exact.std() < _FLATTEST:
        raise AffinityDataError(
            f"all {len(exact)} values are nearly the same ({exact.min():.2f} to {exact.max():.2f})",
            source=source,
            expected="values that differ",
        )


def _domain(closeness: np.ndarray) -> float:
    """Return the similarity that 95 % of the training compounds have to one in another fold, from 0.2 to 0.5."""
    return round(float(np.clip(np.quantile(closeness, 0.05), 0.2, 0.5)), 3)


def _number_makers() -> dict[str, str]:
    wanted = ("rdkit", "numpy", "scikit-learn", "lightgbm")
    return {name: version for name, version in package_versions().items() if name in wanted}
