"""Searches through a reaction library: most of the best products early, no product made that was not asked for."""

from __future__ import annotations

import csv
import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pytest

from screening.compounds.reactions.reaction_library import ReactionLibrary, open_reactions
from screening.errors import RunError, UsageError
from screening.runs.search.oracles.catalog import read_oracle
from screening.runs.search.reactions.product_kernel import ProductProcess
from screening.runs.search.reactions.reaction_space import ReactionSpace, best_free
from screening.runs.search.reactions.reagent_kernels import MOST_REAGENTS, reagent_kernel
from screening.runs.search.reactions.shopping import reagents_to_buy, routes_of
from screening.runs.search.rounds import SearchRun
from screening.runs.search.search import plan_search, read_recall, run_search

_TAILS = ["C" * n for n in range(1, 9)] + ["c1ccccc1", "Cc1ccccc1", "C1CC1", "C1CCNC1=O", "CCOC", "c1ccncc1", "CC(F)F"]


def value(left: int, right: int) -> float:
    """An answer with an effect of each reagent and of the pair."""
    return 10 * np.sin(left / 3) + 6 * np.cos(right / 2) + 3 * np.sin(left * right / 20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("reactions")
    (place / "acids.smi").write_text("".join(f"OC(=O){tail} a{at}\n" for at, tail in enumerate(_TAILS)))
    (place / "amines.smi").write_text("".join(f"NCC{tail} b{at}\n" for at, tail in enumerate(_TAILS)))
    (place / "reactions.toml").write_text(
        '[[step]]\nreaction = "amide coupling"\nreagents = ["acids.smi", "amines.smi"]\n'
    )
    with open(place / "values.csv", "w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["name", "value"])
        writer.writerows(
            [f"a{a}_b{b}", value(a, b)] for a, b in itertools.product(range(len(_TAILS)), range(len(_TAILS)))
        )
    return place


@pytest.fixture(scope="module")
def library(folder: Path) -> ReactionLibrary:
    return open_reactions(folder)


@pytest.fixture(scope="module")
def searched(library: ReactionLibrary, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> SearchRun:
    oracle = read_oracle(f"csv:{folder / 'values.csv'},value", True)
    plan = plan_search(library, oracle, budget=75, first=30, batch=15, top=10)
    return run_search(plan, tmp_path_factory.mktemp("search") / "run", oracle)


def test_most_of_the_best_products_are_found(searched: SearchRun, library: ReactionLibrary) -> None:
    values = np.array([value(*np.unravel_index(number, library.shape)) for number in range(library.compounds)])
    best = set(np.argsort(-values)[:10].tolist())
    assert len(best & set(searched.answered().rows.tolist())) >= 7, "chance finds 3"
    recall = read_recall(searched)
    assert recall is not None
    assert 0.0 <= recall.lower <= recall.expected <= recall.upper <= 1.0
    assert searched.plan.acquisition == "greedy"


def test_products_come_with_route_and_reagents_to_buy(searched: SearchRun, library: ReactionLibrary) -> None:
    best = routes_of(searched, 5)
    assert best.num_rows == 5
    first = best.to_pylist()[0]
    assert first["route"].startswith("amide coupling: ")
    assert first["route"].endswith(first["smiles"])
    assert first["reagents"].split() == first["name"].split("_")
    needed = reagents_to_buy(searched, 5).to_pylist()
    assert sum(row["products"] for row in needed) == 10
    assert [row["products"] for row in needed] == sorted((row["products"] for row in needed), reverse=True)
    assert {row["file"] for row in needed} == {"acids.smi", "amines.smi"}


def test_a_search_goes_on_with_the_same_bytes(
    searched: SearchRun, library: ReactionLibrary, folder: Path, tmp_path: Path
) -> None:
    oracle = read_oracle(f"csv:{folder / 'values.csv'},value", True)
    plan = plan_search(library, oracle, budget=75, first=30, batch=15, top=10)

    class StopError(Exception):
        pass

    def stop(run: SearchRun, *_: object) -> None:
        if not run.finished and run.rounds == 2:
            raise StopError

    with pytest.raises(StopError):
        run_search(plan, tmp_path / "again", oracle, on_round=stop)
    again = run_search(plan, tmp_path / "again", oracle)
    for name in ("found.parquet", "summary.json"):
        assert (again.folder / name).read_bytes() == (searched.folder / name).read_bytes()


def test_the_start_is_balanced_and_nothing_is_asked_twice(searched: SearchRun, library: ReactionLibrary) -> None:
    first = ReactionSpace(library, 0).first(30, np.random.default_rng(1))
    assert len(set(first.tolist())) == 30
    for places, count in zip(np.unravel_index(first, library.shape), library.shape):
        assert len(set(places.tolist())) == count, "thirty products, fifteen reagents: each occurs"
    rows = searched.answered().rows.tolist()
    assert len(set(rows)) == len(rows) == 75


def test_products_that_cannot_be_made_are_not_asked_about(folder: Path, tmp_path: Path) -> None:
    """The amide is hydrolysed by no ester hydrolysis, unless the acid was an ester too."""
    for name in ("amines.smi", "values.csv"):
        (tmp_path / name).write_text((folder / name).read_text())
    (tmp_path / "acids.smi").write_text("OC(=O)CC(=O)OC a0\nOC(=O)CC a1\nOC(=O)CCC(=O)OC a2\n")
    (tmp_path / "reactions.toml").write_text(
        '[[step]]\nreaction = "amide coupling"\nreagents = ["acids.smi", "amines.smi"]\n'
        '[[step]]\nreaction = "ester hydrolysis"\nreagents = ["product"]\n'
    )
    library = open_reactions(tmp_path)
    oracle = read_oracle(f"csv:{folder / 'values.csv'},value", False)
    run = run_search(plan_search(library, oracle, budget=45, first=15, batch=15), tmp_path / "run", oracle)
    known = run.answered()
    assert len(known.rows) == 45
    for smiles, found, reason in zip(known.asked.column("smiles").to_pylist(), known.values, known.reasons):
        assert bool(smiles) == bool(np.isfinite(found))
        assert reason == ("" if smiles else "the reagents give no product, or several")


@pytest.fixture(scope="module")
def process() -> ProductProcess:
    generator = np.random.default_rng(0)
    similarities = []
    for count in (7, 5, 6):
        points = generator.standard_normal((count, 2))
        distance = ((points[:, None] - points[None]) ** 2).sum(-1)
        similarities.append(np.exp(-distance).astype(np.float32))
    return ProductProcess(similarities)


def test_means_of_all_products_are_those_of_single_ones(process: ProductProcess) -> None:
    generator = np.random.default_rng(1)
    numbers = generator.permutation(210)[:60]
    values = generator.standard_normal(60)
    fitted = process.fit(numbers, values)
    every = np.concatenate([mean for _, mean in fitted.slabs()])
    order = np.concatenate([some for some, _ in fitted.slabs()])
    assert sorted(order.tolist()) == list(range(210))
    assert every == pytest.approx(fitted.predict(order), abs=1e-4)
    # The weights solve the equations of the process.
    places = np.unravel_index(numbers, process.shape)
    inner = fitted.between(places, places) + fitted.settings.noise * np.eye(60)
    assert inner @ fitted.weights == pytest.approx(values - fitted.mean, abs=0.05)
    best, means = best_free(fitted, np.sort(numbers), 10, generator)
    assert not set(best.tolist()) & set(numbers.tolist())
    free = np.setdiff1d(np.arange(210), numbers)
    assert sorted(means) == pytest.approx(sorted(np.sort(fitted.predict(free))[-10:]), abs=1e-4)


def test_pairs_of_answers_and_the_whole_grid_fit_alike(
    process: ProductProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = np.random.default_rng(2)
    numbers, values = generator.permutation(210)[:50], generator.standard_normal(50)
    whole = process.fit(numbers, values)
    monkeypatch.setattr("screening.runs.search.reactions.product_kernel._WHOLE", 0)
    assert process.fit(numbers, values).weights == pytest.approx(whole.weights, abs=1e-2)


def test_too_many_products_are_narrowed_to_promising_reagents(
    process: ProductProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = np.random.default_rng(3)
    numbers = generator.permutation(210)[:80]
    places = np.unravel_index(numbers, process.shape)
    fitted = process.fit(numbers, np.where(places[0] == 3, 5.0, 0.0) + 0.01 * generator.standard_normal(80))
    monkeypatch.setattr("screening.runs.search.reactions.product_kernel.MOST_PRODUCTS", 30)
    order = np.concatenate([some for some, _ in fitted.slabs()])
    assert 1 <= len(order) <= 30
    assert 3 in np.unravel_index(order, process.shape)[0]
    every = np.concatenate([mean for _, mean in fitted.slabs()])
    assert every == pytest.approx(fitted.predict(order), abs=1e-3)


def test_limits_are_told(searched: SearchRun, library: ReactionLibrary, folder: Path) -> None:
    with pytest.raises(UsageError, match="too many to compare"):
        reagent_kernel([None] * (MOST_REAGENTS + 1))
    with pytest.raises(UsageError, match="budget"):
        plan_search(library, read_oracle(f"csv:{folder / 'values.csv'},value", True), budget=226)
    other = SearchRun(searched.folder, dataclasses.replace(searched.plan, library=str(folder / "nothing")))
    with pytest.raises(RunError, match="no search through a reaction library"):
        routes_of(other, 3)
