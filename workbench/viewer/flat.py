"""A flat drawing of a view, for readers whose browser may not run scripts or has no WebGL."""

from __future__ import annotations

import dataclasses
import io

import numpy as np
from rdkit import Chem

from screening.targets.target import Atoms
from workbench.page.depiction import few_colours
from workbench.page.theme import ELEMENTS
from workbench.viewer.scene.camera import Camera


@dataclasses.dataclass(frozen=True)
class Strokes:
    """Line segments of one kind.

    Attributes
    ----------
    start, end
        Coordinates in Å, (n, 3).
    colours
        One colour each.
    width
        In Å on the drawing.
    dashed
        Drawn as dashes, in front of everything.
    """

    start: np.ndarray
    end: np.ndarray
    colours: list[str]
    width: float
    dashed: bool = False


def drawing(
    strokes: list[Strokes],
    camera: Camera,
    *,
    labels: list[tuple[np.ndarray, str]] | None = None,
    width: int = 560,
    height: int = 400,
    clear_A: float = np.inf,
) -> bytes:
    """Draw segments as seen by the camera, nearer ones over farther ones and farther ones paler; return a PNG.

    What lies more than `clear_A` in front of the camera's centre is left out.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.collections import LineCollection
    from matplotlib.colors import to_rgb
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 100, height / 100), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    half_width = camera.radius_A * width / height
    axes.set_xlim(-half_width, half_width)
    axes.set_ylim(-camera.radius_A, camera.radius_A)
    axes.axis("off")
    points_per_A = height / 100 * 72 / (2 * camera.radius_A)
    segments, colours, widths, depths = [], [], [], []
    for group in strokes:
        if not len(group.start):
            continue
        start, end = camera.project(group.start), camera.project(group.end)
        if group.dashed:
            axes.add_collection(
                LineCollection(
                    list(np.stack([start[:, :2], end[:, :2]], axis=1)), colors=group.colours,
                    linewidths=max(group.width * points_per_A, 1.0), linestyles=(0, (2.5, 1.8)), zorder=5,
                )
            )  # fmt: skip
            continue
        depth = (start[:, 2] + end[:, 2]) / 2
        seen = (
            (np.abs(depth) < 3.0 * camera.radius_A)
            & (depth < clear_A)
            & (np.abs(start[:, :2]).max(axis=1) < 2.2 * half_width)
        )
        for index in np.flatnonzero(seen):
            segments.append([start[index, :2], end[index, :2]])
            colours.append(to_rgb(group.colours[index]))
            widths.append(max(group.width * points_per_A, 0.6))
            depths.append(depth[index])
    if segments:
        order = np.argsort(depths, kind="stable")
        near, far = max(depths), min(depths)
        fade = 0.8 * ((near - np.array(depths)) / max(near - far, 1e-6)) ** 1.3
        shaded = np.array(colours) * (1 - fade[:, None]) + fade[:, None]
        axes.add_collection(
            LineCollection(
                [segments[i] for i in order], colors=shaded[order], linewidths=np.array(widths)[order],
                capstyle="round", zorder=2,
            )
        )  # fmt: skip
    for place, text in labels or []:
        x, y, _ = camera.project(place)[0]
        if abs(x) < half_width * 0.97 and abs(y) < camera.radius_A * 0.97:
            axes.text(
                x, y, text.replace("$", r"\$"), fontsize=7, ha="center", va="center", color="#13293d", zorder=6,
                bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.75},
            )  # fmt: skip
    content = io.BytesIO()
    figure.savefig(content, format="png")
    return few_colours(content.getvalue(), 48)


def trace(ca: Atoms, colours: dict[str, str], width: float) -> Strokes:
    """Return the trace through the CA atoms, broken where the chain is."""
    places = ca.coordinates.astype(float)
    if len(places) < 2:
        return Strokes(np.zeros((0, 3)), np.zeros((0, 3)), [], width)
    joined = np.flatnonzero((ca.chain[1:] == ca.chain[:-1]) & (np.linalg.norm(np.diff(places, axis=0), axis=1) < 4.5))
    return Strokes(places[joined], places[joined + 1], [colours[str(ca.chain[i])] for i in joined], width)


def bonds(atoms: Atoms, carbon: str, width: float) -> Strokes:
    """Return the bonds between atoms, each in two halves with the colours of its ends."""
    from scipy.spatial import cKDTree

    places = atoms.coordinates.astype(float)
    pairs = cKDTree(places).query_pairs(1.95, output_type="ndarray") if len(places) > 1 else np.zeros((0, 2), int)
    middle = (places[pairs[:, 0]] + places[pairs[:, 1]]) / 2
    ends = np.concatenate([pairs[:, 0], pairs[:, 1]])
    colours = [ELEMENTS.get(str(atoms.element[i]), carbon) for i in ends]
    return Strokes(places[ends], np.concatenate([middle, middle]), colours, width)


def molecule(mol: Chem.Mol, carbon: str, width: float) -> Strokes:
    """Return the bonds of a molecule with one conformer, each in two halves."""
    places = mol.GetConformer().GetPositions()
    pairs = np.array([(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in mol.GetBonds()], dtype=int).reshape(-1, 2)
    middle = (places[pairs[:, 0]] + places[pairs[:, 1]]) / 2
    ends = np.concatenate([pairs[:, 0], pairs[:, 1]])
    colours = [ELEMENTS.get(mol.GetAtomWithIdx(int(i)).GetSymbol(), carbon) for i in ends]
    return Strokes(places[ends], np.concatenate([middle, middle]), colours, width)
