"""Write a prepared library to a file that other programs read: SMILES, CSV, SDF or Parquet, plain, .gz or .zst."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from rdkit import Chem

from screening.compounds.compound import PROPERTIES
from screening.compounds.formats import suffix_of
from screening.compounds.inchi import INCHIKEY, with_inchikeys
from screening.compounds.library import PreparedLibrary
from screening.engine import files
from screening.errors import UsageError

_COLUMNS = ["name", "smiles", *PROPERTIES, "flags", "source", "number"]


def write_library(library: PreparedLibrary, path: str | os.PathLike[str], *, inchikey: bool = False) -> int:
    """Write the compounds of a library, part by part; return how many.

    Parameters
    ----------
    library
        The library.
    path
        File to write; its suffix chooses the format. It takes the place of an older one only when it is whole.
    inchikey
        Add a column ``inchikey`` (`screening.compounds.inchi`); worked out here, it takes longer than the writing.

    Raises
    ------
    UsageError
        If no writer has the suffix, or InChIKeys are wanted in a SMILES file.
    StorageError
        If it cannot be written.
    """
    path = Path(path)
    writer = WRITERS.get(suffix_of(path))
    if writer is None:
        raise UsageError("no writer for this suffix", source=path, expected=f"one of {' '.join(WRITERS)}")
    if inchikey and writer is _smiles:
        raise UsageError("a SMILES file has no column for InChIKeys", source=path, expected="one of .csv .sdf .parquet")
    with files.replacing(path) as temporary:
        writer(library, temporary, path.suffix.lower(), inchikey)
    return library.compounds


def _smiles(library: PreparedLibrary, path: Path, compression: str, inchikey: bool) -> None:
    with _text(path, compression) as sink:
        for row in _rows(library, inchikey):
            sink.write(f"{row['smiles']}\t{_one_line(row['name'])}\n")


def _csv(library: PreparedLibrary, path: Path, compression: str, inchikey: bool) -> None:
    columns = _columns(inchikey)
    with _text(path, compression) as sink:
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerow(columns)
        for row in _rows(library, inchikey):
            writer.writerow([_plain(row[name]) for name in columns])


def _sdf(library: PreparedLibrary, path: Path, compression: str, inchikey: bool) -> None:
    """Structures have no coordinates: a library knows none."""
    columns = _columns(inchikey)[1:]
    with _text(path, compression) as sink:
        for row in _rows(library, inchikey):
            mol = Chem.MolFromSmiles(row["smiles"])
            mol.SetProp("_Name", _one_line(row["name"]))
            sink.write(Chem.MolToMolBlock(mol))
            for name in columns:
                sink.write(f">  <{name}>\n{_plain(row[name])}\n\n")
            sink.write("$$$$\n")


def _parquet(library: PreparedLibrary, path: Path, compression: str, inchikey: bool) -> None:
    sink = None
    with contextlib.ExitStack() as stack:
        for table in _tables(library, inchikey):
            sink = sink or stack.enter_context(pq.ParquetWriter(path, table.schema, compression="zstd"))
            sink.write_table(table)


#: Suffix to writer.
WRITERS: dict[str, Callable[[PreparedLibrary, Path, str, bool], None]] = {
    ".smi": _smiles,
    ".csv": _csv,
    ".sdf": _sdf,
    ".parquet": _parquet,
}


def _columns(inchikey: bool) -> list[str]:
    return [*_COLUMNS[:2], INCHIKEY, *_COLUMNS[2:]] if inchikey else _COLUMNS


def _tables(library: PreparedLibrary, inchikey: bool) -> Iterator[pa.Table]:
    for table in library.iterate(_COLUMNS):
        yield with_inchikeys(table) if inchikey else table


def _rows(library: PreparedLibrary, inchikey: bool) -> Iterator[dict[str, Any]]:
    for table in _tables(library, inchikey):
        for batch in pa.Table.to_batches(table, max_chunksize=1000):
            yield from batch.to_pylist()


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(value)
    return f"{value:.6g}" if isinstance(value, float) else value


def _one_line(text: str) -> str:
    return " ".join(text.split())


@contextlib.contextmanager
def _text(path: Path, compression: str) -> Iterator[IO[str]]:
    with contextlib.ExitStack() as stack:
        raw: Any = stack.enter_context(open(path, "wb"))
        if compression == ".gz":
            raw = stack.enter_context(gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0))
        elif compression == ".zst":
            raw = stack.enter_context(zstandard.ZstdCompressor().stream_writer(raw, closefd=False))
        text = io.TextIOWrapper(raw, encoding="utf-8", newline="", write_through=True)
        yield text
        text.flush()
        text.detach()
