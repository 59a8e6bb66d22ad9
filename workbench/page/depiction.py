"""Molecules drawn in 2D: vector drawings for tables, a PNG where scripts and SVG may be stripped."""

from __future__ import annotations

import base64
import re

from rdkit import Chem
from rdkit.Chem import rdDepictor
from rdkit.Chem.Draw import rdMolDraw2D

_STROKE = re.compile(
    r"style='fill:none;fill-rule:evenodd;stroke:(#\w+);stroke-width:1\.6px;"
    r"stroke-linecap:butt;stroke-linejoin:miter;stroke-opacity:1'"
)
_FILL = re.compile(r"fill='(#\w+)'")


def _drawable(mol: Chem.Mol) -> Chem.Mol:
    try:
        flat = Chem.RemoveHs(mol)
    except (ValueError, RuntimeError):
        # What cannot be sanitised is drawn as it is.
        flat = Chem.RemoveHs(mol, sanitize=False)
    flat.RemoveAllConformers()
    rdDepictor.SetPreferCoordGen(False)
    rdDepictor.Compute2DCoords(flat)
    rdDepictor.StraightenDepiction(flat)
    return flat


def _options(drawer: rdMolDraw2D.MolDraw2D, highlight: bool) -> None:
    options = drawer.drawOptions()
    options.clearBackground = False
    options.padding = 0.04
    options.bondLineWidth = 1.6
    options.minFontSize = 8
    options.additionalAtomLabelPadding = 0.06
    options.fixedBondLength = 26
    if highlight:
        options.fillHighlights = True


def mol_of(smiles: str) -> Chem.Mol | None:
    """Read a SMILES, or return None where it is none."""
    mol = Chem.MolFromSmiles(smiles) if smiles else None
    return mol if mol is not None and mol.GetNumAtoms() else None


def svg(
    molecule: str | Chem.Mol,
    *,
    width: int = 180,
    height: int = 120,
    highlight: tuple[int, ...] = (),
) -> str:
    """Draw a molecule as an inline ``<svg>`` element.

    Parameters
    ----------
    molecule
        SMILES or molecule; hydrogens and 3D coordinates are left aside.
    width, height
        In pixels.
    highlight
        Atom indices to mark.

    Returns
    -------
    str
        The element, with no XML prologue; empty if the SMILES cannot be read.
    """
    mol = mol_of(molecule) if isinstance(molecule, str) else molecule
    if mol is None:
        return ""
    drawer = rdMolDraw2D.MolDraw2DSVG(width, height)
    _options(drawer, bool(highlight))
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, _drawable(mol), highlightAtoms=list(highlight))
    drawer.FinishDrawing()
    return _compact(drawer.GetDrawingText(), width, height)


def _compact(text: str, width: int, height: int) -> str:
    """Leave away what thousands of drawings would repeat; the class names say which atoms a line joins."""
    text = text[text.index("<!-- END OF HEADER -->") + len("<!-- END OF HEADER -->") : text.rindex("</svg>")]
    text = _STROKE.sub(r"stroke='\1'", text)
    text = _FILL.sub(r"fill='\1' stroke='none'", text)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}'>"
        f"<g fill='none' stroke-width='1.6'>{' '.join(text.split())}</g></svg>"
    )


def png(molecule: str | Chem.Mol, *, width: int = 260, height: int = 190) -> bytes:
    """Draw a molecule as a PNG; empty if the SMILES cannot be read."""
    mol = mol_of(molecule) if isinstance(molecule, str) else molecule
    if mol is None:
        return b""
    drawer = rdMolDraw2D.MolDraw2DCairo(width, height)
    _options(drawer, False)
    drawer.drawOptions().clearBackground = True
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, _drawable(mol))
    drawer.FinishDrawing()
    text: bytes = drawer.GetDrawingText()
    return text


def image(content: bytes, *, alt: str, width: int | None = None, kind: str = "png") -> str:
    """Return an ``<img>`` element that holds the picture itself."""
    from workbench.page.fragment import escape

    if not content:
        return ""
    size = f' width="{width}"' if width else ""
    data = base64.b64encode(content).decode()
    mime = "svg+xml" if kind == "svg" else kind
    return f'<img class="wb-mol" alt="{escape(alt)}"{size} src="data:image/{mime};base64,{data}">'
