"""What goes to a terminal: one place makes text printable, whatever file or stranger it came from.

`Console` is Rich's, and spells out what does not print in everything it draws, between its own colours and cursor
moves. `printable_streams` does the same for everything else that a command writes to its two streams.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

import rich.console
from rich.segment import Segment

from screening.printable import printable_lines


class _Printable:
    """Draws something with what does not print spelt out."""

    def __init__(self, inner: rich.console.RenderableType) -> None:
        self._inner = inner

    def __rich_console__(
        self, console: rich.console.Console, options: rich.console.ConsoleOptions
    ) -> Iterator[Segment]:
        for segment in console.render(self._inner, options):
            yield segment if segment.control else Segment(printable_lines(segment.text), segment.style)


class _Hook(rich.console.RenderHook):
    def process_renderables(
        self, renderables: list[rich.console.ConsoleRenderable]
    ) -> list[rich.console.ConsoleRenderable]:
        return [_Printable(each) for each in renderables]


class Console(rich.console.Console):
    """Rich's console for text of strangers; parameters as there."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.push_render_hook(_Hook())


class _PrintableStream:
    """A text stream that spells out what does not print."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        #: Where Rich writes, with its own colours; `Console` has made the text printable.
        self.rich_proxied_file = stream

    def write(self, text: str) -> int:
        self._stream.write(printable_lines(text))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def printable_streams() -> Iterator[None]:
    """Spell out what does not print in all that is written to standard output and standard error inside the block.

    Letters that a terminal has not, such as those of a name outside ASCII where it knows ASCII only, become ``?``.
    """
    for stream in (sys.stdout, sys.stderr):
        if getattr(stream, "errors", "") == "strict" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    with (
        contextlib.redirect_stdout(_PrintableStream(sys.stdout)),
        contextlib.redirect_stderr(_PrintableStream(sys.stderr)),
    ):
        yield
