"""Sites beside each other, laid over the first one, with linked cameras."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from screening.errors import UsageError
from screening.targets.binding_site import BindingSite
from screening.targets.ligands.bound_ligand import BoundLigand
from screening.targets.sites.superpose import Superposition, superpose
from screening.targets.target import Target
from workbench.page import depiction
from workbench.page.fragment import escape
from workbench.viewer.scene import style
from workbench.viewer.scene.contact_drawing import contact_table
from workbench.viewer.scene.differences import COLOUR, difference_table, differences
from workbench.viewer.scene.legend_key import Key
from workbench.viewer.scene.pose import Pose
from workbench.viewer.scene.scene import Scene
from workbench.viewer.view import View, heading, legend
from workbench.viewer.views.pose_view import site_ligand
from workbench.viewer.views.site_view import DrawnSite, draw_site, flat_site, require_site

MOST_PANELS = 9


@dataclasses.dataclass(frozen=True)
class Compared:
    """One panel of a comparison.

    Attributes
    ----------
    target, site
        The site.
    pose
        A pose to show in place of the ligand that is bound.
    title
        Heading of the panel; target and ligand if empty.
    """

    target: Target
    site: BindingSite
    pose: Pose | None = None
    title: str = ""


def view_compare(
    panels: Sequence[Compared | tuple[Target, BindingSite]],
    *,
    columns: int | None = None,
    surface: bool = False,
    labels: bool = True,
    height: int = 380,
) -> View:
    """Show several sites or poses beside each other; turning one turns all.

    Structures of other proteins or crystals are laid over the first by the Cα atoms of their matched residues.
    Residues of the site that are others there, or lie otherwise, stand out in colour and are listed.

    Parameters
    ----------
    panels
        Two to nine of them.
    columns
        Panels in a row; up to three by default.
    surface, labels
        What is shown at first.
    height
        Of one row of panels, in pixels.

    Raises
    ------
    UsageError
        If there are fewer than two panels or more than nine.
    StructureError
        If a structure cannot be laid over the first.
    """
    asked = [panel if isinstance(panel, Compared) else Compared(*panel) for panel in panels]
    if not 2 <= len(asked) <= MOST_PANELS:
        raise UsageError(f"{len(asked)} panels cannot be compared", expected=f"2 to {MOST_PANELS}")
    for one in asked:
        require_site(one.target, one.site)
    across = min(columns or min(len(asked), 3), len(asked))
    rows = -(-len(asked) // across)
    scene = Scene(grid=(rows, across), height=height * rows, outline=False)
    scene.file = "comparison"
    first: DrawnSite | None = None
    tables: list[str] = []
    legends = [Key(style.LIGAND_CARBON, "ligand or pose")]
    for number, one in enumerate(asked):
        moved, how = (one, None) if number == 0 else _laid_over(asked[0], one)
        bound = site_ligand(moved.target, moved.site)
        ligand: BoundLigand | Pose | None = moved.pose or bound
        panel = scene.panel(number // across, number % across)
        drawn = draw_site(
            panel, moved.target, moved.site, ligand, surface=surface, labels=labels,
            camera=None if first is None else first.camera, reference=bound if moved.pose else None,
        )  # fmt: skip
        apart = [] if first is None else differences(asked[0].target, asked[0].site, moved.target, moved.site)
        for difference in apart:
            shown = drawn.parts.text.select([difference.other], model=0)
            stick = style.sticks(COLOUR, radius=0.2, ball=0.24)
            panel.addStyle({"and": [shown, {"not": {"atom": ["N", "C", "O", "H"]}}]}, stick)
            x, y, z = difference.place
            if difference.first.name != difference.other.name and labels:
                said = f"{difference.first.name}{difference.first.number} → {difference.other.name}"
                panel.addLabel(said, {**style.LABEL, "fontColor": COLOUR, "position": {"x": x, "y": y, "z": z}})
        first = first or drawn
        differs = "differs from the first: another residue, or lies otherwise"
        if apart and differs not in {key.text for key in legends}:
            legends.append(Key(COLOUR, differs))
        title = one.title or f"{one.target.id} · {ligand.title if ligand is not None else 'no ligand'}"
        panel.addLabel(
            title,
            {
                "position": {"x": 8, "y": panel.height - 30, "z": 0}, "useScreen": True, "fontSize": 14,
                "fontColor": "#13293d",
                "backgroundColor": "#ffffff", "backgroundOpacity": 0.8, "alignment": "topLeft", "inFront": True,
            },
        )  # fmt: skip
        # Whatever is bound is drawn alike; the heading of the panel names it.
        shared = [key for key in drawn.keys if not key.text.startswith(("ligand ", "pose "))]
        legends += [key for key in shared if key.text not in {other.text for other in legends}]
        laid = "" if how is None else f"Laid over the first: {len(how.pairs)} Cα atoms, RMSD {how.rmsd_A:.2f} Å."
        picture = ""
        if ligand is not None and ligand.bond_orders:
            picture = depiction.image(depiction.png(ligand.mol, width=300, height=200), alt=title, width=150)
        tables.append(
            f"{heading(title, laid)}{picture}{difference_table(apart) if number else ''}{contact_table(drawn.contacts)}"
        )
    assert first is not None
    side = legend(legends) + "".join(f'<details{" open" if i < 2 else ""}><summary>{escape(_name(one))}</summary>{text}'
                                     "</details>" for i, (one, text) in enumerate(zip(asked, tables)))  # fmt: skip
    names = ", ".join(one.target.id for one in asked)
    return View(
        scene, title=f"Comparison: {names}", side=side,
        flat=flat_site(first, asked[0].pose or site_ligand(asked[0].target, asked[0].site)),
        summary=f"3D comparison of {len(asked)} sites: {names}",
    )  # fmt: skip


def _name(one: Compared) -> str:
    return one.title or f"{one.target.id} · {one.pose.name if one.pose else one.site.origin}"


def _laid_over(first: Compared, other: Compared) -> tuple[Compared, Superposition | None]:
    """Return the panel in the coordinates of the first one."""
    if other.target.key == first.target.key:
        return other, None
    how = superpose(first.target, other.target)
    moved = how.move(other.target)
    x, y, z = how.apply(np.array([other.site.centre_A]))[0].tolist()
    site = dataclasses.replace(other.site, target_key=moved.key, centre_A=(x, y, z))
    pose = other.pose
    if pose is not None:
        from rdkit import Chem

        molecule = Chem.Mol(pose.molecule)
        conformer = molecule.GetConformer()
        for index, place in enumerate(how.apply(conformer.GetPositions())):
            conformer.SetAtomPosition(index, place.astype(float).tolist())
        pose = dataclasses.replace(pose, molecule=molecule, contacts=None)
    return dataclasses.replace(other, target=moved, site=site, pose=pose), how
