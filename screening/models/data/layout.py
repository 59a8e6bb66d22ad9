"""Tables of measurements as ChEMBL, BindingDB, PubChem and people export them: which column says what.

A layout names the columns of structure, value, relation, unit, type, target, date and name. Where each row says its own
unit and type, values are converted row by row, and what is no affinity (an inhibition in %, a mass per volume ...) is
left out for a stated reason. Columns whose names are everyday words (``unit``, ``type``) count only if their cells are
units or types.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence

from screening.compounds.files.columns import asked as column_asked
from screening.compounds.files.columns import plain_name
from screening.errors import UsageError
from screening.models.affinity import AffinityKind
from screening.models.data.layout_words import KINDS, is_relation, kind_of
from screening.models.data.typed_text import molar, typed
from screening.models.data.units import Unit, unit_of
from screening.models.data.written_number import take_apart

LAYOUTS = ("auto", "chembl", "bindingdb", "pubchem", "plain")

#: Columns of values in tables that name what was measured in another column.
_GENERIC = (
    "value", "activityvalue", "resultvalue", "result", "standardvalue", "measuredvalue", "measurement", "affinity",
    "activity", "numericvalue", "wert", "messwert", "valeur", "valor", "valore",
)  # fmt: skip
_TARGETS = (
    "targetchemblid", "targetname", "target", "targetpreferredname", "targetprefname", "targetid", "zielprotein",
    "cible", "diana", "bersaglio",
)  # fmt: skip
_DATES = (
    "documentyear", "year", "date", "assaydate", "experimentdate", "testdate", "measurementdate", "curationdate",
    "dateofpublication", "publicationdate", "dateinbindingdb",
)  # fmt: skip
#: Columns of relation, unit and type in tables of people, in the languages they write.
_RELATIONS = (
    "relation", "qualifier", "operator", "modifier", "prefix", "standardrelation", "activityqualifier",
    "activityrelation", "relacion", "relazione", "acqualifier",
)  # fmt: skip
_UNITS = (
    "units", "unit", "valueunit", "standardunits", "activityunit", "activityunits", "resultunit", "resultunits",
    "unitofmeasure", "einheit", "unité", "unite", "unidad", "unità", "unita", "unidade",
)  # fmt: skip
_TYPES = (
    "type", "activitytype", "measurementtype", "endpoint", "resulttype", "parameter", "standardtype", "activityname",
    "acname", "typ", "tipo", "messgröße", "paramètre",
)  # fmt: skip
_ASSAYS = ("assaychemblid", "assayid", "assay", "assayname", "pubchemaid", "aid")
#: Words of columns that belong to an affinity without being its value.
_BESIDE = frozenset(
    "relation qualifier operator prefix modifier unit units type date sd std stdev sem se stderr error err n count hill"
    " hillslope slope low lower high upper ci comment comments class active fold ratio rank rmse cv r2 source"
    " ref".split()
)


@dataclasses.dataclass(frozen=True)
class Asked:
    """What the user says of a table; None leaves it to the table."""

    layout: str = "auto"
    value: str | None = None
    unit: Unit | None = None
    kind: AffinityKind | None = None
    target: str | None = None
    qualifier: str | None = None
    date: str | None = None
    side: str | None = None


@dataclasses.dataclass(frozen=True)
class Layout:
    """Columns of a table by number; None where it has no such column.

    Attributes
    ----------
    name
        chembl, bindingdb, pubchem or plain.
    smiles, names, relation, unit, kind, target, date, assay, pchembl, validity, side
        Columns.
    values
        Column, kind and unit of each column of values; kind or unit empty where the row says it. The unit of values
        that are -log10 molar is ``p``.
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
    assay: int | None = None
    pchembl: int | None = None
    validity: int | None = None
    side: int | None = None


class _Header:
    """The header of a table and its first rows, asked for columns."""

    def __init__(self, header: Sequence[str], sample: Sequence[Sequence[str]]) -> None:
        self.header = header
        self.plain = [plain_name(text) for text in header]
        self._sample = sample

    @property
    def empty(self) -> bool:
        """Whether there is no row below the header."""
        return not any(cell.strip() for row in self._sample for cell in row)

    def at(self, *options: str) -> int | None:
        return next((self.plain.index(option) for option in options if option in self.plain), None)

    def holding(self, test: Callable[[str], bool], *options: str) -> int | None:
        """Return the first column so called of whose filled cells at least half pass."""
        named = (self.plain.index(option) for option in options if option in self.plain)
        return next((at for at in named if self.share(at, test) >= 0.5), None)

    def share(self, at: int, test: Callable[[str], bool]) -> float:
        cells = [row[at].strip() for row in self._sample if at < len(row) and row[at].strip()]
        return sum(map(test, cells)) / len(cells) if cells else 0.0


def recognise(
    header: Sequence[str],
    smiles: int,
    names: int | None,
    given: Asked,
    source: object,
    sample: Sequence[Sequence[str]] = (),
) -> Layout:
    """Return the layout of a table from its header and first rows.

    Raises
    ------
    UsageError
        If it is none that was asked for, or no column or several could hold the affinity.
    """
    if given.layout not in LAYOUTS:
        raise UsageError(f"{given.layout!r} is no layout", expected=f"one of {', '.join(LAYOUTS)}")
    table = _Header(header, sample)
    value = column_asked(header, given.value, source)
    found = _known_layout(table, smiles, names)
    if value is not None:
        found = _told_value(table, found or Layout("plain", smiles, (), names), value)
    elif found is None or given.layout == "plain":
        found = _plain_layout(table, Layout("plain", smiles, (), names), source)
    if given.layout not in ("auto", found.name):
        raise UsageError(
            f"its columns are not those of {given.layout} ({', '.join(map(repr, header[:12]))})", source=source,
            expected=f"the columns as {given.layout} exports them"
            + ("" if found.name == "plain" else f", or {found.name}"),
        )  # fmt: skip
    told = {
        "relation": column_asked(header, given.qualifier, source),
        "date": column_asked(header, given.date, source),
        "side": column_asked(header, given.side, source),
    }
    relation, date = told["relation"], told["date"]
    return dataclasses.replace(
        found, target=table.at(*_TARGETS), assay=table.at(*_ASSAYS), side=told["side"],
        date=table.at(*_DATES) if date is None else date, relation=found.relation if relation is None else relation,
    )  # fmt: skip


def _known_layout(table: _Header, smiles: int, names: int | None) -> Layout | None:
    plain, at = table.plain, table.at
    if "pubchemactivityoutcome" in plain or any(text.startswith("pubchemresult") for text in plain):
        micromolar = at("pubchemstandardvalue")
        value = micromolar if micromolar is not None else at("standardvalue", "ic50", "ki", "kd", "ec50")
        if value is None:
            return None
        unit = "uM" if micromolar is not None else ""
        return Layout(
            "pubchem", smiles, ((value, KINDS.get(plain[value]), unit),), names,
            relation=at("standardrelation", "relation", "qualifier"),
            unit=None if unit else at("standardunits", "units", "unit"), kind=at("standardtype", "activitytype"),
        )  # fmt: skip
    if "standardtype" in plain and ("standardvalue" in plain or "pchemblvalue" in plain):
        pchembl = at("pchemblvalue")
        if "standardvalue" not in plain:
            assert pchembl is not None
            return Layout(
                "chembl", smiles, ((pchembl, None, "p"),), names, kind=at("standardtype"),
                validity=at("datavaliditycomment"),
            )  # fmt: skip
        return Layout(
            "chembl", smiles, ((plain.index("standardvalue"), None, ""),), names,
            relation=at("standardrelation", "relation"), unit=at("standardunits"), kind=at("standardtype"),
            pchembl=pchembl, validity=at("datavaliditycomment"),
        )  # fmt: skip
    if "ligandsmiles" in plain:
        values = tuple((plain.index(f"{text}nm"), kind, "nM") for text, kind in KINDS.items() if f"{text}nm" in plain)
        return Layout("bindingdb", smiles, values, names) if values else None
    return None


def _told_value(table: _Header, found: Layout, value: int) -> Layout:
    """Return the layout of a table whose column of values is told: the columns that speak of it are those beside it."""
    known = next((one for one in found.values if one[0] == value), None)
    if known is not None:
        return dataclasses.replace(found, values=(known,))
    kind, unit = _of_header(table.header[value])
    if table.plain[value] == "pchemblvalue" or unit == "p":
        types = table.holding(_is_kind, "standardtype", "type", "activitytype") if kind is None else None
        return dataclasses.replace(
            found, values=((value, kind, "p"),), relation=None, unit=None, kind=types, pchembl=None
        )
    return dataclasses.replace(
        _beside(table, dataclasses.replace(found, name="plain"), kind is None),
        values=((value, kind, unit),), validity=found.validity,
    )  # fmt: skip


def _beside(table: _Header, layout: Layout, of_any_kind: bool) -> Layout:
    """Return a layout with the columns of relation, unit and type that a table of people has."""
    return dataclasses.replace(
        layout,
        relation=table.holding(is_relation, *_RELATIONS),
        unit=table.holding(lambda text: unit_of(text) is not None, *_UNITS),
        kind=table.holding(_is_kind, *_TYPES) if of_any_kind else None,
        pchembl=None,
    )


def _is_kind(text: str) -> bool:
    return kind_of(text)[0] is not None


def _is_number(text: str) -> bool:
    return take_apart(text) is not None


def _plain_layout(table: _Header, layout: Layout, source: object) -> Layout:
    header = table.header
    values: list[tuple[int, AffinityKind | None, str]] = []
    for at, text in enumerate(header):
        kind, unit = _of_header(text)
        if kind and at not in (layout.smiles, layout.names) and table.share(at, _is_number) >= 0.5:
            values.append((at, kind, unit))
    pchembl = table.at("pchemblvalue", "pchembl")
    concentrations = [one for one in values if one[2] != "p"]
    logs = [one for one in values if one[2] == "p"]
    if len(concentrations) == len(logs) == 1 and concentrations[0][1] == logs[0][1]:
        # The same twice: the concentration where its unit is known, checked by the other.
        with_unit = concentrations[0][2] or table.at("unit", "units") is not None
        values, pchembl = (concentrations, logs[0][0]) if with_unit else (logs, None)
    if not values:
        generic = table.holding(_is_number, *_GENERIC)
        if generic is not None:
            values = [(generic, None, "")]
        elif (stated := _generic_with_unit(table)) is not None:
            values = [stated]
        elif pchembl is not None:
            return dataclasses.replace(
                layout, values=((pchembl, None, "p"),), kind=table.holding(_is_kind, "type", "activitytype")
            )
    if len(values) != 1 and table.empty:
        raise UsageError("holds no row below its heading", source=source, expected="measured values")
    if len(values) != 1:
        shown = ", ".join(repr(header[at]) for at, _, _ in values) or ", ".join(map(repr, header[:20]))
        said = "several columns could hold the affinity" if values else "no column is named after an affinity"
        raise UsageError(f"{said} ({shown})", source=source, expected="the name of one (--value COLUMN, with --unit)")
    if values[0][2] == "p":
        return dataclasses.replace(_beside(table, layout, False), values=tuple(values), unit=None)
    found = _beside(table, layout, values[0][1] is None)
    return dataclasses.replace(found, values=tuple(values), pchembl=pchembl)


def _generic_with_unit(table: _Header) -> tuple[int, AffinityKind | None, str] | None:
    """Return the column of values whose name says its unit too: ``Activity Value [uM]``; PubChem's acvalue is in uM."""
    for at, text in enumerate(table.header):
        if table.plain[at] == "acvalue":
            return (at, None, "uM") if table.share(at, _is_number) >= 0.5 else None
        words = re.split(r"[\s_,;()\[\]]+", molar(typed(text)))
        units = [word for word in words if unit_of(word) is not None]
        rest = plain_name("".join(word for word in words if word not in units))
        if len(units) == 1 and rest in _GENERIC and table.share(at, _is_number) >= 0.5:
            return at, None, units[0]
    return None


def _of_header(text: str) -> tuple[AffinityKind | None, str]:
    """Return the kind of affinity that a column is named after, and its unit (``p`` for -log10 molar; empty: none).

    ``log IC50`` is named after none: nobody can tell its sign.
    """
    plain = molar(typed(text)).replace("µ", "u").replace("μ", "u").replace("\u2212", "-")
    # One word however it is set: IC_50, IC 50, IC(50), K_i, K(i), p(IC50).
    plain = re.sub(r"(?<![A-Za-z])(p?)\(?((?:IC|EC)[ _-]?\(?50\)?|K[_]?\(?[id]\)?)(?![A-Za-z0-9])\)?", _joined, plain,
                   flags=re.IGNORECASE)  # fmt: skip
    words = re.findall(r"[A-Za-z0-9]+", re.sub(r"(?<=[a-z0-9])_|_(?=[a-zA-Z])", " ", plain))
    lower = [word.lower() for word in words]
    kinds = []
    for word in lower:
        match = re.fullmatch(r"(p?)(?:log)?(ic50|ki|kd|ec50)(nm|um|mm|pm|nanomolar|micromolar)?", word)
        if match:
            kinds.append((KINDS[match[2]], "p" if match[1] else match[3] or ""))
    if len(kinds) != 1 or _BESIDE & set(lower):
        return None, ""
    kind, unit = kinds[0]
    if unit == "p":
        return kind, "p"
    if any("log" in word for word in lower):
        negative = re.search(r"-\s?log|neg(ative)?[ _]?log|minus[ _]?log", plain, re.IGNORECASE)
        return (kind, "p") if negative and not set(lower) & {"nm", "um", "mm", "pm"} else (None, "")
    if unit in ("mm", "pm"):
        unit = plain.strip()[-2:] if plain.strip()[-2:] in ("mM", "pM") else ""
    named = [
        word for word in words if word in ("M", "mM", "pM") or word.lower() in ("nm", "um", "nanomolar", "micromolar")
    ]
    return kind, unit or (named[-1] if named else "")


def _joined(match: re.Match[str]) -> str:
    return (match[1] or " ") + re.sub(r"[ _()-]", "", match[2]) + " "
