"""Disease variants or other exchanged residues, and where they lie beside the binding site."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from screening.errors import UsageError
from screening.provenance import file_sha256
from screening.targets.binding_site import BindingSite
from screening.targets.target import Target
from screening.targets.variants.notation import UnreadVariant, Variant, read_variants
from screening.targets.variants.placed_variants import PlacedVariant, place_variants
from workbench.report import blocks
from workbench.report.blocks import Block

#: Rows of the table; the rest is counted.
MOST = 40


def variant_blocks(target: Target | None, site: BindingSite | None, file: Path) -> list[Block]:
    """Return the section about the variants that a file lists, those nearest to the site first.

    Raises
    ------
    FileError
        If the file cannot be read.
    UsageError
        If there is no structure that they could be placed on.
    """
    if target is None or not len(target.atoms):
        raise UsageError("variants need the structure of the target", source=file, expected="a run with a structure")
    given: Sequence[Variant | UnreadVariant] = read_variants(file)
    placed = place_variants(target, given, site=site)
    placed.sort(key=lambda one: (one.state != "placed", _reach(one), one.position, one.variant))
    rows = [(one.variant, _where(one), _site(one), _surface(one), _change(one)) for one in placed[:MOST]]
    inside = sum(bool(one.in_site) for one in placed)
    lost = sum(one.state != "placed" for one in placed)
    sentence = f"{len(placed)} variants of {file.name}: {inside} in the binding site, {lost} could not be placed."
    if len(placed) > MOST:
        sentence += f" The {MOST} nearest to the site are listed."
    return [
        blocks.heading("Variants", 2),
        blocks.text(sentence),
        blocks.table(
            ("variant", "residue", "distance to the site", "surface", "exchange, or why it was not placed"), rows,
            "Variants on the structure", numbers=(2,),
        ),
        blocks.note(f"File of variants: {file.name}, SHA-256 {file_sha256(file)}."),
    ]  # fmt: skip


def _reach(one: PlacedVariant) -> float:
    return float("inf") if one.distance_to_site_A is None else one.distance_to_site_A


def _where(one: PlacedVariant) -> str:
    return "" if one.residue is None else str(one.residue)


def _site(one: PlacedVariant) -> str:
    if one.in_site:
        return "in the site"
    return "" if one.distance_to_site_A is None else f"{one.distance_to_site_A:.1f} Å"


def _surface(one: PlacedVariant) -> str:
    if one.exposure is None:
        return ""
    return f"{'buried' if one.buried else 'exposed'}, {one.exposure:.0%} open"


def _change(one: PlacedVariant) -> str:
    if one.state != "placed":
        return one.reason or one.state
    parts = []
    if one.volume_change_A3 is not None:
        parts.append(f"volume {one.volume_change_A3:+.0f} Å³")
    if one.charge_change:
        parts.append(f"charge {one.charge_change:+d}")
    if one.interface_with:
        parts.append(f"interface with {', '.join(one.interface_with)}")
    return "; ".join(parts)
