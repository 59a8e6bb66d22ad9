"""Nothing that is installed, or may be, is of a version known to be vulnerable; JavaScript is pinned by its hash."""

from __future__ import annotations

import importlib.metadata
import json
import re
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.architecture import check_javascript

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


def test_the_scripts_that_are_built_and_shown_are_the_pinned_ones(root: Path, tmp_path: Path) -> None:
    assert check_javascript.main([]) == 0
    own, wheel = root / "workbench" / "tables" / "browser" / "grid.js", tmp_path / "a.whl"
    for content, right in ((own.read_bytes(), True), (own.read_bytes() + b"//", False)):
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("workbench/tables/browser/grid.js", content)
        assert bool(check_javascript.problems(wheel)) is not right
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("workbench/viewer/static/other-min.js", b"")
    assert "other-min.js is neither" in check_javascript.problems(wheel)[0]
    assert check_javascript.FROM_ELSEWHERE.search('<script defer src="https://cdn.example/x.js">')
    assert check_javascript.FROM_ELSEWHERE.search("import('//cdn.example/x.js')")
    assert not check_javascript.FROM_ELSEWHERE.search('<script src="./review.js">')


def test_the_list_says_where_it_is_from() -> None:
    listed = json.loads(Path(__file__).with_name("known_vulnerabilities.json").read_text("utf-8"))
    assert {"about", "source", "as_of", "packages"} == set(listed)
    for lines in KNOWN.values():
        assert all(re.fullmatch(r"(CVE|GHSA|PYSEC)-[\w-]+", advisory) and Version(mended) for advisory, mended in lines)
