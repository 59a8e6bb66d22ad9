"""One page a hit, in the manner of a QSAR Prediction Reporting Format (QPRF)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from screening.errors import ScreeningError
from screening.models.affinity import AffinityModel, meaning
from screening.poses.interactions.contact import Contact
from screening.poses.interactions.find_contacts import find_contacts
from screening.poses.pose import Pose
from screening.runs.decisions.event import Event
from screening.runs.decisions.reasons import REASONS
from screening.runs.evidence import off_targets
from screening.runs.evidence.column import EvidenceColumn, column_of
from screening.runs.evidence.text import cell_text
from screening.targets.target import Atoms
from workbench.page import depiction, interaction_map
from workbench.report import blocks
from workbench.report.blocks import Block, Pictures
from workbench.report.site_drawing import site_svg

#: Contributions beyond this are drawn in full colour, in log units.
FULL = 0.6
#: Columns of evidence that a page shows as facts, beside those with a place of their own.
FACTS = (
    "in_domain", "scored_by", "novelty", "new_scaffold", "cluster", "alerts", "flags", "molecular_weight", "logp",
    "tpsa", "hbd", "hba", "rotatable_bonds", "qed", "ligand_efficiency", "lipophilic_efficiency", "known", "seen_as",
    "measured",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class HitContext:
    """What the pages of all hits share.

    Attributes
    ----------
    kind
        What the affinity is.
    model
        As it was screened with; None if it is not there any more.
    protein
        Atoms of the target without the ligand of the site; None where there is no structure.
    poses
        Record to its poses.
    ray
        Record to the picture of its first pose by PyMOL, PNG; what is not there is drawn.
    simpler
        Record to its ranks by simpler searches: name to rank.
    """

    kind: str
    model: AffinityModel | None
    protein: Atoms | None
    poses: Mapping[int, list[Pose]]
    simpler: Mapping[int, Mapping[str, int]]
    ray: Mapping[int, bytes] = dataclasses.field(default_factory=dict)


def hit_blocks(
    row: Mapping[str, Any], schema: pa.Schema, events: list[Event], context: HitContext, pictures: Pictures
) -> list[Block]:
    """Return the page of one hit.

    Parameters
    ----------
    row
        Its row of evidence.
    schema
        Of the evidence.
    events
        What people said of it, oldest first.
    context, pictures
        What the pages share; the pictures are added to.
    """
    name = str(row["name"]) or f"record {row['record']}"
    said = meaning(context.kind)

    def shown(column: str) -> str:
        return words(row[column], column_of(schema.field(column)))

    found = [blocks.heading(f"Hit {row['rank']}: {name}", 2)]
    structure = blocks.figure(
        pictures.add(f"hit{row['record']}", _structure(row["smiles"], context.model)),
        "Structure; atoms that raise the prediction are orange, those that lower it blue."
        if context.model is not None
        else "Structure.",
        f"structure of {name}: {row['smiles']}",
    )
    pose = next(iter(context.poses.get(row["record"], ())), None)
    three = None if pose is None or context.protein is None else _posed(row, name, pose, context, pictures)
    found.append(blocks.pair(structure, three[0], 42) if three else blocks.pair(structure, _no_pose(), 62))
    sign = shown("nearest_relation") if "nearest_relation" in schema.names else ""
    nearest = f"{shown('nearest')}, similarity {shown('similarity')}"
    if "nearest_measured" in schema.names and row["nearest_measured"] is not None:
        nearest += f", measured {sign + ' ' if sign not in ('', '=') else ''}{shown('nearest_measured')}"
    ranks = ", ".join(f"{rank:,} by {way}" for way, rank in context.simpler.get(row["record"], {}).items())
    found.append(
        blocks.facts(
            [
                (said.of, f"{shown('affinity')} ({said.interval}: {shown('lower')} to {shown('upper')}; {said.scale})"),
                ("rank before manual selection", f"{row['rank']:,}" + (f"; {ranks}" if ranks else "")),
                ("nearest known compound", nearest),
                *_elsewhere(row, schema),
                ("identity", f"record {shown('number')} of {shown('source')}; key {shown('id')}"),
            ]
        )
    )
    cells = [
        (column_of(schema.field(each)).title, shown(each))
        for each in FACTS
        if each in schema.names and row[each] not in (None, "", [])
    ]
    found.append({"kind": "grid", "rows": [[label, text] for label, text in cells]})
    if row.get("neighbours"):
        found.append(
            blocks.table(
                ("nearest measured compounds", "similarity", "measured"),
                [(each["name"], f"{each['similarity']:.2f}", _measured(each)) for each in row["neighbours"]],
                "Measured neighbours in the training data", numbers=(1, 2),
            )
        )  # fmt: skip
    if three and pose is not None and three[1]:
        contacts = three[1]
        drawn = interaction_map.interaction_map_svg(pose.molecule(), contacts, title=f"contacts of {name}")
        listed = [(each.kind, f"{each.residue} {each.site_atom}", f"{each.distance_A:.2f}") for each in contacts[:8]]
        found.append(
            blocks.pair(
                blocks.figure(
                    pictures.add(f"map{row['record']}", drawn), f"Contacts of the pose {pose.origin}, flat.",
                    f"flat map of the contacts of {name}",
                ),
                blocks.table(("contact", "residue", "Å"), listed, "Contacts, the most telling first", numbers=(2,)),
                52,
            )
        )  # fmt: skip
    found.append(_decisions(events))
    return found


def _elsewhere(row: Mapping[str, Any], schema: pa.Schema) -> list[tuple[str, str]]:
    """Return what the off-target panel says; nothing where the evidence has no such columns."""
    names = [column.name for column in off_targets.COLUMNS]
    if any(name not in schema.names or row[name] is None for name in names):
        return []
    likely, judged = (row[name] for name in names)
    count = f"{judged} target{'s' if judged != 1 else ''}" if judged else "no target"
    domain = f"the compound is in the domain of {count} of the panel"
    if likely:
        said = f"{likely}, -log10 molar with the 90 % interval; {domain}"
    else:
        said = f"{'none' if judged else 'not judged'}; {domain}"
    return [(off_targets.COLUMNS[0].title.lower(), said)]


def words(value: Any, column: EvidenceColumn) -> str:
    """Return a value of evidence as a reader sees it: the digits of everywhere, yes and no for truth."""
    return ("yes" if value else "no") if isinstance(value, bool) else cell_text(value, column)


def _measured(neighbour: Mapping[str, Any]) -> str:
    from screening.runs.evidence.text import number_text

    sign = neighbour["relation"]
    return ("" if sign == "=" else f"{sign} ") + number_text(neighbour["measured"], 2)


def _structure(smiles: str, model: AffinityModel | None) -> str:
    from screening.models.explain import atom_contributions

    shades: dict[int, float] = {}
    if model is not None:
        try:
            values = atom_contributions(model, smiles)
            shades = {at: float(np.clip(value / FULL, -1, 1)) for at, value in enumerate(values.tolist())}
        except (ScreeningError, ValueError, AttributeError):
            shades = {}
    return depiction.shaded_svg(smiles, shades, width=420, height=300)


def _no_pose() -> Block:
    return blocks.note("No pose was computed for this compound, so none is drawn.")


def _posed(
    row: Mapping[str, Any], name: str, pose: Pose, context: HitContext, pictures: Pictures
) -> tuple[Block, list[Contact]]:
    assert context.protein is not None
    molecule = pose.molecule()
    contacts = find_contacts(context.protein, molecule)
    label = f"{name} in the binding site: " + ("; ".join(str(each) for each in contacts[:6]) or "no contacts")
    stem, ray = f"pose{row['record']}", context.ray.get(row["record"])
    if ray is not None:
        picture = pictures.add(stem, ray, "png")
    else:
        picture = pictures.add(stem, site_svg(context.protein, molecule, contacts, label=label))
    score = f"; {pose.score}" if pose.score else ""
    return (
        blocks.figure(picture, f"Pose {pose.origin}{score}. Dotted: contacts, in Å.", label),
        contacts,
    )


def _decisions(events: list[Event]) -> Block:
    if not events:
        return blocks.note("Nobody has decided on this compound; it stands here by its rank.")
    rows = []
    for event in events:
        what = {"decide": event.after, "comment": "comment", "list": f"on list {event.name}"}.get(
            event.action, event.action
        )
        why = "; ".join(part for part in (REASONS.get(event.reason, event.reason), event.text) if part)
        rows.append((event.at[:16].replace("T", " "), f"{event.who} ({event.role})", what, why))
    return blocks.table(("when (UTC)", "who", "decision", "reason"), rows, "Decisions")
