"""Colours of a cartoon: by chain, along the sequence, or by a number that each residue has."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from screening.errors import UsageError
from screening.targets.target import ResidueId, Target
from workbench.page.fragment import escape
from workbench.viewer.scene import style
from workbench.viewer.scene.legend_key import Key

#: Steps of a colour scale on the page; more cannot be told apart.
STEPS = 24

#: pLDDT bands and colours as AlphaFold DB publishes them.
PLDDT = ((90.0, "#0053d6", "very high, over 90"), (70.0, "#65cbf3", "confident, 70 to 90"),
         (50.0, "#ffdb13", "low, 50 to 70"), (-1e9, "#ff7d45", "very low, below 50"))  # fmt: skip

#: Kyte and Doolittle, J. Mol. Biol. 1982, 157, 105.
HYDROPATHY = {
    "ILE": 4.5, "VAL": 4.2, "LEU": 3.8, "PHE": 2.8, "CYS": 2.5, "MET": 1.9, "ALA": 1.8, "GLY": -0.4, "THR": -0.7,
    "SER": -0.8, "TRP": -0.9, "TYR": -1.3, "PRO": -1.6, "HIS": -3.2, "GLU": -3.5, "GLN": -3.5, "ASP": -3.5,
    "ASN": -3.5, "LYS": -3.9, "ARG": -4.5,
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Colouring:
    """How a cartoon is coloured.

    Attributes
    ----------
    by_chain
        Chain to cartoon style.
    keys, bars
        Legend lines, and colour bars as HTML.
    notes
        ``"chain:number"`` to what the mouse says of a residue.
    value
        Name of the B-factor column, if the mouse is to show it.
    chain_colours
        Chain to a plain colour, for the flat drawing.
    """

    by_chain: Mapping[str, dict[str, Any]]
    keys: tuple[Key, ...] = ()
    bars: tuple[str, ...] = ()
    notes: dict[str, str] = dataclasses.field(default_factory=dict)
    value: str = ""
    chain_colours: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def style(self, chain: str) -> dict[str, Any]:
        """Return the cartoon style of a chain."""
        return dict(self.by_chain.get(chain, {"color": style.CARTOON}))

    def flat(self, target: Target) -> dict[str, str]:
        """Return a colour for each chain."""
        return {chain.id: self.chain_colours.get(chain.id, style.CARTOON) for chain in target.chains} | {
            str(c): self.chain_colours.get(str(c), style.CARTOON) for c in np.unique(target.atoms.chain)
        }


def by_chain(target: Target, _: Mapping) -> Colouring:
    """Colour each chain."""
    ids = [chain.id for chain in target.chains]
    colours = style.chain_colours(ids)
    if len(ids) == 1:
        colours = {ids[0]: "#7fa8c9"}
    keys = tuple(Key(colours[c.id], f"chain {c.id} ({c.kind}, {len(c.sequence)} residues)") for c in target.chains[:10])
    if len(ids) > 10:
        keys += (Key("", f"and {len(ids) - 10} more chains"),)
    return Colouring({c: {"color": colours[c]} for c in ids}, keys, chain_colours=colours)


def spectrum(target: Target, _: Mapping) -> Colouring:
    """Colour from the first residue (blue) to the last (red)."""
    ids = [chain.id for chain in target.chains]
    bar = _bar(["#0000ff", "#00bfff", "#00d060", "#ffd000", "#ff0000"], "first residue", "last")
    return Colouring({c: {"color": "spectrum"} for c in ids}, bars=(bar,))


def b_factor(target: Target, _: Mapping) -> Colouring:
    """Colour by temperature factor, from the 5th to the 95th percentile."""
    return _scaled(target, target.atoms.b_factor[_ca(target)], "B-factor (Å²)", "B", digits=0)


def plddt(target: Target, _: Mapping) -> Colouring:
    """Colour by the confidence of a predicted model, in the usual four bands.

    Raises
    ------
    UsageError
        If the target is no predicted model.
    """
    if not target.predicted:
        raise UsageError(
            f"{target.id} is no predicted model, so its B-factors are no pLDDT", expected="colour='b_factor'"
        )
    rows = _ca(target)
    values = target.atoms.b_factor[rows]
    # AlphaFold DB writes 0 to 100; some predictors write 0 to 1.
    factor = 100.0 if len(values) and values.max() <= 1.0 else 1.0
    residues = _residues(target, rows)
    colours = [next(colour for limit, colour, _ in PLDDT if value * factor > limit) for value in values]
    notes = {_key(r): f"pLDDT {value * factor:.0f}" for r, value in zip(residues, values)}
    keys = tuple(Key(colour, f"pLDDT {text}") for _, colour, text in PLDDT)
    return _from_colours(target, residues, colours, keys=keys, notes=notes)


def hydrophobicity(target: Target, _: Mapping) -> Colouring:
    """Colour by the hydropathy of the residue (Kyte and Doolittle)."""
    rows = _ca(target)
    values = np.array([HYDROPATHY.get(str(name), 0.0) for name in target.atoms.residue_name[rows]])
    return _scaled(
        target, values, "hydropathy", "hydropathy", limits=(-4.5, 4.5), ramp=("#3d6cc0", "#f4f1e6", "#b5791b")
    )


def values(target: Target, numbers: Mapping[ResidueId | str, float]) -> Colouring:
    """Colour by a number for each residue; residues without one are grey.

    Raises
    ------
    UsageError
        If none of the residues is in the target.
    """
    rows = _ca(target)
    residues = _residues(target, rows)
    wanted = {_key(ResidueId.parse(r) if isinstance(r, str) else r): float(v) for r, v in numbers.items()}
    found = np.array([wanted.get(_key(r), np.nan) for r in residues])
    if not np.isfinite(found).any():
        raise UsageError(f"no residue of {target.id} has a number", expected="residues such as A:ASP129")
    return _scaled(target, found, "value", "value", digits=2)


COLOURINGS: dict[str, Callable[[Target, Mapping], Colouring]] = {
    "chain": by_chain,
    "spectrum": spectrum,
    "b_factor": b_factor,
    "plddt": plddt,
    "hydrophobicity": hydrophobicity,
    "values": values,
}


def _ca(target: Target) -> np.ndarray:
    atoms = target.atoms
    return np.flatnonzero(np.isin(atoms.name, ["CA", "C4'", "P"]) & np.isin(atoms.element, ["C", "P"]))


def _residues(target: Target, rows: np.ndarray) -> list[ResidueId]:
    a = target.atoms
    return [
        ResidueId(str(a.chain[i]), int(a.number[i]), str(a.insertion_code[i]), str(a.residue_name[i]))
        for i in rows.tolist()
    ]


def _key(residue: ResidueId) -> str:
    return f"{residue.chain}:{residue.number}{residue.insertion_code}"


def _scaled(
    target: Target,
    numbers: np.ndarray,
    title: str,
    short: str,
    *,
    limits: tuple[float, float] | None = None,
    ramp: tuple[str, str, str] = ("#2c5f9e", "#f0ede2", "#b2401d"),
    digits: int = 1,
) -> Colouring:
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    rows = _ca(target)
    residues = _residues(target, rows)
    known = numbers[np.isfinite(numbers)]
    if limits is None:
        low, high = (float(v) for v in np.percentile(known, [5, 95])) if len(known) else (0.0, 1.0)
    else:
        low, high = limits
    scale = LinearSegmentedColormap.from_list("scale", ramp)
    position = np.clip((numbers - low) / max(high - low, 1e-9), 0, 1)
    colours = [to_hex(scale(round(p * STEPS) / STEPS)) if np.isfinite(p) else "#bbbbbb" for p in position]
    notes = {_key(r): f"{short} {value:.{digits}f}" for r, value in zip(residues, numbers) if np.isfinite(value)}
    bar = _bar([to_hex(scale(i / 6)) for i in range(7)], f"{low:.{digits}f}", f"{high:.{digits}f}", title)
    return _from_colours(target, residues, colours, bars=(bar,), notes=notes)


def _from_colours(
    target: Target, residues: list[ResidueId], colours: list[str], *, keys: tuple[Key, ...] = (),
    bars: tuple[str, ...] = (), notes: dict[str, str] | None = None,
) -> Colouring:  # fmt: skip
    by_chain_map: dict[str, dict[str, Any]] = {}
    middle: dict[str, str] = {}
    for chain in {r.chain for r in residues}:
        table = {str(r.number): c for r, c in zip(residues, colours) if r.chain == chain}
        by_chain_map[chain] = {"colorscheme": {"prop": "resi", "map": table}}
        middle[chain] = colours[[r.chain for r in residues].index(chain)]
    return Colouring(by_chain_map, keys, bars, notes or {}, chain_colours=middle)


def _bar(colours: list[str], low: str, high: str, title: str = "") -> str:
    head = f"<p>{escape(title)}</p>" if title else ""
    return (
        f'{head}<div class="wb-bar" style="background:linear-gradient(90deg,{",".join(colours)})"></div>'
        f'<div class="wb-ends"><span>{escape(low)}</span><span>{escape(high)}</span></div>'
    )
