"""Print a filled table: how good it is, and what to measure next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from screening.models.tables.filled_table import FilledTable


def print_filled(filled: FilledTable) -> None:
    """Print it for people."""
    import typer

    from screening.models.cards.card_text import CardTable
    from screening.models.tables import summary
    from screening.printable import printable
    from workbench.cli.printing.print_card import print_table

    for sentence in summary.opening(filled):
        typer.echo(printable(sentence))
    for table, sentences in summary.tests(filled):
        typer.echo()
        print_table(table)
        for sentence in sentences:
            typer.echo(sentence)
    rows = [
        (
            printable(str(row["name"])),
            printable(str(row["target"])),
            f"{row['predicted']:.2f} ({row['lower']:.2f} to {row['upper']:.2f})",
            f"{row['likely_active']:.0%}",
            str(row["why"]),
        )
        for row in filled.measure_next
    ]
    if rows:
        threshold = filled.evaluation["active above"]
        typer.echo()
        print_table(
            CardTable(
                "Measure next",
                ("compound", "target", "predicted (90 % interval)", f"chance of {threshold:g} or more", "why"),
                tuple(rows),
            )
        )
    typer.echo()
    for sentence in summary.closing():
        typer.echo(sentence)
