"""Titles of structures as people read them; files and exports keep them as they were deposited."""

from __future__ import annotations

import re

#: Abbreviations with vowels in titles of structures that are no words.
_NAMES = frozenset(
    "PKI PKA DNA RNA ATP ADP AMP GTP GDP GMP NAD FAD NADH NADP NADPH EGFR HER ABL HIV SARS COV COA USP AKT"
    " ALK BRAF KRAS RAS RET".split()
)


def sentence_case(title: str) -> str:
    """Return a title that is all capitals, as the PDB writes them, with one capital and short names as they were.

    Words of digits and letters (``PKI(5-24)``) and known abbreviations keep their capitals; other titles stay
    as they are.
    """
    letters = [letter for letter in title if letter.isalpha()]
    if len(letters) < 12 or any(letter.islower() for letter in letters):
        return title
    words = []
    for word in title.split(" "):
        parts = re.split(r"([-/(),.:;])", word)
        words.append("".join(part if _is_name(part) else "cAMP" if part == "CAMP" else part.lower() for part in parts))
    said = " ".join(words)
    first = next((i for i, letter in enumerate(said) if letter.isalpha()), 0)
    return said if said[first:].startswith("cAMP") else said[:first] + said[first].upper() + said[first + 1 :]


def _is_name(word: str) -> bool:
    if any(letter.isdigit() for letter in word) and any(letter.isalpha() for letter in word):
        return True
    # No word of a language is without a vowel.
    return word in _NAMES or (len(word) > 1 and word.isalpha() and not set(word) & set("AEIOUY"))
