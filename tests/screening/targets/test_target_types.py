"""Residue ids print as text that parses back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.errors import UsageError
from screening.targets.target import ResidueId

_CODES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=5)


@given(
    chain=st.text("ABCdef123", min_size=1, max_size=4),
    number=st.integers(-999, 99_999),
    code=st.sampled_from(["", "A", "B", "z"]),
    name=_CODES,
)
def test_residue_text_parses_back(chain: str, number: int, code: str, name: str) -> None:
    residue = ResidueId(chain, number, code, name)
    assert ResidueId.parse(str(residue)) == residue


def test_codes_that_end_in_a_digit_are_set_apart() -> None:
    assert str(ResidueId("A", 301, "", "SO4")) == "A:SO4_301"
    assert str(ResidueId("A", 129, "B", "ASP")) == "A:ASP129B"
    assert ResidueId.parse("A:129") == ResidueId("A", 129)


@pytest.mark.parametrize("text", ["", "ASP129", "A:", "A:ASP", "A:ASP12.5"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="names no residue"):
        ResidueId.parse(text)
