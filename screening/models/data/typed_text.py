"""Headers and cells as programs of other languages, word processors and web pages type them, in plain characters.

Digits of other scripts, full-width letters, subscripts (``IC₅₀``), superscripts (``10⁻⁷``), decimal signs (``0·5``),
entities of HTML (``&gt;``) and the ``="..."`` by which tables keep Excel from reading a cell become what they mean.
"""

from __future__ import annotations

import html
import re
import unicodedata

_SUPERSCRIPTS = {**{ord(sign): str(digit) for digit, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}, ord("⁻"): "-", ord("⁺"): "+"}
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_ARABIC = {0x066B: ".", 0x066C: ","}
_GUARDED = re.compile(r'^="(.*)"$', re.DOTALL)
#: Concentrations by their amounts: nmol/L, µmol·L-1.
_MOL_PER_LITRE = re.compile(r"(?<![A-Za-z])([nuµμmp]?)mol\s*(?:/\s*|[.·\s]\s*)?[lL](?:\s*\^?\s*\(?-1\)?|\b)")


def typed(text: str) -> str:
    """Return a cell or header in plain characters; plain text comes back as it is."""
    if text.isascii() and "&" not in text and not text.startswith("="):
        return text
    guarded = _GUARDED.match(text.strip())
    if guarded:
        text = guarded[1]
    if "&" in text:
        text = html.unescape(text)
    if text.isascii():
        return text
    text = text.translate(_ARABIC)
    text = _RAISED.sub(lambda match: "^" + match[0].translate(_SUPERSCRIPTS), text)
    text = re.sub(r"(?<=\d)[·⋅∙](?=\d)", ".", text)
    text = "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() and not letter.isascii() else letter for letter in text
    )
    return unicodedata.normalize("NFKC", text)


def molar(text: str) -> str:
    """Return a header in which amounts per litre are written as concentrations: ``nmol/L`` as ``nM``."""
    return _MOL_PER_LITRE.sub(lambda match: match[1] + "M", text)
