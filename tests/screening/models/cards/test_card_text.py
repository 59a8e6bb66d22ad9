from __future__ import annotations

import dataclasses

import pytest

from screening.models.affinity import AffinityKind, ScoreKind, kind_of, meaning
from screening.models.cards import card_text
from screening.models.cards.comparison import comparison
from screening.models.trained import TrainedModel


def test_every_number_of_the_card_is_in_its_text(model: TrainedModel) -> None:
    text = card_text.as_text(model.card)
    for name, split in model.card.evaluation.items():
        assert f"{name}: asks for {card_text.QUESTIONS[name]}; {split['how']}" in text
        for numbers in (split["model"], *split["baselines"].values()):
            assert f"RMSE {numbers['rmse']:.3f}, MAE {numbers['mae']:.3f}" in text
        assert split["leakage"]["sentence"] in text
        assert f"interval holds {split['interval']['coverage']:.1%}" in text
    ranked = model.card.evaluation["random cross-validation"]["ranking"]["this model"]
    assert f"{ranked['bedroc']:.2f} ({ranked['bedroc_low']:.2f} to {ranked['bedroc_high']:.2f})" in text
    for sentence in model.card.limitations:
        assert f"note: {sentence}" in text


def test_html_escapes_what_a_file_was_called(model: TrainedModel) -> None:
    card = dataclasses.replace(model.card, title="<b>", data=model.card.data | {"source": "a<script>.csv"})
    page = card_text.as_html(card)
    assert "<script>" not in page
    assert "<b>&lt;b&gt;</b>" in page
    assert page.count("<table>") == page.count("</table>") >= 3


def test_how_the_table_was_understood_stands_before_the_tables_and_not_among_the_notes(model: TrainedModel) -> None:
    data = model.card.data | {"source": "a.csv", "understood": ["Read as chembl.", "Left out: 3."], "notes": ["Old."]}
    card = dataclasses.replace(model.card, data=data)
    text = card_text.as_text(card)
    assert text.index("How a.csv was understood") < text.index("Left out: 3.") < text.index("scaffold split")
    assert text.count("Left out: 3.") == card_text.as_html(card).count("<li>Left out: 3.</li>") == 1
    assert "note: Old." in text
    assert "understood" not in card_text.as_text(dataclasses.replace(card, data=data | {"understood": []}))


def test_measured_values_are_named_as_what_they_are(model: TrainedModel) -> None:
    assert card_text.measured_text(model.card, 7.123) == "measured pIC50 7.12"
    assert card_text.measured_text(model.card, 5.0, -1) == "measured pIC50 < 5.00"
    labelled = dataclasses.replace(model.card, data=model.card.data | {"measured": "label", "threshold": 0.5})
    assert card_text.measured_text(labelled, 1.0) == "active"


def test_models_of_the_same_data_compare_without_a_warning(model: TrainedModel) -> None:
    assert comparison({"a": model.card, "b": model.card}).warnings == []
    other = dataclasses.replace(model.card, data=model.card.data | {"key": "another"})
    found = comparison({"a": model.card, "b": other})
    assert len(found.warnings) == 2
    assert [table.title for table in found.tables()] == list(model.card.evaluation)
    assert found.tables()[0].columns[:3] == ("model", "tested", "RMSE")


def test_each_kind_of_number_has_a_meaning_of_its_own() -> None:
    kinds = [*AffinityKind, *ScoreKind]
    assert len({meaning(kind).of for kind in kinds}) == len(kinds)
    assert all(kind_of(str(kind)) is kind for kind in kinds)
    with pytest.raises(ValueError, match="IC50"):
        kind_of("IC50")
