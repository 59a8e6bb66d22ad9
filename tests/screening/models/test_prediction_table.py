"""Predictions for SMILES come as a table: value, interval, domain, what is nearby, and what a compound is a twin of."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from screening.errors import MissingExtraError, ModelError, UsageError
from screening.models.storage import load_model
from screening.models.trained import TrainedModel
from screening.models.training_set import compound_block
from screening.models.twins import Twins
from screening.result_table import SHOWN, ResultTable

IMATINIB = "Cc1ccc(cc1Nc1nccc(n1)-c1cccnc1)NC(=O)c1ccc(cc1)CN1CCN(C)CC1"


def test_a_table_says_value_interval_and_nearest(model: TrainedModel) -> None:
    known = model.training_smiles[3]
    table = model.predict([known, "no molecule", "CCO"])
    assert table["smiles"] == [known, "no molecule", "CCO"]
    block = model.predict(compound_block([known]))
    first = table[0]
    assert first["affinity"] == pytest.approx(float(block.affinity[0]), abs=1e-4)
    assert first["lower"] < first["affinity"] < first["upper"]
    assert (first["seen_as"], first["seen_name"]) == ("itself", model.training_names[3])
    assert first["measured"] == pytest.approx(model.training.values[3])
    assert first["nearest_measured"] == pytest.approx(model.training.values[int(block.nearest[0])])
    assert table[1]["problem"]
    assert table[1]["affinity"] is None
    assert (table[2]["in_domain"], table[2]["seen_as"]) == (False, "")
    assert "90 % interval" in repr(table)
    assert "<table>" in table._repr_html_()


def test_one_smiles_and_wrong_things(model: TrainedModel) -> None:
    assert len(model.predict("CCO")) == 1
    assert len(model.predict([])) == 0
    with pytest.raises(UsageError, match="compound 2 is 5; expected SMILES"):
        model.predict(["CCO", 5])  # type: ignore[list-item]
    with pytest.raises(UsageError, match="of one target already"):
        model.predict("CCO", target="ABL1")


def test_a_kinase_model_says_what_it_needs_and_takes_a_name(data: object) -> None:
    model = load_model(f"{data}/models/kinome")
    with pytest.raises(UsageError, match=r"a protein kinase it is told, and none is given; expected .*target_names"):
        model.predict([IMATINIB])
    with pytest.raises(ModelError, match="has no target 'ABX'"):
        model.predict([IMATINIB], target="ABX")
    with pytest.raises(UsageError, match="target is 5"):
        model.predict([IMATINIB], target=5)
    row = model.predict([IMATINIB], target="abl1")[0]
    at = model.row("ABL1")
    compound = model.training_names.index(row["seen_name"])
    # What was measured at this target, not the mean over all.
    assert row["measured"] == pytest.approx(float(model.measured[compound, at]), abs=1e-4)
    by_sequence = model.predict([IMATINIB], target=model.target_sequences[at])[0]
    assert by_sequence["affinity"] == pytest.approx(row["affinity"])
    values, limits = model.bind_row(at).measured_values()
    assert np.array_equal(np.isfinite(values), np.isfinite(model.measured[:, at]))
    assert not limits[np.isnan(values)].any()


def test_a_twin_is_named_by_what_it_differs_in() -> None:
    twins = Twins(["C[C@H](N)C(=O)O", "Oc1ccccn1", "CCO"], [b"a", b"b", b"c"])
    assert twins.twin("CCO", b"c") == (2, "itself")
    assert twins.twin("C[C@@H](N)C(=O)O", b"x") == (0, "stereoisomer")
    assert twins.twin("O=c1cccc[nH]1", b"x") == (1, "tautomer")
    assert twins.twin("COC", b"x") is None


def test_without_pandas_there_is_one_sentence(model: TrainedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    table = model.predict(["CCO"])
    assert table.to_pandas()["smiles"].tolist() == ["CCO"]
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtraError, match="pandas is not installed; expected pip install pandas"):
        table.to_pandas()


def test_a_long_table_shows_its_beginning(model: TrainedModel) -> None:
    table = model.predict(["CCO"] * (SHOWN + 5))
    assert isinstance(table, ResultTable)
    assert "... and 5 more rows" in repr(table)
    assert len(list(table)) == SHOWN + 5
    with pytest.raises(UsageError, match="no column 'pKd'"):
        table["pKd"]
