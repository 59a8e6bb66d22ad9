"""Text from files, safe for a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Return the text with everything that does not print written as ``\uXXXX``.

    A name in a compound file may hold line breaks, escape sequences or characters that turn the writing direction.
    """
    return "".join(
        character if character.isprintable() else f"\\u{ord(character):04x}" if ord(character) < 0x10000
        else f"\\U{ord(character):08x}"
        for character in text
    )  # fmt: skip
