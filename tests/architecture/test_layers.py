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
