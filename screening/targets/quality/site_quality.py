"""Can the surroundings of a site be trusted."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from screening.targets.binding_site import BindingSite
from screening.targets.quality.finding import Finding
from screening.targets.quality.incomplete_residues import incomplete_residues
from screening.targets.target import ResidueId, Target

GOOD_PLDDT, POOR_PLDDT = 70.0, 50.0
#: Mean B-factor of the site over that of the whole chain.
LOOSE_SITE = 1.5
#: A missing stretch whose ends lie this close to the site may reach into it, in Å.
NEAR_SITE_A = 8.0


def site_findings(target: Target, site: BindingSite) -> list[Finding]:
    """Judge the surroundings of a site: crystal contacts, gaps, missing atoms, altlocs, order."""
    residues = set(site.residues)
    findings = [*_crystal_contacts(target, site), _site_gaps(target, site)]
    lacking = [(residue, count) for residue, count in incomplete_residues(target) if residue in residues]
    text = ", ".join(f"{residue} ({count})" for residue, count in lacking[:6])
    grade = "good" if not lacking else "fair" if len(lacking) <= 2 else "poor"
    findings.append(Finding("site atoms", grade, f"Site residues that lack atoms: {text or 'none'}."))
    places = {(r.chain, r.number, r.insertion_code) for r in residues}
    moving = sorted({r for r in target.altlocs if (r.chain, r.number, r.insertion_code) in places})
    named = ", ".join(str(residue) for residue in moving[:6])
    findings.append(Finding("site altlocs", "fair" if moving else "good",
                            f"Site residues with alternative locations: {named or 'none'}."))  # fmt: skip
    findings.append(_site_order(target, residues))
    return findings


def _crystal_contacts(target: Target, site: BindingSite) -> list[Finding]:
    """Say whether a neighbouring molecule of the crystal touches the site; known only if operators are listed."""
    crystal = target.crystal
    if crystal is None:
        return []
    if not crystal.operators:
        return [Finding("crystal contacts", "unknown", "The file lists no symmetry operators.")]
    from screening.targets.quality.crystal import residues_in_crystal_contacts

    touched = residues_in_crystal_contacts(target) & set(site.residues)
    if not touched:
        return [Finding("crystal contacts", "good", "No neighbouring molecule of the crystal touches the site.")]
    named = ", ".join(str(residue) for residue in sorted(touched)[:5])
    return [Finding("crystal contacts", "fair", f"{len(touched)} site residues touch a crystal neighbour ({named}).")]


def _site_gaps(target: Target, site: BindingSite) -> Finding:
    """Look for interruptions of a chain whose rims lie near the site."""
    atoms = target.atoms
    wanted = set(site.residues)
    place: dict[ResidueId, np.ndarray] = {}
    members = []
    for begin, end in zip(atoms.residue_starts, np.r_[atoms.residue_starts[1:], len(atoms)]):
        residue = atoms.residue_id(int(begin))
        place[residue] = atoms.coordinates[begin:end]
        if residue in wanted:
            members.append(atoms.coordinates[begin:end])
    if not members:
        return Finding("site gaps", "unknown", "No residue of the site has coordinates.")
    tree = cKDTree(np.concatenate(members))
    near = []
    for chain in target.chains:
        for before, after in chain.breaks:
            ends = np.concatenate([place[before], place[after]])
            if float(np.min(tree.query(ends)[0])) <= NEAR_SITE_A:
                near.append(f"{before} to {after}")
    if near:
        return Finding("site gaps", "poor", f"The chain is interrupted within {NEAR_SITE_A:g} Å of the site: "
                       f"{', '.join(near[:4])}.")  # fmt: skip
    return Finding("site gaps", "good", "No interruption of the chain near the site.")


def _site_order(target: Target, residues: set[ResidueId]) -> Finding:
    atoms = target.atoms
    polymer = {residue for chain in target.chains for residue in chain.residues}
    values, everywhere = [], []
    for begin, end in zip(atoms.residue_starts, np.r_[atoms.residue_starts[1:], len(atoms)]):
        residue = atoms.residue_id(int(begin))
        if residue in polymer:
            mean = float(atoms.b_factor[begin:end].mean())
            everywhere.append(mean)
            if residue in residues:
                values.append(mean)
    if not values:
        return Finding("site order", "unknown", "No polymer residue in the site.")
    here = float(np.mean(values))
    if target.predicted:
        grade = "good" if here >= GOOD_PLDDT else "fair" if here >= POOR_PLDDT else "poor"
        return Finding("site order", grade, f"Mean pLDDT of the site {here:.0f}.")
    whole = float(np.mean(everywhere))
    if whole <= 0.0:
        return Finding("site order", "unknown", "The file holds no B-factors.")
    ratio = here / whole
    grade = "good" if ratio <= 1.2 else "fair" if ratio <= LOOSE_SITE else "poor"
    return Finding("site order", grade, f"Mean B-factor of the site {here:.0f} Å², {ratio:.2f} times that of all.")
