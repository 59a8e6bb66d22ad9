"""Values and tables in the syntax of CIF."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_RESERVED = ("data_", "save_", "loop_", "stop_", "global_")


def quoted(text: str) -> str:
    """Return `text` as one CIF value, quoted where the syntax needs it; ``?`` for nothing."""
    if not text:
        return "?"
    plain = not any(letter.isspace() for letter in text)
    if plain and text[0] not in "_#$'\"[];" and text not in ("?", ".") and not text.lower().startswith(_RESERVED):
        return text
    if "\n" not in text:
        if "'" not in text:
            return f"'{text}'"
        if '"' not in text:
            return f'"{text}"'
    return f"\n;{text}\n;\n"


def table(category: str, items: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a ``loop_``; no lines if there are no rows."""
    found = [" ".join(quoted(value) for value in row) for row in rows]
    if not found:
        return []
    return ["loop_", *(f"{category}.{item}" for item in items), *found, "#"]
