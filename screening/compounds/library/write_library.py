"""Write a prepared library to a file that other programs read: SMILES, CSV, SDF or Parquet, plain, .gz or .zst."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from rdkit import Chem
from rdkit.Chem import rdDepictor

from screening.compounds.compound import PROPERTIES
from screening.compounds.files.formats import suffix_of
from screening.compounds.files.smiles_extension import smiles_line
from screening.compounds.inchi import with_inchikeys
from screening.compounds.library.prepared_library import PreparedLibrary
from screening.engine import files
from screening.engine.csv_table import CsvTable
from screening.errors import UsageError
from screening.printable import one_line

#: Rows turned into text at a time.
BLOCK = 1000
#: Columns that are written, in order; others of a table, such as a similarity, come before them.
COLUMNS = ["name", "smiles", *PROPERTIES, "flags", "source", "number"]


def write_library(library: PreparedLibrary, path: str | os.PathLike[str], *, inchikey: bool = False) -> int:
    """Write the compounds of a library, part by part; return how many.

    Parameters
    ----------
    library
        The library.
    path, inchikey
        As for `write_compounds`.
    """
    write_compounds(library.iterate(COLUMNS), path, inchikey=inchikey)
    return library.compounds


def write_compounds(tables: Iterable[pa.Table], path: str | os.PathLike[str], *, inchikey: bool = False) -> None:
    """Write tables of compounds.

    Parameters
    ----------
    tables
        With the same columns each, ``name`` and ``smiles`` among them.
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
    writer = require_writer(path)
    if inchikey and writer is _smiles:
        raise UsageError("a SMILES file has no column for InChIKeys", source=path, expected="one of .csv .sdf .parquet")
    with files.replacing(path) as temporary:
        writer((with_inchikeys(table) if inchikey else table for table in tables), temporary, path.suffix.lower())


def require_writer(path: Path) -> Writer:
    """Return what writes files with the suffix of a path.

    Raises
    ------
    UsageError
        If nothing does.
    """
    writer = WRITERS.get(suffix_of(path))
    if writer is None:
        raise UsageError("no writer for this suffix", source=path, expected=f"one of {' '.join(WRITERS)}")
    return writer


def _smiles(tables: Iterable[pa.Table], path: Path, compression: str) -> None:
    with _text(path, compression) as sink:
        for row in _rows(tables):
            sink.write(smiles_line(row["smiles"], _name(row["name"])))


def _csv(tables: Iterable[pa.Table], path: Path, compression: str) -> None:
    with _text(path, compression) as sink:
        writer = None
        for table in tables:
            writer = writer or CsvTable(sink, table.schema)
            for batch in table.to_batches(max_chunksize=BLOCK):
                writer.write(batch)


def _sdf(tables: Iterable[pa.Table], path: Path, compression: str) -> None:
    """Structures have no coordinates: a library knows none."""
    with _text(path, compression) as sink:
        for row in _rows(tables):
            mol = Chem.MolFromSmiles(row["smiles"])
            name = _name(row.pop("name"))
            # A name that looks like a line of the format is set apart by a space, which readers take off.
            mol.SetProp("_Name", f" {name}" if name.startswith(("$$$$", "M  ", ">")) else name)
            if " " in row["smiles"]:  # racemates, relative stereo and axes: only V3000 can say them
                rdDepictor.Compute2DCoords(mol)
                Chem.WedgeMolBonds(mol, mol.GetConformer())
                sink.write(Chem.MolToV3KMolBlock(mol))
            else:
                sink.write(Chem.MolToMolBlock(mol))
            for name, value in row.items():
                sink.write(f">  <{name}>\n{_plain(value)}\n\n")
            sink.write("$$$$\n")


def _parquet(tables: Iterable[pa.Table], path: Path, compression: str) -> None:
    sink = None
    with contextlib.ExitStack() as stack:
        for table in tables:
            sink = sink or stack.enter_context(pq.ParquetWriter(path, table.schema, compression="zstd"))
            sink.write_table(table)


Writer = Callable[[Iterable[pa.Table], Path, str], None]

#: Suffix to writer.
WRITERS: dict[str, Writer] = {".smi": _smiles, ".csv": _csv, ".sdf": _sdf, ".parquet": _parquet}


def _rows(tables: Iterable[pa.Table]) -> Iterator[dict[str, Any]]:
    for table in tables:
        for batch in table.to_batches(max_chunksize=BLOCK):
            yield from batch.to_pylist()


def _plain(value: Any) -> Any:
    """Return a value as it stands in a data field: a line break would end it, ``$$$$`` the record."""
    if isinstance(value, float):
        return f"{value:.6g}"
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return _one_line(text)


def _name(text: str) -> str:
    """Return a name on one line, otherwise as it is."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


def _one_line(text: str) -> str:
    return " ".join(one_line(text).split()).replace("$$$$", "$$ $$")


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
