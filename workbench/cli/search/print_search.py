"""Print what a search has found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from screening.printable import printable

if TYPE_CHECKING:
    from screening.runs.search.recall import Recall
    from screening.runs.search.rounds import SearchRun


def print_search(found: SearchRun, top: int = 20) -> None:
    """Print the best found, how many were asked, and how many of the best that is expected to be."""
    from rich.table import Table

    from screening.runs.evidence.text import number_text
    from screening.runs.search.search import read_recall
    from workbench.console import Console

    best = found.found()
    shown = Table(box=None, pad_edge=False)
    again = ("full",) if "full" in best.column_names else ()
    for heading in ("rank", "name", *again, "value", "chosen", "smiles"):
        shown.add_column(
            heading, justify="right" if heading in ("rank", "value", "full") else "left", no_wrap=heading != "smiles"
        )
    for row in best.slice(0, top).to_pylist():
        numbers = ["" if row[name] is None else number_text(row[name], 3) for name in (*again, "value")]
        shown.add_row(str(row["rank"]), printable(row["name"]), *numbers, row["chosen"], row["smiles"])
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = max(console.width, 200)
    console.print(shown)
    answered = found.answered()
    failed = len(answered.reasons) - best.num_rows
    console.print(
        f"{len(answered.rows):,} of {found.plan.budget:,} compounds asked for in {found.rounds} rounds,"
        f" {best.num_rows:,} answers" + (f", {failed:,} without one ({_reasons(answered.reasons)})" if failed else "")
    )
    said = recall_sentence(read_recall(found), found.summary) if found.finished else ""
    console.print(said or "the search goes on: the same command again")


def _reasons(reasons: list[str]) -> str:
    from collections import Counter

    counted = Counter(reason for reason in reasons if reason).most_common(3)
    return "; ".join(f"{count} x {printable(reason)}" for reason, count in counted)


def recall_sentence(recall: Recall | None, summary: Mapping[str, Any]) -> str:
    """Say how many of the best are expected among what was found, and of what; `summary` is that of the search."""
    if recall is None:
        return "too few answers to say how many of the best were found"
    among = f"{summary['passed']:,} that passed the tiers" if "passed" in summary else "library"
    return (
        f"expected among them: {recall.expected:.0%} of the best {recall.top:,} of the {among}"
        f" (90 % interval {recall.lower:.0%} to {recall.upper:.0%})"
    )
