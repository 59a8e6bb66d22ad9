"""Which residues of two sites differ: another amino acid, or a side chain that lies otherwise."""

from __future__ import annotations

import dataclasses

import numpy as np

from screening.errors import StructureError
from screening.targets.binding_site import BindingSite
from screening.targets.sites.superpose import matched_residues
from screening.targets.target import ResidueId, Target
from workbench.page.fragment import escape
from workbench.viewer.scene import atoms as drawn

#: A side chain lies otherwise if one of its atoms is so far from its place in the other structure, in Å.
MOVED_A = 2.0
COLOUR = "#c2185b"


@dataclasses.dataclass(frozen=True)
class Difference:
    """A residue of the first site and the one that corresponds to it; `moved_A` is 0 where the amino acid differs."""

    first: ResidueId
    other: ResidueId
    moved_A: float
    place: tuple[float, float, float]

    def __str__(self) -> str:
        if self.first.name != self.other.name:
            return f"{self.first.name}{self.first.number} is {self.other.name}{self.other.number}"
        return f"{self.first.name}{self.first.number} lies otherwise, by up to {self.moved_A:.1f} Å"


def differences(first: Target, site: BindingSite, other: Target, other_site: BindingSite) -> list[Difference]:
    """Return the residues in which two sites differ, those with another amino acid first.

    Parameters
    ----------
    first, site
        The structure and site that are compared with.
    other, other_site
        The other ones, in the coordinates of the first; residues correspond by aligning the sequences.
    """
    if first is other:
        return []
    try:
        pairs = matched_residues(first, other)
    except StructureError:
        return []
    own, others = set(site.residues), set(other_site.residues)
    found = []
    for a, b in pairs:
        if a not in own and b not in others:
            continue
        places, there = _heavy(first, a), _heavy(other, b)
        if not places or not there:
            continue
        moved = 0.0
        if a.name == b.name:
            gaps = [float(np.linalg.norm(places[name] - there[name])) for name in places.keys() & there.keys()]
            moved = max(gaps, default=0.0)
            if moved < MOVED_A:
                continue
        x, y, z = np.mean(list(there.values()), axis=0).tolist()
        found.append(Difference(a, b, moved, (x, y, z)))
    return sorted(found, key=lambda one: (one.first.name == one.other.name, one.first.chain, one.first.number))


def _heavy(target: Target, residue: ResidueId) -> dict[str, np.ndarray]:
    atoms = target.atoms
    rows = np.flatnonzero(drawn.residue_mask(atoms, [residue]) & ~drawn.is_hydrogen(atoms))
    return {str(atoms.name[row]): atoms.coordinates[row].astype(float) for row in rows}


def difference_table(found: list[Difference]) -> str:
    """Return the differences as an HTML table; a click on a row goes there."""
    if not found:
        return "<p>No residue of the site is another one, or lies otherwise.</p>"
    rows = "".join(
        f'<tr data-at="{",".join(f"{x:.2f}" for x in one.place)}"><td>{escape(one)}</td></tr>' for one in found
    )
    return f'<div class="wb-contacts"><table><tr><th>differs from the first</th></tr>{rows}</table></div>'
