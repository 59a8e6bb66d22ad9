"""Shared by all tests: the repository root, the shipped data, and the command line run for real."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def data() -> Path:
    return ROOT / "data"


@pytest.fixture(scope="session")
def bench() -> Path:
    """Real data for benchmarks that lies beside a developer's checkout and is never part of the project."""
    folder = ROOT.parent / "shared" / "bench"
    if not folder.is_dir():
        pytest.skip("no benchmark data beside this checkout (../shared/bench)")
    return folder


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def workbench() -> Run:
    """Run the ``workbench`` program as a user would, in a process of its own."""

    def run(
        *arguments: object, cwd: Path | None = None, stdin: str | None = None, seconds: float = 280
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "workbench.cli.main", *map(str, arguments)],
            cwd=cwd,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=seconds,
            env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
        )

    return run
