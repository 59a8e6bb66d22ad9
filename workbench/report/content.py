"""The content of a dossier, section by section, from the files of a run."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from screening.engine.ledger import RecordState
from screening.errors import LibraryError, ScreeningError
from screening.models.affinity import AffinityModel, meaning
from screening.poses.interactions.find_contacts import find_contacts
from screening.poses.pose import Pose
from screening.runs.decisions.decide import open_log
from screening.runs.evidence.column import column_of
from screening.runs.evidence.table import evidence
from screening.runs.plan import load_bound
from screening.runs.run import ScreenRun
from screening.targets.binding_site import BindingSite
from screening.targets.ligands.bound_ligand import bound_ligand
from screening.targets.quality.quality_report import assess
from screening.targets.target import Atoms, Target
from screening.targets.title import sentence_case
from workbench.export.chosen import chosen_records
from workbench.export.structures.scene_of_run import receptor_text, without_site_ligand
from workbench.report import blocks, closing_sections, model_section
from workbench.report.blocks import Block, Pictures
from workbench.report.figures import score_picture
from workbench.report.hit_page import HitContext, hit_blocks, words
from workbench.report.ray_picture import RayPicture, ray_pictures, require_pymol
from workbench.report.simpler_search import SimplerSearch, simpler_searches
from workbench.report.site_drawing import site_camera, site_svg
from workbench.report.variant_table import variant_blocks

if TYPE_CHECKING:
    from screening.runs.docking.docking import Docking

_STATES = {
    RecordState.SCORED: "scored by the model",
    RecordState.DUPLICATE: "the same parent as an earlier record",
    RecordState.FILTERED: "left out by a rule that was asked for",
    RecordState.REJECTED: "not a usable structure",
    RecordState.FAILED: "could not be computed",
    RecordState.TIMED_OUT: "took too long",
}


@dataclasses.dataclass(frozen=True)
class Content:
    """A dossier before it is laid out; `decisions` is the count and head of the log, None without decisions."""

    title: str
    subtitle: str
    opening: list[Block]
    blocks: list[Block]
    hits: int
    decisions: dict[str, Any] | None


def content_of(
    run: ScreenRun,
    target: Target | None,
    site: BindingSite | None,
    pictures: Pictures,
    *,
    only: str | None,
    top: int,
    question: str,
    variants: Path | None = None,
    ray: bool = False,
) -> Content:
    """Return the content of the dossier of a finished run.

    Raises
    ------
    UsageError
        If no hit fits `only`, or `variants` are given without a structure.
    RunError, FileError
        If the run is not finished or damaged, or its docking is not.
    """
    if ray:
        require_pymol()
    docking = _docking(run)
    log = open_log(run)
    records = None if only is None else chosen_records(run, only)[:top]
    rows = evidence(run, records, top=top if records is None else None)
    records = [int(each) for each in rows.column("record").to_pylist()]
    card = model_section.model_card(run)
    what = target.id if target is not None else "its target"
    library = Path(run.plan.library).name
    called = "the library" if library.lower() == "library" else f"the library {library}"
    asked = question or f"Which compounds of {called} are worth measuring against {what}?"
    simpler = _simpler(run, records)
    head = log.head.facts() if log.state.events else None
    counts = Counter(log.state.decided().values())
    opening = [
        blocks.facts(
            [
                ("question", asked),
                ("answer", _answer(run, rows.num_rows, only, counts)),
                ("target", _entry(target) if target is not None else "none given"),
                ("library", f"{library}, {run.records:,} records read"),
                ("model", card.title if card is not None else Path(run.plan.model).name),
                ("run", run.plan.key),
                ("decisions", f"{head['count']} decisions, head {head['head']}" if head else "none"),
            ]
        ),
        blocks.note(
            "A prediction is not a measurement. Every number in this dossier is in the files of the run; the last"
            " section says how to check it. This is a document of discovery, not of a regulatory submission."
        ),
    ]
    body = [*_summary(rows, run.kind)]
    body += _target_blocks(target, site, pictures)
    if variants is not None:
        body += variant_blocks(target, site, variants)
    body += _library_blocks(run)
    body += model_section.model_blocks(run, card)
    body += _screening_blocks(run, pictures) + _result_blocks(run, rows, simpler)
    protein = without_site_ligand(target, site) if target is not None and len(target.atoms) else None
    poses = _poses(docking, records)
    context = HitContext(
        kind=run.kind,
        model=_model(run),
        protein=protein,
        poses=poses,
        ray=_ray(target, site, protein, poses) if ray else {},
        simpler={record: {each.name: each.ranks[record] for each in simpler} for record in records} if simpler else {},
    )
    body += [blocks.pagebreak(), blocks.heading("Hits")]
    events: dict[int, list[Any]] = {}
    for event in log.state.events:
        if event.record is not None and event.n not in log.state.undone and event.action != "undo":
            events.setdefault(event.record, []).append(event)
    for place, row in enumerate(rows.to_pylist()):
        body += [blocks.pagebreak()] if place else []
        body += hit_blocks(row, rows.schema, events.get(row["record"], []), context, pictures)
    body += [blocks.pagebreak(), *closing_sections.disagreements(log.state, rows)]
    body += closing_sections.limitations(card, run, has_poses=bool(context.poses))
    body += closing_sections.reproducibility(run, head, only, top)
    body += closing_sections.references(card)
    title = f"{what}: hits of {library}" if target is not None else f"Hits of {library}"
    subtitle = f"{rows.num_rows} {only or 'best ranked'} of {run.counts.get('scored', 0):,} scored compounds"
    return Content(title, subtitle, opening, body, rows.num_rows, head)


def _answer(run: ScreenRun, shown: int, only: str | None, counts: Counter[str]) -> str:
    decided = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    answer = f"{run.counts.get('scored', 0):,} of {run.records:,} records were scored"
    answer += (
        f"; reviewers decided on {sum(counts.values())} ({decided})" if counts else "; no reviewer has decided yet"
    )
    return f"{answer}; {shown} {only or 'best ranked'} {'is' if shown == 1 else 'are'} reported here."


def _summary(rows: pa.Table, kind: str) -> list[Block]:
    schema = rows.schema
    names = [n for n in ("rank", "name", "affinity", "lower", "upper", "in_domain", "nearest", "similarity",
                         "nearest_measured", "decision") if n in schema.names]  # fmt: skip
    columns = [column_of(schema.field(name)) for name in names]
    cells = [[words(row[name], column) for name, column in zip(names, columns)] for row in rows.to_pylist()]
    numbers = [at for at, column in enumerate(columns) if pa.types.is_floating(column.type) or column.name == "rank"]
    return [
        blocks.heading("Question and decision"),
        blocks.text(f"The compounds of this dossier by rank; {meaning(kind).of} is in {meaning(kind).scale}."),
        blocks.table([column.title for column in columns], cells, "Compounds of this dossier", numbers=numbers),
    ]


def _entry(target: Target) -> str:
    return f"{target.id}: {sentence_case(target.title)}" if target.title else target.id


def _method(target: Target) -> str:
    return sentence_case(target.method) + (f", {target.resolution_A:g} Å" if target.resolution_A else "")


def _target_blocks(target: Target | None, site: BindingSite | None, pictures: Pictures) -> list[Block]:
    found = [blocks.heading("Target")]
    if target is None:
        return [*found, blocks.text("The run was made without a target, or its file is not there any more.")]
    found.append(
        blocks.facts(
            [
                ("entry", _entry(target)),
                ("method", _method(target)),
                ("file", f"{Path(str(target.source)).name}, SHA-256 {target.sha256}"),
                ("binding site", f"{site.origin}: {len(site.residues)} residues" if site is not None else "none"),
                *([("site residues", ", ".join(str(each) for each in site.residues))] if site is not None else []),
            ]
        )
    )
    if len(target.atoms):
        found += _crystal_ligand(target, site, pictures)
        report = assess(target, site)
        rows = [(each.what, each.grade, each.sentence) for each in report.findings]
        found += [
            blocks.heading("Quality of the structure", 2),
            blocks.table(("what", "grade", "finding"), rows, f"Fitness of the structure: {report.verdict}"),
        ]
    return found


def _crystal_ligand(target: Target, site: BindingSite | None, pictures: Pictures) -> list[Block]:
    """Return a drawing of the ligand that the site was built around, as the structure holds it."""
    if site is None or site.ligand is None:
        return []
    try:
        ligand = bound_ligand(target, site.ligand)
    except ScreeningError:
        return []
    protein = without_site_ligand(target, site)
    contacts = find_contacts(protein, ligand.mol, ligand.names)
    label = f"{ligand.title} in {target.id}: " + "; ".join(str(each) for each in contacts[:8])
    drawing = site_svg(protein, ligand.mol, contacts, label=label)
    caption = f"{ligand.title} as it lies in {target.id}, with its contacts (dotted; distances in Å)."
    return [blocks.figure(pictures.add("site", drawing), caption, label, 86)]


def _library_blocks(run: ScreenRun) -> list[Block]:
    rows = [(state.value, f"{run.counts.get(state.value, 0):,}", words) for state, words in _STATES.items()]
    rows.append(("records read", f"{run.records:,}", "the sum of the above"))
    return [
        blocks.heading("Library, and where every record went"),
        blocks.text(
            f"The library screened ({Path(run.plan.library).name}, key {run.plan.library_key}) was standardised before"
            " screening; every record ended in exactly one of these states."
        ),
        blocks.table(("state", "records", "meaning"), rows, "Ledger of the run", numbers=(1,)),
    ]


def _screening_blocks(run: ScreenRun, pictures: Pictures) -> list[Block]:
    said = meaning(run.kind)
    how = f"Compounds are ranked by {said.of}, ties by identity key."
    if run.how_scored:
        how += f" {run.how_scored[0].upper()}{run.how_scored[1:]}."
    if run.matched:
        how += f" The target {run.matched}."
    return [
        blocks.heading("Screening method"),
        blocks.text(how, f"Each prediction comes with its {said.interval} and whether it is in the model's domain."),
        blocks.figure(
            pictures.add("scores", score_picture(run)), "Predicted values of the whole library, the kept hits marked.",
            f"histogram of the {said.of} of the library", 82,
        ),
    ]  # fmt: skip


def _result_blocks(run: ScreenRun, rows: pa.Table, simpler: list[SimplerSearch]) -> list[Block]:
    found = [blocks.heading("Results before manual selection")]
    ranks = rows.column("rank").to_pylist()
    found.append(
        blocks.text(
            f"The {len(ranks)} compounds of this dossier had the ranks {min(ranks):,} to {max(ranks):,} (median"
            f" {float(np.median(ranks)):,.0f}) among {run.counts.get('scored', 0):,} scored compounds before anybody"
            " looked at them."
        )
    )
    if not simpler:
        found.append(blocks.text("The library is not there any more, so simpler searches could not be compared."))
        return found
    table = [(each.name, f"{each.correlation:.2f}", f"{each.shared} of {each.top}") for each in simpler]
    found += [
        blocks.heading("Would a simpler search have found the same?", 2),
        blocks.table(
            ("ranked by", "rank correlation with the prediction", f"shared of the best {simpler[0].top}"), table,
            "Simpler searches of the same library", numbers=(1, 2),
        ),
        blocks.table(
            ("compound", "rank", *(each.name for each in simpler)),
            [
                (name, f"{rank:,}", *(f"{each.ranks.get(record, 0):,}" for each in simpler))
                for name, rank, record in zip(
                    rows.column("name").to_pylist(), ranks, rows.column("record").to_pylist()
                )
            ],
            "Rank of each compound by the model and by simpler searches", numbers=range(1, 5),
        ),
    ]  # fmt: skip
    return found


def _simpler(run: ScreenRun, records: list[int]) -> list[SimplerSearch]:
    try:
        return simpler_searches(run, records)
    except LibraryError:
        return []


def _model(run: ScreenRun) -> AffinityModel | None:
    try:
        return load_bound(run.plan.model, run.plan.sequence)
    except ScreeningError:
        return None


def _ray(
    target: Target | None, site: BindingSite | None, protein: Atoms | None, poses: Mapping[int, list[Pose]]
) -> dict[int, bytes]:
    """Return the first pose of each record as PyMOL draws it, from where the drawings look too."""
    if target is None or protein is None:
        return {}
    wanted = {}
    for record, found in poses.items():
        molecule = found[0].molecule()
        contacts = find_contacts(protein, molecule)
        wanted[record] = RayPicture(molecule, contacts, site_camera(protein, molecule, contacts, aspect=10 / 7))
    return ray_pictures(receptor_text(target, site), wanted)


def _docking(run: ScreenRun) -> Docking | None:
    """Return the poses of a run; opened before anything that takes time, as an unfinished docking is refused."""
    from screening.runs.docking.docking import open_docking

    return open_docking(run.folder) if (run.folder / "poses").is_dir() else None


def _poses(docking: Docking | None, records: list[int]) -> dict[int, list[Pose]]:
    return {} if docking is None else {each: found for each in records if (found := docking.poses(each))}
