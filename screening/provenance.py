"""Content keys and manifests: what exactly a result was made from.

A content key is the SHA-256 of a canonical JSON text, so two plans with the same key produce the same
bytes. A manifest adds what does not change the result but explains it: when, where and with which
versions.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.metadata
import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from screening.errors import FileError, UsageError
from screening.version import __version__

#: Packages whose version can change a number; they are written into every manifest.
TRACKED_PACKAGES = (
    "rdkit",
    "biopython",
    "numpy",
    "scikit-learn",
    "lightgbm",
    "pyarrow",
    "dask",
    "distributed",
)

_CHUNK = 1 << 20


def canonical_json(value: Any) -> str:
    """Serialise to JSON text that is the same for equal values: sorted keys, no spaces.

    Dataclasses, paths, sets, tuples and bytes are accepted.

    Raises
    ------
    TypeError
        If the value holds something that has no JSON form.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=_plain, allow_nan=False)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def content_key(value: Any) -> str:
    """Return the SHA-256 (64 hexadecimal digits) of the canonical JSON of `value`."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def file_sha256(path: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of a file's bytes, read in pieces.

    Raises
    ------
    FileError
        If the file is missing, is a directory or cannot be read.
    """
    require_file(path)
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as stream:
            while piece := stream.read(_CHUNK):
                digest.update(piece)
    except OSError as error:
        raise FileError(f"cannot be read ({error.strerror})", source=path) from error
    return digest.hexdigest()


def as_path(path: str | os.PathLike[str], expected: str) -> Path:
    """Return a Path.

    Raises
    ------
    UsageError
        If it is none, such as None.
    """
    if not isinstance(path, str | os.PathLike):
        raise UsageError(f"{path!r:.100} is not the name of a file or folder", expected=expected)
    return Path(path)


def require_file(path: str | os.PathLike[str], expected: str = "a file") -> Path:
    """Return `path` as a Path if it is an existing, non-empty file.

    Raises
    ------
    UsageError
        If it is no path at all, such as None.
    FileError
        If it is missing, a directory or empty.
    """
    path = as_path(path, expected)
    if path.is_dir():
        raise FileError("is a directory", source=path, expected=expected)
    if not path.exists():
        raise FileError("no such file", source=path, expected=expected)
    if path.is_file() and path.stat().st_size == 0:
        raise FileError("is empty", source=path, expected=expected)
    return path


def package_versions() -> dict[str, str]:
    """Return the versions of this project, Python and every tracked package that is installed."""
    versions = {"workbench": __version__, "python": platform.python_version()}
    for name in TRACKED_PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


@dataclasses.dataclass(frozen=True)
class Manifest:
    """What a result was made from, stored beside it as ``manifest.json``.

    Attributes
    ----------
    key
        Content key of the plan; equal keys mean equal results.
    created
        UTC time in ISO 8601.
    versions
        Package name to version.
    seed
        Seed of every random choice, if any was made.
    inputs
        Name of each input to its path and SHA-256.
    """

    key: str
    created: str
    versions: dict[str, str]
    seed: int | None = None
    inputs: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)

    @classmethod
    def now(cls, key: str, *, seed: int | None = None, inputs: dict[str, dict[str, str]] | None = None) -> Manifest:
        """Make a manifest for a result that is made now, with the versions installed here."""
        created = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(key=key, created=created, versions=package_versions(), seed=seed, inputs=inputs or {})

    def to_json(self) -> str:
        """Return indented JSON text."""
        return json.dumps(dataclasses.asdict(self), indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read back what `to_json` wrote."""
        return cls(**json.loads(text))
