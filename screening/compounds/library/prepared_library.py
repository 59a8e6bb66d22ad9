"""A prepared library that was opened."""

from __future__ import annotations

import dataclasses
import html
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from screening.compounds.library.extra_columns import RECORD
from screening.compounds.library.extra_columns import TABLE as EXTRA
from screening.engine import parts
from screening.engine.ledger import add_counts
from screening.engine.read_part import part_schema, require_intact, seal
from screening.engine.read_part import read_part as read_checked
from screening.errors import FileError, LibraryError

#: The file that says that a library is finished, and what it is.
LIBRARY_FILE = "library.json"
COMPOUNDS, LEDGER = "compounds", "ledger"


@dataclasses.dataclass(frozen=True)
class LibraryPart:
    """One part of a prepared library.

    Attributes
    ----------
    index
        Number of the part, from 0.
    compounds, ledger
        Its Parquet files.
    rows
        Compounds in it.
    records
        Raw records it stands for.
    extra
        Parquet file of the other columns of the input; None if there were none (`extra_columns`).
    sha256
        Checksum of each of these files as the library was opened with it, by the name of its table. Whoever puts
        another library in the place of this one meanwhile gets an error, not rows of both.
    """

    index: int
    compounds: Path
    ledger: Path
    rows: int
    records: int
    extra: Path | None = None
    sha256: dict[str, str] = dataclasses.field(default_factory=dict, repr=False)


@dataclasses.dataclass(frozen=True, repr=False)
class PreparedLibrary:
    """A prepared library on disk.

    Attributes
    ----------
    folder
        Where it is.
    key
        Content key: equal keys mean equal compounds and ledger.
    records
        Raw records read.
    counts
        Records per ledger state; they add up to `records`.
    compounds
        Unique parents.
    facts
        All that ``library.json`` says.
    """

    folder: Path
    key: str
    records: int
    counts: dict[str, int]
    compounds: int
    facts: dict[str, Any] = dataclasses.field(default_factory=dict, repr=False, compare=False)

    def __repr__(self) -> str:
        """Return what it is on one line."""
        states = ", ".join(f"{count:,} {state}" for state, count in self.counts.items())
        return f"<library {str(self.folder)!r}: {self.compounds:,} compounds of {self.records:,} records ({states})>"

    def _repr_html_(self) -> str:
        """Return the same as a small table, for notebooks."""
        rows = [("compounds", self.compounds), ("records", self.records), *self.counts.items()]
        lines = "".join(
            f"<tr><td>{html.escape(name)}</td><td style='text-align:right'>{count:,}</td></tr>" for name, count in rows
        )
        warnings = "".join(f"<p><b>{html.escape(warning)}</b></p>" for warning in self.warnings)
        return f"<p>Library <code>{html.escape(str(self.folder))}</code></p><table>{lines}</table>{warnings}"

    @cached_property
    def parts(self) -> list[LibraryPart]:
        """The parts in order."""
        return _parts(self.folder, parts.receipts(self.folder))

    @property
    def reasons(self) -> dict[str, int]:
        """``"state: stage: reason"`` to number of records, the commonest first."""
        return dict(self.facts.get("reasons", {}))

    @property
    def warnings(self) -> list[str]:
        """What a person should be told loudly, such as an unusual share of rejected records."""
        return list(self.facts.get("warnings", []))

    def read_compounds(self, index: int, columns: list[str] | None = None) -> pa.Table:
        """Return the compounds of a part (`COMPOUND_SCHEMA`), or only some columns of them.

        Raises
        ------
        LibraryError
            If the part is missing or damaged.
        """
        part = self.parts[index]
        return self._read(part.compounds, columns, part.sha256[COMPOUNDS])

    def read_ledger(self, index: int, columns: list[str] | None = None) -> pa.Table:
        """Return the ledger of a part (`LEDGER_SCHEMA`), or only some columns of it.

        Raises
        ------
        LibraryError
            If the part is missing or damaged.
        """
        part = self.parts[index]
        return self._read(part.ledger, columns, part.sha256[LEDGER])

    @cached_property
    def extra_names(self) -> list[str]:
        """The columns that `extra` can give, in the order in which the input has them; none in older libraries."""
        names: dict[str, None] = {}
        for part in self.parts:
            if part.extra is not None:
                names.update(dict.fromkeys(self._schema(part.extra).names))
        return [name for name in names if name != RECORD]

    def extra(self, records: Sequence[int] | np.ndarray) -> pa.Table:
        """Return the other columns of the input for some records, in the order given.

        Parameters
        ----------
        records
            Record numbers over the whole library, from 0, as the column ``record`` of its tables holds them.

        Returns
        -------
        pyarrow.Table
            ``record`` and one text column for each column of `extra_names`, null where the input has nothing; only
            ``record`` for a library whose input had no other column or that an earlier release prepared.

        Raises
        ------
        IndexError
            If there is no such record.
        LibraryError
            If a part is missing or damaged.
        """
        wanted = np.asarray(records, np.int64)
        if len(wanted) and not (wanted.min() >= 0 and wanted.max() < self.records):
            raise IndexError(f"a library of {self.records} records has no record {wanted.min()} or {wanted.max()}")
        starts = np.concatenate([[0], np.cumsum([part.records for part in self.parts])])
        at = np.searchsorted(starts, wanted, side="right") - 1
        fields = [pa.field(RECORD, pa.int64(), nullable=False), *(pa.field(x, pa.string()) for x in self.extra_names)]
        tables = [pa.schema(fields).empty_table()]
        for index in np.unique(at).tolist():
            path = self.parts[index].extra
            if path is not None:
                table = self._read(path, None, self.parts[index].sha256[EXTRA])
                held = np.isin(table[RECORD].to_numpy(), wanted[at == index])
                tables.append(table.filter(pa.array(held)))
        found = pa.concat_tables(tables, promote_options="default")
        places = pa.compute.index_in(pa.array(wanted), found[RECORD].combine_chunks())
        return found.take(places).set_column(0, fields[0], pa.array(wanted, pa.int64()))

    def iterate(self, columns: list[str] | None = None) -> Iterator[pa.Table]:
        """Yield the compounds part by part."""
        for part in self.parts:
            yield self._read(part.compounds, columns, part.sha256[COMPOUNDS])

    def take(self, rows: Sequence[int] | np.ndarray, columns: list[str] | None = None) -> pa.Table:
        """Return some compounds, in the order given; only the parts that hold them are read.

        Parameters
        ----------
        rows
            Positions over all compounds of the library, from 0, as searches and picks return them.
        columns
            Only these columns.

        Raises
        ------
        IndexError
            If there is no such row.
        """
        wanted = np.asarray(rows, np.int64)
        starts = np.concatenate([[0], np.cumsum([part.rows for part in self.parts])])
        if len(wanted) and not (wanted.min() >= 0 and wanted.max() < starts[-1]):
            raise IndexError(f"a library of {starts[-1]} compounds has no row {wanted.min()} or {wanted.max()}")
        at = np.searchsorted(starts, wanted, side="right") - 1
        tables, order = [self.read_compounds(0, columns).slice(0, 0)] if self.parts else [], []
        for index in np.unique(at).tolist():
            places = np.flatnonzero(at == index)
            tables.append(self.read_compounds(index, columns).take(wanted[places] - starts[index]))
            order.append(places)
        back = np.argsort(np.concatenate(order)) if order else wanted
        return pa.concat_tables(tables).take(back)

    def require_intact(self) -> None:
        """Check every part of the compounds, for what reads them by itself.

        Raises
        ------
        LibraryError
            If one is missing or damaged.
        """
        try:
            for part in self.parts:
                require_intact(part.compounds, part.sha256[COMPOUNDS])
        except FileError as error:
            raise damaged(error) from error

    def _schema(self, path: Path) -> pa.Schema:
        try:
            return part_schema(path)
        except FileError as error:
            raise damaged(error) from error

    def _read(self, path: Path, columns: list[str] | None, sha256: str) -> pa.Table:
        try:
            return read_checked(path, columns=columns, sha256=sha256)
        except FileError as error:
            raise damaged(error) from error


def _parts(folder: Path, receipts: Iterable[parts.Receipt]) -> list[LibraryPart]:
    return [
        LibraryPart(
            receipt.index,
            folder / receipt.parts[COMPOUNDS].path,
            folder / receipt.parts[LEDGER].path,
            receipt.parts[COMPOUNDS].rows,
            receipt.parts[LEDGER].rows,
            folder / receipt.parts[EXTRA].path if EXTRA in receipt.parts else None,
            {name: made.sha256 for name, made in receipt.parts.items()},
        )
        for receipt in receipts
    ]


def damaged(error: FileError) -> LibraryError:
    """Say that a part of a library cannot be trusted, and what helps."""
    return LibraryError(
        error.problem, source=error.source,
        expected="the library as it was prepared: the same `workbench library prepare` command mends it",
    )  # fmt: skip


def open_library(path: str | os.PathLike[str]) -> PreparedLibrary:
    """Open a finished prepared library.

    Raises
    ------
    LibraryError
        If there is none, it is not finished, or parts are missing.
    """
    folder = Path(path)
    try:
        facts = json.loads((folder / LIBRARY_FILE).read_text("utf-8"))
        library = PreparedLibrary(
            folder, str(facts["key"]), int(facts["records"]), dict(facts["counts"]), int(facts["compounds"]), facts
        )
    except (FileNotFoundError, NotADirectoryError):
        raise LibraryError(
            "is not a finished prepared library" if folder.exists() else "no such folder", source=folder,
            expected="a folder made by: workbench library prepare FILES --out FOLDER",
        ) from None  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryError(f"{LIBRARY_FILE} cannot be read", source=folder) from error
    counts: dict[str, int] = {}
    receipts = list(parts.receipts(folder))
    # The parts are those of the receipts that are checked here, whatever stands in the folder later.
    library.__dict__["parts"] = _parts(folder, receipts)
    for receipt in receipts:
        add_counts(counts, receipt.counts)
    missing = [
        part
        for part in library.parts
        if not part.compounds.exists()
        or not part.ledger.exists()
        or (part.extra is not None and not part.extra.exists())
    ]
    if counts != library.counts or missing:
        raise LibraryError(
            f"parts are missing ({sum(counts.values())} of {library.records} records are there)", source=folder,
            expected="the library as it was prepared",
        )  # fmt: skip
    if "seal" in facts and facts["seal"] != seal(receipts):
        raise LibraryError(
            "holds parts of another library", source=folder, expected="the library as it was prepared",
        )  # fmt: skip
    return library


@lru_cache(maxsize=3)
def read_part(path: str, sha256: str) -> pa.Table:
    """Read a file of a part and check that it is the one that was planned with; the pieces of a batch read it once.

    Raises
    ------
    LibraryError
        If it cannot be read, or is not that file.
    """
    try:
        return read_checked(Path(path), sha256=sha256)
    except FileError as error:
        raise damaged(error) from error
