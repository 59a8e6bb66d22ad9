"""The atoms of a site view by the part they play, and how each part is drawn."""

from __future__ import annotations

import dataclasses

import numpy as np

from screening.poses.interactions.contact import Contact
from screening.targets.target import Atoms, ResidueId, Target
from workbench.viewer.scene import atoms as drawn
from workbench.viewer.scene import camera as cameras
from workbench.viewer.scene import labels as placing
from workbench.viewer.scene import style
from workbench.viewer.scene.legend_key import Key
from workbench.viewer.scene.scene import Panel, Scene, xyz

#: Whole residues travel to the page within this distance of the site, in Å: enough for its surface.
AROUND_A = 7.0
#: Residues with an atom this close to the ligand are labelled, in Å; the others answer to the mouse.
LABELLED_A = 4.2

#: ``py3Dmol.MS``: the molecular surface, with the smooth look that people know.
MOLECULAR_SURFACE = 2


class SiteParts:
    """The atoms of a site view, by the part they play."""

    def __init__(
        self,
        target: Target,
        residues: tuple[ResidueId, ...],
        centre: np.ndarray,
        ligand_rows: np.ndarray | None,
        *,
        waters: bool = True,
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
        # A pose takes the place of the waters that were there.
        self.water = water & self._near(focus, 5.0) if waters else np.zeros(len(atoms), dtype=bool)
        hetero_index = {
            (g.residue.chain, g.residue.number, g.residue.insertion_code) for g in target.groups if g.kind != "solvent"
        }
        hetero = drawn.residue_mask(atoms, [ResidueId(*key) for key in hetero_index])
        backbone = np.isin(atoms.name, drawn.BACKBONE) & ~atoms.hetero
        keep = (near & ~water) | backbone | (hetero & ~own) | self.water
        self.kept = keep & ~own & drawn.worth_drawing(atoms)
        self.near = near & self.kept
        self.text = drawn.as_text(target, self._coarser(atoms).select(self.kept))

    def _coarser(self, atoms: Atoms) -> Atoms:
        """Return the atoms with places to 0.1 Å where only the cartoon is drawn: a quarter of the bytes of a view."""
        far = ~self.near & ~atoms.hetero
        return dataclasses.replace(
            atoms,
            coordinates=np.where(far[:, None], atoms.coordinates.round(1), atoms.coordinates),
        )

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

    def camera(self, ligand: np.ndarray | None, contacts: list[Contact], *, aspect: float = 1.35) -> cameras.Camera:
        """Look into the open side, with the ligand and what it touches in the picture."""
        atoms = self.target.atoms
        protein = atoms.coordinates[self.others & ~drawn.is_water(atoms)].astype(float)
        focus = ligand
        if focus is None:
            focus = atoms.coordinates[self.site].astype(float)
        if focus is None or not len(focus):
            focus = self.centre[None, :]
        touched = np.array([c.start for c in contacts if c.kind != "hydrophobic"])
        return cameras.towards_opening(focus, protein, also=touched if len(touched) else None, aspect=aspect)

    def draw(self, scene: Scene | Panel, contacts: list[Contact], camera: cameras.Camera) -> list[Key]:
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
        if chains:
            keys.append(Key(style.CARTOON, f"chain {most}"))
        if len(chains) > 1:
            keys.append(Key(style.OTHER_CARTOON, "other chains: " + ", ".join(c for c in chains if c != most)[:40]))
        thin = style.sticks(style.SITE_CARBON, radius=0.11)
        with_backbone = {c.residue for c in contacts if c.site_atom in ("N", "O", "C", "CA", "OXT")}
        proteins = {residue for chain in target.chains for residue in chain.residues}
        side_only = [
            r for r in self.residues if r in proteins and r not in with_backbone and r.name not in ("GLY", "PRO")
        ]
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

    def _draw_groups(self, scene: Scene | Panel) -> list[Key]:
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

    def draw_surface(self, scene: Scene | Panel) -> bool:
        """Draw the wall of the pocket: the molecular surface of the protein where site residues make it."""
        residues = list(self.residues)
        if not residues:
            return False
        near = sorted({drawn.residue_at(self.target.atoms, int(i)) for i in np.flatnonzero(self.near)})
        scheme = {"prop": "elem", "map": {"H": "#efefef", **style.SURFACE}}
        context = self.text.select(near, model=0)
        context["and"] = [{"not": {"resn": list(drawn.WATER)}}]
        scene.surface(
            MOLECULAR_SURFACE, {"opacity": 0.68, "colorscheme": scheme},
            self.text.select(residues, model=0), context,
        )  # fmt: skip
        return True

    def draw_labels(
        self,
        scene: Scene | Panel,
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
            # A narrow panel has room for the residues in contact only.
            if residue not in touched and (gap > LABELLED_A or scene.aspect < 1.0):
                continue
            side = ~np.isin(atoms.name[rows], ["N", "C", "O"])
            anchors = places[side] if side.any() else places
            # The far end of the residue leaves the contact itself free.
            if ligand is not None:
                reach = np.linalg.norm(anchors[:, None] - ligand[None], axis=2).min(axis=1)
                anchors = anchors[np.argsort(-reach, kind="stable")]
            name = f"{residue.name}{residue.number}{residue.insertion_code}"
            rank = touched.index(residue) if residue in touched else 100 + gap
            items.append(
                (
                    rank,
                    placing.Label(name if residue.chain == self.main_chain else f"{name} ({residue.chain})", anchors),
                )
            )
        items.sort(key=lambda item: item[0])
        avoid = [np.array([np.add(c.start, c.end) / 2 for c in contacts if c.kind != "hydrophobic"]).reshape(-1, 3)]
        if ligand is not None:
            # Bonds and the middles of rings should stay free too, not only the atoms.
            gaps = np.linalg.norm(ligand[:, None] - ligand[None], axis=2)
            first, second = np.nonzero(np.triu(gaps < 3.0, 1))
            avoid += [ligand, (ligand[first] + ligand[second]) / 2]
        placed = placing.place(
            [label for _, label in items],
            camera,
            avoid=np.concatenate(avoid),
            height=scene.height,
            aspect=scene.aspect,
            taken=taken,
        )
        for text, where in placed:
            scene.addLabel(text, {**style.LABEL, "position": xyz(where), "group": "labels"})
        return placed
