"""A ligand in its binding site as a vector drawing (SVG), in numpy: needs no browser and no graphics card.

Sticks are shaded and edged in white, farther ones are paler; the backbone is a smooth tube through the CA atoms; double
bonds of the ligand are drawn double; contacts are dashed with their distance; labels do not overlap.
"""

from __future__ import annotations

import dataclasses
import html
import itertools
from collections.abc import Sequence

import numpy as np
from rdkit import Chem

from screening.poses.interactions.contact import Contact
from screening.targets.target import Atoms
from workbench.page.theme import CONTACTS, ELEMENTS
from workbench.report.labels import Labels
from workbench.viewer.scene.camera import Camera, towards_opening

LIGAND_CARBON, SITE_CARBON, TUBE = "#e08a1e", "#7f9fb0", "#b9c4cc"
#: Residues with an atom nearer than this to the ligand are drawn, in Å.
NEAR_A = 4.2
#: What stands more than this before the ligand is left out, in Å.
CLEAR_A = 2.6
_PERSPECTIVE = 0.010


@dataclasses.dataclass(frozen=True)
class Place:
    """A point on the drawing: x and y in its units, depth in Å (towards the eye), units per Å there."""

    x: float
    y: float
    depth: float
    scale: float


class _Frame:
    """From coordinates in Å to the drawing."""

    def __init__(self, camera: Camera, width: int, height: int) -> None:
        self.camera, self.width, self.height = camera, width, height
        self.scale = height / (2 * camera.radius_A)

    def place(self, point: np.ndarray) -> Place:
        return self.places(point)[0]

    def places(self, points: np.ndarray) -> list[Place]:
        """Return where points are on the drawing; (n, 3) or (3,), Å."""
        x, y, z = self.camera.project(np.asarray(points, dtype=float)).T
        scale = self.scale * (1 + _PERSPECTIVE * z)
        across, down = self.width / 2 + x * scale, self.height / 2 - y * scale
        return [Place(*each) for each in zip(across.tolist(), down.tolist(), z.tolist(), scale.tolist())]

    def inside(self, place: Place, margin: float = 0.0) -> bool:
        return margin <= place.x <= self.width - margin and margin <= place.y <= self.height - margin


def site_svg(
    atoms: Atoms,
    ligand: Chem.Mol,
    contacts: Sequence[Contact] = (),
    *,
    width: int = 1000,
    height: int = 700,
    camera: Camera | None = None,
    label: str = "",
) -> str:
    """Draw a ligand in its site.

    Parameters
    ----------
    atoms
        Of the target, without the ligand.
    ligand
        With bond orders and one conformer, in the coordinates of the target, Å.
    contacts
        Their residues are drawn; all but hydrophobic ones are drawn with their distance.
    width, height
        Of the drawing.
    camera
        Where to look from; into the open side of the site when left out.
    label
        What the drawing shows, for readers who do not see it.

    Returns
    -------
    str
        An ``<svg>`` element that can stand alone.
    """
    heavy = _heavy(ligand)
    places = ligand.GetConformer().GetPositions()
    protein = _around(atoms, places[heavy])
    camera = camera or site_camera(atoms, ligand, contacts, aspect=width / height)
    frame = _Frame(camera, width, height)
    front = float(camera.project(places[heavy])[:, 2].max()) + CLEAR_A
    shown = _near_residues(protein, places[heavy], contacts)
    items: list[tuple[float, str]] = []
    items += _tube(protein, frame, front)
    for residue in shown:
        items += _residue(protein.select(protein.residue_index == residue), frame, front)
    items += _ligand(ligand, frame)
    lines, labels = [], Labels(width, height)
    for atom in heavy:
        place = frame.place(places[atom])
        labels.block(place.x, place.y, 0.45 * place.scale)
    for contact in contacts:
        if contact.kind == "hydrophobic":
            continue
        lines.append(_contact(contact, frame))
        start, end = frame.place(np.array(contact.start)), frame.place(np.array(contact.end))
        labels.add(
            (start.x + end.x) / 2, (start.y + end.y) / 2, f"{contact.distance_A:.1f}",
            size=15, colour=CONTACTS.get(contact.kind, "#333"),
        )  # fmt: skip
    named = {str(contact.residue) for contact in contacts if contact.kind != "hydrophobic"}
    _label_residues(protein, shown, frame, front, labels, named)
    order = sorted(range(len(items)), key=lambda at: (items[at][0], at))
    title = html.escape(label or "ligand in its binding site")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-label="{title}"><title>{title}</title>'
        f'<rect width="{width}" height="{height}" fill="#fff"/><g stroke-linecap="round" fill="none">'
        f"{''.join(items[at][1] for at in order)}{''.join(lines)}</g>{labels.svg()}</svg>"
    )


def site_camera(atoms: Atoms, ligand: Chem.Mol, contacts: Sequence[Contact] = (), *, aspect: float) -> Camera:
    """Return where to look from: into the open side of the site, with the ends of the contacts in the picture.

    Parameters
    ----------
    atoms, ligand, contacts
        As in `site_svg`.
    aspect
        Width of the picture over its height.
    """
    places = ligand.GetConformer().GetPositions()[_heavy(ligand)]
    ends = np.array([each.start for each in contacts if each.kind != "hydrophobic"]).reshape(-1, 3)
    return towards_opening(places, _around(atoms, places).coordinates.astype(float), also=ends, aspect=aspect)


def _heavy(ligand: Chem.Mol) -> list[int]:
    return [atom.GetIdx() for atom in ligand.GetAtoms() if atom.GetAtomicNum() > 1]


def _around(atoms: Atoms, places: np.ndarray) -> Atoms:
    protein = atoms.select((atoms.element != "H") & (atoms.element != "D"))
    return protein.select(np.linalg.norm(protein.coordinates - places.mean(axis=0), axis=1) < 30.0)


def _near_residues(protein: Atoms, ligand: np.ndarray, contacts: Sequence[Contact]) -> list[int]:
    gaps = np.linalg.norm(protein.coordinates[:, None, :] - ligand[None], axis=2).min(axis=1)
    near = set(protein.residue_index[(gaps < NEAR_A) & (protein.residue_name != "HOH")].tolist())
    for contact in contacts:
        one = contact.residue
        mask = (
            (protein.chain == one.chain)
            & (protein.number == one.number)
            & (protein.insertion_code == one.insertion_code)
        )
        near |= set(protein.residue_index[mask].tolist())
    return sorted(near)


def _tube(protein: Atoms, frame: _Frame, front: float) -> list[tuple[float, str]]:
    """Return the backbone as a smooth tube: a Catmull-Rom spline through the CA atoms."""
    ca = protein.select((protein.name == "CA") & (protein.element == "C"))
    points = ca.coordinates.astype(float)
    items: list[tuple[float, str]] = []
    steps = np.linspace(0, 1, 7)[:, None]
    curves = []
    for row in range(len(points) - 1):
        if ca.chain[row] != ca.chain[row + 1] or np.linalg.norm(points[row + 1] - points[row]) > 4.5:
            continue
        before = points[row - 1] if row and ca.chain[row - 1] == ca.chain[row] else points[row]
        after = points[row + 2] if row + 2 < len(points) and ca.chain[row + 2] == ca.chain[row] else points[row + 1]
        p0, p1, p2, p3 = before, points[row], points[row + 1], after
        curves.append(
            0.5
            * (
                2 * p1
                + (p2 - p0) * steps
                + (2 * p0 - 5 * p1 + 4 * p2 - p3) * steps**2
                + (3 * p1 - p0 - 3 * p2 + p3) * steps**3
            )
        )
    spots = frame.places(np.concatenate(curves)) if curves else []
    for first in range(0, len(spots), len(steps)):
        for a, b in itertools.pairwise(spots[first : first + len(steps)]):
            depth = (a.depth + b.depth) / 2
            if depth < front and depth > -22 and (frame.inside(a, -60) or frame.inside(b, -60)):
                items += _stick(a, b, TUBE, 0.42, depth - 0.4, edge=False, front=front)
    return items


def _residue(residue: Atoms, frame: _Frame, front: float) -> list[tuple[float, str]]:
    """Return a residue as sticks; a metal or another single atom as a ball."""
    points = residue.coordinates.astype(float)
    if len(points) == 1:
        place = frame.place(points[0])
        radius = 0.45 * place.scale
        colour = ELEMENTS.get(str(residue.element[0]), "#8a6d3b")
        ball = f'<circle cx="{place.x:.1f}" cy="{place.y:.1f}" r="{radius:.1f}" fill="{colour}" stroke="#fff"/>'
        return [(place.depth, ball)] if frame.inside(place, -40) else []
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2)
    items: list[tuple[float, str]] = []
    for first, second in np.argwhere((gaps > 0.4) & (gaps < 1.95)):
        a, b = frame.place(points[first]), frame.place((points[first] + points[second]) / 2)
        depth = (a.depth + b.depth) / 2
        if depth < front + 1.5 and (frame.inside(a, -40) or frame.inside(b, -40)):
            colour = ELEMENTS.get(str(residue.element[first]), SITE_CARBON)
            items += _stick(a, b, colour, 0.13, depth, front=front)
    return items


def _ligand(ligand: Chem.Mol, frame: _Frame) -> list[tuple[float, str]]:
    drawn = Chem.Mol(ligand)
    Chem.Kekulize(drawn, clearAromaticFlags=True)
    points = drawn.GetConformer().GetPositions()
    items: list[tuple[float, str]] = []
    for bond in drawn.GetBonds():
        ends = (bond.GetBeginAtom(), bond.GetEndAtom())
        if any(atom.GetAtomicNum() == 1 and atom.GetNeighbors()[0].GetAtomicNum() == 6 for atom in ends):
            continue
        order = {Chem.BondType.DOUBLE: 2, Chem.BondType.TRIPLE: 3}.get(bond.GetBondType(), 1)
        middle = (points[ends[0].GetIdx()] + points[ends[1].GetIdx()]) / 2
        for atom in ends:
            a, b = frame.place(points[atom.GetIdx()]), frame.place(middle)
            colour = ELEMENTS.get(atom.GetSymbol(), LIGAND_CARBON) if atom.GetAtomicNum() != 1 else "#e8e8e8"
            thick = {1: 0.20, 2: 0.105, 3: 0.075}[order] * (0.6 if atom.GetAtomicNum() == 1 else 1)
            across = np.array([-(b.y - a.y), b.x - a.x])
            length = float(np.linalg.norm(across)) or 1.0
            apart = across / length * a.scale * {1: 0.0, 2: 0.16, 3: 0.20}[order]
            for shift in {1: (0.0,), 2: (-1.0, 1.0), 3: (-1.0, 0.0, 1.0)}[order]:
                dx, dy = apart * shift
                ends_of = Place(a.x + dx, a.y + dy, a.depth, a.scale), Place(b.x + dx, b.y + dy, b.depth, b.scale)
                items += _stick(*ends_of, colour, thick, (a.depth + b.depth) / 2 + 0.2, front=None)
    return items


def _stick(
    a: Place, b: Place, colour: str, radius: float, depth: float, *, edge: bool = True, front: float | None
) -> list[tuple[float, str]]:
    """Return a shaded stick: a white edge, a dark rim, the colour, a highlight."""
    width = radius * (a.scale + b.scale)
    fade = 1.0 if front is None else float(np.clip((depth + 14) / (front + 14), 0.16, 1.0))
    off = -width * 0.15
    path = f"M{a.x:.1f} {a.y:.1f}L{b.x:.1f} {b.y:.1f}"
    lit = f"M{a.x + off:.1f} {a.y + off:.1f}L{b.x + off:.1f} {b.y + off:.1f}"
    parts = [f'<path d="{path}" stroke="#fff" stroke-width="{width + 4:.1f}"/>'] if edge else []
    rim = f'<path d="{path}" stroke="{_mixed(colour, 0.6, fade)}" stroke-width="{width + 1:.1f}"/>'
    fill = f'<path d="{path}" stroke="{_mixed(colour, 1.0, fade)}" stroke-width="{width * 0.82:.1f}"/>'
    if not edge:
        # The rims of a tube lie behind its neighbouring pieces, so that it is one tube.
        return [(depth - 1.2, rim), (depth, fill)]
    parts += [rim, fill]
    if edge:
        parts.append(f'<path d="{lit}" stroke="{_mixed(colour, 1.35, fade)}" stroke-width="{width * 0.26:.1f}"/>')
    return [(depth, "".join(parts))]


def _mixed(colour: str, light: float, fade: float) -> str:
    channels = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    shaded = [min(255.0, each * light + (30 if light > 1 else 0)) for each in channels]
    return "#" + "".join(f"{int(255 - (255 - each) * fade):02x}" for each in shaded)


def _contact(contact: Contact, frame: _Frame) -> str:
    a, b = frame.place(np.array(contact.start)), frame.place(np.array(contact.end))
    colour = CONTACTS.get(contact.kind, "#333333")
    line = f'd="M{a.x:.1f} {a.y:.1f}L{b.x:.1f} {b.y:.1f}"'
    return (
        f'<path {line} stroke="#fff" stroke-width="5" stroke-opacity=".8"/>'
        f'<path {line} stroke="{colour}" stroke-width="2.6" stroke-dasharray="2 6"/>'
    )


def _label_residues(
    protein: Atoms, shown: list[int], frame: _Frame, front: float, labels: Labels, named: set[str]
) -> None:
    candidates = []
    for residue in shown:
        mine = protein.select(protein.residue_index == residue)
        side = mine.select(~np.isin(mine.name, ["N", "C", "O"])) if len(mine) > 4 else mine
        spots = frame.places(side.coordinates)
        seen = [spot for spot in spots if frame.inside(spot, 26) and spot.depth < front + 1.5]
        if not seen:
            continue
        anchor = max(seen, key=lambda spot: spot.depth)
        text = f"{str(mine.residue_name[0]).title()}{mine.number[0]}{mine.insertion_code[0]}"
        key = any(name.split(":")[-1].endswith(f"{mine.number[0]}{mine.insertion_code[0]}") for name in named)
        candidates.append((not key, -anchor.depth, text, anchor))
    for far, _, text, anchor in sorted(candidates, key=lambda each: each[:3]):
        labels.add(
            anchor.x, anchor.y, text, size=19, colour="#33414d" if not far else "#66747f", must=not far, bold=not far
        )
