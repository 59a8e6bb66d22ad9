"""A prediction in words: never a bare number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from screening.printable import printable

if TYPE_CHECKING:
    import numpy as np

    from screening.models.affinity import AffinityModel, Predictions


def sentence(model: AffinityModel, found: Predictions, row: int) -> str:
    """Say a prediction with its bounds, whether it is in the domain, and the nearest training compound."""
    from screening.models.affinity import meaning
    from screening.runs.evidence.text import number_text

    words = meaning(model.kind)
    if row in found.problems:
        return f"no prediction: {found.problems[row]}"

    def number(column: np.ndarray) -> str:
        return number_text(float(column[row]), words.decimals)

    return (
        f"{words.of} {number(found.affinity)} ({words.interval} {number(found.lower)} to {number(found.upper)}),"
        f" {domain(model.training_names, found, row)}"
    )


def domain(names: Sequence[str], found: Predictions, row: int) -> str:
    """Say whether a compound is in the domain, and which of the training compounds, by name, is the nearest."""
    inside = "in domain" if found.in_domain[row] else "outside the domain"
    nearest = printable(names[int(found.nearest[row])])
    return f"{inside}, nearest {nearest} (similarity {found.similarity[row]:.2f})"


def as_dict(model: AffinityModel, found: Predictions, row: int) -> dict[str, Any]:
    """Return a prediction for a script."""
    if row in found.problems:
        return {"kind": str(model.kind), "problem": found.problems[row]}
    # float32 printed as float64 would show digits that were never there.
    numbers = {name: float(f"{getattr(found, name)[row]:.6g}") for name in ("affinity", "lower", "upper", "similarity")}
    return {
        "kind": str(model.kind),
        **numbers,
        "in_domain": bool(found.in_domain[row]),
        "nearest": model.training_names[int(found.nearest[row])],
    }
