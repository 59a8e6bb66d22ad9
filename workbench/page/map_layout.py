"""Where the residues of an interaction map stand: near what they touch, apart from each other, off the structure."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

#: Ways round the structure, and steps outwards in pixels, that a box is tried at.
_ANGLES = 48
_STEPS = np.arange(44.0, 152.0, 9.0)
_ROUNDS = 2
#: Length of a line that shows well, from the atom to the box, in pixels.
_LINE = {True: 40.0, False: 14.0}


@dataclasses.dataclass(frozen=True)
class Box:
    """A box to be placed.

    Attributes
    ----------
    anchors
        Points that lines run to, (k, 2), pixels.
    width, height
        Its size.
    strong
        Whether its lines matter: they are kept short, and off each other.
    """

    anchors: np.ndarray
    width: float
    height: float
    strong: bool


def place_boxes(boxes: Sequence[Box], atoms: np.ndarray, width: float, height: float) -> list[np.ndarray]:
    """Return a centre for each box, (2,), pixels.

    Parameters
    ----------
    boxes
        Those that matter most first.
    atoms
        Places of the drawn atoms, (n, 2).
    width, height
        Of the drawing of the structure.
    """
    placed: list[np.ndarray | None] = [None] * len(boxes)
    ways = [_Ways(box, atoms) for box in boxes]
    for _ in range(_ROUNDS):
        for index in range(len(boxes)):
            others = [(boxes[i], p) for i, p in enumerate(placed) if p is not None and i != index]
            placed[index] = ways[index].best(others)
    return [p if p is not None else np.array([width, height]) / 2 for p in placed]


class _Ways:
    """The places that a box is tried at, and what each costs wherever the other boxes are."""

    def __init__(self, box: Box, atoms: np.ndarray) -> None:
        self.box = box
        anchor = box.anchors.mean(axis=0)
        angles = np.arange(_ANGLES) * 2 * np.pi / _ANGLES
        around = np.column_stack([np.cos(angles), np.sin(angles)])
        steps = _STEPS if box.strong else _STEPS[:-4] - 10.0
        self.tried = tried = (anchor + around[None] * steps[:, None, None]).reshape(-1, 2)
        self.half = half = np.array([box.width, box.height]) / 2
        # Near what it touches, with room for a line and its length, and outwards from the middle of the structure.
        gaps = np.linalg.norm(np.clip(np.abs(tried[:, None] - box.anchors[None]) - half, 0, None), axis=2)
        cost = 1.6 * np.abs(gaps - _LINE[box.strong]).mean(axis=1) + 0.3 * np.linalg.norm(tried - anchor, axis=1)
        outwards = anchor - atoms.mean(axis=0)
        length = float(np.linalg.norm(outwards))
        if length > 5:
            cost -= 14.0 * ((tried - anchor) @ (outwards / length)) / np.linalg.norm(tried - anchor, axis=1)
        inside = (np.abs(tried[:, None] - atoms[None]) < half + np.array([13.0, 11.0])).all(axis=2)
        cost += 260.0 * inside.sum(axis=1)
        self.lines = [_points(np.broadcast_to(mine, tried.shape), tried) for mine in box.anchors]
        for mine, lines in zip(box.anchors, self.lines):
            cost += (9.0 if box.strong else 4.0) * _atoms_on_line(lines, mine, atoms)
        self.cost = cost

    def best(self, others: Sequence[tuple[Box, np.ndarray]]) -> np.ndarray:
        """Return the cheapest place for the box beside others that are placed."""
        box, tried, half, cost = self.box, self.tried, self.half, self.cost.copy()
        for other, centre in others:
            room = half + np.array([other.width, other.height]) / 2 + np.array([5.0, 5.0])
            over = np.clip(room - np.abs(tried - centre), 0, None)
            cost += np.where((over > 0).all(axis=1), 500.0 + over.min(axis=1) * 10, 0.0)
            for end in other.anchors:
                # A line that runs through this box, and lines that cross.
                cost += np.where(_through(tried, half + 4, centre, end), 140.0 if other.strong else 30.0, 0.0)
                for mine in box.anchors:
                    dear = 90.0 if box.strong and other.strong else 15.0
                    cost += np.where(_cross(tried, mine, centre, end), dear, 0.0)
            own = np.array([other.width, other.height]) / 2 + 3
            for lines in self.lines:
                cost += np.where(_box_on_line(lines, centre, own), 140.0 if box.strong else 30.0, 0.0)
        return np.asarray(tried[int(np.argmin(cost))])


def _points(start: np.ndarray, end: np.ndarray, count: int = 12) -> np.ndarray:
    """Return points along lines; (m, count, 2) for ends of shape (m, 2)."""
    share = np.linspace(0.12, 0.95, count)[None, :, None]
    return np.asarray(start[:, None] * (1 - share) + end[:, None] * share)


def _through(tried: np.ndarray, half: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    line = _points(end[None], start[None])[0]
    inside = np.abs(tried[:, None, 0] - line[None, :, 0]) < half[0]
    inside &= np.abs(tried[:, None, 1] - line[None, :, 1]) < half[1]
    return np.asarray(inside.any(axis=1))


def _box_on_line(lines: np.ndarray, centre: np.ndarray, half: np.ndarray) -> np.ndarray:
    """Tell which lines, (m, count, 2), run through a box."""
    across = np.abs(lines[..., 0] - centre[0]) < half[0]
    across &= np.abs(lines[..., 1] - centre[1]) < half[1]
    return np.asarray(across.any(axis=1))


def _atoms_on_line(lines: np.ndarray, anchor: np.ndarray, atoms: np.ndarray) -> np.ndarray:
    """Count the atoms that each line from `anchor`, (m, count, 2), runs over."""
    over = np.zeros(len(lines))
    for atom in atoms[np.linalg.norm(atoms - anchor, axis=1) > 14.0]:
        squares = (lines[..., 0] - atom[0]) ** 2 + (lines[..., 1] - atom[1]) ** 2
        over += squares.min(axis=1) < 11.0**2
    return over


def _cross(tried: np.ndarray, anchor: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Tell which lines from `anchor` to the tried points cross the line from `start` to `end`."""

    def side(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
        return np.asarray(
            (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])
        )

    if np.allclose(anchor, end):
        return np.zeros(len(tried), dtype=bool)
    one = side(anchor, tried, start) * side(anchor, tried, end) < 0
    two = side(start, end, np.broadcast_to(anchor, tried.shape)) * side(start, end, tried) < 0
    return np.asarray(one & two)
