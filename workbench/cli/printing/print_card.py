"""Print a model card in a terminal, within its width."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from screening.models.card import ModelCard
    from screening.models.cards.card_text import CardTable


def print_card(card: ModelCard) -> None:
    """Print the card for people."""
    from rich.padding import Padding
    from rich.text import Text

    from screening.models.cards import card_text
    from workbench.console import Console

    console = Console(highlight=False, markup=False)
    console.print(Text(f"{card.title} ({card.model_type}, {card.kind})", style="bold"))
    for sentence in card_text.opening(card):
        console.print(sentence)
    heading, read = card_text.how_read(card)
    if read:
        console.print()
        console.print(Text(heading, style="bold"))
    for sentence in read:
        console.print(Padding(Text(sentence), (0, 0, 0, 2)))
    for split in card_text.tested(card):
        console.print()
        console.print(Text(f"{split.name}: {split.how}", style="bold"))
        for table in split.tables:
            console.print(Padding(Text(table.title, style="italic"), (0, 0, 0, 2)))
            console.print(Padding(_folding(table), (0, 0, 0, 2)))
        for sentence in split.sentences:
            console.print(Padding(Text(sentence), (0, 0, 0, 2)))
    console.print()
    for sentence in card_text.closing(card):
        console.print(sentence)


def print_table(table: CardTable) -> None:
    """Print one table of a card."""
    from workbench.console import Console

    console = Console(highlight=False, markup=False)
    console.print(table.title)
    console.print(_folding(table))


def _folding(table: CardTable) -> Table:
    """Return a table that folds its cells instead of cutting them."""
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False)
    for position, name in enumerate(table.columns):
        shown.add_column(name, justify="right" if position else "left", overflow="fold")
    for row in table.rows:
        shown.add_row(*(Text(cell) for cell in row))
    return shown
