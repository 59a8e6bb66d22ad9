"""Labels on a drawing that do not overlap each other nor what was blocked."""

from __future__ import annotations

import html
import math


class Labels:
    """Places labels one after another, each at the free place nearest to its anchor; the first come first.

    Parameters
    ----------
    width, height
        Of the drawing.
    """

    def __init__(self, width: int, height: int) -> None:
        self._width, self._height = width, height
        self._boxes: list[tuple[float, float, float, float]] = []
        self._blocked: list[tuple[float, float, float]] = []
        self._svg: list[str] = []

    @property
    def boxes(self) -> list[tuple[float, float, float, float]]:
        """Left, top, right and bottom of each label."""
        return list(self._boxes)

    def block(self, x: float, y: float, radius: float) -> None:
        """Keep labels off a round place."""
        self._blocked.append((x, y, radius))

    def add(
        self, x: float, y: float, text: str, *, size: float, colour: str, must: bool = True, bold: bool = False
    ) -> bool:
        """Place a label near (x, y); return whether there was room.

        One that `must` be there may cover what is blocked, but no other label.
        """
        half, tall = 0.32 * size * len(text) + 3, 0.62 * size
        for strict in (True, False) if must else (True,):
            for reach in (0.0, 1.1, 1.8, 2.6, 3.6, 4.8):
                for step in range(1 if reach == 0 else 12):
                    angle = math.pi / 2 + step * math.pi / 6
                    at_x, at_y = x + reach * size * math.cos(angle) * 1.3, y - reach * size * math.sin(angle)
                    box = (at_x - half, at_y - tall, at_x + half, at_y + tall)
                    if self._free(box, strict):
                        self._boxes.append(box)
                        self._svg.append(self._text(x, y, at_x, at_y, text, size, colour, bold, reach))
                        return True
        return False

    def _free(self, box: tuple[float, float, float, float], strict: bool) -> bool:
        left, top, right, bottom = box
        if left < 4 or top < 4 or right > self._width - 4 or bottom > self._height - 4:
            return False
        if any(left < box[2] and right > box[0] and top < box[3] and bottom > box[1] for box in self._boxes):
            return False
        if not strict:
            return True
        return not any(
            (max(left - x, 0, x - right) ** 2 + max(top - y, 0, y - bottom) ** 2) < radius**2
            for x, y, radius in self._blocked
        )

    def _text(
        self,
        x: float,
        y: float,
        at_x: float,
        at_y: float,
        text: str,
        size: float,
        colour: str,
        bold: bool,
        reach: float,
    ) -> str:
        line = (
            f'<path d="M{x:.1f} {y:.1f}L{at_x:.1f} {at_y:.1f}" stroke="{colour}" stroke-width="1" stroke-opacity=".5"/>'
            if reach > 2
            else ""
        )
        style = f'font-size="{size:g}" fill="{colour}"' + (' font-weight="bold"' if bold else "")
        shown = html.escape(text)
        place = f'x="{at_x:.1f}" y="{at_y + size * 0.35:.1f}"'
        return (
            f'{line}<text {place} {style} stroke="#fff" stroke-width="4" stroke-linejoin="round">{shown}</text>'
            f"<text {place} {style}>{shown}</text>"
        )

    def svg(self) -> str:
        """Return the labels as an SVG group."""
        return f'<g font-family="DejaVu Sans, sans-serif" text-anchor="middle">{"".join(self._svg)}</g>'
