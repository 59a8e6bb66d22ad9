"""Searches with real oracles: they find the best early, survive stops with the same bytes and keep every answer."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import pytest

from screening.compounds.library.prepared_library import PreparedLibrary
from screening.errors import FileError, PlanError, RunError, RunMismatchError, UsageError
from screening.models.storage import load_model
from screening.models.training_set import compound_block
from screening.runs.search import ask_tell
from screening.runs.search.acquisition import ACQUISITIONS, IN_TURN, acquisition_at, names
from screening.runs.search.oracles.catalog import ORACLES, read_oracle
from screening.runs.search.oracles.oracle import Question
from screening.runs.search.rounds import SearchRun, open_search
from screening.runs.search.search import begin_search, plan_search, read_recall, run_search
from screening.runs.search.surrogate import trimmed


@pytest.fixture(scope="module")
def oracle_text(model: Path) -> str:
    return f"model:{model}"


@pytest.fixture(scope="module")
def searched(library: PreparedLibrary, oracle_text: str, tmp_path_factory: pytest.TempPathFactory) -> SearchRun:
    oracle = read_oracle(oracle_text, None)
    plan = plan_search(library, oracle, budget=60, first=30, batch=10, top=10, random_share=0.2)
    return run_search(plan, tmp_path_factory.mktemp("search") / "run", oracle)


def truth(library: PreparedLibrary, model: Path) -> np.ndarray:
    smiles = [text for table in library.iterate(["smiles"]) for text in table.column("smiles").to_pylist()]
    return load_model(model).predict(compound_block(smiles)).affinity


def test_most_of_the_best_are_found(searched: SearchRun, library: PreparedLibrary, model: Path) -> None:
    values = truth(library, model)
    best = set(np.argsort(-values, kind="stable")[:10].tolist())
    found = len(best & set(searched.answered().rows.tolist())) / 10
    assert found > 2 * 60 / library.compounds
    recall = read_recall(searched)
    assert recall is not None
    assert 0.0 <= recall.lower <= recall.expected <= recall.upper <= 1.0
    values_found = searched.found().column("value").to_pylist()
    assert values_found == sorted(values_found, reverse=True)


def test_no_compound_is_asked_twice_and_random_ones_are_among_them(searched: SearchRun) -> None:
    known = searched.answered()
    assert len(set(known.rows.tolist())) == len(known.rows) == 60
    chosen = known.asked.column("chosen").to_pylist()
    assert chosen[:30] == ["start"] * 30
    assert "random" in chosen
    assert len(known.errors(1.0)) == chosen.count("random")


def test_a_search_stopped_at_any_round_ends_with_the_same_bytes(
    searched: SearchRun, other_parts: PreparedLibrary, oracle_text: str, tmp_path: Path
) -> None:
    """Stopped after every round, and on the same library in parts of another size."""
    oracle = read_oracle(oracle_text, None)
    plan = plan_search(other_parts, oracle, budget=60, first=30, batch=10, top=10, random_share=0.2)
    assert plan.key == searched.plan.key

    class StopError(Exception):
        pass

    def stop(*_: object) -> None:
        raise StopError

    for _ in range(10):
        try:
            run_search(plan, tmp_path / "again", oracle, on_round=stop)
        except StopError:
            continue
        break
    again = open_search(tmp_path / "again")
    if not again.finished:
        again = run_search(plan, tmp_path / "again", oracle)
    for name in ("found.parquet", "summary.json"):
        assert (again.folder / name).read_bytes() == (searched.folder / name).read_bytes()


def test_a_larger_budget_goes_on_and_another_search_is_refused(
    searched: SearchRun, library: PreparedLibrary, oracle_text: str, tmp_path: Path
) -> None:
    import shutil

    folder = tmp_path / "more"
    shutil.copytree(searched.folder, folder)
    oracle = read_oracle(oracle_text, None)
    more = run_search(
        plan_search(library, oracle, budget=70, first=30, batch=10, top=10, random_share=0.2), folder, oracle
    )
    assert len(more.answered().rows) == 70
    assert more.answered().rows[:60].tolist() == searched.answered().rows.tolist()
    with pytest.raises(RunMismatchError, match="seed 0 instead of 1"):
        begin_search(plan_search(library, oracle, budget=70, first=30, batch=10, top=10, seed=1), folder)


PROGRAM = """
import sys, time
text = sys.argv[1]
if "Cl" in text: sys.exit("no chlorine here")
if "Br" in text: print("nothing to say"); sys.exit()
if "S" in text: sys.exit(0)
print("score", -len(text))
"""


def test_a_program_that_fails_for_some_costs_only_those(library: PreparedLibrary, tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text(PROGRAM, encoding="utf-8")
    oracle = read_oracle(f"command:{sys.executable} {tmp_path / 'prog.py'} {{smi}}", False)
    plan = plan_search(library, oracle, budget=40, first=30, batch=10, top=10, random_share=0.2)
    run = run_search(plan, tmp_path / "run", oracle)
    known = run.answered()
    smiles = known.asked.column("smiles").to_pylist()
    for text, value, reason in zip(smiles, known.values, known.reasons):
        if "Cl" in text:
            assert reason == "ended with exit code 1: no chlorine here"
        elif "Br" in text:
            assert reason == "printed 'say' in the place of a number"
        elif "S" in text:
            assert reason == "printed nothing"
        else:
            assert value == -len(text)
    assert run.summary["failed"] == sum(bool(reason) for reason in known.reasons) > 0
    # A lower answer is better here: the longest text stands first.
    assert run.found().column("value")[0].as_py() == known.values[np.isfinite(known.values)].min()


def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    from screening.runs.search.oracles.command import CommandOracle

    oracle = CommandOracle(f"{sys.executable} -c 'import time; time.sleep(60)' {{smi}}", True, seconds=0.5)
    assert oracle.answer([Question(0, "one", "C")])[0].reason == "took longer than 0.5 s"


def test_equal_answers_are_no_trouble(library: PreparedLibrary, tmp_path: Path) -> None:
    oracle = read_oracle(f"command:{sys.executable} -c 'print(1)' {{smi}}", True)
    run = run_search(plan_search(library, oracle, budget=9, first=5, batch=4), tmp_path / "run", oracle)
    assert run.summary["answered"] == 9
    assert run.summary["recall"] is None


def test_a_laboratory_is_asked_and_told(library: PreparedLibrary, tmp_path: Path) -> None:
    oracle = read_oracle("laboratory:pIC50", True)
    run = begin_search(plan_search(library, oracle, budget=12, first=8, batch=4), tmp_path / "run")
    with pytest.raises(UsageError, match="answered by people"):
        run_search(run.plan, run.folder, oracle)
    first = ask_tell.ask(run)
    assert first.num_rows == 8
    assert ask_tell.ask(run).equals(first), "a round that is open is asked again"

    def answers(rows: list[dict[str, object]], path: Path) -> Path:
        with open(path, "w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, ["name", "value"])
            writer.writeheader()
            writer.writerows(rows)
        return path

    rows: list[dict[str, object]] = [
        {"name": name, "value": 5 + at / 10} for at, name in enumerate(first.column("name").to_pylist())
    ]
    rows[3]["value"] = "insoluble"
    short = ask_tell.tell(run, answers(rows[:5], tmp_path / "short.csv"))
    assert short.missing == first.column("name").to_pylist()[5:]
    with pytest.raises(FileError, match="'stranger' was not asked for"):
        ask_tell.tell(run, answers([*rows, {"name": "stranger", "value": 1}], tmp_path / "strange.csv"))
    with pytest.raises(FileError, match="twice"):
        ask_tell.tell(run, answers([*rows, rows[0]], tmp_path / "twice.csv"))
    told = ask_tell.tell(run, answers(rows, tmp_path / "whole.csv"))
    assert (told.answered, told.failed) == (7, 1)
    assert run.answered().reasons[3] == "insoluble"
    with pytest.raises(RunError, match="no compounds are waiting"):
        ask_tell.tell(run, tmp_path / "whole.csv")
    second = ask_tell.ask(run)
    assert second.num_rows == 4
    ask_tell.tell(
        run, answers([{"name": name, "value": 5} for name in second.column("name").to_pylist()], tmp_path / "b.csv")
    )
    assert run.finished
    with pytest.raises(RunError, match="budget of this search is spent"):
        ask_tell.ask(run)


@pytest.mark.parametrize("budget", [0, 0.0, 10**6, -3])
def test_impossible_budgets(library: PreparedLibrary, oracle_text: str, budget: float) -> None:
    with pytest.raises((UsageError, PlanError), match="budget"):
        plan_search(library, read_oracle(oracle_text, None), budget=budget)


@pytest.mark.parametrize(
    ("text", "told"), [("csv:x.csv,score", "higher or a lower"), ("dice:6", "no oracle"), ("model:", "no oracle")]
)
def test_oracles_that_cannot_be(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        read_oracle(text, None)


@pytest.mark.parametrize("name", ACQUISITIONS)
def test_every_acquisition_prefers_what_is_surely_better(name: str) -> None:
    mean, deviation = np.array([0.0, 5.0, 1.0, -400.0]), np.full(4, 0.1)
    promise = ACQUISITIONS[name](mean, deviation, 4.0, np.random.default_rng(0))
    assert np.isfinite(promise).all()
    assert promise.argmax() == 1
    assert promise.argmin() == 3


def test_the_last_quarter_of_a_budget_takes_what_is_likely_to_be_good() -> None:
    assert [acquisition_at(IN_TURN, spent) for spent in (0.2, 0.74, 0.75)] == [
        "expected improvement",
        "expected improvement",
        "upper bound",
    ]
    assert all(acquisition_at(name, 0.9) in ACQUISITIONS for name in names())


def test_outliers_are_cut() -> None:
    values = np.array([5.0, 6.0, 5.5, 5.2, 6.1, -1e6])
    assert trimmed(values).min() > -10
    assert trimmed(values)[:5].tolist() == values[:5].tolist()


def test_the_catalog_lists_every_oracle(root: Path) -> None:
    files = {path.stem for path in (root / "screening/runs/search/oracles").glob("*.py")}
    assert {"table" if name == "csv" else name for name in ORACLES} == files - {"__init__", "catalog", "oracle"}


def test_features_read_part_by_part_give_what_those_in_memory_give(
    library: PreparedLibrary, other_parts: PreparedLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round over a library too large for memory: the expansion, and no more than a part at a time."""
    import shutil

    from screening.compounds.library.prepared_library import open_library
    from screening.features.library_features import features_of, featurise_library
    from screening.runs.search import surrogate
    from screening.runs.search.feature_source import InMemory, Some, Stored
    from screening.runs.search.library_space import library_features

    shutil.copytree(other_parts.folder, tmp_path / "copy")
    copy = open_library(tmp_path / "copy")
    featurise_library(copy)
    stored = features_of(copy)
    assert stored is not None
    whole = InMemory(library_features(library, np.arange(library.compounds)))
    monkeypatch.setattr("screening.runs.search.feature_source._REMEMBERED", 30)
    parts = Stored(copy, stored)
    generator = np.random.default_rng(0)
    rows = generator.permutation(len(whole))[:60]
    for _ in range(3):
        some = generator.permutation(len(whole))[:25]
        assert parts.take(some).descriptors.tolist() == whole.take(some).descriptors.tolist()
    values = whole.take(rows).descriptors[:, 0] / 100 + generator.standard_normal(60) / 10
    monkeypatch.setattr(surrogate, "LARGEST", 0)
    believed = [surrogate.Surrogate(source).believe(rows, values) for source in (whole, parts)]
    assert believed[1].mean == pytest.approx(believed[0].mean, abs=1e-6)
    assert believed[1].deviation == pytest.approx(believed[0].deviation, abs=1e-6)
    # Among some of the compounds, as after tiers: read part by part, or worked out for these alone.
    chosen = np.sort(generator.permutation(len(whole))[:40])
    few = Some(parts, chosen)
    alone = InMemory(library_features(library, chosen))
    asked = np.arange(0, 40, 2)
    among = [surrogate.Surrogate(source).believe(asked, values[:20]) for source in (few, alone)]
    assert len(among[0].mean) == 40
    assert among[0].mean == pytest.approx(among[1].mean, abs=1e-6)
    # What the expansion loses against the process itself.
    monkeypatch.setattr(surrogate, "LARGEST", 10**9)
    exact = surrogate.Surrogate(whole).believe(rows, values)
    assert np.corrcoef(exact.mean, believed[0].mean)[0, 1] > 0.95


def test_a_large_library_without_stored_features_is_told_what_to_do(
    library: PreparedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    from screening.errors import LibraryError
    from screening.runs.search.library_space import LibrarySpace

    monkeypatch.setattr("screening.runs.search.library_space.MOST_IN_MEMORY", 10)
    with pytest.raises(LibraryError, match="without stored features"):
        assert LibrarySpace(library, 0).surrogate
