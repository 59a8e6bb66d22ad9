"""Can a structure be trusted: over all, and at the site.

The cuts are those in common use for docking targets (e.g. Warren, G. L. et al., "Essential considerations for using
protein-ligand structures in drug discovery", Drug Discov Today 17, 1270, 2012); each is a constant here.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from screening.targets.binding_site import BindingSite
from screening.targets.entities.components import METALS, WATER
from screening.targets.pockets.surface import radii
from screening.targets.quality.finding import Finding
from screening.targets.quality.incomplete_residues import incomplete_residues
from screening.targets.quality.ligand_geometry import ligand_geometry
from screening.targets.quality.site_quality import GOOD_PLDDT, POOR_PLDDT, site_findings
from screening.targets.target import CovalentBond, ResidueId, Target

GOOD_RESOLUTION_A, POOR_RESOLUTION_A = 2.5, 3.5
GOOD_R_FREE, POOR_R_FREE = 0.28, 0.35
#: Clashes per 1000 heavy atoms: pairs of atoms that are not bonded and overlap by more than `OVERLAP_A`.
GOOD_CLASHES, POOR_CLASHES = 10.0, 40.0
OVERLAP_A = 0.6
#: A ligand with more than this share of odd bonds is not placed where it lies.
DISTORTED_LIGAND = 0.25


@dataclasses.dataclass(frozen=True)
class QualityReport:
    """What a structure is fit for.

    Attributes
    ----------
    verdict
        ``"fit for docking"``, ``"fit for viewing"`` or ``"not fit"``.
    reasons
        Sentences that led to the verdict; for a fit structure, what speaks for it.
    findings
        Everything that was looked at.
    score
        0 to 1, the share of what could be judged that is good (fair counts half); used to rank targets.
    """

    verdict: str
    reasons: tuple[str, ...]
    findings: tuple[Finding, ...]
    score: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return dataclasses.asdict(self)


def assess(target: Target, site: BindingSite | None = None) -> QualityReport:
    """Judge a structure, and the surroundings of a site if one is given."""
    if len(target.atoms) == 0:
        finding = Finding("coordinates", "poor", "It is a sequence without coordinates.")
        return QualityReport("not fit", (finding.sentence,), (finding,), 0.0)
    findings = [_experiment(target), _agreement(target), _clashes(target), _completeness(target), _sidechains(target)]
    if target.models > 1:
        findings.append(Finding("models", "fair", f"Model {target.model} of {target.models} was read; others differ."))
    if target.predicted:
        findings.append(_confidence(target))
    findings += _ligands(target)
    if site is not None:
        findings += site_findings(target, site)
    if all(chain.kind != "protein" for chain in target.chains):
        findings.append(Finding("protein", "poor", "It holds no protein chain."))
    known = [finding for finding in findings if finding.grade != "unknown"]
    weight = {"good": 1.0, "fair": 0.5, "poor": 0.0}
    score = sum(weight[finding.grade] for finding in known) / len(known)
    return QualityReport(*_verdict(findings), tuple(findings), round(score, 3))


def _verdict(findings: list[Finding]) -> tuple[str, tuple[str, ...]]:
    fatal = {"protein", "coordinates"}
    poor = [finding for finding in findings if finding.grade == "poor"]
    if any(finding.what in fatal for finding in poor):
        return "not fit", tuple(finding.sentence for finding in poor)
    judged = [f for f in findings if f.what in ("resolution", "pLDDT") and f.grade != "unknown"]
    if poor:
        label = "not fit" if len(poor) >= 3 else "fit for viewing"
        return label, tuple(finding.sentence for finding in poor)
    if not judged:
        unknown = [finding for finding in findings if finding.grade == "unknown"]
        return "fit for viewing", tuple(finding.sentence for finding in unknown)
    return "fit for docking", tuple(finding.sentence for finding in findings if finding.grade == "good")


def _grade(value: float, good: float, poor: float) -> str:
    """Grade a value of which less is better."""
    return "good" if value <= good else "poor" if value > poor else "fair"


def _experiment(target: Target) -> Finding:
    if target.resolution_A is None:
        if "NMR" in target.method.upper():
            return Finding("resolution", "fair", "It is an NMR model: no resolution is defined.")
        return Finding("resolution", "unknown", "The file does not state a resolution.")
    grade = _grade(target.resolution_A, GOOD_RESOLUTION_A, POOR_RESOLUTION_A)
    return Finding(
        "resolution", grade, f"Resolution {target.resolution_A:g} Å ({target.method.lower() or 'method unknown'})."
    )


def _agreement(target: Target) -> Finding:
    if target.r_free is None:
        return Finding("R-free", "unknown", "The file does not state an R-free.")
    gap = f", R-work {target.r_work:.3f}" if target.r_work is not None else ""
    grade = _grade(target.r_free, GOOD_R_FREE, POOR_R_FREE)
    if target.r_work is not None and target.r_free - target.r_work > 0.08:
        grade = "poor" if grade == "poor" else "fair"
        gap += " (far apart: overfitted)"
    return Finding("R-free", grade, f"R-free {target.r_free:.3f}{gap}.")


def clash_pairs(target: Target) -> list[tuple[ResidueId, ResidueId, float]]:
    """Return pairs of residues whose heavy atoms overlap by more than `OVERLAP_A` without being bonded.

    Left out: pairs within a residue or between neighbours in sequence, polar pairs at hydrogen-bond distance, residues
    that are covalently bonded, metals and waters, and atoms of partial occupancy.
    """
    atoms = target.atoms
    keep = ~np.isin(atoms.element, ["H", "D", *METALS]) & (atoms.occupancy > 0.7)
    keep &= ~np.isin(atoms.residue_name, list(WATER))
    rows = np.flatnonzero(keep)
    if len(rows) < 2:
        return []
    pairs = cKDTree(atoms.coordinates[rows]).query_pairs(3.4, output_type="ndarray")
    i, j = rows[pairs[:, 0]], rows[pairs[:, 1]]
    apart = np.abs(atoms.residue_index[i] - atoms.residue_index[j]) > 1
    i, j = i[apart], j[apart]
    distance = np.linalg.norm(atoms.coordinates[i] - atoms.coordinates[j], axis=1)
    size = radii(atoms.element)
    overlap = size[i] + size[j] - distance
    polar = np.isin(atoms.element[i], ("N", "O", "S")) & np.isin(atoms.element[j], ("N", "O", "S"))
    bad = overlap > np.where(polar, OVERLAP_A + 0.4, OVERLAP_A)
    # Atoms of bonded residues (a covalent ligand, a glycan, a disulfide) are close without clashing.
    row = {atoms.residue_id(int(at)): int(atoms.residue_index[at]) for at in atoms.residue_starts}
    bonded = {frozenset((row[bond.first], row[bond.second])) for bond in target.covalent_bonds}
    # Bonds between side chains, as an isopeptide, are not among them: there the distance tells.
    polymer = np.isin(atoms.residue_index, [row[residue] for chain in target.chains for residue in chain.residues])
    side = (distance <= 2.2) & polymer[i] & polymer[j]
    bonded |= {frozenset((int(atoms.residue_index[a]), int(atoms.residue_index[b]))) for a, b in zip(i[side], j[side])}
    found = []
    for a, b, o in zip(i[bad], j[bad], overlap[bad]):
        if frozenset((int(atoms.residue_index[a]), int(atoms.residue_index[b]))) not in bonded:
            found.append((atoms.residue_id(int(a)), atoms.residue_id(int(b)), round(float(o), 2)))
    return found


def _clashes(target: Target) -> Finding:
    found = clash_pairs(target)
    heavy = int((~np.isin(target.atoms.element, ("H", "D"))).sum())
    rate = 1000.0 * len(found) / max(heavy, 1)
    text = f"{len(found)} clashes, {rate:.1f} per 1000 atoms"
    if found:
        worst = max(found, key=lambda pair: pair[2])
        text += f" (worst: {worst[0]} and {worst[1]}, {worst[2]:.1f} Å of overlap)"
    return Finding("clashes", _grade(rate, GOOD_CLASHES, POOR_CLASHES), text + ".")


def _completeness(target: Target) -> Finding:
    stated = [chain for chain in target.chains if chain.positions]
    if not stated:
        breaks = sum(len(chain.breaks) for chain in target.chains)
        if breaks:
            return Finding("missing residues", "fair", f"The chains are interrupted {breaks} times (no SEQRES).")
        return Finding("missing residues", "unknown", "Without SEQRES, missing ends cannot be seen; no interruption.")
    inside = sum(
        last - first + 1
        for chain in stated
        for first, last in chain.missing
        if first > chain.positions[0] and last < chain.positions[-1]
    )
    ends = sum(last - first + 1 for chain in stated for first, last in chain.missing) - inside
    length = sum(len(chain.seqres) for chain in stated)
    share = inside / max(length, 1)
    grade = "good" if inside == 0 else "fair" if share < 0.05 else "poor"
    return Finding("missing residues", grade, f"{inside} residues are missing inside chains, {ends} at their ends.")


def _sidechains(target: Target) -> Finding:
    found = incomplete_residues(target)
    total = sum(len(chain.residues) for chain in target.chains if chain.kind == "protein")
    share = len(found) / max(total, 1)
    grade = "good" if share < 0.02 else "fair" if share < 0.25 else "poor"
    named = ", ".join(str(residue) for residue, _ in found[:5]) + (" ..." if len(found) > 5 else "")
    lack = "residue lacks" if len(found) == 1 else "residues lack"
    return Finding("missing atoms", grade, f"{len(found)} {lack} atoms{f' ({named})' if found else ''}.")


def _confidence(target: Target) -> Finding:
    value = float(target.atoms.b_factor.mean())
    grade = "good" if value >= GOOD_PLDDT else "fair" if value >= POOR_PLDDT else "poor"
    return Finding("pLDDT", grade, f"Computed model with a mean pLDDT of {value:.0f}.")


def _ligands(target: Target) -> list[Finding]:
    """Judge each ligand's place and shape: occupancy, B-factor against its surroundings, clashes, bond lengths."""
    findings = []
    atoms = target.atoms
    heavy = ~np.isin(atoms.element, ("H", "D"))
    clashing = {residue for pair in clash_pairs(target) for residue in pair[:2]}
    for group in target.ligands[:10]:
        mine = heavy & (atoms.residue_name == group.residue.name) & (atoms.number == group.residue.number)
        mine &= atoms.chain == group.residue.chain
        if not mine.any():
            continue
        occupancy = float(atoms.occupancy[mine].mean())
        distance, _ = cKDTree(atoms.coordinates[mine]).query(atoms.coordinates, distance_upper_bound=5.0)
        near = heavy & ~mine & np.isfinite(distance)
        ratio = float(atoms.b_factor[mine].mean() / max(float(atoms.b_factor[near].mean()), 1.0)) if near.any() else 1.0
        problems = []
        if occupancy < 0.9:
            problems.append(f"mean occupancy {occupancy:.2f}")
        if ratio > 2.0 and not target.predicted:
            problems.append(f"B-factors {ratio:.1f} times those around it")
        if group.residue in clashing:
            problems.append("it clashes with its surroundings")
        geometry = ligand_geometry(target, group.residue)
        problems += geometry.problems
        grade = "fair" if problems else "good"
        if len(geometry.odd) > DISTORTED_LIGAND * geometry.bonds:
            grade = "poor"
        text = f"Ligand {group.residue}: " + ("; ".join(problems) if problems else "well placed")
        held = [other for bond in target.covalent_bonds for other in _partners(bond, group.residue)]
        text += f"; covalently bound to {', '.join(held)}." if held else "."
        findings.append(Finding(f"ligand {group.residue}", grade, text))
    return findings


def _partners(bond: CovalentBond, ligand: ResidueId) -> list[str]:
    """Return what a bond ties a ligand to, as ``A:CYS797 (SG-C29 1.81 Å)``; nothing if it is another's bond."""
    (first, first_atom), (second, second_atom) = bond.ends
    if ligand not in (first, second):
        return []
    other, its, mine = (second, second_atom, first_atom) if first == ligand else (first, first_atom, second_atom)
    return [f"{other} ({its}-{mine} {bond.length_A:.2f} Å)"]
