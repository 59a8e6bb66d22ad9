"""Conditions and fingerprints on contacts."""

from __future__ import annotations

import pytest

from screening.errors import UsageError
from screening.poses.interactions.conditions import parse_condition, unmet
from screening.poses.interactions.contact import Contact
from screening.poses.interactions.fingerprint import interaction_fingerprints
from screening.targets.target import ResidueId


def contact(kind: str, residue: str, atom: str = "N") -> Contact:
    return Contact(kind, ResidueId.parse(residue), atom, 0, "N1", 2.9, (0, 0, 0), (0, 0, 2.9))


HINGE = [contact("hydrogen bond", "A:MET793"), contact("hydrophobic", "A:LEU718", "CB")]


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("hbond MET793", True), ("hbond A:MET793", True), ("hbond 793 N", True), ("hydrogen bond met793", True),
        ("hbond MET793 O", False), ("hbond B:MET793", False), ("hbond GLN791", False), ("contact LEU718", True),
        ("salt bridge", False), ("no clash", True), ("no hydrophobic LEU718", False), ("polar A:793", True),
    ],
)  # fmt: skip
def test_conditions_are_read_as_a_chemist_writes_them(text, met) -> None:
    assert parse_condition(text).met_by(HINGE) is met


@pytest.mark.parametrize("text", ["", "MET793", "hbond MET", "likes MET793", "hbond MET793 N O"])
def test_what_is_no_condition_is_refused_in_one_sentence(text) -> None:
    with pytest.raises(UsageError, match="no condition on contacts"):
        parse_condition(text)


def test_unmet_conditions_are_named() -> None:
    asked = [parse_condition("hbond MET793"), parse_condition("metal")]
    assert [one.text for one in unmet(asked, HINGE)] == ["metal"]


def test_fingerprints_compare_poses_by_kind_and_residue() -> None:
    water = contact("hydrogen bond", "A:HOH5", "O")
    found = interaction_fingerprints({"a": [*HINGE, water], "b": HINGE[:1], "c": []})
    assert [f"{residue} {kind}" for residue, kind in found.columns] == [
        "A:LEU718 hydrophobic",
        "A:MET793 hydrogen bond",
    ]
    assert found.similarity(0).tolist() == [1.0, 0.5, 0.0]
    assert found.share().tolist() == pytest.approx([1 / 3, 2 / 3])
