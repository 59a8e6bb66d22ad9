from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from workbench.viewer.scene import labels
from workbench.viewer.scene.camera import Camera, broad_side, quaternion, towards_opening


@pytest.mark.parametrize("seed", range(8))
def test_quaternions_are_those_of_scipy(seed: int) -> None:
    rotation = Rotation.random(random_state=seed)
    ours, theirs = quaternion(rotation.as_matrix()), rotation.as_quat()
    assert np.allclose(ours, theirs, atol=1e-6) or np.allclose(ours, -theirs, atol=1e-6)


def test_a_pocket_is_looked_into_from_its_open_side() -> None:
    generator = np.random.default_rng(1)
    shell = generator.normal(size=(3000, 3))
    shell = 9 * shell / np.linalg.norm(shell, axis=1)[:, None]
    opening = np.array([0.6, 0.0, 0.8])
    closed = shell[shell @ opening < 5.0]
    ligand = generator.normal(scale=1.5, size=(12, 3))
    camera = towards_opening(ligand, closed)
    assert camera.rotation[2] @ opening > 0.8
    assert np.linalg.det(camera.rotation) == pytest.approx(1)


def test_the_broad_side_is_seen_and_everything_is_in_the_picture() -> None:
    points = np.random.default_rng(2).normal(size=(500, 3)) * [20, 8, 2]
    camera = broad_side(points)
    turned = np.abs(camera.project(points))
    assert turned[:, 0].std() > turned[:, 1].std() > turned[:, 2].std()
    assert turned[:, 1].max() < camera.radius_A
    assert len(camera.view()) == 8


def test_labels_leave_each_other_and_the_ligand_free() -> None:
    generator = np.random.default_rng(3)
    camera = Camera(np.zeros(3), np.eye(3), 10.0)
    ligand = generator.normal(scale=1.5, size=(15, 3))
    asked = [labels.Label(f"LEU{100 + i}", generator.normal(scale=4.0, size=(4, 3))) for i in range(14)]
    taken: list[np.ndarray] = []
    placed = labels.place(asked, camera, avoid=ligand, height=480, taken=taken)
    assert [text for text, _ in placed] == [label.text for label in asked]
    areas = [labels._overlap(a, b) for i, a in enumerate(taken) for b in taken[:i]]
    assert sum(area > 40 for area in areas) <= 1
    scaled = camera.project(ligand)[:, :2] * 24
    covered = sum(((scaled > box[:2]) & (scaled < box[2:])).all(axis=1).any() for box in taken)
    assert covered <= 1
