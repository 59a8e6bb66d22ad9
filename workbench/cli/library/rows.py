"""Some compounds of a library, printed as a table, as JSON, or written to a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from screening.errors import UsageError
from screening.printable import printable
from workbench.cli.target.print_table import print_table

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from screening.compounds.library.prepared_library import PreparedLibrary

#: Rows that are printed.
SHOWN = 20


def require_new(out: Path | None, force: bool) -> None:
    """Refuse to write over a file, and a suffix nothing writes.

    Raises
    ------
    UsageError
        If `out` exists and `force` is not given, or no writer has its suffix.
    """
    from screening.compounds.library.write_library import require_writer

    if out is None:
        return
    require_writer(out)
    if out.exists() and not force:
        raise UsageError("exists already", source=out, expected="a new file, or --force")


def rows_of(library: PreparedLibrary, rows: np.ndarray, more: Mapping[str, Any]) -> pa.Table:
    """Return compounds of a library with more columns before their own."""
    import pyarrow as pa

    from screening.compounds.library.write_library import COLUMNS

    table = library.take(rows, COLUMNS)
    return pa.table({**more, **{name: table[name] for name in COLUMNS}})


def give(table: pa.Table, out: Path | None, as_json: bool, title: str, shown: Sequence[str], inchikey: bool) -> None:
    """Write a table to a file, or print it as JSON or its first rows for people."""
    import json

    from screening.compounds.inchi import with_inchikeys
    from screening.compounds.library.write_library import write_compounds

    if out is not None:
        write_compounds([table], out, inchikey=inchikey)
        typer.echo(f"{title}: {table.num_rows:,} rows in {out}")
        return
    if inchikey:
        table = with_inchikeys(table)
        shown = [*shown, "inchikey"]
    if as_json:
        typer.echo(json.dumps([{key: _rounded(value) for key, value in row.items()} for row in table.to_pylist()]))
        return
    rows = [[_cell(row[name]) for name in shown] for row in table.slice(0, SHOWN).to_pylist()]
    print_table(title, shown, rows, short="smiles")
    if table.num_rows > SHOWN:
        typer.echo(f"... and {table.num_rows - SHOWN:,} more: --out FILE or --json gives all")


def _rounded(value: Any) -> Any:
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _cell(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else printable(str(value))
