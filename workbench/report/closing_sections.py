"""The last sections of a dossier: disagreements, limitations, how to check it, references."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from screening.models.card import ModelCard
from screening.runs.decisions.reasons import REASONS
from screening.runs.decisions.state import DecisionState
from screening.runs.run import ScreenRun
from workbench.export.stamp import without_folders
from workbench.report import blocks
from workbench.report.blocks import Block


def disagreements(state: DecisionState, rows: pa.Table) -> list[Block]:
    """Return where reviewers differ, on any record, not only on those of the dossier."""
    names = dict(zip(rows.column("record").to_pylist(), rows.column("name").to_pylist()))
    found = [blocks.heading("Disagreements")]
    differing = []
    for record in sorted(state.decided()):
        verdicts = state.verdicts(record)
        if len({event.after for event in verdicts.values()}) > 1:
            for who, event in sorted(verdicts.items()):
                why = "; ".join(part for part in (REASONS.get(event.reason, event.reason), event.text) if part)
                differing.append((names.get(record, f"record {record}"), who, event.after, why, state.decision(record)))
    if not differing:
        return [*found, blocks.text("No two reviewers decided differently on a compound.")]
    return [*found, blocks.table(("compound", "who", "said", "reason", "stands"), differing, "Where reviewers differ")]


def limitations(card: ModelCard | None, run: ScreenRun, *, has_poses: bool) -> list[Block]:
    """Return what the reader must not conclude, in plain words."""
    lines = list(card.limitations) if card is not None else []
    lines.append(
        "The intervals hold for compounds drawn like the training data. Choosing the best predicted favours compounds"
        " that are predicted too high: measured hits will on average be weaker than predicted."
    )
    lines.append("Hits outside the model's domain are extrapolations; their intervals say less than they seem to.")
    lines.append(
        "A docking score is not an affinity, and a pose is a model of how a compound may bind."
        if has_poses
        else "No pose was computed: nothing here says how a compound binds."
    )
    lines.append("Structure alerts name what is often a problem, not what is one.")
    return [blocks.heading("Limitations"), blocks.items(lines)]


def reproducibility(run: ScreenRun, head: dict[str, Any] | None, only: str | None, top: int) -> list[Block]:
    """Return what is needed to make everything again and to check that nothing was changed."""
    plan = run.plan
    command = f"workbench screen --library {Path(plan.library).name} --model {Path(plan.model).name} --out RUN"
    command += f" --target {Path(plan.target).name}" if plan.target else ""
    command += f" --chain {plan.chain}" if plan.chain else ""
    command += f" --site '{plan.site}'" if plan.site else ""
    command += f" --top {plan.top} --seed {plan.seed}"
    report = "workbench report RUN --out dossier.pdf" + (f" --only '{only}'" if only else "") + f" --top {top}"
    rows = [
        ("commands", command),
        ("", report),
        ("run key", run.plan.key),
        ("made", run.manifest.created),
        ("hits.parquet, SHA-256", run.summary["hits"]),
    ]
    for name, facts in without_folders(run.manifest.inputs).items():
        rows += [(f"{name}, {key}", value) for key, value in facts.items()]
    rows += [(f"version of {name}", version) for name, version in run.manifest.versions.items()]
    checks = ["workbench verify FILE checks this file against the manifest beside it."]
    if head:
        rows.append(("decision log", f"{head['count']} decisions, head {head['head']}"))
        checks.append("workbench review verify RUN --against FILE checks that no decision was changed or taken away.")
    return [blocks.heading("Reproducibility"), blocks.facts(rows), blocks.items(checks)]


_REFERENCES = (
    "OECD. (Q)SAR Assessment Framework. Series on Testing and Assessment no. 386, 2023.",
    "OECD. Guidance document on the validation of (Q)SAR models. Series on Testing and Assessment no. 69, 2007.",
    "Editorial: policies on virtual screening. J. Med. Chem. 2011, 54, 1.",
    "Riniker and Landrum. Similarity maps. J. Cheminform. 2013, 5, 43.",
    "Papadopoulos et al. Normalized nonconformity measures for regression conformal prediction. 2008.",
    "Bender et al. A practical guide to large-scale docking. Nat. Protoc. 2021, 16, 4799.",
    "Bemis and Murcko. The properties of known drugs. J. Med. Chem. 1996, 39, 2887.",
)


def references(card: ModelCard | None) -> list[Block]:
    """Return the works whose methods were used."""
    data = [f"Training data: {card.data['source']}."] if card is not None else []
    return [blocks.heading("References"), blocks.items([*data, *_REFERENCES])]
