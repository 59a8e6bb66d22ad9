"""Where to put labels so that they cover neither each other nor the ligand."""

from __future__ import annotations

import dataclasses

import numpy as np

from workbench.viewer.scene.camera import Camera

#: Size of a letter at the label's font size of 12, in pixels, and the padding of the box.
LETTER_WIDTH, LETTER_HEIGHT, PADDING = 7.2, 15.0, 7.0


@dataclasses.dataclass(frozen=True)
class Label:
    """A text that belongs to some atoms: it may stand at any of `anchors` (n, 3), or a little beside them."""

    text: str
    anchors: np.ndarray


def place(
    labels: list[Label],
    camera: Camera,
    *,
    avoid: np.ndarray,
    height: int,
    aspect: float = 1.35,
    taken: list[np.ndarray] | None = None,
    shifts: bool = True,
) -> list[tuple[str, np.ndarray]]:
    """Choose a place for each label, the first ones having the first choice.

    Parameters
    ----------
    labels
        The labels, the most important first.
    camera
        The first view; the labels keep their places in space when it is turned.
    avoid
        Coordinates that should stay uncovered, (m, 3), Å.
    height, aspect
        Height of the picture in pixels, and its width over its height.
    taken
        Boxes of labels placed earlier, extended by those placed now.
    shifts
        Whether labels may stand beside their anchors.

    Returns
    -------
    list of (str, ndarray)
        Text and place in Å. Labels that would lie outside the picture keep the place of their first anchor.
    """
    scale = height / (2 * camera.radius_A)
    blocked = camera.project(avoid)[:, :2] * scale if len(avoid) else np.zeros((0, 2))
    limit = np.array([height * aspect / 2, height / 2]) - 6
    boxes: list[np.ndarray] = [] if taken is None else taken
    placed = []
    for label in labels:
        half = np.array([len(label.text) * LETTER_WIDTH + PADDING, LETTER_HEIGHT + PADDING]) / 2
        anchors = camera.project(label.anchors)
        best, best_cost = label.anchors[0], np.inf
        for order, anchor in enumerate(anchors):
            for shift, away in _SHIFTS if shifts else _SHIFTS[:1]:
                centre = anchor[:2] * scale + shift * (half + 4)
                box = np.concatenate([centre - half, centre + half])
                outside = np.maximum(np.abs(centre) + half - limit, 0).sum()
                cost = 3.0 * outside + sum(_overlap(box, other) for other in boxes) / 25.0 + away + 0.6 * order
                if len(blocked):
                    inside = (np.abs(blocked - centre) < half + 5).all(axis=1).sum()
                    cost += 14.0 * inside
                if cost < best_cost:
                    best_cost = cost
                    offset = np.append((centre - anchor[:2] * scale) / scale, 0.6)
                    best = label.anchors[order] + offset @ camera.rotation
                    best_box = box
        boxes.append(best_box)
        placed.append((label.text, best))
    return placed


# Steps in units of half a box: right on the anchor, beside it, and up to three boxes away; farther costs more.
_SHIFTS = [(np.zeros(2), 0.0)] + [
    (np.array([np.cos(angle) * reach, np.sin(angle) * reach * 1.4]), 1.2 * reach)
    for reach in (1.0, 1.7, 2.6, 3.6, 4.8)
    for angle in np.arange(12) * np.pi / 6
]


def _overlap(first: np.ndarray, second: np.ndarray) -> float:
    sides = np.minimum(first[2:], second[2:]) - np.maximum(first[:2], second[:2])
    return float(np.prod(np.maximum(sides, 0.0)))
