"""Contacts of many poses beside each other: a row a pose, a column a residue, a mark a kind of contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from screening.engine.files import write_text
from screening.poses.interactions.contact import KINDS, Contact
from screening.poses.interactions.fingerprint import interaction_fingerprints
from screening.targets.target import ResidueId
from workbench.page import theme
from workbench.page.fragment import Fragment, escape, sheet

_ROW, _COLUMN, _HEAD = 20, 22, 74


def interaction_barcode_svg(contacts: Mapping[str, Sequence[Contact]], *, title: str = "") -> str:
    """Draw the barcode as an ``<svg>`` element; name of the pose to its contacts. Columns are in residue order."""
    bits = interaction_fingerprints(contacts)
    residues: list[ResidueId] = list(dict.fromkeys(residue for residue, _ in bits.columns))
    several = len({residue.chain for residue in residues}) > 1
    label_width = min(max((len(name) for name in bits.names), default=4), 30) * 6.6 + 14
    kinds = [kind for kind in KINDS if any(kind == one for _, one in bits.columns)]
    legend, x, y = [], label_width, 14.0
    width = max(label_width + _COLUMN * len(residues) + 30, 360.0)
    top = _HEAD + _ROW * len(bits.names) + 8
    for kind in kinds:
        wide = 18 + 6.3 * len(kind) + 12
        if x > label_width and x + wide > width:
            x, y = label_width, y + 17
        legend.append(
            f'<rect x="{x:.0f}" y="{top + y - 9:.0f}" width="11" height="11" rx="2" fill="{theme.CONTACTS[kind]}"/>'
            f'<text x="{x + 16:.0f}" y="{top + y:.0f}" font-size="11" fill="#4a5563">{escape(kind)}</text>'
        )
        x += wide
    height = top + (y + 10 if kinds else 20)
    parts = []
    for column, residue in enumerate(residues):
        middle = label_width + _COLUMN * (column + 0.5)
        name = f"{residue.name}{residue.number}{residue.insertion_code}" + (f" {residue.chain}" if several else "")
        parts.append(
            f'<text transform="translate({middle + 4:.0f} {_HEAD - 6}) rotate(-60)" font-size="11" '
            f'fill="#1c2430">{escape(name)}</text>'
            f'<line x1="{middle:.0f}" y1="{_HEAD}" x2="{middle:.0f}" y2="{top - 8}" stroke="#eef1f4"/>'
        )
    for row, name in enumerate(bits.names):
        base = _HEAD + _ROW * row
        short = name if len(name) <= 30 else name[:29] + "…"
        parts.append(
            f'<text x="{label_width - 8:.0f}" y="{base + 14}" font-size="11.5" text-anchor="end" fill="#1c2430">'
            f"{escape(short)}<title>{escape(name)}</title></text>"
            f'<line x1="{label_width:.0f}" y1="{base + _ROW}" x2="{label_width + _COLUMN * len(residues):.0f}" '
            f'y2="{base + _ROW}" stroke="#eef1f4"/>'
        )
        for column, residue in enumerate(residues):
            there = [kind for (one, kind), bit in zip(bits.columns, bits.bits[row]) if one == residue and bit]
            left, slot = label_width + _COLUMN * column + 3, (_COLUMN - 6) / max(len(there), 1)
            parts += [
                f'<rect x="{left + slot * i:.1f}" y="{base + 3}" width="{max(slot - 0.8, 1):.1f}" '
                f'height="{_ROW - 6}" rx="2" fill="{theme.CONTACTS[kind]}">'
                f"<title>{escape(name)}: {escape(kind)} {escape(residue)}</title></rect>"
                for i, kind in enumerate(there)
            ]
    nothing = '<text x="12" y="40" font-size="12" fill="#4a5563">no contacts</text>' if not residues else ""
    text = escape(title or "Contacts of poses")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{text}" width="{width:.0f}" '
        # On a narrow page it shrinks as far as it can be read.
        f'height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'style="max-width:100%;min-width:{0.6 * width:.0f}px;height:auto" '
        'font-family="system-ui,-apple-system,Segoe UI,DejaVu Sans,sans-serif">'
        f'<rect width="100%" height="100%" rx="6" fill="#fff"/>{"".join(parts)}{"".join(legend)}{nothing}</svg>'
    )


class Barcode(Fragment):
    """The barcode of some poses; shows itself in a notebook."""

    def __init__(self, contacts: Mapping[str, Sequence[Contact]], *, title: str = "") -> None:
        self.title = title or "Contacts of poses"
        self._contacts = dict(contacts)

    def svg(self) -> str:
        """Return the drawing as SVG."""
        return interaction_barcode_svg(self._contacts, title=self.title)

    def html(self) -> str:
        """Return the drawing as a piece of page."""
        return f'{sheet()}<div class="wb" style="overflow-x:auto">{self.svg()}</div>'

    def save_svg(self, path: str | Path) -> Path:
        """Write the drawing as an SVG file.

        Raises
        ------
        StorageError
            If it cannot be written.
        """
        write_text(Path(path), self.svg())
        return Path(path)

    def __repr__(self) -> str:
        return f"<{self.title}: {len(self._contacts)} poses; draws in a notebook, or save_svg(path)>"
