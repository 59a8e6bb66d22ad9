"""Shortlists with reasons: which hits to buy or make, and why each is in.

The score is a weighted geometric mean of desirabilities (Derringer and Suich, J. Qual. Technol. 1980, 12, 214), the
weights in plain sight. Picks are the best, the most different of the best (MaxMin; Ashton et al. 2002, QSAR 21, 598),
or the best of each scaffold or cluster. A share can be kept for compounds the model is least sure of, which teach it
most.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from screening.errors import UsageError
from screening.features.compound_blocks import fingerprints_and_properties
from workbench.review.schemas import Desirability, ShortlistPlan

#: MaxMin looks for different compounds among so many times as many of the best as are wanted.
_BEST_OF = 5
#: A desirability of zero would hide all others.
_LEAST = 0.01


@dataclasses.dataclass(frozen=True)
class Pick:
    """A compound of a shortlist, its score from 0 to 1, and why it is in."""

    record: int
    score: float
    why: str
    parts: dict[str, float]


@dataclasses.dataclass(frozen=True)
class Shortlist:
    """A shortlist.

    Attributes
    ----------
    picks
        In the order they were picked.
    left_out
        Sentence to number of compounds that it kept out.
    notes
        What the reader must know: hits that cannot be told apart, too few compounds.
    """

    picks: list[Pick]
    left_out: dict[str, int]
    notes: list[str]


def shortlist(rows: Sequence[Mapping[str, Any]], plan: ShortlistPlan, decisions: Mapping[int, str]) -> Shortlist:
    """Pick compounds.

    Parameters
    ----------
    rows
        Evidence rows in rank order.
    plan
        What is wanted.
    decisions
        Record number to decision.

    Raises
    ------
    UsageError
        If a column is not there or holds no numbers, or a desirability has no width.
    """
    wants = plan.desirability or [_affinity_alone(rows)]
    columns = [one.column for one in wants] + list(plan.windows)
    for name in columns:
        if rows and name not in rows[0]:
            raise UsageError(f"there is no column {name!r}", expected=f"one of {', '.join(rows[0])}")
        if not any(_number(row[name]) is not None for row in rows):
            raise UsageError(f"the column {name!r} holds no numbers", expected="a column of numbers")
    for one in wants:
        if one.best == one.worst:
            raise UsageError(f"best and worst of {one.column!r} are the same", expected="two different values")
    if not sum(one.weight for one in wants) > 0:
        raise UsageError("all weights are zero", expected="one weight above zero")
    left_out: dict[str, int] = {}
    pool = []
    for row in rows:
        reason = "" if row["record"] in plan.include else _kept_out(row, plan, decisions)
        if reason:
            left_out[reason] = left_out.get(reason, 0) + 1
        else:
            pool.append(row)
    parts = {row["record"]: {one.column: _desirable(one, row[one.column]) for one in wants} for row in pool}
    weights = {one.column: one.weight for one in wants}
    score = {record: _mean(found, weights) for record, found in parts.items()}
    pool.sort(key=lambda row: (-score[row["record"]], row["rank"]))
    picks = _picked(pool, plan, score, parts)
    notes = []
    if len(picks) < plan.count:
        notes.append(f"Only {len(picks)} of {plan.count} wanted compounds fit.")
    notes += _alike(pool, picks, plan)
    return Shortlist(picks, left_out, notes)


def _affinity_alone(rows: Sequence[Mapping[str, Any]]) -> Desirability:
    values = [value for row in rows if (value := _number(row.get("affinity"))) is not None] or [0.0]
    low, high = min(values), max(values)
    return Desirability(column="affinity", worst=low, best=high if high > low else low + 1)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)


def _desirable(want: Desirability, value: Any) -> float:
    number = _number(value)
    if number is None:
        return _LEAST
    return max(_LEAST, min(1.0, (number - want.worst) / (want.best - want.worst)))


def _mean(parts: Mapping[str, float], weights: Mapping[str, float]) -> float:
    total = sum(weights.values())
    return round(math.exp(sum(weights[name] * math.log(part) for name, part in parts.items()) / total), 4)


def _kept_out(row: Mapping[str, Any], plan: ShortlistPlan, decisions: Mapping[int, str]) -> str:
    decision = decisions.get(row["record"], "")
    if plan.only == "accepted" and decision != "accept":
        return "not accepted"
    if plan.only == "not rejected" and decision == "reject":
        return "rejected"
    for name, window in plan.windows.items():
        value = _number(row[name])
        if value is None:
            return f"{name} unknown"
        if (window.low is not None and value < window.low) or (window.high is not None and value > window.high):
            return f"{name} outside the window"
    similarity = _number(row.get("similarity"))
    if plan.most_similarity is not None and (similarity is None or similarity > plan.most_similarity):
        return f"more similar than {plan.most_similarity:g} to a known compound"
    if plan.contacts:
        made = _contacts(row)
        for wanted in plan.contacts:
            if wanted.upper() not in made:
                return f"no contact with {wanted}" if made else "no pose, so no contacts"
    return ""


def _contacts(row: Mapping[str, Any]) -> str:
    """Return all text of the row's contact columns, in capitals."""
    return " ".join(
        str(value).upper() for name, value in row.items() if ("contact" in name or "interaction" in name) and value
    )


def _picked(
    pool: list[Mapping[str, Any]],
    plan: ShortlistPlan,
    score: Mapping[int, float],
    parts: Mapping[int, dict[str, float]],
) -> list[Pick]:
    place = {row["record"]: at for at, row in enumerate(pool, start=1)}
    learning = round(plan.count * plan.learning)
    chosen: dict[int, str] = {row["record"]: "asked for by name" for row in pool if row["record"] in plan.include}
    free = [row for row in pool if row["record"] not in chosen]
    room = max(0, plan.count - learning - len(chosen))
    for row, why in _by_method(free, plan, room, place, [row for row in pool if row["record"] in chosen]):
        chosen[row["record"]] = why
    if learning:
        unsure = [row for row in free if row["record"] not in chosen and _width(row) is not None]
        unsure.sort(key=lambda row: (-(_width(row) or 0.0), row["rank"]))
        for row in unsure[: plan.count - len(chosen)]:
            chosen[row["record"]] = f"to learn from: interval {_width(row):.2f} wide, among the widest left"
    return [Pick(record, score[record], why, parts[record]) for record, why in list(chosen.items())[: plan.count]]


def _by_method(
    free: list[Mapping[str, Any]],
    plan: ShortlistPlan,
    room: int,
    place: Mapping[int, int],
    given: list[Mapping[str, Any]],
) -> list[tuple[Mapping[str, Any], str]]:
    if plan.method in ("scaffold", "cluster"):
        key = plan.method
        taken = {row.get(key) for row in given if row.get(key) not in (None, "")}
        found: list[tuple[Mapping[str, Any], str]] = []
        for row in free:
            value = row.get(key)
            if len(found) == room:
                break
            if value not in (None, "") and value in taken:
                continue
            taken.add(value if value not in (None, "") else ("none", row["record"]))
            found.append((row, f"best of its {key}" + ("" if value in (None, "") else f" ({value})")))
        return found
    if plan.method == "maxmin" and room < len(free):
        return _most_different(free[: max(room * _BEST_OF, room)], room, place, given)
    return [(row, f"number {place[row['record']]} by score") for row in free[:room]]


def _most_different(
    free: list[Mapping[str, Any]], room: int, place: Mapping[int, int], given: list[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], str]]:
    """Pick by MaxMin among the best, beginning with the very best and far from what is given."""
    bits = np.unpackbits(fingerprints_and_properties([row["smiles"] for row in [*given, *free]])[0], axis=1)
    bits = bits.astype(np.float32)
    sizes = bits.sum(axis=1)
    nearest = np.zeros(len(free), np.float32)

    def update(at: int) -> None:
        common = bits[len(given) :] @ bits[at]
        np.maximum(nearest, common / np.maximum(sizes[len(given) :] + sizes[at] - common, 1), out=nearest)

    for at in range(len(given)):
        update(at)
    found: list[tuple[Mapping[str, Any], str]] = []
    taken = np.zeros(len(free), bool)
    while len(found) < room and not taken.all():
        at = 0 if not found and not given else int(np.where(taken, 2.0, nearest).argmin())
        row = free[at]
        where = f"number {place[row['record']]} by score"
        found.append(
            (row, where if not (found or given) else f"{where}, at most {nearest[at]:.2f} similar to the picks before")
        )
        taken[at] = True
        update(len(given) + at)
    return found


def _width(row: Mapping[str, Any]) -> float | None:
    lower, upper = _number(row.get("lower")), _number(row.get("upper"))
    return None if lower is None or upper is None else upper - lower


def _alike(pool: list[Mapping[str, Any]], picks: list[Pick], plan: ShortlistPlan) -> list[str]:
    """Say which hits cannot be told apart: the prediction of one lies in the interval of the other, both ways."""
    rows = {row["record"]: row for row in pool}
    inside = {pick.record for pick in picks}
    last = next((rows[pick.record] for pick in reversed(picks) if "by score" in pick.why), None)
    if last is None or _width(last) is None:
        return []
    count = sum(
        row["record"] not in inside and _width(row) is not None
        and row["lower"] <= last["affinity"] <= row["upper"] and last["lower"] <= row["affinity"] <= last["upper"]
        for row in pool
    )  # fmt: skip
    if not count:
        return []
    return [
        f"{count} compounds that are not on the list cannot be told apart from the last one picked by score"
        f" ({last['name']}) by predicted affinity: each lies within the interval of the other."
    ]
