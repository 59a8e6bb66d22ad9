"""Nothing that is installed, or may be, is of a version known to be vulnerable; JavaScript is pinned by its hash."""

from __future__ import annotations

import importlib.metadata
import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

KNOWN: dict[str, list[list[str]]] = json.loads(
    Path(__file__).with_name("known_vulnerabilities.json").read_text("utf-8")
)["packages"]


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_installed_is_mended(name: str) -> None:
    try:
        installed = Version(importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        pytest.skip(f"{name} is not installed here")
    open_ones = [advisory for advisory, mended in KNOWN[name] if installed < Version(mended)]
    assert not open_ones, f"{name} {installed}"


def test_what_may_be_installed_is_mended(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    for requirement in (Requirement(text) for each in lists for text in each):
        for advisory, mended in KNOWN.get(canonicalize_name(requirement.name), []):
            least = [Version(each.version) for each in requirement.specifier if each.operator == ">="]
            assert least, f"{requirement} has no lowest version"
            assert max(least) >= Version(mended), f"{requirement} allows versions with {advisory}"


def test_javascript_is_pinned_by_version_and_hash(root: Path) -> None:
    """What the build fetches from npm is one exact version whose script has one hash."""
    pinned = json.loads((root / "workbench" / "viewer" / "javascript.json").read_text("utf-8"))
    assert re.fullmatch(r"\d+\.\d+\.\d+", pinned["version"])
    assert re.fullmatch(r"[0-9a-f]{64}", pinned["script"]["sha256"])
    assert "--ignore-scripts" in (root / "hatch_build.py").read_text("utf-8")
