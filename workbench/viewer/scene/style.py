"""How things look in 3D: one place for colours and sizes."""

from __future__ import annotations

from typing import Any

from workbench.page.theme import CATEGORIES, ELEMENTS

CARTOON = "#c4ccd6"
OTHER_CARTOON = "#dbc9a6"
SITE_CARBON = "#6f8fb0"
LIGAND_CARBON = "#0f9d6e"
COFACTOR_CARBON = "#b07aa1"
UNKNOWN_CARBON = "#8f8f8f"
REFERENCE_CARBON = "#b08a3e"

#: Colour of the pocket surface by what the atom below it offers.
SURFACE = {"C": "#efe8d8", "S": "#efe3b8", "N": "#c3d3f3", "O": "#f4c9c3", "P": "#f4c9c3", "SE": "#efe3b8"}

LABEL = {
    "fontSize": 12, "fontColor": "#13293d", "backgroundColor": "#ffffff", "backgroundOpacity": 0.78,
    "borderThickness": 0, "inFront": True, "alignment": "center", "padding": 2,
}  # fmt: skip
DISTANCE = {
    "fontSize": 11, "fontColor": "#5a3d00", "backgroundColor": "#ffffff", "backgroundOpacity": 0.6,
    "borderThickness": 0, "inFront": True, "alignment": "center", "padding": 1,
}  # fmt: skip


def by_element(carbon: str) -> dict[str, Any]:
    """Return a colour scheme: this carbon, the usual colours for the other elements."""
    return {"prop": "elem", "map": {"C": carbon, **ELEMENTS}}


def sticks(carbon: str, *, radius: float, ball: float = 0.0) -> dict[str, Any]:
    """Return thick or thin sticks, with small balls that make atoms easy to point at."""
    style: dict[str, Any] = {"stick": {"radius": radius, "colorscheme": by_element(carbon)}}
    if ball:
        style["sphere"] = {"radius": ball, "colorscheme": by_element(carbon)}
    return style


def chain_colours(chains: list[str]) -> dict[str, str]:
    """Return a colour for each chain, repeating when there are more chains than colours."""
    return {chain: CATEGORIES[i % len(CATEGORIES)] for i, chain in enumerate(chains)}
