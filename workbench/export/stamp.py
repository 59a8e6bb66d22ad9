"""What every export says about where its rows come from."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

import pyarrow as pa

from screening.engine import files
from screening.provenance import Manifest, file_sha256
from workbench.export.structures.scene import Scene

#: Version of the layout of ``FILE.manifest.json``.
FORMAT = "export-1"


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
    filters
        What was asked for: name to text, such as ``{"only": "accepted", "top": "100"}``.
    decisions
        Number of decisions and hash of the last one (``{"count": 12, "head": "ab12..."}``); None where nothing was
        decided.
    scene
        Receptor and poses, for the formats that show them; None where there are none.
    """

    title: str
    kind: str
    manifest: Manifest
    counts: Mapping[str, int]
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)
    fragments: Mapping[str, str | Callable[[pa.Table], str]] = dataclasses.field(default_factory=dict)
    filters: Mapping[str, str] = dataclasses.field(default_factory=dict)
    decisions: Mapping[str, Any] | None = None
    scene: Scene | None = None

    def lines(self) -> list[tuple[str, str]]:
        """Return the origin as lines for people: what and its text."""
        found = [("title", self.title), ("run", self.manifest.key), ("made", self.manifest.created)]
        found += [("seed", str(self.manifest.seed))] if self.manifest.seed is not None else []
        found += list(self.facts.items())
        found += [(f"asked for: {name}", text) for name, text in self.filters.items()]
        found += [("records read", f"{sum(self.counts.values()):,}")]
        found += [(f"records {state}", f"{count:,}") for state, count in self.counts.items() if count]
        if self.decisions is not None:
            found += [("decisions", f"{self.decisions['count']:,}"), ("last decision", str(self.decisions["head"]))]
        found += [(f"version of {name}", version) for name, version in self.manifest.versions.items()]
        for name, each in without_folders(self.manifest.inputs).items():
            found += [(f"{name}, {key}", value) for key, value in each.items()]
        return found


def without_folders(inputs: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Return the inputs of a manifest with names of files in the place of paths.

    An export is handed on: whose folder a file lay in is nobody's business, its name and checksum are.
    """
    return {name: dict(_without_folder(key, value) for key, value in facts.items()) for name, facts in inputs.items()}


def _without_folder(key: str, value: str) -> tuple[str, str]:
    return ("file", PurePath(value.replace("\\", "/")).name) if key == "path" else (key, value)


def manifest_dict(stamp: Stamp) -> dict[str, Any]:
    """Return the manifest of the run as an export tells it: without folders of the machine it was made on."""
    return {**dataclasses.asdict(stamp.manifest), "inputs": without_folders(stamp.manifest.inputs)}


def manifest_path(path: Path) -> Path:
    """Return where the manifest of an exported file is."""
    return path.with_name(path.name + ".manifest.json")


def stamped(path: Path) -> bool:
    """Tell whether `path` is an earlier export."""
    return manifest_path(path).is_file()


def write_beside(path: Path, stamp: Stamp, *, rows: int, parts: Sequence[Path] = (), format_name: str = "") -> None:
    """Write ``<path>.manifest.json``, by which `workbench.export.verify` checks the file later.

    Parameters
    ----------
    path
        The exported file.
    stamp
        Its origin.
    rows
        Compounds in it.
    parts
        Further files that belong to it, in the same folder.
    format_name
        A key of ``EXPORTS``.

    Raises
    ------
    StorageError
        If the folder cannot be written.
    """
    content = {
        "format": FORMAT,
        "written_as": format_name,
        "title": stamp.title,
        "affinity": stamp.kind,
        "rows": rows,
        "files": {each.name: file_sha256(each) for each in (path, *parts)},
        "asked_for": dict(stamp.filters),
        "decisions": None if stamp.decisions is None else dict(stamp.decisions),
        "facts": dict(stamp.facts),
        "manifest": manifest_dict(stamp),
        "records": dict(stamp.counts),
    }
    files.write_text(manifest_path(path), json.dumps(content, indent=2) + "\n")
