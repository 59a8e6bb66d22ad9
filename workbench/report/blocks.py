"""What a dossier is made of: blocks of plain data that a template lays out; a name in them stays text.

Each block is a dictionary with a ``kind``: heading, text, note, facts, table, figure, pair, items or pagebreak.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from screening.printable import one_line

Block = dict[str, Any]


@dataclasses.dataclass
class Pictures:
    """The pictures of a dossier: file name to content."""

    files: dict[str, bytes] = dataclasses.field(default_factory=dict)

    def add(self, stem: str, content: str | bytes, suffix: str = "svg") -> str:
        """Keep a picture and return its file name."""
        name = f"{stem}.{suffix}"
        self.files[name] = content.encode() if isinstance(content, str) else content
        return name


def heading(text: str, level: int = 1) -> Block:
    """Return a heading."""
    return {"kind": "heading", "level": level, "text": one_line(text)}


def text(*sentences: str) -> Block:
    """Return a paragraph."""
    return {"kind": "text", "text": one_line(" ".join(sentences))}


def note(*sentences: str) -> Block:
    """Return a remark in small type."""
    return {"kind": "note", "text": one_line(" ".join(sentences))}


def items(lines: Iterable[str]) -> Block:
    """Return a list of sentences."""
    return {"kind": "items", "items": [one_line(line) for line in lines]}


def facts(rows: Iterable[tuple[str, Any]]) -> Block:
    """Return pairs of a label and its text."""
    return {"kind": "facts", "rows": [[label, one_line(str(value))] for label, value in rows]}


def table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], caption: str = "", numbers: Sequence[int] = ()
) -> Block:
    """Return a table; `numbers` are the columns that stand on the right."""
    return {
        "kind": "table",
        "columns": list(columns),
        "rows": [[one_line("" if cell is None else str(cell)) for cell in row] for row in rows],
        "caption": caption,
        "numbers": list(numbers),
    }


def figure(file: str, caption: str, alt: str, width: int = 100) -> Block:
    """Return a picture; `alt` says what it shows to who cannot see it, `width` is in percent of the column."""
    return {"kind": "figure", "file": file, "caption": one_line(caption), "alt": one_line(alt), "width": width}


def pair(left: Block, right: Block, share: int = 50) -> Block:
    """Return two blocks side by side; the left one takes `share` percent."""
    return {"kind": "pair", "left": left, "right": right, "share": share}


def pagebreak() -> Block:
    """Return the end of a page."""
    return {"kind": "pagebreak"}
