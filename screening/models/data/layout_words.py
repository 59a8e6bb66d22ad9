"""Words in the cells of tables of measurements: kinds of affinity, relations, and comments on a value."""

from __future__ import annotations

from collections.abc import Sequence

from screening.compounds.files.columns import plain_name
from screening.models.affinity import AffinityKind
from screening.models.data.typed_text import typed

KINDS = {"ic50": AffinityKind.PIC50, "ki": AffinityKind.PKI, "kd": AffinityKind.PKD, "ec50": AffinityKind.PEC50}
_RELATIONS = {
    **dict.fromkeys(("less than", "lt", "below"), "<"),
    **dict.fromkeys(("greater than", "more than", "gt", "above"), ">"),
    **dict.fromkeys(("equal", "equals", "eq", "equal to", "=="), "="),
    **dict.fromkeys(("approximately", "approx", "approx.", "about", "ca", "ca.", "circa"), "~"),
}
_SIGNS = ("", "=", "<", ">", "<=", ">=", "=<", "=>", "<<", ">>", "~", "≥", "≤", "≈")
#: What PubChem writes below the header, and comments of ChEMBL that leave a value standing.
_PUBCHEM_ROWS = ("RESULT_",)
_SOUND = ("", "none", "null", "nan", "manually validated")


def kind_of(text: str) -> tuple[AffinityKind | None, bool]:
    """Return the kind of affinity that a cell names, None if it is none, and whether its values are -log10 molar."""
    text = typed(text)
    plain = plain_name(text)
    negative = plain.startswith("log") and text.strip().startswith(("-", "\u2212"))
    bare = plain.removeprefix("log") if negative else plain
    logarithm = negative or (bare.startswith("p") and bare[1:] in KINDS)
    return KINDS.get(bare[1:] if bare[1:] in KINDS and bare.startswith("p") else bare), logarithm


def relation_of(text: str) -> str:
    """Return a relation without quotes, words as signs; an unknown one as it is."""
    plain = typed(text).strip().strip("'\"").strip()
    return _RELATIONS.get(plain.lower(), plain)


def is_relation(text: str) -> bool:
    """Say whether a cell is a relation such as ``>``, ``'='`` or ``less than``."""
    return relation_of(text) in _SIGNS


def is_remark(cells: Sequence[str]) -> bool:
    """Say whether a row is one of those that PubChem writes below the header."""
    return bool(cells) and cells[0].startswith(_PUBCHEM_ROWS)


def is_sound(comment: str) -> bool:
    """Say whether a comment on the validity of a value leaves it standing."""
    return comment.strip().lower() in _SOUND
