"""What an interrupted command leaves behind, in one sentence."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: Commands that keep what they finished, by module, with the option that names where.
_GO_ON = {
    "workbench.cli.demo": "out",
    "workbench.cli.dock": "out",
    "workbench.cli.library.featurise": "library",
    "workbench.cli.library.fragments": "out",
    "workbench.cli.library.prepare": "out",
    "workbench.cli.matrix": "out",
    "workbench.cli.screen": "out",
    "workbench.cli.search.run": "out",
    "workbench.cli.target.triage": "out",
    "workbench.cli.train": "out",
}


def kept_text(module: str, options: Mapping[str, Any]) -> str:
    """Say what is kept of an interrupted command.

    Parameters
    ----------
    module
        Where the command is.
    options
        Its arguments and options, by name.
    """
    if module not in _GO_ON:
        return "interrupted: nothing unfinished was written; run the same command again."
    given = options.get(_GO_ON[module])
    if given is None and module == "workbench.cli.dock":
        # The hits of a run are docked into the run itself.
        given = options.get("run_or_target")
    place = Path(given) if isinstance(given, str | os.PathLike) and os.fspath(given) else None
    if module == "workbench.cli.train":
        # Finished fits lie beside the model that they are for, until it is whole.
        place = None if place is None else place.with_name(f"{place.name}.unfinished")
    if place is None or not place.exists():
        return "interrupted: nothing was finished yet; run the same command again."
    return f"interrupted: what was finished is kept in {place}; the same command goes on from there."
