"""Text of strangers is spelt out before it is shown."""

from __future__ import annotations

import json
import sys
import unicodedata

import pytest

from screening.errors import FileError
from screening.printable import (
    json_without_direction_marks,
    one_line,
    printable,
    printable_lines,
    without_direction_marks,
)


def test_what_does_not_print_is_spelt_out() -> None:
    assert printable("plain Ünïcode µ 5\xa0nM") == "plain Ünïcode µ 5\xa0nM"
    assert printable("a\nb\x1b[31m\u202ec\U000e0001") == "a\\u000ab\\u001b[31m\\u202ec\\U000e0001"
    assert printable_lines("a\n\tb\r\x1b]0;x\x07") == "a\n\tb\\u000d\\u001b]0;x\\u0007"
    assert one_line("a\r\nb\tc\x00") == "a b c\\u0000"


def test_every_control_and_direction_mark_is() -> None:
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        turns = unicodedata.bidirectional(character) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        if turns or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
            assert printable(character) != character, hex(number)


def test_errors_are_one_line_that_prints() -> None:
    error = FileError("holds \x1b[2Jno\nstructure", source="in\u202ep.smi", where="record\r3")
    assert str(error) == "in\\u202ep.smi, record 3: holds \\u001b[2Jno structure."


@pytest.mark.parametrize(
    "text", ["a\u202eb", "\u202e\u2066", "\\\u202e", "\\\\\u200f", "\\u202e", 'é\u2028\n"', "plain"]
)
def test_json_whose_strings_spell_out_direction_marks(text: str) -> None:
    cleaned = json_without_direction_marks(json.dumps({"name": text, "n": [1]}))
    assert json.loads(cleaned) == {"name": without_direction_marks(text), "n": [1]}
