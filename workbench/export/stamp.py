"""What every export says about where its rows come from."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa

from screening.engine import files
from screening.provenance import Manifest


@dataclasses.dataclass(frozen=True)
class Stamp:
    """The origin of a hit list.

    Attributes
    ----------
    title
        One line that names the run.
    kind
        What the affinity is, such as ``pKd``.
    manifest
        Manifest of the run.
    counts
        Records per ledger state.
    facts
        Further lines for people: name to text.
    fragments
        Sections of a page, in order: heading to ready HTML, or to a function that makes it from the exported
        rows.
    """

    title: str
    kind: str
    manifest: Manifest
    counts: Mapping[str, int]
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    fragments: Mapping[str, str | Callable[[pa.Table], str]] = dataclasses.field(default_factory=dict)


def manifest_path(path: Path) -> Path:
    """Return where the manifest of an exported file is."""
    return path.with_name(path.name + ".manifest.json")


def stamped(path: Path) -> bool:
    """Tell whether `path` is an earlier export."""
    return manifest_path(path).is_file()


def write_beside(path: Path, stamp: Stamp) -> None:
    """Write ``<path>.manifest.json``.

    Raises
    ------
    StorageError
        If the folder cannot be written.
    """
    content = {
        "title": stamp.title,
        "affinity": stamp.kind,
        "manifest": dataclasses.asdict(stamp.manifest),
        "records": dict(stamp.counts),
    }
    files.write_text(manifest_path(path), json.dumps(content, indent=2) + "\n")
