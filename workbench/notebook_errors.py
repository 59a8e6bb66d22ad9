"""In a notebook, an error raised on purpose is one sentence; ``%tb`` still shows where it came from."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from screening.errors import MissingExtraError, ScreeningError


def show_sentences() -> None:
    """Make the IPython shell of this process, if there is one, show a `ScreeningError` without its traceback.

    The same for pandas where it is not installed: every Arrow table has a ``to_pandas`` that needs it.
    """
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module is not None else None
    if shell is not None:
        shell.set_custom_exc((ScreeningError, ModuleNotFoundError), _sentence)


def _sentence(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    traceback: TracebackType | None,
    tb_offset: int | None = None,
) -> list[str]:
    if isinstance(error, ModuleNotFoundError):
        if error.name != "pandas":
            shell.showtraceback((kind, error, traceback), tb_offset=tb_offset)
            return []
        kind, error = MissingExtraError, MissingExtraError("pandas is not installed", expected="pip install pandas")
    # Returned lines are sent as the error of the cell, so that a notebook that is run by a program still fails.
    lines = [f"\x1b[31m{kind.__name__}\x1b[0m: {error}"]
    shell._showtraceback(kind, error, lines)
    return lines
