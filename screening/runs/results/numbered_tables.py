"""Tables that a run collects one after another: ``0001.parquet``, and ``0001.json`` with where it came from."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from screening.engine import files
from screening.engine.lock import folder_lock
from screening.engine.read_part import table_of
from screening.errors import FileError


@dataclasses.dataclass(frozen=True)
class NumberedTable:
    """One table and what is written beside it; `number` counts from 1."""

    number: int
    table: pa.Table
    facts: dict[str, Any]


@dataclasses.dataclass(frozen=True)
class NumberedTables:
    """A folder of such tables.

    Attributes
    ----------
    folder
        The folder; made with the first table.
    form
        Name and number of the format, in each file of facts.
    damaged
        What is said of a table that does not have its checksum.
    """

    folder: Path
    form: str
    damaged: str

    def read(self) -> list[NumberedTable]:
        """Return the tables, the oldest first.

        Raises
        ------
        FileError
            If a file was changed.
        """
        found = []
        for path in sorted(self.folder.glob("[0-9]*.json")):
            try:
                facts = json.loads(path.read_text("utf-8"))
                content = path.with_suffix(".parquet").read_bytes()
                if facts["format"] != self.form or hashlib.sha256(content).hexdigest() != facts["table"]:
                    raise ValueError
                found.append(NumberedTable(int(path.stem), table_of(content), facts))
            except (OSError, ValueError, KeyError) as error:
                raise FileError(self.damaged, source=path) from error
        return found

    def keep(
        self, table: pa.Table, facts: dict[str, Any], check: Callable[[list[NumberedTable]], None] | None = None
    ) -> Path:
        """Write the next table; return its Parquet file.

        Parameters
        ----------
        table
            The table.
        facts
            What stands beside it; format and checksum are added.
        check
            Is given the tables so far and raises if this one does not belong with them. Nobody else writes meanwhile.

        Raises
        ------
        RunLockedError
            If another process writes a table at this moment.
        StorageError
            If the folder cannot be written.
        """
        content = io.BytesIO()
        pq.write_table(table, content)
        facts = {"format": self.form, **facts, "table": hashlib.sha256(content.getvalue()).hexdigest()}
        with folder_lock(self.folder):
            earlier = self.read()
            if check is not None:
                check(earlier)
            stem = self.folder / f"{max((one.number for one in earlier), default=0) + 1:04d}"
            files.write_bytes(stem.with_suffix(".parquet"), content.getvalue())
            files.write_text(stem.with_suffix(".json"), json.dumps(facts, indent=2) + "\n")
        return stem.with_suffix(".parquet")
