"""``workbench verify`` finds a changed byte anywhere in what was written, and says what helps."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import typer

from screening.errors import ScreeningError
from tests.conftest import Run
from workbench.cli.verify import _checked, command

FORMATS = Path(__file__).parents[2] / "formats" / "0.1"
KINDS = {"compounds.library": "library", "fast.model": "model", "finished.run": "run"}


def spoilt(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_every_changed_file_is_found(name: str, kind: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(FORMATS / name, folder)
    assert _checked(folder) == (kind, [])
    kept = {"checksums.json", "plan.json", "manifest.json", "library.json", "summary.json"}
    # Runs of the first release do not say what their list of training compounds was.
    unchecked = {".lock", "run.log", "card.html", *(("training.parquet",) if kind == "run" else ())}
    spoil = [path for path in folder.rglob("*") if path.is_file() and path.name not in kept | unchecked]
    assert len(spoil) > 2
    for path in spoil:
        whole = path.read_bytes()
        spoilt(path)
        found, problems = _checked(folder)
        assert found == kind
        assert problems or path.suffix == ".json", path
        assert all(problem.endswith(".") for problem in problems)
        path.write_bytes(whole)
        path.unlink()
        assert _checked(folder)[1], path
        path.write_bytes(whole)
    assert _checked(folder) == (kind, [])


def test_exit_codes_and_words(tmp_path: Path, workbench: Run) -> None:
    folder = tmp_path / "compounds.library"
    shutil.copytree(FORMATS / "compounds.library", folder)
    done = workbench("verify", folder, FORMATS / "fast.model", FORMATS / "finished.run")
    assert done.returncode == 0, done.stderr + done.stdout
    assert done.stdout.count(", whole") == 3
    spoilt(folder / "compounds" / "part-000000.parquet")
    done = workbench("verify", folder, "--json")
    assert done.returncode == 1
    (told,) = json.loads(done.stdout)
    assert told["kind"] == "library"
    assert "part-000000.parquet: is missing, damaged or was changed after it was written" in told["problems"][0]
    assert "workbench library prepare" in told["problems"][0]


def test_what_is_none_of_them_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScreeningError, match="expected a library, a model, a run or an exported file"):
        command([tmp_path], as_json=False)
    (tmp_path / "plan.json").write_text("{}")
    with pytest.raises(typer.Exit):
        command([tmp_path], as_json=True)
