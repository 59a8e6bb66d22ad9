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
from screening.targets.pockets.candidates import AVERAGED, REACH_A, SUMMARY, describe_candidates, gather
from screening.targets.pockets.druggability import pocket_shape
from screening.targets.pockets.enclosure import FARTHEST_A, RAYS, ray_lengths
from screening.targets.pockets.find import find_pockets, receptor_atoms
from screening.targets.pockets.pocket import Pocket
from screening.targets.pockets.point_features import feature_names, point_features
from screening.targets.pockets.ranker import default_folder, load_ranker
from screening.targets.pockets.surface import PROBE_A, radii, surface_points
from screening.targets.target import Target


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


def test_gathering_finds_two_heaps_and_orders_them() -> None:
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(0, 1.5, (60, 3)), rng.normal(0, 1.5, (60, 3)) + np.array([30.0, 0, 0])])
    probability = np.r_[np.full(60, 0.5), np.full(60, 0.9)]
    first, second, *_ = gather(points, probability)
    np.testing.assert_allclose(first.centre_A, [30, 0, 0], atol=1.0)
    np.testing.assert_allclose(second.centre_A, [0, 0, 0], atol=1.0)
    assert first.score > second.score
    assert np.linalg.norm(points[first.rows] - first.centre_A, axis=1).max() <= 2 * REACH_A
    table = describe_candidates(
        [first, second], points, np.zeros((len(points), len(feature_names())), np.float32), probability
    )
    assert table.shape == (2, len(SUMMARY) + len(AVERAGED))
    assert gather(np.zeros((0, 3)), np.zeros(0)) == []
    assert gather(points, np.zeros(len(points))) == []


def test_a_spherical_hole_has_its_volume() -> None:
    axis = np.arange(-14.0, 14.1, 1.4)
    grid = np.stack(np.meshgrid(axis, axis, axis), axis=-1).reshape(-1, 3)
    shell = grid[np.linalg.norm(grid, axis=1) > 7.0].astype(np.float32)
    size = len(shell)
    from screening.targets.target import Atoms

    text, whole = np.full(size, "C"), np.ones(size, np.int32)
    atoms = Atoms(
        coordinates=shell, name=text, element=text, residue_name=np.full(size, "ALA"), chain=np.full(size, "A"),
        number=whole, insertion_code=np.full(size, ""), altloc=np.full(size, ""), hetero=np.zeros(size, bool),
        occupancy=np.ones(size, np.float32), b_factor=np.ones(size, np.float32), residue_index=whole,
        label_chain=np.full(size, ""), label_number=whole,
    )  # fmt: skip
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
    assert test["all"]["complexes"] == len(card["complexes"]) == 118
    for row in (test["all"], test["one_chain"]):
        assert 0.0 < row["top_1"] <= row["top_3"] <= 1.0
    assert sum((default_folder() / name).stat().st_size for name in card["sha256"]) < 5_000_000
