"""Which columns of a wide table hold measured values of a target: numbers that are no property of the molecule."""

from __future__ import annotations

from collections.abc import Sequence

from screening.compounds.files.columns import asked, plain_name
from screening.compounds.files.table import Row, Table
from screening.errors import UsageError
from screening.models.data.layout_rows import cell
from screening.models.data.written_number import take_apart

#: Columns of numbers that programs add to tables of compounds.
NO_TARGETS = frozenset(
    (
        "index", "row", "no", "nr", "number", "rank", "cluster", "count", "n", "year", "price", "batch", "plate", "mw",
        "molweight", "molecularweight", "weight", "mass", "exactmass", "logp", "clogp", "alogp", "xlogp", "slogp",
        "crippenlogp", "logd", "tpsa", "psa", "qed", "hba", "hbd", "acceptors", "donors", "rotatablebonds", "rotb",
        "rings", "aromaticrings", "heavyatoms", "hac", "fsp3", "fractioncsp3", "charge", "formalcharge",
        "stereocentres", "stereocenters", "purity", "fold", "split", "solubility", "nmrpurity",
    )
)  # fmt: skip
#: Words of a cell in which nothing was measured.
EMPTY = frozenset(("", "na", "n/a", "nan", "nd", "n.d.", "none", "null", "-", "--", "?", "not tested", "nt", "n.t."))
#: A column holds values if so many of its filled cells are numbers.
_NUMBERS = 0.8


def is_empty(text: str) -> bool:
    """Say whether nothing was measured."""
    return text.strip().lower() in EMPTY


def target_columns(table: Table, rows: Sequence[Row], given: Sequence[str], source: object) -> list[int]:
    """Return the positions of the columns with values.

    Parameters
    ----------
    table, rows
        The table, and all its rows.
    given
        Names of the columns asked for; none leaves the choice to the cells.

    Raises
    ------
    UsageError
        If a column is not there or is named twice.
    """
    if given:
        found = [asked(table.header, name, source) for name in given]
        chosen = [at for at in found if at is not None]
        if len(set(chosen)) < len(chosen):
            raise UsageError("a column of values is named twice", source=source, expected="each once")
        return chosen
    used = {table.choice.smiles, table.choice.name}
    return [
        at
        for at in range(len(table.header))
        if at not in used and plain_name(table.header[at]) not in NO_TARGETS and table.header[at] and _numbers(rows, at)
    ]


def _numbers(rows: Sequence[Row], at: int) -> bool:
    filled = [text for row in rows if not is_empty(text := cell(row.cells, at))]
    return bool(filled) and sum(take_apart(text) is not None for text in filled) >= _NUMBERS * len(filled)
