r"""Text that came from a file, made safe to show: on a terminal, in an error, in a table or an SD file.

A name or a path may hold line breaks, escape sequences that rewrite a terminal, or characters that turn the direction
of writing so that a name reads as another one. Everything of that kind is written as ``\uXXXX``.
"""

from __future__ import annotations

import re

#: Control characters, surrogates, and characters without a shape: format and direction marks, separators of lines,
#: tags. Spaces of other widths, private and new characters are harmless.
_HIDDEN = (
    "\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f"
)
_ANY = re.compile(f"[{_HIDDEN}]")
_BUT_LINES = re.compile(rf"(?![\n\t])[{_HIDDEN}]")
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ESCAPED = re.compile(r"(?<!\\)((?:\\\\)*)\\u(061c|200[ef]|202[a-e]|206[6-9])")
_BREAKS = re.compile("\r\n|[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")


def printable(text: str) -> str:
    r"""Return the text on one line with everything that does not print written as ``\uXXXX``."""
    return text if text.isascii() and text.isprintable() else _ANY.sub(_spelt, text)


def printable_lines(text: str) -> str:
    r"""Return the text with everything that does not print written as ``\uXXXX``, but line ends and tabs."""
    return _BUT_LINES.sub(_spelt, text)


def one_line(text: str) -> str:
    r"""Return the text with a space for every line break and tab, and the rest as `printable` does."""
    return text if text.isascii() and text.isprintable() else printable(_BREAKS.sub(" ", text))


def without_direction_marks(text: str) -> str:
    r"""Return a page or another text with marks of writing direction written as ``\uXXXX``, and nothing else changed.

    Inside a string or a pattern of JavaScript that is the same character.
    """
    return text if text.isascii() else _DIRECTION.sub(_spelt, text)


def json_without_direction_marks(text: str) -> str:
    r"""Return JSON (ASCII, of ``json.dumps``) whose strings hold ``\uXXXX`` for marks of writing direction."""
    return _ESCAPED.sub(r"\1\\\\u\2", text) if "\\u" in text else text


def _spelt(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
