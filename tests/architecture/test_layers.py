"""Who may import whom (the contracts are in pyproject.toml), and what a quick start must not load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("rdkit", "Bio", "sklearn", "dask", "distributed", "pyarrow", "matplotlib", "lightgbm", "duckdb")


def test_import_contracts_hold(root: Path) -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("statement", ["import workbench", "import workbench.cli.main", "import screening"])
def test_starting_loads_nothing_heavy(statement: str) -> None:
    code = f"import sys; {statement}; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_biopython_is_imported_in_targets_only(root: Path) -> None:
    elsewhere = [
        path
        for folder in ("screening", "workbench")
        for path in (root / folder).rglob("*.py")
        if "import Bio" in (text := path.read_text()) or "from Bio" in text
    ]
    assert {path.relative_to(root).parts[:2] for path in elsewhere} == {("screening", "targets")}


def test_no_file_is_named_for_nothing(root: Path) -> None:
    banned = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py"}
    found = [path for folder in ("screening", "workbench", "tests") for path in (root / folder).rglob("*.py")]
    assert not [path for path in found if path.name in banned]


def test_every_package_says_what_lives_there(root: Path) -> None:
    for folder in ("screening", "workbench"):
        for path in (root / folder).rglob("__init__.py"):
            assert path.read_text().startswith('"""'), path


def test_every_package_names_its_files(root: Path) -> None:
    """From the docstrings alone a stranger finds the file; `variants` of a family are named by its catalog."""
    for folder in ("screening", "workbench"):
        for path in (root / folder).rglob("__init__.py"):
            text = path.read_text()
            doc = text[: text.index('"""', 3)]
            inside = [one for one in path.parent.iterdir() if one.suffix == ".py" or (one / "__init__.py").is_file()]
            names = {one.stem for one in inside} - {"__init__", "catalog", "version"}
            missing = {name for name in names if not _named(name, doc)}
            assert not missing, f"{path.relative_to(root)} does not name {', '.join(sorted(missing))}"


def _named(name: str, doc: str) -> bool:
    import fnmatch
    import re

    words = re.findall(r"`+([\w*]+)`+", doc)
    return any(fnmatch.fnmatch(name, word) for word in words)


def test_every_public_module_has_a_docstring(root: Path) -> None:
    for folder in ("screening", "workbench"):
        for path in (root / folder).rglob("*.py"):
            assert path.read_text().lstrip("r").startswith('"""'), path


def test_no_folder_is_flat(root: Path) -> None:
    """A folder of more than twenty modules wants wings."""
    for folder in ("screening", "workbench"):
        for place in [root / folder, *(path.parent for path in (root / folder).rglob("__init__.py"))]:
            assert len(list(place.glob("*.py"))) <= 20, place
