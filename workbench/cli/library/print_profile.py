"""A library profile on the terminal: one screenful of 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from screening.compounds.library.profile import LibraryProfile
    from screening.compounds.search.scaffolds_and_overlap import Overlap
    from workbench.console import Console


#: Lines of each list; the rest is counted.
SHOWN = 6


def print_profile(found: LibraryProfile, console: Console) -> None:
    """Print what is in a library."""
    _line(console, f"{found.records:,} records, {found.compounds:,} unique compounds")
    _list(console, "", [(count, source) for source, count in found.sources], "files")
    for source, how in found.understood[:SHOWN]:
        _line(console, f"{source} was read with {how}")
    states = [f"{count:,} {state} ({count / max(1, found.records):.1%})" for state, count in found.counts.items()]
    _line(console, ", ".join(states))
    _list(console, "Reasons", [(count, reason) for reason, count in found.reasons.items()], "reasons")
    _list(console, "Flags (kept)", [(count, flag) for flag, count in found.flags.items()], "flags")
    if found.properties:
        header = f"{'property':<17}{'mean':>7}{'min':>7}{'5 %':>7}{'median':>7}{'95 %':>7}{'max':>7}  distribution"
        _line(console, header, "bold")
        for name, one in found.properties.items():
            numbers = (one.mean, one.minimum, one.low, one.median, one.high, one.maximum)
            cells = "".join(f"{_short(value):>7}" for value in numbers)
            _line(console, f"{name.replace('_', ' '):<17}{cells}  {_sparkline(one.counts)}")
    print_warnings(found.warnings, console)


def print_scaffolds(scaffolds: list[dict[str, Any]], console: Console) -> None:
    """Print the commonest scaffolds."""
    rows = [(row["compounds"], f"{row['share']:>6.1%}  {row['scaffold']}") for row in scaffolds]
    _list(console, "Murcko scaffolds", rows, "scaffolds", shown=len(rows))


def print_overlap(shared: Overlap, other: str, console: Console) -> None:
    """Print what a library shares with another one."""
    import numpy as np

    _line(
        console,
        f"In {other}: {shared.identical:,} of {shared.compounds:,} compounds, {shared.family:,} with or without stereo",
    )
    if len(shared.nearest):
        low, median, high = np.percentile(shared.nearest, [10, 50, 90])
        _line(
            console,
            f"Similarity to the nearest there: median {median:.2f}, 10 % below {low:.2f}, 10 % above {high:.2f} "
            f"({len(shared.nearest):,} looked at)",
        )


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True, style=style or None)


def _list(console: Console, title: str, rows: list[tuple[int, str]], what: str, shown: int = SHOWN) -> None:
    """Print counts and texts, each on one line cut to the width of the terminal."""
    from screening.printable import printable

    if rows and title:
        _line(console, title, "bold")
    for count, text in rows[:shown]:
        line = f"{count:>9,}  {printable(text)}"
        _line(console, line if len(line) <= console.width else line[: console.width - 1] + "…")
    if len(rows) > shown:
        _line(console, f"{'':>9}  and {len(rows) - shown:,} more {what}: see --json")


def _short(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _sparkline(counts: object, width: int = 14) -> str:
    import numpy as np

    values = np.asarray(counts, float)
    if len(values) > width:
        values = np.array([piece.sum() for piece in np.array_split(values, width)])
    levels = " ▁▂▃▄▅▆▇█"
    return "".join(levels[int(np.ceil(value / values.max() * 8))] for value in values)


def print_warnings(warnings: list[str], console: Console) -> None:
    """Print what nobody should overlook."""
    from rich.markup import escape
    from rich.panel import Panel

    for warning in warnings:
        head, _, reasons = warning.partition(": ")
        text = "\n".join([f"[bold]{escape(head)}[/bold]", *(f"  {escape(each)}" for each in reasons.split("; "))])
        console.print(Panel(text, title="LOOK HERE", border_style="bold red"))
