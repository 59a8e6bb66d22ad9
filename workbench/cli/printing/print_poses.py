"""Poses on the terminal and as JSON."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from screening.poses.interactions.contact import Contact

if TYPE_CHECKING:
    from screening.poses.pose import Pose
    from workbench.poses import Poses


def print_poses(poses: Poses) -> None:
    """Print one row a pose."""
    from rich.markup import escape
    from rich.table import Table

    from workbench.console import Console

    table = Table(box=None, pad_edge=False)
    names = dict.fromkeys(score.name for pose in poses for score in pose.scores[:1])
    table.add_column("ligand", no_wrap=True, max_width=28)
    table.add_column("pose", justify="right")
    table.add_column(" / ".join(names) or "score", justify="right")
    table.add_column("p(2 Å)", justify="right")
    table.add_column("checks", max_width=44)
    table.add_column("contacts")
    for row in poses.table().to_pylist():
        score = "" if row["score"] is None else f"{row['score']:.2f}"
        chance = "" if row["probability_2A"] is None else f"{row['probability_2A']:.2f}"
        cells = (row["name"], str(row["rank"]), score, chance, row["checks"], row["contacts"])
        table.add_row(*(escape(cell) for cell in cells))
    Console(highlight=False).print(table)


def print_failures(failures: Sequence[tuple[str, str]]) -> None:
    """Say which ligands have no pose, and why."""
    for name, reason in failures:
        print(f"no pose of {name}: {reason}", file=sys.stderr)


def poses_json(poses: Poses) -> str:
    """Return poses with their checks and contacts as JSON."""
    facts = {
        "target": poses.target.id,
        "site": poses.site.origin,
        "poses": [_pose(pose) for pose in poses],
        "failures": [{"name": name, "reason": reason} for name, reason in poses.failures],
    }
    return json.dumps(facts, indent=2, ensure_ascii=False)


def _pose(pose: Pose) -> dict[str, Any]:
    return {
        "name": pose.name, "rank": pose.rank, "smiles": pose.smiles, "origin": pose.origin, "state": pose.state,
        "scores": [dataclasses.asdict(score) for score in pose.scores], "probability_2A": pose.probability_2A,
        "checks": [dataclasses.asdict(check) for check in pose.checks],
        "contacts": [contact_facts(contact) for contact in pose.interactions],
    }  # fmt: skip


def contact_facts(contact: Contact) -> dict[str, Any]:
    """Return a contact as plain values."""
    return {
        "kind": contact.kind, "residue": str(contact.residue), "site_atom": contact.site_atom,
        "ligand_atom": contact.ligand_label, "ligand_atom_index": contact.ligand_atom,
        "distance_A": contact.distance_A, "ligand_is": contact.role,
        "water": None if contact.water is None else str(contact.water), "remark": contact.remark,
    }  # fmt: skip
