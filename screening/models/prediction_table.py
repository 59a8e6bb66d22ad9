"""Predictions for SMILES as a table, never a bare number, and the target that they are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from screening.compounds.standardisation.standardise import Parent, Refusal, parent_of
from screening.errors import UsageError
from screening.models.affinity import AffinityModel, Predictions, meaning
from screening.models.training_set import TrainingSet, compound_block
from screening.result_table import ResultTable
from screening.targets.target import Target

#: Columns, named as in the evidence of a run (`screening.runs.evidence.nearest_known`).
PREDICTION_SCHEMA = pa.schema(
    [
        ("smiles", pa.string()),
        ("affinity", pa.float64()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("in_domain", pa.bool_()),
        ("nearest", pa.string()),
        ("similarity", pa.float64()),
        ("nearest_relation", pa.string()),
        ("nearest_measured", pa.float64()),
        ("nearest_smiles", pa.string()),
        ("nearest_with_value", pa.string()),
        ("seen_as", pa.string()),
        ("seen_name", pa.string()),
        ("measured_relation", pa.string()),
        ("measured", pa.float64()),
        ("measured_of", pa.string()),
        ("parent", pa.string()),
        ("problem", pa.string()),
    ]
)

_RELATIONS = {-1: "<", 0: "=", 1: ">"}
#: Compounds predicted together.
_ROWS = 4096
#: A text of at least so many letters and nothing else is a sequence and no name.
_SHORTEST_SEQUENCE = 40


class PredictingModel(AffinityModel, Protocol):
    """A model of one target that knows its training compounds."""

    @property
    def training(self) -> TrainingSet:
        """The training compounds."""

    def similarity(self, fingerprints: np.ndarray) -> np.ndarray:
        """Return the Tanimoto similarities of packed fingerprints to them, float32, shape (n, m)."""


def prediction_table(model: PredictingModel, compounds: str | Iterable[str]) -> ResultTable:
    """Predict compounds given as SMILES, one row each in the order given.

    Parameters
    ----------
    model
        A model of one target.
    compounds
        One SMILES or several; each is standardised as a library is.

    Returns
    -------
    ResultTable
        With the columns of `PREDICTION_SCHEMA`: ``affinity`` with its interval ``lower`` to ``upper``, what the model
        was trained on nearby with its measured value (and, where it has none for this target, the nearest compound
        that has one: ``nearest_with_value``), and ``seen_as`` (``itself``, ``stereoisomer``, ``tautomer`` or
        empty) with what was measured of the compound; ``measured_of`` names the target of the measured values where
        it is not quite this one (its binding site differs by a mutation). A SMILES that is no compound has a
        ``problem`` and no numbers.

    Raises
    ------
    UsageError
        If something given is no text.
    """
    given = [compounds] if isinstance(compounds, str) else list(compounds)
    for at, one in enumerate(given):
        if not isinstance(one, str):
            raise UsageError(f"predict: compound {at + 1} is {one!r:.60}", expected="SMILES as text")
    rows = [row for start in range(0, len(given), _ROWS) for row in _rows(model, given[start : start + _ROWS])]
    words = meaning(model.kind)
    return ResultTable(
        pa.Table.from_pylist(rows, schema=PREDICTION_SCHEMA),
        title=f"{words.of[:1].upper()}{words.of[1:]} ({words.scale}); lower to upper: {words.interval}",
        hidden=("nearest_smiles", "parent"),
        decimals=dict.fromkeys(("affinity", "lower", "upper"), words.decimals)
        | dict.fromkeys(("similarity", "nearest_measured", "measured"), 2),
    )


def _rows(model: PredictingModel, given: Sequence[str]) -> list[dict[str, Any]]:
    parents = [parent_of(text.strip()) for text in given]
    usable = [parent for parent in parents if isinstance(parent, Parent)]
    block = compound_block([parent.smiles for parent in usable])
    found = model.predict(block) if usable else None
    values, limits = model.measured_values()
    measured = np.isfinite(values)
    rows: list[dict[str, Any]] = []
    at = 0
    for text, parent in zip(given, parents):
        row: dict[str, Any] = {"smiles": text}
        rows.append(row)
        if isinstance(parent, Refusal):
            row["problem"] = f"{parent.stage}: {parent.reason}"
            continue
        assert found is not None
        row["parent"] = parent.smiles
        row |= _predicted(model, found, at)
        at += 1
        row["measured_of"] = getattr(model, "measured_of", "")
        if found.nearest[at - 1] >= 0:
            row["nearest"] = model.training_names[near := int(found.nearest[at - 1])]
            row["nearest_smiles"] = model.training_smiles[near]
            row |= _value("nearest_", values, limits, near)
            if not measured[near] and measured.any():
                row["nearest_with_value"] = _with_value(model, block.fingerprints[at - 1 : at], values, limits)
        twin = model.training.twins.twin(parent.smiles, parent.identity)
        row["seen_as"] = "" if twin is None else twin[1]
        if twin is not None:
            row["seen_name"] = model.training_names[twin[0]]
            row |= _value("", values, limits, twin[0])
    return rows


def _predicted(model: PredictingModel, found: Predictions, at: int) -> dict[str, Any]:
    if at in found.problems:
        return {"problem": found.problems[at]}
    # float32 printed as float64 would show digits that were never there.
    numbers = {name: float(f"{getattr(found, name)[at]:.6g}") for name in ("affinity", "lower", "upper", "similarity")}
    return numbers | {"in_domain": bool(found.in_domain[at])}


def _with_value(model: PredictingModel, fingerprint: np.ndarray, values: np.ndarray, limits: np.ndarray) -> str:
    similarity = model.similarity(fingerprint)[0]
    row = int(np.where(np.isfinite(values), similarity, -1.0).argmax())
    relation = _RELATIONS[int(limits[row])].replace("=", "")
    return f"{model.training_names[row]} (similarity {similarity[row]:.2f}): {relation}{values[row]:.2f}"


def _value(prefix: str, values: np.ndarray, limits: np.ndarray, row: int) -> dict[str, Any]:
    if not np.isfinite(values[row]):
        return {}
    relation = f"{prefix or 'measured_'}relation"
    return {relation: _RELATIONS[int(limits[row])], f"{prefix}measured": round(float(values[row]), 6)}


def sequence_asked(target: object) -> str | None:
    """Return the sequence of a `Target` or of a text that is one; None for a text that is a name.

    Raises
    ------
    UsageError
        If it is neither a text nor a target with a protein chain.
    """
    if isinstance(target, Target):
        if not target.sequence:
            raise UsageError(f"predict: {target.id} has no protein chain", expected="a target with one")
        return target.sequence
    if not isinstance(target, str):
        raise UsageError(
            f"predict: target is {target!r:.60}", expected="a name, a sequence, or a target: wb.open_target(FILE)"
        )
    text = "".join(target.split())
    return text.upper() if len(text) >= _SHORTEST_SEQUENCE and re.fullmatch("[A-Za-z*]+", text) else None


def require_asked(target: object, family: str, title: str, names: Sequence[str]) -> None:
    """Check that a target is given.

    Raises
    ------
    UsageError
        If none is; the message says what the model needs.
    """
    if target is None:
        raise UsageError(
            f"the model predicts for a {family} it is told, and none is given",
            source=title,
            expected=f"predict(SMILES, target=...) with one of its {len(names)} names (such as"
            f" {', '.join(list(names)[:3])}; all in .target_names), a sequence, or wb.open_target(FILE)",
        )
