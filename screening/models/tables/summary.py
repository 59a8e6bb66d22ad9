"""A filled table in words: what was filled, how good that is beside the baselines, and what to make of it."""

from __future__ import annotations

from typing import Any

from screening.models.cards.card_text import CardTable
from screening.models.tables.filled_table import LIMITATIONS, FilledTable

_TITLES = {
    "cells left out": "Cells left out: a measured cell is predicted from the rest of the table",
    "compounds left out": "Compounds left out: nothing was measured of the compound",
}
#: An error so much smaller than that of the best baseline is called smaller.
_BETTER = 0.98


def opening(filled: FilledTable) -> list[str]:
    """Return sentences on what was read and filled."""
    card = filled.card()
    cells = card["compounds"] * len(card["targets"])
    said = [
        *card["notes"],
        f"{card['compounds']:,} compounds by {len(card['targets']):,} targets ({card['scale']}): {card['measured']:,}"
        f" of {cells:,} cells measured ({card['limits']:,} of them limits), {card['gaps']:,} gaps filled by"
        f" {card['evaluation']['method']}, {card['in_domain']:,} of them in the domain.",
    ]
    for one in filled.table.left_out[:3]:
        where = f"line {one.line}" + (f", column {one.column}" if one.column else "")
        said.append(f"Left out, {where}: {one.text + ': ' if one.text else ''}{one.reason}.")
    if len(filled.table.left_out) > 3:
        said.append(f"And {len(filled.table.left_out) - 3:,} more rows or cells left out: left_out.csv has all.")
    return said


def tests(filled: FilledTable) -> list[tuple[CardTable, list[str]]]:
    """Return a table of errors for each way to leave out, with sentences on it."""
    found = []
    for name, title in _TITLES.items():
        report = filled.evaluation.get(name)
        if report is None:
            continue
        rows = [("this filling", *_cells(report["model"]))]
        for group in ("other fillers", "baselines"):
            rows += [(what, *_cells(numbers)) for what, numbers in report[group].items()]
        table = CardTable(f"{title} ({report['cells']:,} cells)", ("", "RMSE", "Spearman"), tuple(rows))
        found.append((table, _judged(report, filled.evaluation["active above"])))
    return found


def closing() -> list[str]:
    """Return what to bear in mind."""
    return list(LIMITATIONS)


def _cells(numbers: dict[str, float]) -> tuple[str, str]:
    return f"{numbers['rmse']:.3f}", f"{numbers['spearman']:.2f}"


def _judged(report: dict[str, Any], threshold: float) -> list[str]:
    best = min(report["baselines"], key=lambda name: report["baselines"][name]["rmse"])
    error, least = report["model"]["rmse"], report["baselines"][best]["rmse"]
    flags, interval = report["flags"], report["interval"]
    said = [
        f"The error is {1 - error / least:.0%} smaller than that of the best baseline ({best})."
        if error < _BETTER * least
        else f"The error is not smaller than that of the simplest way, the {best}: take these predictions for that."
        if best == "mean of the target"
        else f"The error is not smaller than that of a simple baseline ({best}).",
        f"The 90 % interval held {interval['coverage']:.1%} of the left-out values; half of the intervals are wider"
        f" than {interval['median_width']:.2f}.",
    ]
    if flags["likely"]:
        said.append(
            f"Of {flags['likely']:,} cells called likely ({threshold:g} or more) {flags['active among the likely']:.0%}"
            f" were; of all {flags['active']:.0%}."
        )
    return [
        *said,
        f"The least sure tenth was off by {flags['mean error of the least sure tenth']:.2f} on average, all by"
        f" {flags['mean error']:.2f}.",
    ]
