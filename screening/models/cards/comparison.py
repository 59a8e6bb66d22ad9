"""The errors of several models side by side."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from screening.models.card import ModelCard
from screening.models.cards.card_text import CardTable, number

_COLUMNS = {
    "rmse": "RMSE",
    "mae": "MAE",
    "r2": "R2",
    "spearman": "Spearman",
    "coverage": "90 % holds",
    "neighbour_rmse": "1-NN RMSE",
    "roc_auc": "ROC AUC",
    "brier": "Brier",
    "ef1": "EF 1 %",
    "bedroc": "BEDROC",
}


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Models side by side.

    Attributes
    ----------
    legend
        A line for each model: its letter, name, data.
    rows
        A row for each model and split: letter, split, count, and the numbers of its card.
    warnings
        Why numbers of a split cannot be compared, if they cannot.
    """

    legend: list[str]
    rows: list[dict[str, Any]]
    warnings: list[str]

    def tables(self) -> list[CardTable]:
        """Return a table for each split, with the columns that any model has."""
        found = []
        for split in dict.fromkeys(row["split"] for row in self.rows):
            rows = [row for row in self.rows if row["split"] == split]
            keys = [key for key in _COLUMNS if any(row.get(key) is not None for row in rows)]
            cells = tuple((row["model"], str(row["n"]), *(number(row.get(key)) for key in keys)) for row in rows)
            found.append(CardTable(split, ("model", "tested", *(_COLUMNS[key] for key in keys)), cells))
        return found


def comparison(cards: Mapping[str, ModelCard]) -> Comparison:
    """Compare model cards by name."""
    legend, rows, warnings = [], [], []
    data: dict[str, set[str]] = {}
    for position, (name, card) in enumerate(cards.items()):
        letter = chr(ord("A") + position) if position < 26 else str(position + 1)
        sha = str(card.data.get("sha256", ""))[:8]
        legend.append(
            f"{letter}: {name} ({card.estimator['name']}, {card.kind}), {card.data['compounds']:,} compounds from"
            f" {card.data['source']}{f', {sha}' if sha else ''}"
        )
        for split, found in card.evaluation.items():
            rows.append({"model": letter, "folder": name, "split": split, **_row(found)})
            data.setdefault(split, set()).add(f"{card.data.get('key', sha)} {card.kind} {found['how']}")
    for split, kinds in data.items():
        if len(kinds) > 1:
            warnings.append(f"the models were not tested on the same compounds by the {split}: do not compare")
    return Comparison(legend, rows, warnings)


def _row(found: dict[str, Any]) -> dict[str, Any]:
    ranked = (found.get("ranking") or {}).get("this model", {})
    sorted_ = (found.get("classification") or {}).get("model", {})
    row: dict[str, Any] = {"n": found.get("model", ranked).get("n", 0)}
    if sorted_:
        row |= {key: sorted_[key] for key in ("roc_auc", "brier")}
    elif "model" in found:
        row |= {key: found["model"].get(key) for key in ("rmse", "mae", "r2", "spearman")}
        row["coverage"] = found["interval"]["coverage"]
        row["neighbour_rmse"] = found["baselines"]["nearest neighbour"]["rmse"]
    else:
        row["roc_auc"] = ranked.get("roc_auc")
    return row | {key: ranked.get(key) for key in ("ef1", "bedroc")}
