"""What others do to the files of a run while it works or stands still: never a wrong row, always a sentence."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary, open_library
from screening.engine.progress import Progress
from screening.errors import LibraryError, ModelError, RunError, RunLockedError, RunMismatchError, StorageError
from screening.features.library_features import FACTS, featurise_library
from screening.models.storage import load_model, save_model
from screening.runs.hits import HIT_SCHEMA, ranking
from screening.runs.plan import ScreenPlan, plan_screen
from screening.runs.run import ScreenRun, open_run
from screening.runs.score import bound_model
from screening.runs.screen import run_screen
from screening.runs.status import run_status


class StoppedError(Exception):
    """Stands for Ctrl-C."""


def once_at(records: int, action: Callable[[], object]) -> Callable[[Progress], None]:
    """Do something once so many records are scored."""
    done = []

    def on_progress(step: Progress) -> None:
        if step.stage == "scoring" and step.done >= records and not done:
            done.append(True)
            action()

    return on_progress


def stop() -> None:
    raise StoppedError


def same(one: Path, other: Path) -> bool:
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in ("hits.parquet", "summary.json"))


@pytest.fixture
def own(tmp_path: Path, library: PreparedLibrary) -> PreparedLibrary:
    return open_library(shutil.copytree(library.folder, tmp_path / "library"))


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory, source: Path) -> PreparedLibrary:
    """The same structures in another order: as many parts, as many records, other compounds under each number."""
    folder = tmp_path_factory.mktemp("strange")
    lines = source.read_text("utf-8").splitlines()
    (folder / "other.smi").write_text("\n".join(lines[20:] + lines[:20]) + "\n", "utf-8")
    return prepare_library([folder / "other.smi"], folder / "library", batch_records=20)


def replace(library: PreparedLibrary, other: PreparedLibrary) -> None:
    shutil.rmtree(library.folder)
    shutil.copytree(other.folder, library.folder)


def test_a_library_replaced_under_a_running_screen(
    tmp_path: Path, own: PreparedLibrary, strange: PreparedLibrary, model: Path
) -> None:
    with pytest.raises(LibraryError, match="missing, damaged or was changed"):
        run_screen(
            plan_screen(own, model, top=50), tmp_path / "run", on_progress=once_at(100, lambda: replace(own, strange))
        )
    assert not open_run(tmp_path / "run").finished
    with pytest.raises(RunMismatchError, match=r"the library .* has changed"):
        run_screen(plan_screen(open_library(own.folder), model, top=50), tmp_path / "run")


def test_a_library_replaced_just_before_the_hits_are_named(
    tmp_path: Path, own: PreparedLibrary, strange: PreparedLibrary, model: Path
) -> None:
    at_the_end = once_at(own.records, lambda: replace(own, strange))
    with pytest.raises(LibraryError, match="missing, damaged or was changed"):
        run_screen(plan_screen(own, model, top=50), tmp_path / "run", on_progress=at_the_end)


def test_a_library_replaced_under_an_export(
    tmp_path: Path, own: PreparedLibrary, strange: PreparedLibrary, model: Path
) -> None:
    run = run_screen(plan_screen(own, model, top=5), tmp_path / "run")
    rows = ranking(run)
    next(rows)
    replace(own, strange)
    with pytest.raises(LibraryError, match="missing, damaged or was changed"):
        list(rows)
    opened = open_library(strange.folder)
    assert opened.read_compounds(0).num_rows
    shutil.copytree(strange.folder, tmp_path / "other")
    held = open_library(tmp_path / "other")
    shutil.rmtree(tmp_path / "other")
    shutil.copytree(opened.folder, tmp_path / "other")
    assert held.read_compounds(1).equals(opened.read_compounds(1)), "the same library put there again is the same"


def test_other_features_stored_under_a_run(
    tmp_path: Path, own: PreparedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    from screening.features import library_features

    held = featurise_library(own)
    assert held.part(0)
    monkeypatch.setattr(library_features.stored_features, "VERSION", "features-0")
    other = featurise_library(own)
    with pytest.raises(LibraryError, match="others than the run was planned with"):
        held.part(0)
    assert other.part(0)
    (other.folder / FACTS).unlink()
    with pytest.raises(LibraryError, match="missing"):
        other.part(0)


def test_a_model_trained_again_under_a_stopped_run(
    tmp_path: Path, library: PreparedLibrary, model: Path, staged_model: Path, run: ScreenRun
) -> None:
    place = shutil.copytree(model, tmp_path / "own.model")
    plan = plan_screen(library, place, top=50)
    with pytest.raises(StoppedError):
        run_screen(plan, tmp_path / "run", on_progress=once_at(60, stop))
    save_model(load_model(staged_model), place)
    with pytest.raises(RunMismatchError, match=r"the model .* has changed"):
        run_screen(plan_screen(library, place, top=50), tmp_path / "run")
    bound_model.cache_clear()
    with pytest.raises(ModelError, match="has changed since the run was planned"):
        run_screen(plan, tmp_path / "run")
    save_model(load_model(model), place)
    assert same(run_screen(plan, tmp_path / "run").folder, run.folder)


def test_a_model_is_one_model_while_it_is_replaced(tmp_path: Path, model: Path, staged_model: Path) -> None:
    """Whoever loads gets the key, the card and the compounds of the old one or of the new one, never of both."""
    place, models = tmp_path / "own.model", [load_model(model), load_model(staged_model)]
    right = {each.key: (each.card.to_json(), len(each.training.smiles)) for each in models}
    save_model(models[0], place)
    over, wrong, seen = threading.Event(), [], set()

    def load() -> None:
        while not over.is_set():
            found = load_model(place)
            seen.add(found.key)
            if right.get(found.key) != (found.card.to_json(), len(found.training.smiles)):
                wrong.append(found.key)

    reader = threading.Thread(target=load)
    reader.start()
    for turn in range(1, 9):
        save_model(models[turn % 2], place)
    over.set()
    reader.join()
    assert not wrong
    assert seen


@pytest.mark.parametrize("back", [False, True])
def test_a_run_folder_moved_while_it_works(tmp_path: Path, plan: ScreenPlan, run: ScreenRun, back: bool) -> None:
    old, new = tmp_path / "run", tmp_path / "elsewhere" / "run"
    new.parent.mkdir()
    with pytest.raises(StorageError, match="was moved or deleted while work was done in it"):
        run_screen(plan, old, on_progress=once_at(60, lambda: old.rename(new)))
    assert not old.exists(), "nothing is begun anew where it was"
    if back:
        new.rename(old)
    assert same(run_screen(plan, old if back else new).folder, run.folder)


def test_one_writer_and_many_readers(tmp_path: Path, plan: ScreenPlan, run: ScreenRun) -> None:
    folder = tmp_path / "run"
    states: list[str] = []

    def look() -> None:
        with pytest.raises(RunLockedError, match=f"in use by process {os.getpid()}"):
            run_screen(plan, folder)
        found = open_run(folder)
        states.append(run_status(folder).state)
        assert 0 < sum(found.counts.values()) < 240
        with pytest.raises(RunError, match="the run is not finished"):
            found.hits()

    run_screen(plan, folder, on_progress=once_at(60, look))
    assert states == ["running"]
    over, wrong, reads = threading.Event(), [], []

    def read() -> None:
        while not over.is_set():
            try:
                found = open_run(folder).hits()
                if not found.equals(run.hits()):
                    wrong.append("other rows")
                reads.append(found.num_rows)
            except RunError:  # the summary is away while the hits are written
                reads.append(0)
            except Exception as error:
                wrong.append(repr(error))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(3):
        if turn == 1:
            (folder / "summary.json").unlink()  # what a kill between the last part and the summary leaves
        run_screen(plan, folder)
    over.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert run.hits().num_rows in reads


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("faketime") is None, reason="needs the program faketime")
@pytest.mark.parametrize("clock", ["-40 days", "+4000 days"])
def test_a_clock_that_is_wrong_changes_nothing(tmp_path: Path, plan: ScreenPlan, run: ScreenRun, clock: str) -> None:
    """A run goes on on a machine, and with workers, whose clock is behind or ahead of that of its files."""
    folder = tmp_path / "run"
    with pytest.raises(StoppedError):
        run_screen(plan, folder, on_progress=once_at(60, stop))
    command = [
        "screen", "--library", plan.library, "--model", plan.model, "--out", folder, "--top", "50", "--workers", "1"
    ]  # fmt: skip
    done = subprocess.run(
        ["faketime", "-f", clock, sys.executable, "-m", "workbench.cli.main", *command],
        capture_output=True, text=True, timeout=280, env={**os.environ, "FAKETIME_DONT_FAKE_MONOTONIC": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert same(folder, run.folder)
    assert not list(folder.rglob("*.partial"))


def test_paths_in_a_plan_read_nothing_but_what_was_planned(
    tmp_path: Path, run: ScreenRun, strange: PreparedLibrary
) -> None:
    """The paths of a plan are not in its key: who sends a run may let them point anywhere."""
    folder = shutil.copytree(run.folder, tmp_path / "run")
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "card.json").write_text("not yours")
    raw = json.loads((folder / "plan.json").read_text("utf-8"))
    no_library = "not a finished prepared library"
    for library, words in ((secret, no_library), ("../secret", "has changed"), (strange.folder, "has changed")):
        (folder / "plan.json").write_text(json.dumps({**raw, "library": str(library), "model": str(secret)}), "utf-8")
        opened = open_run(folder)
        assert opened.hits().equals(run.hits())
        assert "library" in opened.missing
        with pytest.raises(LibraryError, match=words):
            opened.library()
        with pytest.raises(LibraryError):
            list(ranking(opened))
        with pytest.raises(LibraryError):
            run_screen(opened.plan, tmp_path / "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "secret"]


def test_two_writers_leave_what_one_leaves(tmp_path: Path, plan: ScreenPlan, run: ScreenRun) -> None:
    folder, refused = tmp_path / "run", []

    def work() -> None:
        try:
            run_screen(plan, folder)
        except RunLockedError as error:
            refused.append(error)

    writers = [threading.Thread(target=work) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(refused) < 4
    assert same(run_screen(plan, folder).folder, run.folder)
    assert open_run(folder).counts == run.counts
    rows = [row for batch in ranking(run_screen(plan, folder)) for row in batch.to_pylist()]
    assert len(rows) == run.counts["scored"]
    assert list(rows[0]) == HIT_SCHEMA.names
