"""Where the data that the project ships is, in a checkout and in an installed package."""

from __future__ import annotations

from pathlib import Path

from screening.errors import FileError

_PLACES = (Path(__file__).parent / "_data", Path(__file__).parent.parent / "data")


def shipped(name: str) -> Path:
    """Return the path of a shipped file or folder, such as ``"targets/1fmo.cif"``.

    Raises
    ------
    FileError
        If the project ships no such file.
    """
    for place in _PLACES:
        if (place / "manifest.json").is_file() and (place / name).exists():
            return place / name
    raise FileError("is not among the shipped data", source=name, expected="a name listed in data/manifest.json")
