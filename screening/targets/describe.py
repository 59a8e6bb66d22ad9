"""The facts of a target as plain JSON values: what ``workbench target show --json`` prints."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from screening.targets.assembly import chain_copies
from screening.targets.binding_site import BindingSite
from screening.targets.target import Chain, HeteroGroup, Target

if TYPE_CHECKING:
    from screening.targets.sites.site_features import SiteFeatures


def describe(target: Target) -> dict[str, Any]:
    """Return everything that was read, without the coordinates; only str, numbers, lists and dicts."""
    atoms = target.atoms
    hydrogens = int(np.isin(atoms.element, ("H", "D")).sum())
    return {
        "id": target.id,
        "title": target.title,
        "method": target.method,
        "resolution_A": target.resolution_A,
        "r_work": target.r_work,
        "r_free": target.r_free,
        "deposited": target.deposited,
        "predicted": target.predicted,
        "format": target.format,
        "source": target.source,
        "sha256": target.sha256,
        "key": target.key,
        "models": target.models,
        "model": target.model,
        "atoms": len(atoms),
        "hydrogens": hydrogens,
        "residues": sum(len(chain.residues) for chain in target.chains),
        "waters": target.waters,
        "chains": [_chain(target, chain) for chain in target.chains],
        "ligands": [_group(group) for group in target.ligands],
        "metals": [_group(group) for group in target.metals],
        "other_groups": [_group(group) for group in target.groups if group.kind not in ("ligand", "metal")],
        "covalent_bonds": [
            {
                "residues": [str(bond.first), str(bond.second)],
                "atoms": [bond.first_atom, bond.second_atom],
                "length_A": bond.length_A,
                "listed": bond.listed,
            }
            for bond in target.covalent_bonds
        ],
        "altlocs": [str(residue) for residue in target.altlocs],
        "altloc_choice": target.altloc_choice,
        "insertion_codes": [
            str(residue) for chain in target.chains for residue in chain.residues if residue.insertion_code
        ],
        "assemblies": [
            {
                "id": assembly.id,
                "details": assembly.details,
                "chains": chain_copies(assembly, target.chains),
            }
            for assembly in target.assemblies
        ],
        "cell": None
        if target.crystal is None
        else {
            "lengths_A": list(target.crystal.lengths_A),
            "angles": list(target.crystal.angles),
            "space_group": target.crystal.space_group,
        },
        "b_factor": _spread(target),
        "notes": list(target.notes),
    }


def describe_site(site: BindingSite, features: SiteFeatures | None = None) -> dict[str, Any]:
    """Return a binding site, and what it is made of if that is given, as plain JSON values."""
    found: dict[str, Any] = {
        "origin": site.origin,
        "centre_A": list(site.centre_A),
        "radius_A": site.radius_A,
        "residues": [str(residue) for residue in site.residues],
        "ligand": None if site.ligand is None else str(site.ligand),
        "target_key": site.target_key,
    }
    if features is not None:
        each = {str(residue): value for residue, value in features.conservation_by_residue.items()}
        named = {field.name: getattr(features, field.name) for field in dataclasses.fields(features)}
        found["features"] = {**named, "conservation_by_residue": each}
    return found


def missing_text(chain: Chain) -> list[str]:
    """Return where residues were not observed, in words: SEQRES positions and the observed neighbours."""
    ids = dict(zip(chain.positions, chain.residues))
    found = []
    for first, last in chain.missing:
        count = last - first + 1
        letters = chain.seqres[first - 1 : last] if count <= 12 else f"{count} residues"
        before, after = ids.get(first - 1), ids.get(last + 1)
        if before and after:
            where = f"between {before} and {after}"
        elif after:
            where = f"before {after}"
        else:
            where = f"after {before}"
        found.append(f"{first}-{last} ({letters}) {where}" if count > 1 else f"{first} ({letters}) {where}")
    return found


def _chain(target: Target, chain: Chain) -> dict[str, Any]:
    return {
        "id": chain.id,
        "label_id": chain.label_id,
        "kind": chain.kind,
        "residues": len(chain.residues) or len(chain.seqres),
        "first": str(chain.residues[0]) if chain.residues else None,
        "last": str(chain.residues[-1]) if chain.residues else None,
        "first_label": chain.positions[0] if chain.positions else None,
        "last_label": chain.positions[-1] if chain.positions else None,
        "sequence": chain.sequence,
        "seqres": chain.seqres,
        "missing": [list(span) for span in chain.missing],
        "missing_text": missing_text(chain),
        "breaks": [[str(before), str(after)] for before, after in chain.breaks],
    }


def _group(group: HeteroGroup) -> dict[str, Any]:
    return {
        "id": str(group.residue),
        "code": group.residue.name,
        "kind": group.kind,
        "heavy_atoms": group.atoms,
        "label_chain": group.label_chain,
        "linked_to": [str(residue) for residue in group.linked_to],
        "parent": group.parent,
    }


def _spread(target: Target) -> dict[str, Any] | None:
    if len(target.atoms) == 0:
        return None
    values = target.atoms.b_factor
    return {
        "what": "pLDDT" if target.predicted else "B-factor (Å²)",
        "lowest": round(float(values.min()), 2),
        "median": round(float(np.median(values)), 2),
        "highest": round(float(values.max()), 2),
    }
