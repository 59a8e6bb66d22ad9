"""Molecules drawn in 2D: vector drawings for tables, a PNG where scripts and SVG may be stripped."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDepictor
from rdkit.Chem.Draw import rdMolDraw2D

from screening.compounds.series.change import common_atoms
from workbench.page import theme

#: Characters that an address of data, inside double quotes, may hold as they are.
_PLAIN_IN_ADDRESS = " =:/,;'()-+.*!?@|"
_STYLE = re.compile(r"style='([^']*)'")
_SPACE = re.compile(r"(?<=[A-Z]) (?=[-\d])|(?<=\d) (?=[A-Z])")
_PATH = re.compile(r"(?<= d=')[^']*")
_PLAIN = re.compile(r" (?:font-style='normal'|font-weight='normal'|font-family='sans-serif'|text-anchor='start')")
_NAMED = re.compile(r" class='bond-[^']*'")
_HALO = re.compile(
    r"<ellipse cx='([\d.]+)' cy='([\d.]+)' rx='([\d.]+)' ry='([\d.]+)'( class='[^']*') fill='(#\w{6})'"
    r" stroke='\6' stroke-width='1.0'/>"
)
#: Two lines with the same look, one after the other; filled shapes overlap, so they stay apart.
_LINES = re.compile(r"<path d='([^']*)'((?: stroke='[^']*')(?: stroke-width='[^']*')?)/><path d='([^']*)'\2/>")
#: What every line of a drawing has where nothing else is said of it.
_DEFAULTS = {
    "fill": "none", "stroke": "none", "stroke-width": "1.6", "fill-rule": "evenodd", "opacity": "1.0",
    "fill-opacity": "1", "stroke-opacity": "1", "stroke-linecap": "butt", "stroke-linejoin": "miter",
    "stroke-miterlimit": "10",
}  # fmt: skip


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


def canonical(smiles: str) -> str:
    """Return the canonical SMILES, or the text itself where it is none."""
    mol = mol_of(smiles)
    return smiles if mol is None else Chem.MolToSmiles(mol)


def svg(
    molecule: str | Chem.Mol,
    *,
    width: int = 180,
    height: int = 120,
    highlight: tuple[int, ...] = (),
    outlines: bool = True,
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
    outlines
        Draw letters as outlines, which are the same everywhere; else as text in the page's own font, which takes
        half the bytes.

    Returns
    -------
    str
        The element, with no XML prologue; empty if the SMILES cannot be read.
    """
    mol = mol_of(molecule) if isinstance(molecule, str) else molecule
    if mol is None:
        return ""
    return _drawn(_drawable(mol), width, height, highlight, outlines=outlines)


def svg_and_places(smiles: str, *, width: int = 180, height: int = 120) -> tuple[str, list[float]]:
    """Draw a molecule as `svg` does, and return where its atoms are: x and y of each, in the order of the SMILES."""
    mol = mol_of(smiles)
    if mol is None:
        return "", []
    flat = _drawable(mol)
    drawer = rdMolDraw2D.MolDraw2DSVG(width, height)
    _options(drawer, False)
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, flat)
    drawer.FinishDrawing()
    places = [drawer.GetDrawCoords(atom) for atom in range(flat.GetNumAtoms())]
    text = _compact(drawer.GetDrawingText(), width, height)
    return text, [round(value, 1) for place in places for value in (place.x, place.y)]


def _drawn(flat: Chem.Mol, width: int, height: int, highlight: Sequence[int], *, outlines: bool = False) -> str:
    drawer = rdMolDraw2D.MolDraw2DSVG(width, height, -1, -1, not outlines)
    _options(drawer, bool(highlight))
    rdMolDraw2D.PrepareAndDrawMolecule(drawer, flat, highlightAtoms=list(highlight))
    drawer.FinishDrawing()
    return _compact(drawer.GetDrawingText(), width, height)


def pair_svgs(first: str, second: str, *, width: int = 260, height: int = 170) -> tuple[str, str]:
    """Draw two molecules the same way round, the atoms in which they differ marked, as inline ``<svg>`` elements.

    What they have in common is their largest common substructure in which rings stay whole, searched for up to two
    seconds. Empty where a SMILES cannot be read.
    """
    mols = [mol_of(first), mol_of(second)]
    if mols[0] is None or mols[1] is None:
        return svg(first, width=width, height=height), svg(second, width=width, height=height)
    one, other = (_drawable(mol) for mol in mols)
    common = common_atoms(one, other)
    if not common:
        return _drawn(one, width, height, ()), _drawn(other, width, height, ())
    rdDepictor.GenerateDepictionMatching2DStructure(other, one, common)
    left = [
        sorted(set(range(mol.GetNumAtoms())) - {pair[at] for pair in common}) for at, mol in enumerate((one, other))
    ]
    return _drawn(one, width, height, left[0]), _drawn(other, width, height, left[1])


def aligned(first: str, second: str, common: Sequence[tuple[int, int]]) -> tuple[Chem.Mol, Chem.Mol]:
    """Return two molecules that can be read with coordinates that lay their common atoms in the same way."""
    one, other = _drawable(mol_of(first)), _drawable(mol_of(second))
    if common:
        rdDepictor.GenerateDepictionMatching2DStructure(other, one, list(common))
    return one, other


def marked_svg(mol: Chem.Mol, atoms: Sequence[int], *, width: int, height: int) -> str:
    """Draw a molecule of `aligned` with some atoms marked, as an inline ``<svg>`` element."""
    return _drawn(mol, width, height, atoms)


def _compact(text: str, width: int, height: int) -> str:
    """Leave away what thousands of drawings would repeat; the class names say which atoms a line joins."""
    text = text[text.index("<!-- END OF HEADER -->") + len("<!-- END OF HEADER -->") : text.rindex("</svg>")]
    text = _PATH.sub(lambda found: _SPACE.sub("", found[0].strip()), _STYLE.sub(_attributes, text))
    text = _PLAIN.sub("", text)
    text = (
        " ".join(text.replace("#000000", "#000").split()).replace("> <", "><").replace(" />", "/>").replace(" >", ">")
    )
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}'>"
        f"<g fill='none' stroke-width='1.6' font-family='sans-serif'>{text}</g></svg>"
    )


def _attributes(style: re.Match[str]) -> str:
    """Return the attributes that say what a style says beyond the defaults of a drawing."""
    said = dict(part.split(":", 1) for part in style[1].split(";") if ":" in part)
    said = {name.strip(): value.strip().removesuffix("px") for name, value in said.items()}
    return " ".join(f"{name}='{value}'" for name, value in said.items() if _DEFAULTS.get(name) != value)


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
    return few_colours(drawer.GetDrawingText(), 32)


def few_colours(png: bytes, colours: int) -> bytes:
    """Return a PNG with at most so many colours: a third of the bytes, in every saved notebook and page."""
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(colours, method=Image.Quantize.MEDIANCUT)
    small = io.BytesIO()
    picture.save(small, format="png", optimize=True)
    return small.getvalue()


def shaded_svg(
    molecule: str | Chem.Mol,
    shades: Mapping[int, float],
    *,
    notes: Mapping[int, str] | None = None,
    width: int,
    height: int,
) -> str:
    """Draw a molecule with coloured atoms on white, as an ``<svg>`` element that can stand alone.

    Parameters
    ----------
    molecule
        SMILES that can be read, or a molecule of `aligned`.
    shades
        Shade by atom index of the SMILES, -1 (full ``theme.LOWERS``) to 1 (full ``theme.RAISES``); beyond is cut off.
    notes
        Short texts to write beside atoms.
    width, height
        In pixels.
    """
    mol = _drawable(mol_of(molecule)) if isinstance(molecule, str) else molecule
    drawer = rdMolDraw2D.MolDraw2DSVG(width, height)
    _options(drawer, highlight=True)
    options = drawer.drawOptions()
    options.clearBackground = True
    # Room for the notes around the structure.
    options.padding = 0.1 if notes else 0.04
    options.highlightRadius = 0.42
    rdMolDraw2D.PrepareAndDrawMolecule(
        drawer,
        mol,
        highlightAtoms=list(shades),
        highlightAtomColors={atom: shade_colour(shade) for atom, shade in shades.items()},
        highlightBonds=[],
    )
    drawer.FinishDrawing()
    text = _merged(_compact(drawer.GetDrawingText(), width, height))
    places = np.array([[*drawer.GetDrawCoords(atom)] for atom in range(mol.GetNumAtoms())])
    written = _notes(mol, places, notes or {}, width, height)
    return text.replace("</svg>", f"{written}</svg>")


def _merged(text: str) -> str:
    """Return a drawing with halos of one colour, and lines of one look as one path."""
    text = _NAMED.sub("", text)
    text = _HALO.sub(_halo, text)
    while (shorter := _LINES.sub(r"<path d='\1\3'\2/>", text)) != text:
        text = shorter
    return text


def _halo(found: re.Match[str]) -> str:
    """Return a halo whose outline has the colour of its inside without the outline."""
    x, y, wide, high, name, colour = found.groups()
    size = f"rx='{float(wide) + 0.5:.1f}' ry='{float(high) + 0.5:.1f}'"
    return f"<ellipse cx='{x}' cy='{y}' {size}{name} fill='{colour}'/>"


def _notes(mol: Chem.Mol, places: np.ndarray, notes: Mapping[int, str], width: int, height: int) -> str:
    """Write texts where no atom, bond or other text is, each with a thin line to its atom."""
    bonds = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in mol.GetBonds()]
    along = np.linspace(0, 1, 9)[:, None]
    middles = [places[a] + along * (places[b] - places[a]) for a, b in bonds]
    inked = np.concatenate([places, *middles])
    reach = np.array([11.0] * len(places) + [4.0] * (len(inked) - len(places)))
    found = []
    for atom, text in notes.items():
        half = np.array([3.4 * len(text), 6.0])
        turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        rings = [places[atom] + far * np.stack([np.cos(turns), np.sin(turns)], axis=1) for far in range(20, 120, 6)]
        spots = np.concatenate(rings)
        spots = np.clip(spots, half + 2, np.array([width, height]) - half - 2)
        outside = np.maximum(np.abs(spots[:, None] - inked[None]) - half, 0)
        free = (np.linalg.norm(outside, axis=2) - reach).min(axis=1)
        # The nearest spot that is free, else the one with the most room.
        spot = spots[int(np.argmax(free > 0))] if (free > 0).any() else spots[int(np.argmax(free))]
        way = places[atom] - spot
        length = float(np.linalg.norm(way)) or 1.0
        edge = spot + way * min(1.0, 1 / max(np.max(np.abs(way) / (half + 1)), 1e-6))
        end = places[atom] - way / length * 9.0
        x, y = spot
        if (end - edge) @ way > 4:
            found.append(
                f"<line x1='{edge[0]:.1f}' y1='{edge[1]:.1f}' x2='{end[0]:.1f}' y2='{end[1]:.1f}' stroke='#5b6675' "
                "stroke-width='0.8'/>"
            )
        found.append(
            f"<text class='note' x='{x:.1f}' y='{y + 4:.1f}' text-anchor='middle' font-size='12' "
            f"font-family='sans-serif' fill='#1c2430'>{escape(text)}</text>"
        )
        inked = np.concatenate([inked, spot[None], spot[None] + half * [1, 0], spot[None] - half * [1, 0]])
        reach = np.concatenate([reach, [7.0, 7.0, 7.0]])
    return "".join(found)


def shade_colour(shade: float) -> tuple[float, float, float]:
    """Return red, green and blue (0 to 1) of a shade from -1 to 1; 0 is white."""
    end = theme.RAISES if shade > 0 else theme.LOWERS
    part = min(abs(shade), 1.0)
    red, green, blue = (1 - part * (1 - int(end[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return red, green, blue


def scale_svg(low: str, middle: str, high: str) -> str:
    """Draw the colours of `shaded_svg` as a bar with three labels."""
    texts = zip((8, 140, 272), ("start", "middle", "end"), (f"{low} lowers", middle, f"raises {high}"))
    labels = "".join(
        f"<text x='{x}' y='34' text-anchor='{anchor}' font-family='sans-serif' font-size='12'>{text}</text>"
        for x, anchor, text in texts
    )
    return (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 280 40' width='280' height='40'>"
        "<rect width='280' height='40' fill='#fff'/><defs><linearGradient id='shades'>"
        f"<stop offset='0' stop-color='{theme.LOWERS}'/><stop offset='.5' stop-color='#fff'/>"
        f"<stop offset='1' stop-color='{theme.RAISES}'/></linearGradient></defs>"
        f"<rect x='8' y='4' width='264' height='14' fill='url(#shades)' stroke='#9aa5b1'/>{labels}</svg>"
    )


def image(content: bytes, *, alt: str, width: int | None = None, kind: str = "png") -> str:
    """Return an ``<img>`` element that holds the picture itself."""
    from workbench.page.fragment import escape

    if not content:
        return ""
    size = f' width="{width}"' if width else ""
    if kind == "svg":
        # Text needs no base64, which is a third longer.
        source = f"data:image/svg+xml,{quote(content.decode(), safe=_PLAIN_IN_ADDRESS)}"
    else:
        source = f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
    return f'<img class="wb-mol" alt="{escape(alt)}"{size} src="{source}">'
