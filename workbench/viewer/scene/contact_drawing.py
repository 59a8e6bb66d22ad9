"""Contacts in the picture and in the table beside it."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from screening.poses.interactions.contact import Contact
from workbench.page import theme
from workbench.page.fragment import escape
from workbench.viewer.scene import camera as cameras
from workbench.viewer.scene import labels as placing
from workbench.viewer.scene import style
from workbench.viewer.scene.legend_key import Key
from workbench.viewer.scene.scene import Panel, Scene, xyz


def draw_contacts(
    scene: Scene | Panel, contacts: list[Contact], camera: cameras.Camera, taken: list[np.ndarray]
) -> list[Key]:
    """Draw contacts as dashed lines with their lengths in Å; return the legend."""
    keys = []
    along = np.array([0.5, 0.4, 0.6, 0.3, 0.7])[:, None]
    for kind, colour in theme.CONTACTS.items():
        of_kind = [c for c in contacts if c.kind == kind]
        if not of_kind or kind == "hydrophobic":
            continue
        solid = kind == "covalent bond"
        for contact in of_kind:
            stops = [np.array(contact.start), *([] if contact.via is None else [np.array(contact.via)])]
            stops.append(np.array(contact.end))
            for start, end in itertools.pairwise(stops):
                scene.addCylinder(
                    {
                        "start": xyz(start), "end": xyz(end), "radius": 0.12 if solid else 0.07, "color": colour,
                        "dashed": not solid, "dashLength": 0.28, "gapLength": 0.18, "fromCap": 1, "toCap": 1,
                        "group": kind,
                    }
                )  # fmt: skip
            if contact.via is not None:
                ball = {"center": xyz(stops[1]), "radius": 0.32, "color": "#e0301e", "group": kind}
                scene.addSphere(ball)
            start, end = stops[-2], stops[-1]
            length = placing.Label(f"{contact.distance_A:.1f} Å", start + along * (end - start))
            nothing = np.zeros((0, 3))
            [(text, where)] = placing.place(
                [length], camera, avoid=nothing, height=scene.height, aspect=scene.aspect, taken=taken, shifts=False
            )
            scene.addLabel(text, {**style.DISTANCE, "position": xyz(where), "group": kind})
        keys.append(Key(colour, f"{kind} (Å)", kind, dashed=not solid))
    return keys


def contact_lines(contacts: list[Contact]) -> list[dict[str, Any]]:
    """Return contacts as plain values that the page draws when a pose is chosen."""
    return [
        {
            "kind": contact.kind, "colour": theme.CONTACTS[contact.kind], "start": xyz(contact.start),
            "end": xyz(contact.end), "length": contact.distance_A, "atom": contact.site_atom,
            "via": None if contact.via is None else xyz(contact.via), "solid": contact.kind == "covalent bond",
            "remark": contact.remark,
            "ligand": contact.ligand_label, "drawn": contact.kind != "hydrophobic",
            "residue": f"{contact.residue.name}{contact.residue.number}{contact.residue.insertion_code} "
            f"{contact.residue.chain}",
        }
        for contact in contacts
    ]  # fmt: skip


def contact_table(contacts: list[Contact]) -> str:
    """Return the contacts as a table; a click on a row centres the view on it."""
    if not contacts:
        return ""
    rows = []
    for contact in contacts:
        middle = (np.array(contact.start) + np.array(contact.end)) / 2
        at = ",".join(f"{value:.2f}" for value in middle)
        residue = contact.residue
        remark = (
            f'<tr><td></td><td colspan="5" style="white-space:normal">{escape(contact.remark)}</td></tr>'
            if contact.remark
            else ""
        )
        through = "" if contact.water is None else f" through {contact.water.name}{contact.water.number}"
        rows.append(
            f'<tr data-at="{at}" title="click to centre the view here"><td><span class="wb-key" '
            f'style="background:{theme.CONTACTS[contact.kind]};width:9px;height:9px"></span></td>'
            f"<td>{escape(contact.kind)}{escape(through)}</td>"
            f"<td>{escape(residue.name)}{residue.number}{escape(residue.insertion_code)} {escape(residue.chain)}</td>"
            f"<td>{escape(contact.site_atom)}</td><td>{escape(contact.ligand_label)}</td>"
            f'<td class="wb-n">{contact.distance_A:.2f}</td></tr>{remark}'
        )
    return (
        '<div class="wb-contacts" style="white-space:nowrap"><table><tr><th></th><th>contact</th><th>residue</th>'
        "<th>atom</th><th>ligand</th>"
        f'<th class="wb-n">Å</th></tr>{"".join(rows)}</table></div>'
    )
