"""The TOML plan: every fault at once, each with the nearest key."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from screening.errors import FileError, PlanError
from tests.conftest import Run
from workbench.settings import Settings, example, read_settings

GOOD = """\
[screen]
library = ["a.smi", "/data/b.sdf"]
model = "model"
out = "run"
top = 10
[cluster]
backend = "slurm"
workers = 3
prologue = ["module load x"]
[limits]
record_seconds = 5
"""


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(GOOD, encoding="utf-8-sig")
    settings = read_settings(path)
    assert settings.screen.library == [tmp_path / "a.smi", Path("/data/b.sdf")]
    assert settings.screen.out == tmp_path / "run"
    assert settings.cluster.job_options().prologue == ("module load x",)
    assert settings.limits.for_engine().record_seconds == 5
    assert settings.limits.for_engine().batch_seconds == 1800


def test_every_fault_is_reported_at_once(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(
        'tp = 5\nmodel = "x"\n[screen]\nlibary = "x.smi"\nmodel = "m"\nout = "run"\ntop = 0\nworkers = 2\n'
        '[cluser]\nbackend = "slurm"\n[cluster]\nbackend = "slurn"\nwokers = 3\nwalltime = "4h"\n'
    )
    with pytest.raises(PlanError) as caught:
        read_settings(path)
    message = str(caught.value)
    for words in (
        "screen.library is missing",
        "screen.top is 0, expected greater than or equal to 1",
        "unknown key screen.libary (nearest: library)",
        "unknown key screen.workers (it belongs in [cluster])",
        "unknown key model (it belongs in [screen])",
        "unknown section [cluser] (nearest: cluster)",
        "cluster.backend is 'slurn', expected 'local', 'slurm', 'pbs', 'sge' or 'lsf'",
        "unknown key cluster.wokers (nearest: workers)",
        "cluster.walltime is '4h'",
        "unknown key tp (known: screen, library, cluster, limits)",
    ):
        assert words in message
    assert message.startswith(str(path))
    assert "\n" not in message


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"[screen", "is not TOML"), (b"\xff\xfe\x00", "is not UTF-8 text"), (b"x = 1", "section [screen] is missing")],
)
def test_files_that_are_no_plan(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "plan.toml"
    path.write_bytes(content)
    with pytest.raises(PlanError) as caught:
        read_settings(path)
    assert words in str(caught.value)
    with pytest.raises(FileError, match="no such file"):
        read_settings(tmp_path / "none.toml")


def test_the_example_names_every_key_and_is_valid_when_uncommented() -> None:
    text = example()
    settings = Settings.model_validate(tomllib.loads(text))
    assert settings.screen.top == 1000
    keys = [line.removeprefix("# ") for line in text.splitlines() if " = " in line]
    for name, field in Settings.model_fields.items():
        for key in field.annotation.model_fields:  # type: ignore[union-attr]
            assert any(line.startswith(f"{key} = ") for line in keys), f"{name}.{key}"
    uncommented = "\n".join(
        line.removeprefix("# ") if " = " in line and line.startswith("# ") else line for line in text.splitlines()
    )
    assert set(tomllib.loads(uncommented)["cluster"]) == set(Settings.model_fields["cluster"].annotation.model_fields)  # type: ignore[union-attr]


def test_options_override_the_plan(tmp_path: Path, workbench: Run, data: Path) -> None:
    path = tmp_path / "plan.toml"
    (tmp_path / "a.smi").write_text("CCO ethanol\n")
    (tmp_path / "b.smi").write_text("CCN ethylamine\n")
    path.write_text(
        GOOD.replace("/data/b.sdf", "b.smi").replace(
            '"model"', f'"{data}/models/kinome"\ntarget = "{data}/targets/1fmo.cif"'
        )
    )
    shown = workbench("screen", path, "--top", 7, "--out", "elsewhere", "--dry-run", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "  top: 7" in shown.stdout
    assert "  out: elsewhere" in shown.stdout
    assert f"  library: {tmp_path}/a.smi, {tmp_path}/b.smi" in shown.stdout
    assert "job script, submitted 3 times" in shown.stdout
    printed = workbench("screen", "--example")
    assert printed.stdout == example()
