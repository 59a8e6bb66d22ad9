from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from screening.errors import UsageError
from workbench.plots import save_figure, score_distribution


def ranking(count: int) -> pa.Table:
    return pa.table(
        {
            "affinity": pa.array([9 - i / 100 for i in range(count)], pa.float32()),
            "kind": ["pKi"] * count,
            "known": [i == 3 for i in range(count)],
        }
    )


def test_all_and_the_best_are_counted() -> None:
    figure = score_distribution(ranking(500), top=20, marked={"adenosine": 6.0})
    [axes] = figure.axes
    texts = [text.get_text() for text in axes.get_legend().get_texts()]
    assert texts == ["all 500 compounds", "best 20", "seen in training (1)"]
    assert sum(bar.get_height() for bar in axes.containers[0]) == 500
    assert sum(bar.get_height() for bar in axes.containers[1]) == 20
    assert axes.get_xlabel() == "predicted pKi"


def test_it_shows_itself_and_saves_with_one_call(tmp_path: Path) -> None:
    figure = score_distribution(ranking(50))
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert save_figure(figure, tmp_path / "a.svg").read_text().lstrip().startswith("<?xml")
    with pytest.raises(UsageError, match=r"cannot save a figure as a\.docx"):
        save_figure(figure, tmp_path / "a.docx")


def test_nothing_to_draw_is_said() -> None:
    with pytest.raises(UsageError, match="there are no predicted affinities to draw"):
        score_distribution(ranking(0))
