"""The formats a hit list can be written to."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pyarrow as pa

from screening.compounds.inchi import with_inchikeys
from screening.errors import UsageError
from screening.runs.hits import HIT_SCHEMA
from workbench.export import (
    write_csv,
    write_html,
    write_parquet,
    write_purchase,
    write_sdf,
    write_smiles,
    write_tsv,
    write_xlsx,
)
from workbench.export.columns import require_columns
from workbench.export.stamp import Stamp, stamped, write_beside
from workbench.export.structures import write_chimerax, write_fragalysis, write_pymol, write_pymol_session

Writer = Callable[[pa.RecordBatchReader, Path, Stamp], int]


def _no_parts(path: Path) -> list[Path]:
    return []


@dataclasses.dataclass(frozen=True)
class Export:
    """One format.

    Attributes
    ----------
    write
        Writes rows to a file and returns their number.
    suffix
        Of its files, without the dot.
    purpose
        What it is for, in a few words.
    table
        Whether it takes any columns; else it needs those of ``HIT_SCHEMA``.
    bounded
        Whether it holds every row at once (a page, a workbook); the rest stream and take any number.
    poses
        Whether it needs poses.
    parts
        Further files written beside a path.
    """

    write: Writer
    suffix: str
    purpose: str
    table: bool = True
    bounded: bool = False
    poses: bool = False
    parts: Callable[[Path], list[Path]] = _no_parts


#: Format name to what writes it; the name is the suffix too, but for those that share one.
EXPORTS: dict[str, Export] = {
    "csv": Export(write_csv.write, "csv", "tables in any program"),
    "tsv": Export(write_tsv.write, "tsv", "tables for scripts"),
    "xlsx": Export(write_xlsx.write, "xlsx", "Excel and LibreOffice, with structure pictures", bounded=True),
    "parquet": Export(write_parquet.write, "parquet", "pandas, DuckDB, R"),
    "smi": Export(write_smiles.write, "smi", "any chemistry program: SMILES and name", table=False),
    "sdf": Export(write_sdf.write, "sdf", "any chemistry program: poses where there are some, else 2D"),
    "html": Export(write_html.write, "html", "one page for any browser, no network", table=False, bounded=True),
    "pml": Export(write_pymol.write, "pml", "PyMOL, a scene a hit", False, True, True, write_pymol.parts),
    "pse": Export(write_pymol_session.write, "pse", "PyMOL session, where PyMOL is installed", False, True, True),
    "cxc": Export(
        write_chimerax.write, "cxc", "ChimeraX, a slider over the hits", False, True, True, write_chimerax.parts
    ),
    "fragalysis": Export(
        write_fragalysis.write, "sdf", "Fragalysis, best pose of each", False, True, True, write_fragalysis.parts
    ),
    "purchase": Export(write_purchase.write, "csv", "order list: vendor, catalogue number, price"),
}

#: Formats that hold every row in one page a person opens.
PAGES = frozenset({"html"})


def write_hits(
    rows: Iterable[pa.RecordBatch],
    path: Path,
    stamp: Stamp,
    *,
    schema: pa.Schema = HIT_SCHEMA,
    format_name: str | None = None,
    overwrite: bool = False,
    inchikey: bool = False,
    columns: Sequence[str] = (),
) -> int:
    """Write the rows and, beside them, ``FILE.manifest.json``; return the number of rows.

    Parameters
    ----------
    rows
        Rows in rank order, with the columns of ``HIT_SCHEMA`` and any others.
    path
        File to write.
    stamp
        Where the rows come from.
    schema
        Of the rows.
    format_name
        A key of `EXPORTS`; by the suffix of `path` when left out.
    overwrite
        Write over a file that is no earlier export.
    inchikey
        Add a column with the standard InChIKey; it takes about 0.3 ms a compound.
    columns
        The columns to write, in this order; all when left out.

    Raises
    ------
    UsageError
        If there is no such format or column, or `path` exists and is no earlier export (then it may be somebody's
        data).
    MissingExtraError
        If the format needs a package that is not installed.
    StorageError
        If the folder cannot be written or the disk is full.
    """
    name, export = writer_for(path, format_name)
    if not export.table and (inchikey or columns):
        tables = ", ".join(each for each, kind in EXPORTS.items() if kind.table)
        what = "no column for InChIKeys" if inchikey else "columns of its own, which cannot be chosen"
        raise UsageError(f"the format {name} has {what}", source=path, expected=tables)
    for each in (path, *export.parts(path)):
        if each.exists() and not overwrite and not stamped(path):
            raise UsageError(
                "exists and is no earlier export; it was left as it is", source=each,
                expected="another name, or --force",
            )  # fmt: skip
    reader = _with_inchikeys(schema, rows) if inchikey else pa.RecordBatchReader.from_batches(schema, rows)
    if columns:
        reader = _chosen(reader, require_columns(reader.schema, columns), name)
    written = export.write(reader, path, stamp)
    write_beside(
        path, stamp, rows=written, parts=[each for each in export.parts(path) if each.exists()], format_name=name
    )
    return written


def _with_inchikeys(schema: pa.Schema, rows: Iterable[pa.RecordBatch]) -> pa.RecordBatchReader:
    wider = with_inchikeys(schema.empty_table()).schema
    tables = (with_inchikeys(pa.Table.from_batches([batch])) for batch in rows)
    return pa.RecordBatchReader.from_batches(wider, (batch for table in tables for batch in table.to_batches()))


def _chosen(reader: pa.RecordBatchReader, columns: list[str], name: str) -> pa.RecordBatchReader:
    # A structure file without structures would be none.
    needed = ("name", "smiles", "record") if name == "sdf" else ()
    wanted = [*columns, *(each for each in needed if each not in columns and each in reader.schema.names)]
    schema = pa.schema([reader.schema.field(each) for each in wanted], metadata=reader.schema.metadata)
    return pa.RecordBatchReader.from_batches(schema, (batch.select(wanted) for batch in reader))


def writer_for(path: Path, format_name: str | None) -> tuple[str, Export]:
    """Return the format's name and what writes it, by name or else by the suffix of `path`.

    Raises
    ------
    UsageError
        If there is no such format.
    """
    name = (format_name or path.suffix.removeprefix(".")).lower()
    if name not in EXPORTS:
        raise UsageError(f"{name!r} is no export format", source=path, expected=" or ".join(EXPORTS))
    return name, EXPORTS[name]
