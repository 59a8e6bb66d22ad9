"""A script that starts workers."""

from __future__ import annotations

import os
import subprocess
import sys
from multiprocessing import spawn
from pathlib import Path

import pytest

from screening.clusters.without_main import without_main


@pytest.mark.slow
def test_a_script_without_a_main_guard_works(tmp_path: Path) -> None:
    """A worker that ran the script again would start workers itself, and none would start."""
    (tmp_path / "two.smi").write_text("CCO ethanol\nCCN ethylamine\n")
    script = tmp_path / "script.py"
    script.write_text('import workbench as wb\nprint(wb.open_library("two.smi", out="lib", workers=1).compounds)\n')
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, timeout=200,
        env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip
    assert (done.returncode, done.stdout.split()) == (0, ["2"]), done.stderr[-2000:]


def test_only_workers_start_without_the_main_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    main = sys.modules["__main__"]
    monkeypatch.setattr(main, "__spec__", None)
    monkeypatch.setattr(main, "__file__", str(tmp_path / "script.py"), raising=False)
    own = spawn.get_preparation_data
    with without_main():
        assert "init_main_from_path" not in spawn.get_preparation_data("Dask Worker process (from Nanny)")
        assert "init_main_from_path" in spawn.get_preparation_data("Process-1")
    assert spawn.get_preparation_data is own
