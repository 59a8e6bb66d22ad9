"""The docking engines by name."""

from __future__ import annotations

import importlib

from screening.errors import MissingExtraError, UsageError
from screening.poses.engines.engine import INSTALL, Engine

#: Name to the module that holds its `ENGINE`; the order is that in which a default is looked for.
ENGINES: dict[str, str] = {
    "rustina": "screening.poses.engines.rustina_engine",
    "vina": "screening.poses.engines.vina_engine",
    "gnina": "screening.poses.engines.gnina_program",
    "smina": "screening.poses.engines.smina_program",
    "vina-program": "screening.poses.engines.vina_program",
}


def engine_named(name: str | None = None) -> Engine:
    """Return the engine of that name; None takes the first of `ENGINES` that can be used here.

    Raises
    ------
    UsageError
        If there is no engine of that name.
    MissingExtraError
        If it, or any, is not installed.
    """
    if name is not None and name not in ENGINES:
        raise UsageError(f"there is no docking engine {name!r}", expected=f"one of {', '.join(ENGINES)}")
    for each in [name] if name is not None else list(ENGINES):
        engine: Engine = importlib.import_module(ENGINES[each]).ENGINE
        if engine.available():
            return engine
    what = f"the docking engine {name} is not installed here" if name else "no docking engine is installed here"
    raise MissingExtraError(what, expected=INSTALL)
