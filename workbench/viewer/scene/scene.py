"""A py3Dmol view whose HTML draws with no network.

`Scene` is a `py3Dmol.view`: every method of 3Dmol.js can be called on it. It differs in how it becomes HTML: the
commands travel compressed, nothing is fetched from a public server, and the page gets buttons, hover names and a
picture for readers whose browser may not run scripts.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

import py3Dmol

from workbench.page import cell
from workbench.viewer import javascript

#: 3Dmol.js places the camera this far from the centre and looks with this angle of view (its own defaults).
CAMERA_A = 150.0
FIELD_DEGREES = 20.0

#: Width in pixels that a picture usually gets in a notebook.
PAGE_WIDTH = 680


class Scene(py3Dmol.view):
    """Collects what to draw, and becomes HTML.

    Attributes
    ----------
    surfaces
        Molecular surfaces, drawn after the first picture: ``{"group", "type", "style", "atoms", "context"}``.
    styles
        Styles that a legend box switches: ``{"group", "selection", "style", "off"}``.
    models
        ``"panel:model"`` to ``{"title", "atoms"}``: names the mouse shows for models without residue names.
    notes
        ``"chain:number"`` to a text that the mouse shows beside a residue.
    value
        What the B-factor column holds, if the mouse is to show it.
    """

    def __init__(
        self, *, grid: tuple[int, int] | None = None, linked: bool = True, height: int = 460, outline: bool = True
    ) -> None:
        super().__init__(width="100%", height=height, viewergrid=grid, linked=linked, js="")
        # Only the commands that follow are kept: the page is made here, not by py3Dmol.
        self.startjs = ""
        self.endjs = ""
        self.height = height
        #: Width over height that the camera is set for; the page decides the real one.
        self.aspect = 1.35
        self.linked = linked
        self.surfaces: list[dict[str, Any]] = []
        self.styles: list[dict[str, Any]] = []
        self.models: dict[str, dict[str, Any]] = {}
        self.notes: dict[str, str] = {}
        self.value = ""
        self.file = "view"
        self.extra: dict[str, Any] = {}
        self.config: dict[str, Any] = {"antialias": True, "cartoonQuality": 8, "disableFog": False}
        if outline:
            self.setViewStyle({"style": "outline", "color": "#5a6470", "width": 0.03})

    def surface(
        self,
        kind: int,
        style: dict[str, Any],
        atoms: dict[str, Any],
        context: dict[str, Any],
        *,
        group: str = "surface",
        panel: int | None = None,
    ) -> None:
        """Add a molecular surface that the legend can switch."""
        entry = {"group": group, "type": kind, "style": style, "atoms": atoms, "context": context}
        self.surfaces.append(entry if panel is None else {**entry, "panel": panel})

    def name_model(self, model: int, title: str, atoms: Sequence[str] = (), *, panel: int = 0) -> None:
        """Tell the mouse what to call a model and its atoms."""
        self.models[f"{panel}:{model}"] = {"title": title, "atoms": list(atoms)}

    def panel(self, row: int, column: int) -> Panel:
        """Return one panel of a grid, to be drawn on like a scene."""
        return Panel(self, row, column)

    def commands(self) -> str:
        """Return the JavaScript of all calls so far."""
        return str(self.startjs) + str(self.endjs)

    def spec(self) -> dict[str, Any]:
        """Return what the page needs to draw this, JSON-able."""
        place = cell.current()
        return {
            "commands": javascript.pack(self.commands().encode()),
            "grid": list(self.viewergrid) if self.viewergrid else None,
            "linked": self.linked,
            "config": self.config,
            "surfaces": self.surfaces,
            "styles": self.styles,
            "models": self.models,
            "notes": self.notes,
            "value": self.value,
            "file": self.file,
            "cell": place.cell,
            "run": place.run,
            **self.extra,
        }

    def canvas(self, uid: str, flat: str = "", tools: str = "") -> str:
        """Return the element the scene is drawn into, with `flat` as what is seen until then."""
        return (
            f'<div class="wb-stage" style="position:relative;width:100%;height:{self.height}px">'
            f'<div class="wb-canvas" id="wb-canvas-{uid}" tabindex="0" role="img" aria-label="3D view"></div>'
            f'<div class="wb-flat">{flat}<p class="wb-say">Flat drawing. To turn it in 3D: File ▸ Trust '
            "Notebook, or run this cell again.</p></div>"
            f'<div class="wb-tools" style="display:none">{tools or TOOLS}</div><div class="wb-read"></div></div>'
        )

    def new_id(self) -> str:
        """Return a new id for one piece of HTML, and remember it as py3Dmol does."""
        self.uniqueid = hashlib.sha256(uuid.uuid4().bytes).hexdigest()[:16]
        return str(self.uniqueid)

    def _make_html(self) -> str:
        # What py3Dmol's own show(), write_html() and update() build on.
        uid = self.new_id()
        self.updatejs = ""
        body = javascript.script(uid, self.spec(), embed=javascript.embed_here())
        return f'<style>{javascript.style()}</style><div class="wb" data-wb-view="{uid}">{self.canvas(uid)}</div>{body}'


class Panel:
    """One panel of a grid of scenes: what is called on it is drawn there only."""

    def __init__(self, scene: Scene, row: int, column: int) -> None:
        self._scene = scene
        self._place = (row, column)
        self.index = row * scene.viewergrid[1] + column
        self.height = scene.height // scene.viewergrid[0]
        self.aspect = PAGE_WIDTH / scene.viewergrid[1] / self.height

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._scene, name)
        return lambda *arguments: method(*arguments, viewer=self._place)

    def surface(self, kind: int, style: dict[str, Any], atoms: dict[str, Any], context: dict[str, Any]) -> None:
        """Add a molecular surface, as `Scene.surface`."""
        self._scene.surface(kind, style, atoms, context, panel=self.index)

    def name_model(self, model: int, title: str, atoms: Sequence[str] = ()) -> None:
        """Tell the mouse what to call a model, as `Scene.name_model`."""
        self._scene.name_model(model, title, atoms, panel=self.index)


TOOLS = (
    '<button data-do="reset" title="Back to the first view">Reset</button>'
    '<button data-do="spin" title="Turn slowly, or stop">Spin</button>'
    '<button data-do="png" title="Save the picture for a slide">PNG</button>'
    '<button data-do="full" title="Fill the screen, or leave it">Full</button>'
)


def xyz(place: Any) -> dict[str, float]:
    """Return a point (3,) as 3Dmol.js takes it."""
    return {axis: round(float(value), 3) for axis, value in zip("xyz", place)}
