"""Place a binding site: around a bound ligand, around named residues, or around a point.

A residue belongs to the site if any of its heavy atoms lies within the radius of any heavy atom of the ligand
(or of the point). Waters, ions and additives are no part of a site; metals and cofactors are, since ligands bind them.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.spatial import cKDTree

from screening.errors import SiteError, UsageError
from screening.targets.binding_site import BindingSite
from screening.targets.entities.components import WATER
from screening.targets.target import Chain, HeteroGroup, ResidueId, Target

#: Room around the atoms of a ligand or residues that counts as the site, in Å.
DEFAULT_RADIUS_A = 5.0

_SITE_GROUPS = frozenset({"ligand", "metal", "glycan", "modified residue"})


def site_around_ligand(
    target: Target, ligand: str | ResidueId | None = None, radius_A: float = DEFAULT_RADIUS_A
) -> BindingSite:
    """Return the site around a bound ligand.

    Parameters
    ----------
    target
        The target.
    ligand
        Its component code (``"ADN"``), its id (``"E:ADN351"``) or the id of a short peptide chain (``"I"``). None takes
        the only ligand, or the largest one.
    radius_A
        A residue closer than this, in Å, to any heavy atom of the ligand belongs to the site.

    Raises
    ------
    SiteError
        If there is no such ligand (those that are there are listed) or no residue is near.
    """
    _require_coordinates(target)
    _require_radius(radius_A)
    rows, name, residue = _ligand_atoms(target, ligand)
    heavy = rows[~np.isin(target.atoms.element[rows], ("H", "D"))]
    points = target.atoms.coordinates[heavy if len(heavy) else rows].astype(np.float64)
    exclude = set(np.unique(target.atoms.residue_index[rows]).tolist())
    residues = _residues_near(target, points, radius_A, exclude)
    # In the words of screening.runs.site, so that a stored plan gives the site back.
    origin = f"around ligand {name}" + ("" if radius_A == DEFAULT_RADIUS_A else f" radius {radius_A:.10g}")
    if not residues:
        raise SiteError(f"no residue lies within {radius_A:g} Å of {name}", source=target.source,
                        expected="a ligand that touches the protein or a larger radius")  # fmt: skip
    centre = points.mean(axis=0)
    reach = float(np.linalg.norm(points - centre, axis=1).max()) + radius_A
    return BindingSite(target.key, residues, _triple(centre), round(reach, 3), origin, residue)


def site_from_residues(target: Target, residues: Iterable[str | ResidueId]) -> BindingSite:
    """Return the site made of these residues, as ``["A:ASP129", "A:131"]``.

    Raises
    ------
    SiteError
        If one of them is not in the structure or has another name there.
    UsageError
        If a text names no residue, or none is given.
    """
    _require_coordinates(target)
    found = sorted({find_residue(target, text) for text in residues})
    if not found:
        raise UsageError("no residue was named", expected="residues such as A:ASP129")
    wanted = set(found)
    rows = _rows_of(target, wanted)
    points = target.atoms.coordinates[rows].astype(np.float64)
    centre = points.mean(axis=0)
    reach = float(np.linalg.norm(points - centre, axis=1).max())
    origin = "residues " + ", ".join(str(residue) for residue in found)
    return BindingSite(target.key, tuple(found), _triple(centre), round(reach, 3), origin)


def site_from_point(target: Target, point: tuple[float, float, float], radius_A: float) -> BindingSite:
    """Return the site within `radius_A` Å of a point given in the coordinates of the structure.

    Raises
    ------
    SiteError
        If no residue lies there.
    UsageError
        If the point or the radius is no finite number.
    """
    _require_coordinates(target)
    _require_radius(radius_A)
    centre = np.asarray(point, dtype=np.float64)
    if centre.shape != (3,) or not np.isfinite(centre).all():
        raise UsageError(f"{point!r} is no point", expected="three numbers x, y, z in Å")
    residues = _residues_near(target, centre[None, :], radius_A, set())
    if not residues:
        nearest = float(np.linalg.norm(target.atoms.coordinates - centre, axis=1).min())
        raise SiteError(
            f"no residue lies within {radius_A:g} Å of ({centre[0]:g}, {centre[1]:g}, {centre[2]:g})",
            source=target.source,
            expected=f"a point nearer to the structure (its nearest atom is {nearest:.1f} Å away)",
        )  # fmt: skip
    # In the words of screening.runs.site, so that a stored plan gives the site back.
    origin = f"point {centre[0]:.10g}, {centre[1]:.10g}, {centre[2]:.10g} radius {radius_A:.10g}"
    return BindingSite(target.key, residues, _triple(centre), float(radius_A), origin)


def find_residue(target: Target, text: str | ResidueId) -> ResidueId:
    """Return the residue of the structure that a text or id names.

    Raises
    ------
    SiteError
        If it is not there or has another name there.
    UsageError
        If the text names no residue.
    """
    if not isinstance(text, str | ResidueId):
        raise UsageError(f"{text!r:.40} names no residue", source=target.source, expected="a residue such as A:LYS72")
    present = [target.atoms.residue_id(int(at)) for at in target.atoms.residue_starts]
    if isinstance(text, str):
        loose = [residue for residue in present if residue.loose_text.upper() == text.strip().upper()]
        if len(loose) == 1:
            return loose[0]
    wanted = ResidueId.parse(text) if isinstance(text, str) else text
    place = (wanted.chain, wanted.number, wanted.insertion_code)
    there = [r for r in present if (r.chain, r.number, r.insertion_code) == place]
    named = [r for r in there if r.name == wanted.name]
    if named:
        return named[0]
    if there and not wanted.name:
        return there[0]
    if there:
        raise SiteError(f"{wanted} is not in the structure: residue {place[1]}{place[2]} of chain {place[0]} is "
                        f"{there[0].name}", source=target.source)  # fmt: skip
    chains = sorted({residue.chain for residue in present})
    if wanted.chain not in chains:
        raise SiteError(f"has no chain {wanted.chain}", source=target.source, expected=f"one of {', '.join(chains)}")
    unseen = any(
        residue.chain == wanted.chain and residue.number == wanted.number
        for chain in target.chains
        for residue in _unobserved(chain)
    )
    why = "was not observed in this structure" if unseen else "is not in the structure"
    polymer = [residue.number for chain in target.chains if chain.id == wanted.chain for residue in chain.residues]
    numbers = polymer or [residue.number for residue in present if residue.chain == wanted.chain]
    raise SiteError(f"residue {wanted} {why}", source=target.source,
                    expected=f"one of {min(numbers)} to {max(numbers)} in chain {wanted.chain}")  # fmt: skip


def _unobserved(chain: Chain) -> list[ResidueId]:
    """Return ids that missing residues would have if numbering went on evenly from their observed neighbours."""
    if not chain.positions:
        return []
    offsets = dict(zip(chain.positions, chain.residues))
    found = []
    for first, last in chain.missing:
        before = offsets.get(first - 1)
        after = offsets.get(last + 1)
        for position in range(first, last + 1):
            if before is not None:
                found.append(ResidueId(chain.id, before.number + position - first + 1))
            elif after is not None:
                found.append(ResidueId(chain.id, after.number - (last + 1 - position)))
    return found


def _ligand_atoms(target: Target, ligand: str | ResidueId | None) -> tuple[np.ndarray, str, ResidueId | None]:
    """Return the rows of the ligand's atoms, its name, and its id (None for a peptide chain)."""
    bound = [group for group in target.groups if group.kind not in ("modified residue",)]
    if ligand is None:
        if not target.ligands:
            raise SiteError("has no bound ligand", source=target.source, expected=_choices(target))
        residue = target.ligands[0].residue
        return _rows_of(target, {residue}), str(residue), residue
    text = str(ligand).strip()
    matches = [group for group in bound if _is_named(group, text)]
    if matches:
        residue = max(matches, key=lambda group: group.atoms).residue
        return _rows_of(target, {residue}), str(residue), residue
    peptides = [chain for chain in target.chains if chain.id == text and len(target.chains) > 1]
    if peptides and len(peptides[0].residues) <= 60:
        return _rows_of(target, set(peptides[0].residues)), f"chain {text}", None
    raise SiteError(f"has no ligand {text}", source=target.source, expected=_choices(target))


def _is_named(group: HeteroGroup, text: str) -> bool:
    wanted = text.upper()
    return wanted in (group.residue.name.upper(), str(group.residue).upper(), group.residue.loose_text.upper())


def _choices(target: Target) -> str:
    bound = [str(group.residue) for group in target.ligands]
    rest = [str(group.residue) for group in target.groups if group.kind in ("metal", "glycan", "solvent", "ion")]
    peptides = [f"chain {chain.id}" for chain in target.chains if len(chain.residues) <= 60 < _longest(target)]
    listed = bound + peptides + rest[: max(0, 12 - len(bound))]
    if not listed:
        return "residues or a point instead, since nothing is bound in this structure"
    return "one of " + ", ".join(listed[:20]) + (" ..." if len(listed) > 20 else "")


def _longest(target: Target) -> int:
    return max((len(chain.residues) for chain in target.chains), default=0)


def _rows_of(target: Target, residues: set[ResidueId]) -> np.ndarray:
    starts = target.atoms.residue_starts
    ends = np.r_[starts[1:], len(target.atoms)]
    pieces = [
        np.arange(begin, end) for begin, end in zip(starts, ends) if target.atoms.residue_id(int(begin)) in residues
    ]
    return np.concatenate(pieces)


def _residues_near(target: Target, points: np.ndarray, radius_A: float, exclude: set[int]) -> tuple[ResidueId, ...]:
    """Return polymer residues, metals and cofactors with a heavy atom within `radius_A` of any of `points`."""
    atoms = target.atoms
    lining = {group.residue for group in target.groups if group.kind in _SITE_GROUPS}
    lining |= {residue for chain in target.chains for residue in chain.residues}
    candidates = np.flatnonzero(
        ~np.isin(atoms.element, ("H", "D"))
        & ~np.isin(atoms.residue_name, list(WATER))
        & ~np.isin(atoms.residue_index, list(exclude))
    )
    if len(candidates) == 0:
        return ()
    distance, _ = cKDTree(points).query(atoms.coordinates[candidates], distance_upper_bound=radius_A + 1e-6)
    near = candidates[np.isfinite(distance)]
    _, first = np.unique(atoms.residue_index[near], return_index=True)
    found = {atoms.residue_id(int(near[i])) for i in first}
    return tuple(sorted(found & lining))


def _triple(point: np.ndarray) -> tuple[float, float, float]:
    return (round(float(point[0]), 3), round(float(point[1]), 3), round(float(point[2]), 3))


def _require_coordinates(target: Target) -> None:
    if len(target.atoms) == 0:
        raise SiteError("is a sequence without coordinates, so it has no site", source=target.source,
                        expected="a structure file")  # fmt: skip


def _require_radius(radius_A: float) -> None:
    if not (np.isfinite(radius_A) and 0 < radius_A <= 100):
        raise UsageError(f"{radius_A!r} is no radius", expected="Å between 0 and 100")
