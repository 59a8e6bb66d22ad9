"""What is damaged in a prepared library, and in the features stored with it."""

from __future__ import annotations

from pathlib import Path

from screening.compounds.library.prepared_library import open_library
from screening.engine.read_part import damaged_parts
from screening.errors import LibraryError

#: What helps against damage, as a command.
MEND = "the same `workbench library prepare` command makes what is damaged again"
MEND_FEATURES = "`workbench library featurise` makes what is damaged again"


def library_damage(folder: Path) -> list[str]:
    """Check a prepared library whole; return what is wrong, one sentence each, with what helps."""
    found = [f"{problem} {_sentence(MEND)}" for problem in damaged_parts(folder)]
    try:
        open_library(folder)
    except LibraryError as error:
        found.insert(0, f"{error} {_sentence(MEND)}")
    features = folder / "features"
    if features.is_dir():
        if not (features / "features.json").is_file():
            found.append(f"{features}: is not finished. {_sentence(MEND_FEATURES)}")
        found += [f"{problem} {_sentence(MEND_FEATURES)}" for problem in damaged_parts(features)]
    return found


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
