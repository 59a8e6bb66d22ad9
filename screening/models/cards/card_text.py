"""What a model card says, as tables and sentences: the same for a terminal, a notebook and a page."""

from __future__ import annotations

import dataclasses
import html
import itertools
from typing import Any

from screening.models.affinity import meaning
from screening.models.card import ModelCard
from screening.models.evaluation.leakage import SIMILARITY_EDGES
from screening.printable import without_direction_marks

_REGRESSION = {"rmse": "RMSE", "mae": "MAE", "r2": "R2", "spearman": "Spearman", "ci": "concordance"}
_CLASSIFICATION = {
    "roc_auc": "ROC AUC", "brier": "Brier", "calibration_error": "calibration error", "log_loss": "log loss",
}  # fmt: skip
_RANKING = {
    "roc_auc": "ROC AUC", "ef1": "EF 1 %", "ef5": "EF 5 %", "bedroc": "BEDROC (alpha 20)",
    "log_auc": "adjusted log-AUC",
}  # fmt: skip


#: What a way of testing asks, where its name does not say it.
QUESTIONS = {
    "scaffold split": "scaffolds the model has not seen",
    "cluster split": "clusters of similar compounds the model has not seen",
    "time split": "compounds measured after those the model has seen",
    "predefined split": "compounds that the file sets aside",
    "random split": "compounds like those the model has seen",
    "random cross-validation": "compounds like those the model has seen",
    "cold compound": "a new compound at a target with measurements: what a screen asks",
    "cold target": "a compound with measurements at a new target",
    "both cold": "a new compound at a new target",
    "known pair parts": "compound and target each have measurements in other pairs, only this pair is new",
}


@dataclasses.dataclass(frozen=True)
class CardTable:
    """A table: `rows` hold as many texts as `columns`; the first column is the label."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclasses.dataclass(frozen=True)
class CardSplit:
    """What one way of testing found: its name and how it was done, tables, sentences."""

    name: str
    how: str
    tables: tuple[CardTable, ...]
    sentences: tuple[str, ...]


def number(value: Any, decimals: int = 3) -> str:
    """Write a number of a card; nothing for what is not known."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value:.{decimals}f}"


def opening(card: ModelCard) -> list[str]:
    """Return the sentences that stand before the tables: what is predicted, and from what."""
    data = card.data
    states = ", ".join(f"{count:,} {state}" for state, count in data.get("states", {}).items())
    compounds = f"{data['compounds']:,} {'compound' if data['compounds'] == 1 else 'compounds'}"
    found = [f"{compounds} from {data['source']}" + (f": {data['rows']:,} rows, {states}" if states else "")]
    if "background_compounds" in data:
        found.append(
            f"{data['background_compounds']:,} background compounds from {data['background']}, presumed inactive"
        )
    if "threshold" in data:
        found.append(
            f"{data['actives']:,} active, {data['inactives']:,} inactive"
            + ("" if data["measured"] == "label" else f" (active: {data['measured']} of {data['threshold']:g} or more)")
            + (f", {data['open']:,} limits that leave it open" if data["open"] else "")
        )
    found.append(f"{card.kind}: {meaning(card.kind).scale}")
    return found


def how_read(card: ModelCard) -> tuple[str, list[str]]:
    """Return a heading and the sentences on how the table was understood: columns, units, what was left out and why."""
    found = [str(sentence) for sentence in card.data.get("understood", [])]
    return (f"How {card.data['source']} was understood" if found else ""), found


def closing(card: ModelCard) -> list[str]:
    """Return the sentences that stand after the tables: domain, contradictory compounds, notes."""
    found = [f"domain: {card.domain['rule']} {card.domain['least_similarity']:g}"]
    for one in card.data.get("contradictions", [])[:5]:
        values = ", ".join(f"{value:g}" for value in one["values"])
        kept = "kept at its median" if one["kept"] else "left out"
        found.append(f"contradictory: {one['name']} ({values}), {kept}")
    return found + [f"note: {sentence}" for sentence in (*card.data.get("notes", []), *card.limitations)]


def tested(card: ModelCard) -> list[CardSplit]:
    """Return what every way of testing found, in the order of the card."""
    return [_split(card, name, found) for name, found in card.evaluation.items()]


def _split(card: ModelCard, name: str, found: dict[str, Any]) -> CardSplit:
    tables, sentences = [], []
    if found.get("classification"):
        tables.append(_compared("probability", found["classification"], _CLASSIFICATION))
    if "model" in found and card.model_type != "active or inactive":
        tables.append(_compared("", found, _REGRESSION))
    if found.get("ranking"):
        tables.append(_ranking(card, found["ranking"]))
    if "interval" in found and card.model_type != "active or inactive":
        interval = found["interval"]
        sentences.append(
            f"The {interval['confidence']:.0%} interval holds {interval['coverage']:.1%} of the measured values; median"
            f" width {interval['median_width']:.2f} log units, wider where the error is larger with"
            f" rho = {interval['width_error_spearman']:.2f}."
        )
    if "leakage" in found:
        sentences.append(found["leakage"]["sentence"])
        counts = found["leakage"].get("histogram")
        if counts:
            edges = itertools.pairwise(SIMILARITY_EDGES)
            shown = ", ".join(f"{low:g}-{high:g}: {count:,}" for (low, high), count in zip(edges, counts) if count)
            sentences.append(f"Test compounds by similarity to the nearest training compound: {shown}.")
    if "targets" in found:
        sentences.append(found["targets"]["sentence"])
    asks = f"asks for {QUESTIONS[name]}; " if name in QUESTIONS and found.get("real", True) else ""
    return CardSplit(name, f"{asks}{found['how']}", tuple(tables), tuple(sentences))


def _compared(title: str, found: dict[str, Any], names: dict[str, str]) -> CardTable:
    own = found["model"]
    keys = [key for key in names if key in own]
    rows = [
        (label, *(number(numbers.get(key)) for key in keys))
        for label, numbers in {"this model": own, **found["baselines"]}.items()
    ]
    count = own.get("n", found.get("n"))
    compounds = f"{count:,} tested" + (f", {found['actives']:,} active" if "actives" in found else "")
    return CardTable(f"{title} ({compounds})" if title else compounds, ("", *(names[key] for key in keys)), tuple(rows))


def _ranking(card: ModelCard, found: dict[str, Any]) -> CardTable:
    scores = {name: numbers for name, numbers in found.items() if name != "threshold"}
    first = next(iter(scores.values()))
    measured = card.data.get("measured", card.kind)
    of = "labelled active" if measured == "label" else f"{measured} of {found['threshold'] or 0:g} or more"
    if found["threshold"] is None:
        of = "known actives"
    rows = tuple(
        (label, *(f"{one[key]:.2f} ({one[f'{key}_low']:.2f} to {one[f'{key}_high']:.2f})" for one in scores.values()))
        for key, label in _RANKING.items()
    )
    title = f"ranking {first['actives']:,} actives ({of}) among {first['n']:,}, with 95 % bootstrap intervals"
    return CardTable(title, ("", *scores), rows)


def as_text(card: ModelCard) -> str:
    """Return the card as lines of text."""
    heading, read = how_read(card)
    lines = [f"{card.title} ({card.kind})", *opening(card), *([f"{heading}:"] if read else [])]
    lines += [f"  {sentence}" for sentence in read]
    for split in tested(card):
        lines.append(f"{split.name}: {split.how}")
        for table in split.tables:
            lines.append(f"  {table.title}")
            for row in table.rows:
                cells = [f"{name} {text}" if name else text for name, text in zip(table.columns[1:], row[1:])]
                lines.append(f"    {row[0]}: {', '.join(cells)}")
        lines += [f"  {sentence}" for sentence in split.sentences]
    return "\n".join([*lines, *closing(card)])


def as_html(card: ModelCard) -> str:
    """Return the card as a piece of HTML."""
    parts = [f"<p><b>{html.escape(card.title)}</b></p>", *(f"<p>{html.escape(text)}</p>" for text in opening(card))]
    heading, read = how_read(card)
    if read:
        parts.append(f"<h4>{html.escape(heading)}</h4>{items_html(read)}")
    for split in tested(card):
        parts.append(f"<h4>{html.escape(split.name)}</h4><p>{html.escape(split.how)}</p>")
        parts += [table_html(table) for table in split.tables]
        parts += [f"<p>{html.escape(text)}</p>" for text in split.sentences]
    return without_direction_marks("".join(parts) + items_html(closing(card)))


def items_html(sentences: list[str]) -> str:
    """Return sentences as a list."""
    return f"<ul>{''.join(f'<li>{html.escape(text)}</li>' for text in sentences)}</ul>"


def table_html(table: CardTable) -> str:
    """Return one table as HTML."""
    head = "".join(f"<th>{html.escape(text)}</th>" for text in table.columns)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in table.rows)
    return (
        f"<table><caption>{html.escape(table.title)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def measured_text(card: ModelCard, value: float, limit: int = 0) -> str:
    """Write the measured value of a training compound: ``pIC50 7.20``, ``pIC50 < 5.00``, ``active``."""
    what = card.data.get("measured", card.kind)
    if card.model_type == "known actives":
        return "known active"
    if what == "label":
        return "active" if value >= card.data["threshold"] else "inactive"
    sign = {-1: "< ", 0: "", 1: "> "}[limit]
    text = f"measured {what} {sign}{value:.2f}"
    if "threshold" in card.data and not limit:
        text += ", active" if value >= card.data["threshold"] else ", inactive"
    return text
