"""Entries named by their id among files and folders: fetched, because the user named them, and kept with the run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from screening.engine.progress import OnProgress, Progress
from screening.errors import DownloadError, FileError, UsageError
from screening.targets.files.download import download_target, source_of

#: After so many entries that could not be fetched the rest is not asked for: the server or the network is at fault.
GIVE_UP = 5


def fetch_entries(
    places: Sequence[str | os.PathLike[str]],
    folder: str | os.PathLike[str],
    base_url: str | None = None,
    *,
    on_progress: OnProgress | None = None,
) -> list[Path]:
    """Return the places with every id replaced by the path of its downloaded file, in the same order.

    A place that exists is a file or folder, whatever it is called. An entry that lies intact in `folder` is not asked
    for again, so that a second call needs no network.

    Parameters
    ----------
    places
        Files, folders, PDB ids and UniProt accessions (AlphaFold DB).
    folder
        Where downloads are kept; made only if there are any.
    base_url
        Another server that answers like the sources.
    on_progress
        Called after each entry.

    Raises
    ------
    FileError
        If a place neither exists nor looks like an id; nothing is fetched then.
    DownloadError
        If an entry cannot be fetched. The others are kept, and a set of structures is never silently smaller than
        what was asked for.
    StorageError
        If `folder` cannot be written.
    """
    named = [_is_entry(place) for place in places]
    total = sum(named)
    found: list[Path] = []
    failures: list[DownloadError] = []
    done = 0
    for place, is_entry in zip(places, named):
        if not is_entry:
            found.append(Path(place))
            continue
        try:
            found.append(download_target(os.fspath(place), folder, base_url))
        except DownloadError as error:
            failures.append(error)
            if len(failures) == GIVE_UP:
                break
        done += 1
        if on_progress is not None:
            on_progress(Progress("fetching entries", done, total, "entries"))
    if len(failures) == 1:
        raise failures[0]
    if failures:
        report = "; ".join(str(error).rstrip(".") for error in failures)
        raise DownloadError(f"{len(failures)} entries could not be fetched: {report}")
    return found


def _is_entry(place: str | os.PathLike[str]) -> bool:
    if Path(place).exists():
        return False
    try:
        source_of(os.fspath(place))
    except UsageError:
        known = "a structure file, a folder of them, a PDB id or a UniProt accession"
        raise FileError("no such file", source=place, expected=known) from None
    return True
