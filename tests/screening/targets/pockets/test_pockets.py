"""Pockets: geometry by brute force, and the shipped ranker on the shipped target."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from screening.errors import ModelError, StructureError
from screening.targets.files.read import read_target
from screening.targets.pockets.candidates import COLUMNS, REACH_A, copies, describe_candidates, gather
from screening.targets.pockets.druggability import pocket_shape
from screening.targets.pockets.enclosure import FARTHEST_A, RAYS, ray_lengths
from screening.targets.pockets.find import find_pockets, receptor_atoms
from screening.targets.pockets.pocket import Pocket
from screening.targets.pockets.pocket_model import calibrated, with_places
from screening.targets.pockets.point_features import feature_names, point_features
from screening.targets.pockets.point_model import CONTEXT, asked_again, context
from screening.targets.pockets.ranker import default_folder, load_ranker
from screening.targets.pockets.surface import PROBE_A, radii, surface_points
from screening.targets.target import Atoms, Target


@pytest.fixture(scope="module")
def pockets(pka: Target) -> tuple[Pocket, ...]:
    return find_pockets(pka)


def test_surface_points_touch_an_atom_and_enter_none(pka: Target) -> None:
    part = pka.atoms.select(pka.atoms.chain == "I")
    points = surface_points(part.coordinates, part.element)
    gap = np.linalg.norm(points[:, None] - part.coordinates[None], axis=2) - radii(part.element)[None]
    np.testing.assert_allclose(gap.min(axis=1), PROBE_A, atol=1e-4)


def test_rays_from_the_middle_of_a_shell_meet_it_everywhere() -> None:
    golden = np.pi * (3 - np.sqrt(5.0)) * np.arange(800)
    z = 1 - 2 * (np.arange(800) + 0.5) / 800
    ring = np.sqrt(1 - z**2)
    shell = 8.0 * np.stack([ring * np.cos(golden), ring * np.sin(golden), z], axis=1)
    inside = ray_lengths(np.zeros((1, 3)), shell)
    assert inside.shape == (1, RAYS)
    assert ((inside >= 5.0) & (inside <= 8.0)).all()
    half = shell[shell[:, 2] < 0]
    share = np.isfinite(ray_lengths(np.zeros((1, 3)), half)).mean()
    assert 0.45 < share < 0.65
    assert not np.isfinite(ray_lengths(np.array([[0.0, 0.0, 4.0 + FARTHEST_A]]), half)).any()


def test_features_ignore_how_the_structure_lies(pka: Target) -> None:
    part = receptor_atoms(pka, ("I",))
    points, features = point_features(part)
    assert features.shape == (len(points), len(feature_names()))
    assert np.isfinite(features).all()
    moved = dataclasses.replace(part, coordinates=part.coordinates + np.float32(1.4 * 7))
    again, moved_features = point_features(moved)
    assert abs(len(again) - len(points)) <= 0.05 * len(points)
    np.testing.assert_allclose(moved_features.mean(axis=0), features.mean(axis=0), rtol=0.1, atol=0.1)


def atoms_at(coordinates: np.ndarray, chain: np.ndarray, number: np.ndarray) -> Atoms:
    """Return carbon atoms of alanines, one a residue."""
    size = len(coordinates)
    text = np.full(size, "C")
    return Atoms(
        coordinates=coordinates.astype(np.float32), name=text, element=text, residue_name=np.full(size, "ALA"),
        chain=chain, number=number, insertion_code=np.full(size, ""), altloc=np.full(size, ""),
        hetero=np.zeros(size, bool), occupancy=np.ones(size, np.float32), b_factor=np.ones(size, np.float32),
        residue_index=np.arange(size, dtype=np.int32), label_chain=np.full(size, ""), label_number=number,
    )  # fmt: skip


def two_heaps() -> tuple[np.ndarray, np.ndarray, Atoms]:
    """Return points in two heaps 30 Å apart, their probabilities, and one chain of the same residues at each."""
    rng = np.random.default_rng(0)
    far = np.array([30.0, 0, 0])
    points = np.concatenate([rng.normal(0, 1.5, (60, 3)), rng.normal(0, 1.5, (60, 3)) + far])
    wall = rng.normal(0, 3.0, (20, 3))
    number = np.tile(np.arange(20, dtype=np.int32), 2)
    atoms = atoms_at(np.concatenate([wall, wall + far]), np.repeat(["A", "B"], 20), number)
    return points, np.r_[np.full(60, 0.5), np.full(60, 0.9)], atoms


def test_gathering_finds_two_heaps_and_orders_them() -> None:
    points, probability, atoms = two_heaps()
    first, second, *_ = gather(points, probability)
    np.testing.assert_allclose(first.centre_A, [30, 0, 0], atol=1.0)
    np.testing.assert_allclose(second.centre_A, [0, 0, 0], atol=1.0)
    assert first.score > second.score
    assert np.linalg.norm(points[first.rows] - first.centre_A, axis=1).max() <= 2 * REACH_A
    features = np.zeros((len(points), len(feature_names())), np.float32)
    table = describe_candidates([first, second], points, features, probability, atoms)
    assert table.shape == (2, len(COLUMNS))
    assert np.isfinite(table).all()
    assert gather(np.zeros((0, 3)), np.zeros(0)) == []
    assert gather(points, np.zeros(len(points))) == []


def test_the_same_site_of_another_chain_counts_once() -> None:
    points, probability, atoms = two_heaps()
    both = gather(points, probability)[:2]
    assert copies(both, points, probability, atoms).tolist() == [0, 0]
    other = dataclasses.replace(atoms, number=np.arange(40, dtype=np.int32))
    assert copies(both, points, probability, other).tolist() == [0, 1]
    one_chain = dataclasses.replace(atoms, chain=np.full(40, "A"))
    assert copies(both, points, probability, one_chain).tolist() == [0, 1]
    features = np.zeros((len(points), len(feature_names())), np.float32)
    ahead = COLUMNS.index("best_5_over_best_other")
    apart = describe_candidates(both, points, features, probability, other)
    assert apart[:, ahead].tolist() == pytest.approx([0.4, -0.4])
    assert apart[:, COLUMNS.index("log_copies")].tolist() == [0.0, 0.0]
    same = describe_candidates(both, points, features, probability, atoms)
    assert same[:, COLUMNS.index("best_5_of_copies")].tolist() == pytest.approx([0.7, 0.7])
    assert same[:, COLUMNS.index("log_copies")].tolist() == pytest.approx([np.log(2)] * 2)


def test_the_second_trees_see_what_was_said_around_a_point() -> None:
    points, probability, _ = two_heaps()
    probability[3] = 0.01
    rows = asked_again(probability)
    assert rows.tolist() == [row for row in range(120) if row != 3]
    assert len(asked_again(np.full(120, 0.001))) == 120
    around = context(points, probability, rows)
    assert around.shape == (119, len(CONTEXT))
    for row in (0, 70):
        near = (np.linalg.norm(points - points[rows[row]], axis=1) <= 4.0) & (probability >= 0.05)
        assert around[row, CONTEXT.index("neighbours_4")] == near.sum()
        assert around[row, CONTEXT.index("likely_4")] == pytest.approx((probability[near] ** 2).sum(), rel=1e-5)
    assert around[:, CONTEXT.index("said")] == pytest.approx(probability[rows])
    assert around[:, CONTEXT.index("likely_8_of_best")].max() == pytest.approx(1.0)


def test_calibration_keeps_the_order_and_knows_the_best() -> None:
    score = np.array([2.0, -1.0, 1.9])
    likely = calibrated(score, (0.6, 0.9, 0.8, 0.1))
    assert np.argsort(-likely).tolist() == [0, 2, 1]
    assert likely[0] == pytest.approx(1 / (1 + np.exp(-(0.6 * 2.0 + 0.9))))
    assert likely[2] == pytest.approx(1 / (1 + np.exp(-(0.8 * 1.9 + 0.1))))
    # Others are never said to be as likely as the best, and keep their order.
    likely = calibrated(score, (0.6, -2.0, 0.8, 0.1))
    assert np.argsort(-likely).tolist() == [0, 2, 1]
    assert likely[2] < likely[0] == pytest.approx(1 / (1 + np.exp(-(0.6 * 2.0 - 2.0))))
    assert calibrated(np.array([0.5]), (0.6, 0.9, 0.8, 0.1)).shape == (1,)
    table = with_places(np.array([[1.0, 5.0], [3.0, 7.0]]), 1)
    np.testing.assert_allclose(table, [[1.0, 5.0, -1.0], [3.0, 7.0, 1.0]], atol=1e-5)


def test_a_spherical_hole_has_its_volume() -> None:
    axis = np.arange(-14.0, 14.1, 1.4)
    grid = np.stack(np.meshgrid(axis, axis, axis), axis=-1).reshape(-1, 3)
    shell = grid[np.linalg.norm(grid, axis=1) > 7.0]
    atoms = atoms_at(shell, np.full(len(shell), "A"), np.ones(len(shell), np.int32))
    volume, enclosure, _ = pocket_shape(np.zeros(3), atoms)
    # Room for atom centres: a sphere of about 7.0 - 2.8 + half a grid step.
    assert 4 / 3 * np.pi * 4.0**3 < volume < 4 / 3 * np.pi * 5.6**3
    assert enclosure == pytest.approx(1.0)


def test_the_adenosine_site_is_the_first_pocket(pka: Target, pockets: tuple[Pocket, ...]) -> None:
    """A sanity check, not evidence: kinases are among the training complexes (the test in the card is by cluster)."""
    ligand = pka.atoms.coordinates[pka.atoms.residue_name == "ADN"]
    best = pockets[0]
    assert np.linalg.norm(ligand - np.array(best.centre_A), axis=1).min() <= 4.0
    assert {"E:VAL123", "E:LEU173"} <= {str(residue) for residue in best.residues}
    assert [pocket.rank for pocket in pockets] == list(range(1, len(pockets) + 1))
    likely = [pocket.probability for pocket in pockets]
    assert likely == sorted(likely, reverse=True)
    assert all(0.0 <= pocket.probability <= 1.0 and 0.0 <= pocket.druggability <= 1.0 for pocket in pockets)
    site = best.site()
    assert site.origin == f"pocket 1, p={best.probability:.2f}"
    assert site.target_key == pka.key
    json.dumps(best.to_row())


def test_nothing_bound_enters_the_prediction(pka: Target, pockets: tuple[Pocket, ...]) -> None:
    bare = dataclasses.replace(
        pka,
        atoms=pka.atoms.select((pka.atoms.residue_name != "ADN") & (pka.atoms.chain == "E")),
        chains=pka.chains[:1],
        groups=(),
    )
    again = find_pockets(bare)
    assert [pocket.centre_A for pocket in again] == [pocket.centre_A for pocket in pockets]
    assert [pocket.probability for pocket in again] == [pocket.probability for pocket in pockets]


def test_chains_can_be_chosen_and_must_exist(pka: Target, tmp_path: Path) -> None:
    with pytest.raises(StructureError, match="has no chain Z; expected one of E, I"):
        find_pockets(pka, chains=("Z",))
    assert set(receptor_atoms(pka).chain.tolist()) == {"E"}
    assert set(receptor_atoms(pka, ("E", "I")).chain.tolist()) == {"E", "I"}
    path = tmp_path / "x.fasta"
    path.write_text(">a\nMKVLITGAGSG\n")
    with pytest.raises(StructureError, match="no protein chain with coordinates"):
        find_pockets(read_target(path))


def test_a_changed_model_file_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "ranker"
    shutil.copytree(default_folder(), place)
    assert load_ranker(place).card["success"].startswith("centre of the pocket within 4")
    path = place / "points.skops"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(ModelError, match="was changed"):
        load_ranker(place)
    path.unlink()
    with pytest.raises(ModelError, match="is missing"):
        load_ranker(place)
    with pytest.raises(ModelError, match="holds no pocket ranker"):
        load_ranker(tmp_path)


def test_the_card_says_how_it_was_tested() -> None:
    card = load_ranker().card
    test = card["test"]
    assert test["all"]["complexes"] == len(card["complexes"]) == 232
    for row in (test["all"], test["one_chain"]):
        assert 0.0 < row["top_1"] <= row["top_3"] <= 1.0
    for third in test["calibration_of_first_pockets"]:
        assert third["pockets"] >= 77
        assert 0.0 <= third["said"] <= 1.0
    assert sum((default_folder() / name).stat().st_size for name in card["sha256"]) < 5_000_000
