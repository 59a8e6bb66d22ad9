"""What changed between two runs: plan, hit list, ranks."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pyarrow as pa
from scipy.stats import spearmanr

from screening.errors import UsageError
from screening.runs.plan import ScreenPlan
from screening.runs.run import ScreenRun
from screening.runs.scores import RANK_ORDER, read_run_file
from screening.runs.why import why

#: Sizes of the top of the list whose overlap is told.
SIZES = (10, 50, 100, 500, 1000)


@dataclasses.dataclass(frozen=True)
class Moved:
    """A compound of either list.

    Attributes
    ----------
    name, identity
        Which compound.
    before, after
        Its ranks; None where it was not scored.
    why
        Why it entered or left, in a few words.
    """

    name: str
    identity: bytes
    before: int | None
    after: int | None
    why: str


@dataclasses.dataclass(frozen=True)
class RunComparison:
    """How run B differs from run A.

    Attributes
    ----------
    differences
        What differs in the plans, a sentence each.
    shared
        Compounds that both scored.
    correlation
        Spearman correlation of their predictions over those.
    overlap
        Size of the top of the list to the number of compounds that both have in it.
    entered, left, moved
        Compounds among the best `top` of B but not of A, of A but not of B, and of both whose rank changed, the
        largest change first.
    ranks
        int64, shape (shared, 2): ranks of the shared compounds in A and B.
    """

    top: int
    differences: list[str]
    shared: int
    correlation: float
    overlap: dict[int, int]
    entered: list[Moved]
    left: list[Moved]
    moved: list[Moved]
    ranks: np.ndarray


def compare_runs(first: ScreenRun, second: ScreenRun, top: int = 100) -> RunComparison:
    """Compare two finished runs by the identity of their compounds.

    Raises
    ------
    RunError
        If one is not finished.
    UsageError
        If they have no compound in common.
    """
    a, b = _ranked(first), _ranked(second)
    rank_a, rank_b = ({key: at + 1 for at, (key, _) in enumerate(one)} for one in (a, b))
    value_a, value_b = dict(a), dict(b)
    both = [key for key, _ in a if key in rank_b]
    if not both:
        raise UsageError("the two runs have no compound in common", source=second.folder)
    ranks = np.array([(rank_a[key], rank_b[key]) for key in both])
    pairs = np.array([(value_a[key], value_b[key]) for key in both])
    constant = len(both) < 3 or pairs.std(axis=0).min() == 0
    correlation = float("nan") if constant else float(spearmanr(pairs[:, 0], pairs[:, 1]).statistic)
    sizes = sorted({size for size in (*SIZES, top) if size <= min(len(a), len(b))})
    overlap = {size: len({key for key, _ in a[:size]} & {key for key, _ in b[:size]}) for size in sizes}
    best_a, best_b = [key for key, _ in a[:top]], [key for key, _ in b[:top]]
    set_a, set_b = set(best_a), set(best_b)
    reason = "; ".join(plan_differences(first, second, short=True)) or "another version of the program"
    names = _names(first, set_a | set_b) | _names(second, set_a | set_b)

    def moved(key: bytes, words: str) -> Moved:
        return Moved(names.get(key, key.hex()[:8]), key, rank_a.get(key), rank_b.get(key), words)

    entered = [
        moved(key, f"ranked {rank_a[key]:,} before: {reason}" if key in rank_a else _absent(first, names.get(key, "")))
        for key in best_b
        if key not in set_a
    ]
    left = [
        moved(key, f"ranked {rank_b[key]:,} now: {reason}" if key in rank_b else _absent(second, names.get(key, "")))
        for key in best_a
        if key not in set_b
    ]
    changed = [moved(key, "") for key in best_a if key in set_b and rank_a[key] != rank_b[key]]
    changed.sort(key=lambda one: (-abs((one.before or 0) - (one.after or 0)), one.before or 0))
    return RunComparison(
        top, plan_differences(first, second), len(both), correlation, overlap, entered, left, changed, ranks
    )  # fmt: skip


def plan_differences(first: ScreenRun, second: ScreenRun, *, short: bool = False) -> list[str]:
    """Return what differs in what was screened with what: model, library, target, site, chain."""
    a, b = first.plan, second.plan
    found = []
    for what, key, place in (
        ("library", "library_key", "library"),
        ("model", "model_key", "model"),
        ("target", "target_sha256", "target"),
        ("site", "site", None),
        ("chain", "chain", None),
    ):
        before, after = getattr(a, key), getattr(b, key)
        if before == after:
            continue
        if short:
            found.append(f"another {what}")
            continue
        shown = [_shown(plan, key, place) for plan in (a, b)]
        same = " (other content)" if shown[0] == shown[1] else ""
        found.append(f"{what}: {shown[0] or 'none'} before, {shown[1] or 'none'} now{same}")
    if not short and first.kind != second.kind:
        found.append(f"predicted: {first.kind} before, {second.kind} now")
    return found


def _shown(plan: ScreenPlan, key: str, place: str | None) -> str | None:
    path = getattr(plan, place) if place else None
    return Path(str(path)).name if path else getattr(plan, key)


def _ranked(run: ScreenRun) -> list[tuple[bytes, float]]:
    columns = ["record", "identity", "affinity", "full"]
    scores = pa.concat_tables([read_run_file(path, columns=columns) for path in run.score_files()]).sort_by(RANK_ORDER)
    return list(zip(scores.column("identity").to_pylist(), scores.column("affinity").to_pylist()))


def _names(run: ScreenRun, wanted: set[bytes]) -> dict[bytes, str]:
    hits = run.hits()
    keys = (bytes.fromhex(key) for key in hits.column("id").to_pylist())
    return {key: name for key, name in zip(keys, hits.column("name").to_pylist()) if key in wanted}


def _absent(run: ScreenRun, name: str) -> str:
    """Say why a compound has no score in a run."""
    fates = why(run, name) if name else []
    if not fates:
        return "not in that library"
    return ": ".join(part for part in (fates[0].state, fates[0].reason) if part)
