"""Protein variants as people and programs write them: ``T790M``, ``p.Leu858Arg``, a table of them."""

from __future__ import annotations

import csv
import dataclasses
import io
import os
import re

from Bio.Data import IUPACData

from screening.errors import FileError, UsageError
from screening.provenance import require_file

_THREE = {name.upper(): letter for name, letter in IUPACData.protein_letters_3to1.items()}
_ONE = re.compile(r"^([ACDEFGHIKLMNPQRSTVWY])(\d+)([ACDEFGHIKLMNPQRSTVWY*=])$", re.I)
_LONG = re.compile(r"^([A-Z]{3})(\d+)([A-Z]{3}|\*|=)$", re.I)
_OTHER = re.compile(r"(fs|del|ins|dup|ext|delins|\d+_)", re.I)

#: Column names, in lower case, under which tables give a variant.
TEXT_COLUMNS = (
    "variant", "mutation", "protein_change", "hgvsp", "hgvs_p", "hgvsp_short", "aa_change", "aachange",
    "amino_acid_change", "protein change", "hgvs.p", "change",
)  # fmt: skip
_POSITION_COLUMNS = ("position", "pos", "protein_position", "aa_position")
_FROM_COLUMNS = ("ref", "reference", "wild_type", "wildtype", "wt", "ref_aa", "aa_ref")
_TO_COLUMNS = ("alt", "alternative", "mutant", "mut", "alt_aa", "aa_alt")


@dataclasses.dataclass(frozen=True)
class Variant:
    """One exchanged residue: `position` counts from 1 in the reference sequence; `mutant` ``*`` is a stop."""

    wild_type: str
    position: int
    mutant: str
    text: str = ""

    def __str__(self) -> str:
        return f"{self.wild_type}{self.position}{self.mutant}"


@dataclasses.dataclass(frozen=True)
class UnreadVariant:
    """A variant that cannot be placed because its text says something else than an exchange; `reason` says what."""

    text: str
    reason: str


def parse_variant(text: str) -> Variant:
    """Read ``T790M``, ``p.T790M``, ``p.Thr790Met``, ``p.(Leu858Arg)``, ``EGFR:p.L858R`` or ``NP_005219.2:p.Thr790Met``.

    Raises
    ------
    UsageError
        If the text is no exchange of one residue.
    """
    bare = text.strip().rsplit(":", 1)[-1].strip()
    bare = re.sub(r"^p\.", "", bare, flags=re.I).strip("()[] ")
    short = _ONE.match(bare)
    if short:
        return Variant(short[1].upper(), int(short[2]), _same(short[3], short[1]), text.strip())
    long = _LONG.match(bare)
    if long:
        wild = _THREE.get(long[1].upper())
        mutant = "*" if long[3].upper() in ("TER", "*") else long[3] if long[3] == "=" else _THREE.get(long[3].upper())
        if wild and mutant:
            return Variant(wild, int(long[2]), _same(mutant, wild), text.strip())
    if _OTHER.search(bare) and any(letter.isdigit() for letter in bare):
        raise UsageError(f"{text.strip()!r} is no exchange of one residue (insertions, deletions and frame shifts "
                         "cannot be placed)", expected="a variant such as T790M or p.Leu858Arg")  # fmt: skip
    raise UsageError(f"{text.strip()!r} is no protein variant", expected="a variant such as T790M or p.Leu858Arg")


def _same(mutant: str, wild: str) -> str:
    return wild.upper() if mutant == "=" else mutant.upper()


def read_variants(path: str | os.PathLike[str]) -> list[Variant | UnreadVariant]:
    """Read a CSV, TSV or VCF-like table, or one variant a line; every row gives a variant or the reason why not.

    The table needs a column with the variant's text (``variant``, ``HGVSp``, ``protein_change`` ...) or three with
    position, reference and alternative residue (``POS``, ``REF``, ``ALT``).

    Raises
    ------
    FileError
        If the file cannot be read or has no such column.
    """
    path = require_file(path, "a table of protein variants")
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text("latin-1")
    except OSError as error:
        raise FileError(f"cannot be read ({error.strerror})", source=path) from error
    if "\0" in text:
        raise FileError("holds binary data", source=path, expected="a table of protein variants")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("##")]
    if not lines:
        raise FileError("holds nothing", source=path, expected="a table of protein variants")
    if not any(mark in lines[0] for mark in ",;\t"):
        names = lines[1:] if lines[0].strip().lower().lstrip("#") in TEXT_COLUMNS else lines
        return [read_variant(line) for line in names if not line.startswith("#")]
    mark = max("\t,;", key=lines[0].count)
    rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=mark))
    header = [name.strip().lstrip("#").lower() for name in rows[0]]
    at = _column(header, TEXT_COLUMNS)
    if at is not None:
        return [read_variant(row[at] if at < len(row) else "") for row in rows[1:]]
    places = [_column(header, names) for names in (_FROM_COLUMNS, _POSITION_COLUMNS, _TO_COLUMNS)]
    if any(place is None for place in places):
        raise FileError(f"has no column of variants (its columns are {', '.join(rows[0][:12])})", source=path,
                        expected="a column named variant, HGVSp or protein_change, or POS, REF and ALT")  # fmt: skip
    return [
        read_variant("".join(row[place].strip() if place is not None and place < len(row) else "" for place in places))
        for row in rows[1:]
    ]


def _column(header: list[str], names: tuple[str, ...]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def read_variant(text: str) -> Variant | UnreadVariant:
    """Return the variant, or what was wrong with the text."""
    try:
        return parse_variant(text)
    except UsageError as error:
        return UnreadVariant(text.strip(), error.problem)
