"""The 2D interaction map: the flat structure of a ligand with the residues it touches around it, as SVG.

Drawn here, with no script and no network, so that it stands in a page, a notebook, a slide and a PDF alike.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDepictor
from rdkit.Chem.Draw import rdMolDraw2D

from screening.engine.files import write_text
from screening.poses.interactions.contact import KINDS, Contact
from screening.targets.target import ResidueId
from workbench.page import theme
from workbench.page.fragment import Fragment, escape, sheet
from workbench.page.map_layout import Box, place_boxes

#: Fill and edge of a residue by what it is.
_CLASSES = {
    "acidic": ("#fbe0dc", "#c8564a"), "basic": ("#dfe6fb", "#4a68c8"), "polar": ("#e0f3e6", "#4b9b68"),
    "other": ("#f2ecdc", "#a8955f"), "water": ("#e3f4fb", "#4aa3c8"), "metal": ("#ebe4f4", "#7a5aa6"),
}  # fmt: skip
_OF = {
    **dict.fromkeys(("ASP", "GLU", "SEP", "TPO", "PTR"), "acidic"),
    **dict.fromkeys(("LYS", "ARG", "HIS", "HID", "HIE", "HIP"), "basic"),
    **dict.fromkeys(("SER", "THR", "ASN", "GLN", "TYR", "CYS", "CYM"), "polar"),
    "HOH": "water",
}
_FONT = 'font-family="system-ui,-apple-system,Segoe UI,DejaVu Sans,sans-serif"'
#: Length of a bond of the structure in the drawing, in pixels.
_BOND = 27.0
_MARGIN = 104.0


@dataclasses.dataclass(frozen=True)
class _Flat:
    """The drawn structure: its SVG, atom places (n, 2) in pixels by index of the 3D molecule, ring centres, size.

    `letters` are the boxes around the drawn letters of atoms, float, shape (n, 4): left, top, right, bottom.
    """

    svg: str
    places: dict[int, np.ndarray]
    rings: list[tuple[np.ndarray, np.ndarray]]
    width: float
    height: float
    letters: np.ndarray


def interaction_map_svg(ligand: Chem.Mol, contacts: Sequence[Contact], *, title: str = "") -> str:
    """Draw the map.

    Parameters
    ----------
    ligand
        The pose, with bond orders and one conformer: the one that the contacts were found with.
    contacts
        Its contacts.
    title
        For readers who hear the page, and as a tooltip.

    Returns
    -------
    str
        An ``<svg>`` element.
    """
    flat = _draw(ligand)
    by_residue: dict[ResidueId, list[Contact]] = {}
    for contact in contacts:
        by_residue.setdefault(contact.residue, []).append(contact)
    # A residue that holds on to the ligand stands nearer and is placed first.
    order = sorted(by_residue, key=lambda r: (min(KINDS.index(c.kind) for c in by_residue[r]), r))
    boxes = [_box(residue, by_residue[residue], flat) for residue in order]
    placed = place_boxes(boxes, np.array(list(flat.places.values())), flat.width, flat.height)
    low = np.array([0.0, 0.0])
    high = np.array([flat.width, flat.height])
    for box, centre in zip(boxes, placed):
        half = np.array([box.width, box.height]) / 2
        low, high = np.minimum(low, centre - half), np.maximum(high, centre + half)
    kinds = [kind for kind in KINDS if any(c.kind == kind for c in contacts)]
    width = max(float((high - low)[0]) + 16, 300.0)
    legend, legend_height = _legend(kinds, width)
    height = float((high - low)[1]) + 16 + legend_height
    left = (width - float((high - low)[0])) / 2 - low[0]
    lines, rest = [], []
    for residue, box, centre in zip(order, boxes, placed):
        own = by_residue[residue]
        shape, over = _contact_lines(own, box, centre, flat)
        lines.append(shape)
        rest.append(over + _bubble(residue, own, box, centre))
    text = escape(title or "Interaction map")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="wb-map" role="img" aria-label="{text}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" {_FONT}>'
        f'<title>{text}</title><rect width="100%" height="100%" rx="6" fill="#fff"/>'
        f'<g transform="translate({left:.1f} {8 - low[1]:.1f})">'
        f"{''.join(lines)}{flat.svg}{''.join(rest)}</g>"
        f'<g transform="translate(12 {height - legend_height:.0f})">{legend}</g></svg>'
    )


def _draw(ligand: Chem.Mol) -> _Flat:
    """Draw the structure flat, with its hydrogens implied, wide rather than tall."""
    heavy = [atom.GetIdx() for atom in ligand.GetAtoms() if atom.GetAtomicNum() > 1]
    three = ligand.GetConformer().GetPositions()
    bare = Chem.Mol(ligand)
    for atom in bare.GetAtoms():
        atom.SetIntProp("_index", atom.GetIdx())
    bare = Chem.RemoveHs(bare, sanitize=False)
    bare.UpdatePropertyCache(strict=False)
    Chem.AssignStereochemistryFrom3D(bare)
    rdDepictor.SetPreferCoordGen(False)
    rdDepictor.Compute2DCoords(bare)
    rdDepictor.StraightenDepiction(bare)
    flat = bare.GetConformer().GetPositions()[:, :2]
    centred = flat - flat.mean(axis=0)
    if len(flat) > 2:
        axis = np.linalg.svd(centred)[2][0]
        turn = -np.arctan2(axis[1], axis[0])
        if np.ptp(flat[:, 1]) > 1.1 * np.ptp(flat[:, 0]):
            turned = centred @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
            for index, (x, y) in enumerate(turned.tolist()):
                bare.GetConformer().SetAtomPosition(index, (x, y, 0.0))
            flat = turned
    scale = _BOND / 1.5
    width = float(np.ptp(flat[:, 0])) * scale + 2 * _MARGIN
    height = float(np.ptp(flat[:, 1])) * scale + 2 * _MARGIN * 0.72
    drawer = rdMolDraw2D.MolDraw2DSVG(int(width), int(height))
    options = drawer.drawOptions()
    options.clearBackground = False
    options.fixedBondLength = _BOND
    options.bondLineWidth = 1.8
    options.minFontSize, options.maxFontSize = 12, 13
    options.prepareMolsBeforeDrawing = False
    prepared = rdMolDraw2D.PrepareMolForDrawing(bare, kekulize=True, addChiralHs=False)
    drawer.DrawMolecule(prepared)
    drawer.FinishDrawing()
    text = drawer.GetDrawingText()
    body = text[text.index("<!-- END OF HEADER -->") + len("<!-- END OF HEADER -->") : text.rindex("</svg>")]
    places: dict[int, np.ndarray] = {}
    for atom in bare.GetAtoms():
        point = drawer.GetDrawCoords(atom.GetIdx())
        places[atom.GetIntProp("_index")] = np.array([point.x, point.y])
    assert len(places) == len(heavy)
    rings = [
        (three[list(ring)].mean(axis=0), np.mean([places[i] for i in ring], axis=0))
        for ring in ligand.GetRingInfo().AtomRings()
        if all(i in places for i in ring)
    ]
    return _Flat(f"<g>{body}</g>", places, rings, float(int(width)), float(int(height)), _letters(body))


def _letters(body: str) -> np.ndarray:
    """Return the boxes of the letters of atoms in a drawing."""
    boxes = []
    for path in re.findall(r"<path[^>]*class='atom-\d+'[^>]*>", body):
        found = re.search(r" d='([^']*)'", path)
        numbers = np.array(re.findall(r"-?\d+(?:\.\d+)?", found[1] if found else ""), dtype=float)
        if len(numbers) >= 4:
            points = numbers[: len(numbers) // 2 * 2].reshape(-1, 2)
            boxes.append([*points.min(axis=0), *points.max(axis=0)])
    return np.array(boxes, dtype=float).reshape(-1, 4)


def _free(point: np.ndarray, half: tuple[float, float], letters: np.ndarray) -> float:
    """Return how far a box around a point is from the nearest letter, in pixels; 0 or less where they overlap."""
    if not len(letters):
        return 99.0
    across = np.maximum(letters[:, 0] - point[0], point[0] - letters[:, 2]) - half[0]
    down = np.maximum(letters[:, 1] - point[1], point[1] - letters[:, 3]) - half[1]
    return float(np.maximum(across, down).min())


def _label_place(begin: np.ndarray, end: np.ndarray, letters: np.ndarray) -> np.ndarray:
    """Return where the distance of a contact is written: on its line, or beside it where letters of atoms are."""
    along = end - begin
    length = max(float(np.linalg.norm(along)), 1e-6)
    aside = np.array([-along[1], along[0]]) / length
    spots = [begin + share * along + far * aside for far in (0, 10, -10, 16, -16) for share in (0.55, 0.7, 0.4, 0.85)]
    frees = [_free(spot, (9.0, 5.5), letters) for spot in spots]
    return next((spot for spot, free in zip(spots, frees) if free > 0.5), spots[int(np.argmax(frees))])


def _anchor(contact: Contact, flat: _Flat) -> np.ndarray:
    """Return where a contact starts on the drawn structure."""
    if contact.ligand_label == "ring" and flat.rings:
        gaps = [float(np.linalg.norm(np.array(contact.end) - middle)) for middle, _ in flat.rings]
        return flat.rings[int(np.argmin(gaps))][1]
    return flat.places.get(contact.ligand_atom, np.array([flat.width, flat.height]) / 2)


def _box(residue: ResidueId, contacts: Sequence[Contact], flat: _Flat) -> Box:
    name = f"{residue.name}{residue.number}{residue.insertion_code}"
    strong = any(c.kind != "hydrophobic" for c in contacts)
    width = 7.4 * len(name) + 16 if strong else 6.6 * len(name) + 12
    anchors = np.array([_anchor(c, flat) for c in contacts])
    return Box(anchors, width, 34.0 if strong else 19.0, strong)


def _bubble(residue: ResidueId, contacts: Sequence[Contact], box: Box, centre: np.ndarray) -> str:
    strong = box.strong
    kind = _OF.get(residue.name, "metal" if any(c.kind == "metal" for c in contacts) else "other")
    fill, edge = _CLASSES[kind]
    x, y = centre
    name = escape(f"{residue.name}{residue.number}{residue.insertion_code}")
    atoms = ", ".join(dict.fromkeys(c.site_atom for c in contacts if c.kind != "hydrophobic"))
    tip = escape("; ".join(str(c) for c in contacts))
    rect = (
        f'<rect x="{x - box.width / 2:.1f}" y="{y - box.height / 2:.1f}" width="{box.width:.1f}" '
        f'height="{box.height:.1f}" rx="{min(box.height / 2, 11):.1f}" fill="{fill}" stroke="{edge}" '
        f'stroke-width="{1.3 if strong else 0.8}"/>'
    )
    if not strong:
        words = (
            f'<text x="{x:.1f}" y="{y + 3.6:.1f}" font-size="10.5" text-anchor="middle" fill="#3c4654">{name}</text>'
        )
    else:
        words = (
            f'<text x="{x:.1f}" y="{y - 2:.1f}" font-size="12" font-weight="600" text-anchor="middle" '
            f'fill="#1c2430">{name}</text><text x="{x:.1f}" y="{y + 11:.1f}" font-size="9.5" text-anchor="middle" '
            f'fill="#4a5563">{escape(atoms[:14])} · {escape(residue.chain)}</text>'
        )
    return f"<g><title>{tip}</title>{rect}{words}</g>"


def _contact_lines(contacts: Sequence[Contact], box: Box, centre: np.ndarray, flat: _Flat) -> tuple[str, str]:
    """Return the lines of a residue, and what stands over the structure: lengths, waters, marks on rings."""
    lines, over = [], []
    for contact in contacts:
        start = _anchor(contact, flat)
        colour = theme.CONTACTS[contact.kind]
        if contact.kind == "hydrophobic":
            if not box.strong:
                end = _edge(box, centre, start)
                gap = (end - start) * min(9 / max(float(np.linalg.norm(end - start)), 1e-6), 0.4)
                lines.append(_line(start + gap, end, colour, 1.0, "1.5 3.5"))
            continue
        end = _edge(box, centre, start)
        along = end - start
        length = max(float(np.linalg.norm(along)), 1e-6)
        ring = contact.ligand_label == "ring"
        begin = start + along / length * (4.0 if ring else 9.0)
        # The letters of an atom are wider than the atom.
        for step in np.arange(9.0, length * 0.6, 2.0) if not ring else ():
            begin = start + along / length * step
            if _free(begin, (1.5, 1.5), flat.letters) > 0:
                break
        solid = contact.kind in ("covalent bond", "metal")
        lines.append(
            _line(begin, end, colour, 2.4 if contact.kind == "covalent bond" else 1.7, "" if solid else "5 3.5")
        )
        if ring:
            over.append(f'<circle cx="{start[0]:.1f}" cy="{start[1]:.1f}" r="4" fill="{colour}"/>')
        middle = begin + 0.55 * (end - begin)
        if contact.water is not None:
            over.append(
                f'<circle cx="{middle[0]:.1f}" cy="{middle[1]:.1f}" r="9" fill="#e3f4fb" stroke="{colour}"/>'
                f'<text x="{middle[0]:.1f}" y="{middle[1] + 3:.1f}" font-size="8" text-anchor="middle" '
                'fill="#1c5a74">H₂O</text>'
            )
            continue
        middle = _label_place(begin, end, flat.letters)
        over.append(
            f'<text x="{middle[0]:.1f}" y="{middle[1] + 3.5:.1f}" font-size="10" text-anchor="middle" fill="{colour}" '
            f'stroke="#fff" stroke-width="3.5" paint-order="stroke" stroke-linejoin="round">{contact.distance_A:.1f}'
            "</text>"
        )
    return "".join(lines), "".join(over)


def _edge(box: Box, centre: np.ndarray, towards: np.ndarray) -> np.ndarray:
    """Return where the line from the centre of a box to a point leaves the box."""
    step = towards - centre
    half = np.array([box.width, box.height]) / 2
    share = min((float(h / abs(s)) for h, s in zip(half, step) if abs(s) > 1e-6), default=1.0)
    return np.asarray(centre + step * min(share, 1.0))


def _line(start: np.ndarray, end: np.ndarray, colour: str, width: float, dash: str) -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"{dashes} stroke-linecap="round"/>'
    )


def _legend(kinds: Sequence[str], width: float) -> tuple[str, float]:
    """Return the legend in as many lines as it needs, and its height."""
    parts, x, y = [], 0.0, 12.0
    for kind in kinds:
        text = f"{kind} (Å)" if kind not in ("hydrophobic", "covalent bond", "clash") else kind
        wide = 26 + 6.1 * len(text) + 12
        if x and x + wide > width - 20:
            x, y = 0.0, y + 17
        dash = "" if kind in ("covalent bond", "metal") else ("1.5 3.5" if kind == "hydrophobic" else "5 3.5")
        parts.append(_line(np.array([x, y - 3.5]), np.array([x + 20, y - 3.5]), theme.CONTACTS[kind], 1.8, dash))
        parts.append(f'<text x="{x + 26:.0f}" y="{y:.0f}" font-size="10.5" fill="#4a5563">{escape(text)}</text>')
        x += wide
    return "".join(parts), (y + 10 if kinds else 4.0)


class InteractionMap(Fragment):
    """The map of one pose; shows itself in a notebook."""

    def __init__(self, ligand: Chem.Mol, contacts: Sequence[Contact], *, title: str = "") -> None:
        self.title = title or "Interaction map"
        self._svg = interaction_map_svg(ligand, contacts, title=self.title)
        self._count = len(contacts)

    def svg(self) -> str:
        """Return the drawing as SVG."""
        return self._svg

    def html(self) -> str:
        """Return the drawing as a piece of page."""
        fitting = self._svg.replace("<svg ", '<svg style="max-width:100%;height:auto" ', 1)
        return f'{sheet()}<div class="wb">{fitting}</div>'

    def save_svg(self, path: str | Path) -> Path:
        """Write the drawing as an SVG file.

        Raises
        ------
        StorageError
            If it cannot be written.
        """
        write_text(Path(path), self._svg)
        return Path(path)

    def __repr__(self) -> str:
        return f"<Interaction map of {self.title}: {self._count} contacts; draws in a notebook, or save_svg(path)>"
