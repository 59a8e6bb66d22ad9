"""Check an exported file against the manifest beside it."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from screening.errors import FileError
from screening.provenance import file_sha256, require_file
from workbench.export.stamp import FORMAT, manifest_path


@dataclasses.dataclass(frozen=True)
class Verified:
    """What the manifest of an export says, and whether the files fit it.

    Attributes
    ----------
    path
        The exported file.
    changed, missing
        Names of its files that are others now, or not there.
    manifest
        The content of ``FILE.manifest.json``.
    """

    path: Path
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    manifest: dict[str, Any]

    @property
    def intact(self) -> bool:
        """Whether every file is as it was written."""
        return not self.changed and not self.missing

    @property
    def sentence(self) -> str:
        """The finding in one sentence."""
        if not self.intact:
            parts = [f"{', '.join(self.changed)} changed since it was written"] if self.changed else []
            parts += [f"{', '.join(self.missing)} missing"] if self.missing else []
            return f"{self.path.name} is not what was exported: {'; '.join(parts)}."
        found, run = self.manifest, self.manifest["manifest"]
        text = f"{self.path.name} is as it was exported: {found['rows']:,} compounds of run {run['key'][:12]}"
        text += f", made {run['created'][:10]} with workbench {run['versions']['workbench']}"
        if found["decisions"]:
            text += f"; {found['decisions']['count']:,} decisions up to {str(found['decisions']['head'])[:12]}"
        return text + "."


def verify(path: Path) -> Verified:
    """Check an export: every file of it against the SHA-256 it was written with.

    Raises
    ------
    FileError
        If there is no such file, no manifest beside it, or the manifest is of an older workbench without checksums.
    """
    require_file(path)
    beside = manifest_path(path)
    if not beside.is_file():
        raise FileError("has no manifest beside it", source=path, expected=beside.name)
    try:
        manifest = json.loads(beside.read_text("utf-8"))
        sums = {str(name): str(value) for name, value in manifest["files"].items()} if "files" in manifest else None
        known = manifest.get("format") in (FORMAT, "dossier-1")
        _ = manifest["manifest"]["key"], manifest["manifest"]["created"], manifest["manifest"]["versions"]["workbench"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FileError("is not the manifest of an export", source=beside) from error
    if sums is None:
        raise FileError("is of an older workbench and has no checksums", source=beside, expected="a new export")
    if not known or path.name not in sums:
        raise FileError("does not name this file, or is of another version", source=beside, expected=f"format {FORMAT}")
    changed, missing = [], []
    for name, value in sums.items():
        each = path.with_name(Path(name).name)
        if not each.is_file():
            missing.append(name)
        elif file_sha256(each) != value:
            changed.append(name)
    return Verified(path, tuple(changed), tuple(missing), manifest)
