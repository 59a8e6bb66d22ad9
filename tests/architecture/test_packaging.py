"""environment.yml and pyproject.toml say the same; the shipped data is what its manifest says."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path

from screening.version import __version__

#: PyPI name to conda-forge name, where they differ.
CONDA_NAMES = {"duckdb": "python-duckdb", "msgpack": "msgpack-python", "py3Dmol": "py3dmol", "XlsxWriter": "xlsxwriter",
               "dimorphite_dl": "dimorphite-dl"}  # fmt: skip
#: What conda-forge has no Python package of (its ``typst`` is the program), or not for every platform that is listed
#: here; pip installs it into the environment.
FROM_PIP = frozenset({"rustina", "typst", "vina"})


def test_environment_lists_the_same_packages_and_ranges(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    wanted = {"python" + project["requires-python"], "pip"}
    extras = [extra for name, extra in project["optional-dependencies"].items() if name != "all"]
    for requirement in [*project["dependencies"], *(line for extra in extras for line in extra)]:
        name, limits = re.fullmatch(r"([A-Za-z0-9_.-]+)(.*)", requirement).groups()  # type: ignore[union-attr]
        wanted.add(CONDA_NAMES.get(name, name) + limits)
    text = (root / "environment.yml").read_text()
    listed = set(re.findall(r"^  - ([^:\n]+)$", text, flags=re.MULTILINE)) - {"conda-forge"}
    by_pip = set(re.findall(r"^      - ([^-\n].*)$", text, flags=re.MULTILINE))
    assert listed | by_pip == wanted
    assert {re.split("[<>=]", line)[0] for line in by_pip} == FROM_PIP
    assert "- -e ." in text


def test_the_manifest_holds_every_shipped_file(data: Path) -> None:
    manifest = json.loads((data / "manifest.json").read_text())
    found = {
        path.relative_to(data).as_posix(): path
        for path in data.rglob("*")
        if path.is_file() and path.suffix not in {".py", ".md", ".pyc"} and path.name != "manifest.json"
    }
    assert set(manifest) == set(found)
    for name, entry in manifest.items():
        assert hashlib.sha256(found[name].read_bytes()).hexdigest() == entry["sha256"], name
        assert entry["source"], name
        assert entry["licence"], name
        assert (data.parent / entry["made_by"]).is_file(), name


def test_the_version_is_in_the_changelog(root: Path) -> None:
    assert f"## {__version__}" in (root / "CHANGELOG.md").read_text()
