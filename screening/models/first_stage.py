"""How the fast model of the same data, for the first pass of a screen, is kept in the file of a slow one."""

from __future__ import annotations

import dataclasses
from typing import Any

from screening.models.card import ModelCard
from screening.models.training_set import TrainingSet


def stages_state(model: Any) -> dict[str, Any]:
    """Return what a model file holds of the first stage of `model`: nothing if it has none."""
    first = model.first_stage
    if first is None:
        return {}
    own = {"card": first.card.to_json(), "key": first.key, "out_of_fold": first.training.out_of_fold}
    return {"first_stage": first.to_state() | own, "first_stage_keep": model.first_stage_keep}


def stages_of(model_class: Any, training: TrainingSet, state: dict[str, Any]) -> dict[str, Any]:
    """Read back what `stages_state` wrote, as the fields ``first_stage`` and ``first_stage_keep``."""
    first = state.get("first_stage")
    if first is None:
        return {}
    own = dataclasses.replace(training, out_of_fold=first["out_of_fold"], half_width=None, closeness=None)
    fast = model_class.from_state(ModelCard.from_json(first["card"]), own, first, first["key"])
    return {"first_stage": fast, "first_stage_keep": float(state["first_stage_keep"])}
