"""Contacts of aromatic rings: stacked rings, and a charge over a ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from screening.poses.interactions import contact as limits
from screening.poses.interactions.contact import Contact
from screening.poses.interactions.geometry import angle_between, plane

if TYPE_CHECKING:
    from screening.poses.interactions.find_contacts import Surroundings

#: How far sideways two rings may be shifted and still lie over each other, face to face and edge to face, in Å.
_FACE_SHIFT_A = 3.0
_EDGE_SHIFT_A = 2.5
#: A charge stands over a ring when the line to its centre is at least so near its axis (as a cosine).
_OVER = 0.8


def pi_stacking(pair: Surroundings) -> list[Contact]:
    """Return the nearest stacked ring of the ligand for each ring of the site."""
    found: list[Contact] = []
    mine = [(ring, *plane(pair.places[list(ring)])) for ring in pair.roles.rings]
    for members in pair.site.rings:
        centre, normal = plane(pair.xyz[list(members)])
        best: Contact | None = None
        for ring, middle, axis in mine:
            distance = float(np.linalg.norm(centre - middle))
            if distance > limits.EDGE_TO_FACE_A or (best is not None and distance >= best.distance_A):
                continue
            tilt = min(angle_between(normal, axis), 180 - angle_between(normal, axis))
            # The centres must lie over each other, not merely side by side in one plane.
            off_site = np.sqrt(max(distance**2 - ((middle - centre) @ normal) ** 2, 0.0))
            off_mine = np.sqrt(max(distance**2 - ((middle - centre) @ axis) ** 2, 0.0))
            face = distance <= limits.FACE_TO_FACE_A and tilt <= 35 and min(off_site, off_mine) <= _FACE_SHIFT_A
            edge = tilt >= 55 and min(off_site, off_mine) <= _EDGE_SHIFT_A
            if face or edge:
                best = _contact(pair, "pi stacking", members[0], ring[0], distance, centre, middle, "ring")
        if best is not None:
            found.append(best)
    return _one_each(found)


def cation_pi(pair: Surroundings) -> list[Contact]:
    """Return charges of the ligand over rings of the site, and charges of the site over rings of the ligand."""
    found: list[Contact] = []
    plus = pair.heavy[pair.roles.positive[pair.heavy]]
    for members in pair.site.rings:
        centre, normal = plane(pair.xyz[list(members)])
        for atom in plus:
            offset = pair.places[atom] - centre
            distance = float(np.linalg.norm(offset))
            if distance <= limits.CATION_PI_A and abs(offset @ normal) > _OVER * distance:
                found.append(
                    _contact(pair, "cation-pi", members[0], int(atom), distance, centre, pair.places[atom], "cation")
                )
    names = pair.atoms.name
    positive = np.flatnonzero(pair.site.positive | ((pair.atoms.residue_name == "ARG") & (names == "CZ")))
    for ring in pair.roles.rings:
        middle, axis = plane(pair.places[list(ring)])
        for site in positive:
            offset = pair.xyz[site] - middle
            distance = float(np.linalg.norm(offset))
            if distance <= limits.CATION_PI_A and abs(offset @ axis) > _OVER * distance:
                start = pair.xyz[site]
                found.append(
                    Contact(
                        "cation-pi", pair.atoms.residue_id(int(site)), str(names[site]), ring[0], "ring",
                        round(distance, 2), _place(start), _place(middle), "ring",
                    )
                )  # fmt: skip
    return _one_each(found)


def _contact(
    pair: Surroundings, kind: str, site: int, atom: int, distance: float, start: np.ndarray, end: np.ndarray, role: str
) -> Contact:
    label = pair.label(atom) if role == "cation" else "ring"
    return Contact(
        kind, pair.atoms.residue_id(site), "ring", atom, label, round(distance, 2), _place(start), _place(end),
        role if kind == "cation-pi" else "",
    )  # fmt: skip


def _one_each(contacts: list[Contact]) -> list[Contact]:
    best: dict[object, Contact] = {}
    for contact in sorted(contacts, key=lambda c: (c.distance_A, c.ligand_atom)):
        best.setdefault(contact.residue, contact)
    return list(best.values())


def _place(point: np.ndarray) -> tuple[float, float, float]:
    x, y, z = point.round(3).tolist()
    return x, y, z
