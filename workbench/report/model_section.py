"""The model in the sections of a QMRF, with the OECD principles for the validation of (Q)SARs as a checklist.

Sections after the QSAR Model Reporting Format of the OECD (Q)SAR Assessment Framework (Series on Testing and Assessment
no. 386, 2023); principles after OECD no. 69 (2007).
"""

from __future__ import annotations

from pathlib import Path

from screening.errors import ScreeningError
from screening.models.affinity import meaning
from screening.models.card import ModelCard
from screening.models.cards import card_text
from screening.runs.run import ScreenRun
from workbench.report import blocks
from workbench.report.blocks import Block


def model_card(run: ScreenRun) -> ModelCard | None:
    """Return the card of the run's model; None if the model is not there any more."""
    path = Path(run.plan.model) / "card.json"
    try:
        return ModelCard.from_json(path.read_text("utf-8"), source=path)
    except (OSError, ScreeningError):
        return None


def model_blocks(run: ScreenRun, card: ModelCard | None) -> list[Block]:
    """Return the section about the model."""
    found = [blocks.heading("Model")]
    if card is None:
        return [
            *found,
            blocks.text(
                f"The model {Path(run.plan.model).name} (key {run.plan.model_key}) is no longer where it was when the"
                " library was screened, so its card cannot be reported here."
            ),
        ]
    said = meaning(card.kind)
    data, parameters = card.data, card.estimator["parameters"]
    found += [
        blocks.text(
            "Laid out in the sections of the QSAR Model Reporting Format (QMRF). All numbers are from the model card"
            " that training wrote."
        ),
        blocks.heading("Identifier, endpoint and data", 2),
        blocks.facts(
            [
                ("title", card.title),
                ("key", run.plan.model_key),
                ("trained", card.created[:10]),
                ("endpoint", f"{card.kind}: {said.scale}"),
                *[("data", line) for line in card_text.opening(card)],
                *([("checksum of the data", data["sha256"])] if data.get("sha256") else []),
            ]
        ),
        blocks.heading("Algorithm", 2),
        blocks.facts(
            [
                ("estimator", card.estimator["name"]),
                (
                    "parameters",
                    ", ".join(f"{key} {value}" for key, value in parameters.items()) or "none",
                ),
                ("descriptors", "; ".join(card.features)),
                ("interval", card.calibration.get("formula", said.interval)),
            ]
        ),
        blocks.heading("Applicability domain", 2),
        blocks.text(f"{card.domain['rule']} {card.domain['least_similarity']:g}."),
        blocks.heading("Goodness of fit, robustness and predictivity", 2),
    ]
    for split in card_text.tested(card):
        found.append(blocks.heading(split.name, 3))
        found.append(blocks.text(f"{split.how[0].upper()}{split.how[1:]}."))
        found += [
            blocks.table(each.columns, each.rows, each.title, numbers=range(1, len(each.columns)))
            for each in split.tables
        ]
        if split.sentences:
            found.append(blocks.text(*split.sentences))
    found += [
        blocks.heading("Mechanistic interpretation", 2),
        blocks.text(
            "The model is statistical. What each atom adds to a prediction is drawn on the page of each hit; it"
            " explains the model, not the protein."
        ),
        blocks.heading("OECD principles", 2),
        _checklist(card),
    ]
    return found


def _checklist(card: ModelCard) -> Block:
    external = [name for name in card.evaluation if "cross-validation" not in name]
    rows = [
        ("1 a defined endpoint", "yes", f"{card.kind} of one target, {meaning(card.kind).scale}"
         if card.model_type != "sequence" else f"{card.kind} of a compound and a protein"),
        ("2 an unambiguous algorithm", "yes",
         f"{card.estimator['name']}; parameters, versions and seed are in the card"),
        ("3 a defined domain of applicability", "yes",
         "similarity to the training compounds; told for each prediction"),
        ("4 measures of fit, robustness and predictivity", "yes",
         f"tested by {', '.join(external)}, beside baselines and a leakage report"),
        ("5 a mechanistic interpretation, if possible", "in part",
         "contributions of atoms, and nearest measured compounds"),
    ]  # fmt: skip
    return blocks.table(("principle", "met", "where"), rows, "OECD principles for the validation of QSAR models")
