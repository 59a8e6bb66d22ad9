"""A table on the terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"-?[\d.,]+%?|-")
_GAP = 2
_LEAST = 12


def print_table(
    title: str, header: Sequence[str], rows: Sequence[Sequence[str]], whole: Sequence[str] = (), short: str = ""
) -> None:
    """Print a table whose cells are shown as they are; columns of numbers are set to the right.

    Parameters
    ----------
    title, header, rows
        What it says. Long cells are folded, none is cut.
    whole
        Headings whose cells are never folded.
    short
        A heading whose cells are one line, cut to the width that the others leave.
    """
    from rich.table import Table
    from rich.text import Text

    from workbench.console import Console

    console = Console(highlight=False)
    widths = {name: max([len(name), *(len(row[at]) for row in rows)]) for at, name in enumerate(header)}
    left = console.width - sum(width + _GAP for name, width in widths.items() if name != short)
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for at, name in enumerate(header):
        numbers = bool(rows) and all(_NUMBER.fullmatch(row[at]) for row in rows)
        table.add_column(
            name,
            justify="right" if numbers else "left",
            overflow="ellipsis" if name == short else "fold",
            no_wrap=numbers or name in whole or name == short,
            max_width=max(left, _LEAST) if name == short else None,
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
