"""Tables of measurements as ChEMBL, BindingDB, PubChem and people export them: which column says what.

A layout names the columns of structure, value, relation, unit, type, target, date and name. Where each row says its own
unit and type, values are converted row by row, and what is no affinity (an inhibition in %, a mass per volume ...) is
left out for a stated reason.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

from screening.compounds.files.columns import plain_name
from screening.errors import UsageError
from screening.models.affinity import AffinityKind
from screening.models.data.units import Unit

LAYOUTS = ("auto", "chembl", "bindingdb", "pubchem", "plain")

_KINDS = {"ic50": AffinityKind.PIC50, "ki": AffinityKind.PKI, "kd": AffinityKind.PKD, "ec50": AffinityKind.PEC50}
_VALUE = re.compile(r"^(?:log|neglog|minuslog)?(p?)(ic50|ki|kd|ec50)(?:value)?(nm|um|mm|pm|m|nanomolar|micromolar)?$")
_UNITS = {
    "nm": Unit.NANOMOLAR, "nanomolar": Unit.NANOMOLAR, "nmol/l": Unit.NANOMOLAR, "nmoll-1": Unit.NANOMOLAR,
    "um": Unit.MICROMOLAR, "micromolar": Unit.MICROMOLAR, "umol/l": Unit.MICROMOLAR, "umoll-1": Unit.MICROMOLAR,
    "millimolar": Unit.MILLIMOLAR, "mmol/l": Unit.MILLIMOLAR, "picomolar": Unit.PICOMOLAR, "pmol/l": Unit.PICOMOLAR,
    "m": Unit.MOLAR, "molar": Unit.MOLAR, "mol/l": Unit.MOLAR,
}  # fmt: skip
_RELATIONS = {
    **dict.fromkeys(("less than", "lt", "below"), "<"),
    **dict.fromkeys(("greater than", "more than", "gt", "above"), ">"),
    **dict.fromkeys(("equal", "equals", "eq", "equal to"), "="),
    **dict.fromkeys(("approximately", "approx", "about", "ca", "ca.", "circa"), "~"),
}
#: What PubChem writes below the header, and comments of ChEMBL that leave a value standing.
_PUBCHEM_ROWS = ("RESULT_",)
_SOUND = ("", "none", "null", "nan", "manually validated")


@dataclasses.dataclass(frozen=True)
class Layout:
    """Columns of a table by number; None where it has no such column.

    Attributes
    ----------
    name
        chembl, bindingdb, pubchem or plain.
    smiles, names, relation, unit, kind, target, date, pchembl, validity
        Columns.
    values
        Column, kind and unit of each column of values; kind or unit empty where the row says it.
    """

    name: str
    smiles: int
    values: tuple[tuple[int, AffinityKind | None, str], ...]
    names: int | None = None
    relation: int | None = None
    unit: int | None = None
    kind: int | None = None
    target: int | None = None
    date: int | None = None
    pchembl: int | None = None
    validity: int | None = None


def recognise(header: Sequence[str], smiles: int, names: int | None, wanted: str, source: object) -> Layout:
    """Return the layout of a table from its header.

    Raises
    ------
    UsageError
        If it is none that was asked for, or no column or several could hold the affinity.
    """
    if wanted not in LAYOUTS:
        raise UsageError(f"{wanted!r} is no layout", expected=f"one of {', '.join(LAYOUTS)}")
    plain = [plain_name(text) for text in header]

    def at(*options: str) -> int | None:
        return next((plain.index(option) for option in options if option in plain), None)

    columns: dict[str, Any] = {
        "smiles": smiles, "names": names,
        "date": at("documentyear", "year", "date", "curationdate", "dateofpublication"),
        "target": at("targetchemblid", "targetname", "target", "targetpreferredname", "targetpref_name"),
    }  # fmt: skip
    found: Layout | None = None
    if "pubchemactivityoutcome" in plain or any(text.startswith("pubchemresult") for text in plain):
        micromolar = at("pubchemstandardvalue")
        value = micromolar if micromolar is not None else at("standardvalue", "ic50", "ki", "kd", "ec50")
        if value is not None:
            unit = "uM" if micromolar is not None else ""
            kind = _KINDS.get(plain[value])
            found = Layout(
                "pubchem", values=((value, kind, unit),), relation=at("standardrelation", "relation", "qualifier"),
                unit=None if unit else at("standardunits", "units", "unit"), kind=at("standardtype", "activitytype"),
                **columns,
            )  # fmt: skip
    elif "standardvalue" in plain and "standardtype" in plain:
        found = Layout(
            "chembl", values=((plain.index("standardvalue"), None, ""),), relation=at("standardrelation", "relation"),
            unit=at("standardunits"), kind=at("standardtype"), pchembl=at("pchemblvalue"),
            validity=at("datavaliditycomment"), **columns,
        )  # fmt: skip
    elif "ligandsmiles" in plain:
        values = tuple((plain.index(f"{text}nm"), kind, "nM") for text, kind in _KINDS.items() if f"{text}nm" in plain)
        found = Layout("bindingdb", values=values, **columns) if values else None
    if found is None or wanted == "plain":
        found = _plain_layout(
            header, plain, columns, at("unit", "units"), at("relation", "qualifier", "operator"), source
        )
    if wanted not in ("auto", found.name):
        raise UsageError(
            f"its columns are not those of {wanted} ({', '.join(map(repr, header[:12]))})", source=source,
            expected=f"the columns as {wanted} exports them" + ("" if found.name == "plain" else f", or {found.name}"),
        )  # fmt: skip
    return found


def _plain_layout(
    header: Sequence[str],
    plain: Sequence[str],
    columns: dict[str, Any],
    unit: int | None,
    relation: int | None,
    source: object,
) -> Layout:
    values = []
    for at, text in enumerate(plain):
        match = _VALUE.match(text.replace("µ", "u").replace("μ", "u"))
        if match and at not in (columns["smiles"], columns["names"]):
            values.append((at, _KINDS[match[2]], "p" if match[1] else _unit_of_header(header[at])))
    if len(values) != 1:
        shown = ", ".join(repr(header[at]) for at, _, _ in values) or ", ".join(map(repr, header[:20]))
        said = "several columns could hold the affinity" if values else "no column is named after an affinity"
        raise UsageError(f"{said} ({shown})", source=source, expected="the name of one (--value COLUMN, with --unit)")
    return Layout("plain", values=tuple(values), relation=relation, unit=unit, **columns)


def _unit_of_header(text: str) -> str:
    match = re.search(r"[\s_(\[]([munpµμ]?M)\b\)?\]?\s*$", text)
    return match[1] if match else ""


def unit_of(text: str) -> Unit | None:
    """Return the unit that a cell names, None if it is no concentration; ``mM`` and ``pM`` only as written so."""
    plain = text.strip().replace("µ", "u").replace("μ", "u").replace("·", "").replace(" ", "")
    if plain in ("mM", "pM"):
        return Unit(plain)
    if plain in ("mm", "pm"):
        return None
    return _UNITS.get(plain.lower())


def kind_of(text: str) -> tuple[AffinityKind | None, bool]:
    """Return the kind of affinity that a cell names, None if it is none, and whether its values are -log10 molar."""
    plain = plain_name(text)
    logarithm = plain.startswith("p") and plain[1:] in _KINDS
    return _KINDS.get(plain[1:] if logarithm else plain), logarithm


def relation_of(text: str) -> str:
    """Return a relation without quotes, words as signs; an unknown one as it is."""
    plain = text.strip().strip("'\"").strip()
    return _RELATIONS.get(plain.lower(), plain)


def is_remark(cells: Sequence[str]) -> bool:
    """Say whether a row is one of those that PubChem writes below the header."""
    return bool(cells) and cells[0].startswith(_PUBCHEM_ROWS)


def is_sound(comment: str) -> bool:
    """Say whether a comment on the validity of a value leaves it standing."""
    return comment.strip().lower() in _SOUND
