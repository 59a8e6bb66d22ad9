"""The card of a model as a web page with its plots: what a chemist reads before trusting a prediction."""

from __future__ import annotations

import html
import io
import os
from pathlib import Path

import numpy as np

from screening.engine.files import writable_folder, write_text
from screening.models.activity_model import ActivityModel
from screening.models.card import ModelCard
from screening.models.cards import card_text
from screening.models.storage import SavedModel
from screening.models.trained import TrainedModel
from screening.printable import without_direction_marks
from workbench.plots.calibration import calibration
from workbench.plots.error_by_similarity import error_by_similarity
from workbench.plots.figure import Chart
from workbench.plots.reliability import reliability

#: Name of the page in the folder of a model.
PAGE = "card.html"

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#1c2430;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin:2rem 0 .2rem}
table{border-collapse:collapse;margin:.8rem 0;display:block;max-width:100%;overflow-x:auto}
caption{text-align:left;color:#5b6675;white-space:nowrap}
th,td{padding:.15rem .9rem .15rem 0;text-align:right;font-variant-numeric:tabular-nums}
th{font-weight:600;border-bottom:1px solid #d5dbe2}th:first-child,td:first-child{text-align:left}
figure{margin:1rem 0}svg{max-width:100%;height:auto}figcaption,.soft{color:#5b6675}
"""


def figures(model: SavedModel) -> dict[str, Chart]:
    """Return the plots of a model by caption; none where the model keeps no predictions of compounds not seen."""
    found: dict[str, Chart] = {}
    if isinstance(model, ActivityModel):
        for name, split in model.card.evaluation.items():
            if split.get("classification"):
                caption = f"Do probabilities mean what they say? ({name})"
                found[caption] = reliability(split["classification"]["reliability"], title=name)
    if isinstance(model, TrainedModel):
        training, kind = model.training, str(model.kind)
        exact = (training.limits == 0) & np.isfinite(training.out_of_fold)
        half = training.half_width
        if exact.sum() >= 10 and half is not None and np.isfinite(half[exact]).all():
            measured, predicted, wide = training.values[exact], training.out_of_fold[exact], half[exact]
            found["Cross-validation: measured against predicted, and what the intervals hold"] = calibration(
                measured, predicted, predicted - wide, predicted + wide, kind=kind
            )
            if training.closeness is not None:
                found["Cross-validation: errors by similarity to what the model had seen"] = error_by_similarity(
                    predicted - measured, training.closeness[exact], kind=kind, half_width=wide
                )
    return found


def page(model: SavedModel) -> str:
    """Return the card as a web page that needs nothing else."""
    card = model.card
    parts = [f"<h1>{html.escape(card.title)}</h1>", f'<p class="soft">{html.escape(_made(card))}</p>']
    parts += [f"<p>{html.escape(text)}</p>" for text in card_text.opening(card)]
    heading, read = card_text.how_read(card)
    if read:
        parts.append(f"<h2>{html.escape(heading)}</h2>{card_text.items_html(read)}")
    for split in card_text.tested(card):
        parts.append(f'<h2>{html.escape(split.name)}</h2><p class="soft">{html.escape(split.how)}</p>')
        parts += [card_text.table_html(table) for table in split.tables]
        parts += [f"<p>{html.escape(text)}</p>" for text in split.sentences]
    for caption, figure in figures(model).items():
        parts.append(f"<figure>{_svg(figure)}<figcaption>{html.escape(caption)}</figcaption></figure>")
    parts.append(f"<h2>How far to trust it</h2>{card_text.items_html(card_text.closing(card))}")
    return without_direction_marks(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(card.title)}</title>'
        f"<style>{_STYLE}</style><body>{''.join(parts)}</body></html>\n"
    )


def write_page(model: SavedModel, path: str | os.PathLike[str]) -> Path:
    """Write `page` to a file.

    Raises
    ------
    StorageError
        If it cannot be written.
    """
    file = Path(path)
    writable_folder(file.parent)
    write_text(file, page(model))
    return file


def write_card(model: SavedModel, folder: str | os.PathLike[str]) -> Path:
    """Write `page` into the folder of a saved model, which is loaded without it."""
    return write_page(model, Path(folder) / PAGE)


def _made(card: ModelCard) -> str:
    parameters = ", ".join(f"{name} {value}" for name, value in card.estimator["parameters"].items())
    versions = ", ".join(
        f"{name} {card.versions[name]}" for name in ("rdkit", "scikit-learn", "lightgbm") if name in card.versions
    )
    return (
        f"{card.model_type}; {card.estimator['name']}{f' ({parameters})' if parameters else ''};"
        f" made {card.created} with {versions}"
    )


def _svg(figure: Chart) -> str:
    content = io.StringIO()
    figure.savefig(content, format="svg", facecolor="white")
    text = content.getvalue()
    return text[text.index("<svg") :]
