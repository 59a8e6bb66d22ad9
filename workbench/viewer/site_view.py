"""The view of a binding site: ligand, residues around it, contacts, pocket surface."""

from __future__ import annotations

from typing import Any

import numpy as np
import py3Dmol

from screening.errors import SiteError
from screening.targets.site import BindingSite
from screening.targets.target import ResidueId, Target
from workbench.page import depiction
from workbench.page.fragment import escape
from workbench.viewer import atoms as drawn
from workbench.viewer import camera as cameras
from workbench.viewer import flat, style
from workbench.viewer import labels as placing
from workbench.viewer.contacts import Contact, find_contacts
from workbench.viewer.ligand import BoundLigand, bound_ligand
from workbench.viewer.scene import Scene
from workbench.viewer.view import Key, View, heading, legend

#: Whole residues travel to the page within this distance of the site, in Å: enough for its surface.
AROUND_A = 7.0
#: Residues with an atom this close to the ligand are labelled, in Å; the others answer to the mouse.
LABELLED_A = 4.2
#: What stands more than this before the ligand is cut away, in Å.
CLEAR_A = 4.0


def view_site(
    target: Target,
    site: BindingSite,
    *,
    ligand_smiles: str | None = None,
    surface: bool = True,
    labels: bool = True,
    contacts: bool = True,
    height: int = 480,
) -> View:
    """Show a binding site, looking in from its open side.

    Parameters
    ----------
    target
        The structure.
    site
        The site on it.
    ligand_smiles
        SMILES of the bound ligand, for its bond orders; known for common components.
    surface, labels, contacts
        What is shown at first; boxes in the legend switch the surface, the labels and the contacts.
    height
        Of the picture, in pixels.

    Raises
    ------
    SiteError
        If the target has no coordinates or the site belongs to another target.
    InputError
        If `ligand_smiles` is not the molecule that is bound.
    """
    if not len(target.atoms):
        raise SiteError("has no coordinates", source=target.source, expected="a structure")
    if site.target_key != target.key:
        raise SiteError("the site was placed on another target", source=target.source, expected="a site of this target")
    ligand = None
    if site.ligand is not None and _is_small(target, site.ligand):
        ligand = bound_ligand(target, site.ligand, smiles=ligand_smiles)
    parts = SiteParts(target, site.residues, np.array(site.centre_A), None if ligand is None else ligand.rows)
    found = [] if ligand is None else find_contacts(target.atoms.select(parts.others), ligand.mol, ligand.names)
    camera = parts.camera(None if ligand is None else ligand.coordinates, found)

    # No outlines: where the scene is cut open they would be drawn as solid walls.
    scene = Scene(height=height, outline=False)
    scene.file = f"{target.id}-site"
    keys = parts.draw(scene, found, camera)
    if ligand is not None:
        carbon = style.LIGAND_CARBON if ligand.bond_orders else style.UNKNOWN_CARBON
        scene.addModel(ligand.mol_block, "sdf")
        scene.setStyle({"model": 1}, style.sticks(carbon, radius=0.22, ball=0.30))
        scene.models[1] = {"title": str(ligand.residue), "atoms": list(ligand.names)}
        keys.insert(0, Key(carbon, f"ligand {ligand.residue.name}"))
    taken: list[np.ndarray] = []
    if contacts:
        keys += draw_contacts(scene, found, camera, taken)
    if labels:
        named = parts.draw_labels(scene, camera, found, None if ligand is None else ligand.coordinates, taken)
        keys.append(Key("", "residue labels", "labels"))
    else:
        named = []
    if parts.draw_surface(scene):
        keys.append(Key(style.SURFACE["C"], "pocket surface (sand: carbon, blue: N, red: O)", "surface", on=surface))
    finish(scene, camera, np.array(parts.centre)[None] if ligand is None else ligand.coordinates)

    return View(
        scene,
        title=f"{target.id} · {site.origin}",
        side=_side(target, site, ligand, found, keys),
        flat=_flat(parts, ligand, found, camera, named),
        summary=f"3D view of {target.id}, {site.origin}: {len(site.residues)} residues, {len(found)} contacts",
    )


class SiteParts:
    """The atoms of a site view, by the part they play."""

    def __init__(
        self, target: Target, residues: tuple[ResidueId, ...], centre: np.ndarray, ligand_rows: np.ndarray | None
    ) -> None:
        atoms = target.atoms
        self.target, self.residues, self.centre = target, residues, centre
        self.ligand_rows = ligand_rows
        own = np.zeros(len(atoms), dtype=bool)
        if ligand_rows is not None:
            own |= np.isin(atoms.residue_index, atoms.residue_index[ligand_rows])
        self.others = ~own & ~drawn.is_hydrogen(atoms)
        self.site = drawn.residue_mask(atoms, residues) & self.others
        near = self._near(self.site | own if own.any() else self.site, AROUND_A)
        water = drawn.is_water(atoms)
        focus = own if own.any() else self.site
        self.water = water & self._near(focus, 5.0)
        hetero_index = {
            (g.residue.chain, g.residue.number, g.residue.insertion_code) for g in target.groups if g.kind != "solvent"
        }
        hetero = drawn.residue_mask(atoms, [ResidueId(*key) for key in hetero_index])
        backbone = np.isin(atoms.name, drawn.BACKBONE) & ~atoms.hetero
        keep = (near & ~water) | backbone | (hetero & ~own) | self.water
        self.kept = keep & ~own & drawn.worth_drawing(atoms)
        self.near = near & self.kept
        self.text = drawn.as_text(target, atoms.select(self.kept))

    @property
    def main_chain(self) -> str:
        """The chain that most residues of the site belong to."""
        chains = [chain.id for chain in self.target.chains]
        own = sorted({r.chain for r in self.residues} & set(chains))
        return max(own, key=lambda c: sum(r.chain == c for r in self.residues), default=chains[0] if chains else "")

    def _near(self, mask: np.ndarray, reach: float) -> np.ndarray:
        """Return whole residues with an atom within `reach` of the masked atoms."""
        from scipy.spatial import cKDTree

        atoms = self.target.atoms
        if not mask.any():
            return np.zeros(len(atoms), dtype=bool)
        gaps, _ = cKDTree(atoms.coordinates[mask]).query(atoms.coordinates, distance_upper_bound=reach)
        return np.isin(atoms.residue_index, np.unique(atoms.residue_index[np.isfinite(gaps)]))

    def camera(self, ligand: np.ndarray | None, contacts: list[Contact]) -> cameras.Camera:
        """Look into the open side, with the ligand and what it touches in the picture."""
        atoms = self.target.atoms
        protein = atoms.coordinates[self.others & ~drawn.is_water(atoms)].astype(float)
        focus = ligand
        if focus is None:
            focus = atoms.coordinates[self.site].astype(float)
        if focus is None or not len(focus):
            focus = self.centre[None, :]
        touched = np.array([c.start for c in contacts if c.kind != "hydrophobic"])
        return cameras.towards_opening(focus, protein, also=touched if len(touched) else None)

    def draw(self, scene: Scene, contacts: list[Contact], camera: cameras.Camera) -> list[Key]:
        """Draw protein, site residues, cofactors, metals and waters as model 0; return the legend."""
        target, text = self.target, self.text
        chains = [chain.id for chain in target.chains]
        most = self.main_chain
        scene.addModel(text.text, text.format, {"keepH": True})
        scene.setStyle({"model": 0}, {})
        keys = []
        for chain in target.chains:
            colour = style.CARTOON if chain.id == most else style.OTHER_CARTOON
            scene.setStyle(
                {"model": 0, "chain": text.chains.get(chain.id, chain.id), "hetflag": False},
                {"cartoon": {"color": colour, "opacity": 0.75, "arrows": True, "thickness": 0.3}},
            )
        site_text = "site residues"
        keys.append(Key(style.SITE_CARBON, site_text))
        if len(chains) > 1:
            keys.append(Key(style.CARTOON, f"chain {most}"))
            keys.append(Key(style.OTHER_CARTOON, "other chains: " + ", ".join(c for c in chains if c != most)[:40]))
        thin = style.sticks(style.SITE_CARBON, radius=0.11)
        with_backbone = {c.residue for c in contacts if c.site_atom in ("N", "O", "C", "CA", "OXT")}
        proteins = {residue for chain in target.chains for residue in chain.residues}
        side_only = [r for r in self.residues if r in proteins and r not in with_backbone and r.name not in ("GLY", "PRO")]
        whole = [r for r in self.residues if r in proteins and r not in side_only]
        if side_only:
            # CA stays, so that the side chain hangs on the cartoon.
            selection = text.select(side_only, model=0)
            scene.addStyle({"and": [selection, {"not": {"atom": ["N", "C", "O", "H"]}}]}, thin)
        if whole:
            scene.addStyle(text.select(whole, model=0), thin)
        keys += self._draw_groups(scene)
        if self.water.any():
            scene.addStyle({"model": 0, "resn": list(drawn.WATER)}, {"sphere": {"radius": 0.32, "color": "#e0301e"}})
            keys.append(Key("#e0301e", "water near the ligand"))
        return keys

    def _draw_groups(self, scene: Scene) -> list[Key]:
        keys: list[Key] = []
        atoms = self.target.atoms
        own = set() if self.ligand_rows is None else {str(drawn.residue_at(atoms, int(self.ligand_rows[0])))}
        groups: dict[str, list[ResidueId]] = {}
        for group in self.target.groups:
            if group.kind != "solvent" and str(group.residue) not in own and group.kind != "modified residue":
                groups.setdefault("metal" if group.kind in ("metal", "ion") else group.kind, []).append(group.residue)
        for kind, residues in groups.items():
            selection = self.text.select(residues, model=0)
            names = ", ".join(dict.fromkeys(r.name for r in residues))[:40]
            if kind == "metal":
                scene.addStyle(selection, {"sphere": {"radius": 0.7, "colorscheme": style.by_element("#888888")}})
                keys.append(Key("#8f7fbf", f"metals and ions: {names}"))
            else:
                scene.addStyle(selection, style.sticks(style.COFACTOR_CARBON, radius=0.16))
                keys.append(Key(style.COFACTOR_CARBON, f"{'glycan' if kind == 'glycan' else 'other ligand'}: {names}"))
        return keys

    def draw_surface(self, scene: Scene) -> bool:
        """Draw the wall of the pocket: the molecular surface of the protein where site residues make it."""
        residues = [r for r in self.residues]
        if not residues:
            return False
        near = sorted({drawn.residue_at(self.target.atoms, int(i)) for i in np.flatnonzero(self.near)})
        scheme = {"prop": "elem", "map": {"H": SURFACE_H, **style.SURFACE}}
        context = self.text.select(near, model=0)
        context["and"] = [{"not": {"resn": list(drawn.WATER)}}]
        scene.surface(
            py3Dmol.SES if hasattr(py3Dmol, "SES") else 2, {"opacity": 0.68, "colorscheme": scheme},
            self.text.select(residues, model=0), context,
        )  # fmt: skip
        return True

    def draw_labels(
        self,
        scene: Scene,
        camera: cameras.Camera,
        contacts: list[Contact],
        ligand: np.ndarray | None,
        taken: list[np.ndarray],
    ) -> list[tuple[str, np.ndarray]]:
        """Label the residues near the ligand; return the labels and their places."""
        atoms = self.target.atoms
        touched = list(dict.fromkeys(c.residue for c in contacts))
        items: list[tuple[float, placing.Label]] = []
        for residue in self.residues:
            rows = np.flatnonzero(drawn.residue_mask(atoms, [residue]) & self.others)
            if not len(rows):
                continue
            places = atoms.coordinates[rows].astype(float)
            gap = np.inf
            if ligand is not None:
                gap = float(np.linalg.norm(places[:, None] - ligand[None], axis=2).min())
            else:
                gap = float(np.linalg.norm(places.mean(axis=0) - self.centre)) / 3.0
            if gap > LABELLED_A and residue not in touched:
                continue
            side = ~np.isin(atoms.name[rows], ["N", "C", "O"])
            anchors = places[side] if side.any() else places
            # The far end of the residue leaves the contact itself free.
            if ligand is not None:
                reach = np.linalg.norm(anchors[:, None] - ligand[None], axis=2).min(axis=1)
                anchors = anchors[np.argsort(-reach, kind="stable")]
            name = f"{residue.name}{residue.number}{residue.insertion_code}"
            rank = touched.index(residue) if residue in touched else 100 + gap
            items.append((rank, placing.Label(name if residue.chain == self.main_chain else f"{name} ({residue.chain})", anchors)))
        items.sort(key=lambda item: item[0])
        avoid = [np.array([np.add(c.start, c.end) / 2 for c in contacts if c.kind != "hydrophobic"]).reshape(-1, 3)]
        if ligand is not None:
            avoid.append(ligand)
        placed = placing.place(
            [label for _, label in items], camera, avoid=np.concatenate(avoid), height=scene.height, taken=taken
        )
        for text, where in placed:
            scene.addLabel(text, {**style.LABEL, "position": _xyz(where), "group": "labels"})
        return placed


SURFACE_H = "#efefef"


def draw_contacts(
    scene: Scene, contacts: list[Contact], camera: cameras.Camera, taken: list[np.ndarray]
) -> list[Key]:
    """Draw contacts as dashed lines with their lengths in Å; return the legend."""
    keys = []
    along = np.array([0.5, 0.4, 0.6, 0.3, 0.7])[:, None]
    for kind, colour in style.CONTACTS.items():
        of_kind = [c for c in contacts if c.kind == kind]
        if not of_kind or kind == "hydrophobic":
            continue
        for contact in of_kind:
            start, end = np.array(contact.start), np.array(contact.end)
            scene.addCylinder(
                {
                    "start": _xyz(start), "end": _xyz(end), "radius": 0.07, "color": colour, "dashed": True,
                    "dashLength": 0.28, "gapLength": 0.18, "fromCap": 1, "toCap": 1, "group": kind,
                }
            )  # fmt: skip
            length = placing.Label(f"{contact.distance_A:.1f} Å", start + along * (end - start))
            nothing = np.zeros((0, 3))
            [(text, where)] = placing.place(
                [length], camera, avoid=nothing, height=scene.height, taken=taken, shifts=False
            )
            scene.addLabel(text, {**style.DISTANCE, "position": _xyz(where), "group": kind})
        keys.append(Key(colour, f"{kind} (Å)", kind, dashed=True))
    return keys


def finish(scene: Scene, camera: cameras.Camera, front: np.ndarray) -> None:
    """Point the camera; what lies before the `front` atoms (n, 3) is cut away, what lies far behind fades."""
    scene.zoomTo({"model": 0})
    scene.setView(camera.view())
    depth = float(camera.project(front)[:, 2].max()) if len(front) else 0.0
    scene.setSlab(-(depth + CLEAR_A), 24.0)


def contact_table(contacts: list[Contact]) -> str:
    """Return the contacts as a table; a click on a row centres the view on it."""
    if not contacts:
        return ""
    rows = []
    for contact in contacts:
        middle = (np.array(contact.start) + np.array(contact.end)) / 2
        at = ",".join(f"{value:.2f}" for value in middle)
        residue = contact.residue
        rows.append(
            f'<tr data-at="{at}" title="{contact.kind}; click to centre the view here"><td><span class="wb-key" '
            f'style="background:{style.CONTACTS[contact.kind]};width:9px;height:9px"></span></td>'
            f"<td>{escape(residue.name)}{residue.number}{escape(residue.insertion_code)} {escape(residue.chain)}</td>"
            f"<td>{escape(contact.site_atom)}</td><td>{escape(contact.ligand_label)}</td>"
            f'<td class="wb-n">{contact.distance_A:.2f}</td></tr>'
        )
    return (
        '<div class="wb-contacts"><table><tr><th></th><th>residue</th><th>atom</th><th>ligand</th><th class="wb-n">Å</th></tr>'
        f"{''.join(rows)}</table></div>"
    )


def _side(
    target: Target, site: BindingSite, ligand: BoundLigand | None, contacts: list[Contact], keys: list[Key]
) -> str:
    facts = [f"{target.method}, {target.resolution_A:g} Å" if target.resolution_A else target.method]
    parts = [heading(f"{target.id} · {site.origin}", target.title, *facts)]
    if ligand is not None and ligand.bond_orders:
        picture = depiction.png(ligand.mol, width=400, height=280)
        parts.append(depiction.image(picture, alt=f"2D structure of {ligand.residue.name}", width=200).replace("<img", '<img class="wb-mol"'))
    elif ligand is not None:
        parts.append("<p>Bond orders of the ligand are not known: pass <code>ligand_smiles=</code> to draw them.</p>")
    else:
        parts.append("<p>No ligand is bound in this site, and no pose was computed.</p>")
    parts += [legend(keys), contact_table(contacts)]
    if ligand is not None:
        parts.append("<p>Contacts by the geometry of heavy atoms in the deposited structure.</p>")
    return "".join(parts)


def _flat(
    parts: SiteParts,
    ligand: BoundLigand | None,
    contacts: list[Contact],
    camera: cameras.Camera,
    named: list[tuple[str, np.ndarray]],
) -> bytes:
    atoms = parts.target.atoms
    strokes = [bonds(atoms.select(parts.site), style.SITE_CARBON, 0.24)]
    ca = atoms.select((atoms.name == "CA") & ~atoms.hetero)
    strokes.insert(0, trace(ca, dict.fromkeys(ca.chain.tolist(), style.CARTOON), 0.7))
    if ligand is not None:
        strokes.append(bonds(atoms.select(ligand.rows), style.LIGAND_CARBON, 0.5))
    shown = [c for c in contacts if c.kind != "hydrophobic"]
    if shown:
        strokes.append(
            flat.Strokes(
                np.array([c.start for c in shown]), np.array([c.end for c in shown]),
                [style.CONTACTS[c.kind] for c in shown], 0.14, dashed=True,
            )
        )  # fmt: skip
    return flat.drawing(strokes, camera, labels=[(where, text) for text, where in named])


def trace(ca: Any, colours: dict[str, str], width: float) -> flat.Strokes:
    """Return the trace through the CA atoms, broken where the chain is."""
    places = ca.coordinates.astype(float)
    if len(places) < 2:
        return flat.Strokes(np.zeros((0, 3)), np.zeros((0, 3)), [], width)
    joined = np.flatnonzero((ca.chain[1:] == ca.chain[:-1]) & (np.linalg.norm(np.diff(places, axis=0), axis=1) < 4.5))
    return flat.Strokes(places[joined], places[joined + 1], [colours[str(ca.chain[i])] for i in joined], width)


def bonds(atoms: Any, carbon: str, width: float) -> flat.Strokes:
    """Return the bonds between atoms, each in two halves with the colours of its ends."""
    from scipy.spatial import cKDTree

    from workbench.page.theme import ELEMENTS

    places = atoms.coordinates.astype(float)
    pairs = cKDTree(places).query_pairs(1.95, output_type="ndarray") if len(places) > 1 else np.zeros((0, 2), int)
    middle = (places[pairs[:, 0]] + places[pairs[:, 1]]) / 2
    ends = np.concatenate([pairs[:, 0], pairs[:, 1]])
    colours = [ELEMENTS.get(str(atoms.element[i]), carbon) for i in ends]
    return flat.Strokes(places[ends], np.concatenate([middle, middle]), colours, width)


def _is_small(target: Target, residue: ResidueId) -> bool:
    """Tell whether the ligand is a small molecule, not a residue of a peptide chain."""
    return any(group.residue == residue for group in target.groups)


def _xyz(place: Any) -> dict[str, float]:
    return {axis: round(float(value), 3) for axis, value in zip("xyz", place)}
