"""What every run folder with a ledger has: a summary that says it is finished, counts, tables with their checksums."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pyarrow as pa

from screening.engine import ledger, parts
from screening.engine.read_part import table_of
from screening.errors import LibraryError
from screening.runs.scores import damaged

if TYPE_CHECKING:
    from screening.compounds.library.prepared_library import PreparedLibrary

SUMMARY = "summary.json"


class RunFolder:
    """A folder that is finished once its summary and its result are there; base of screens, matrices and docking.

    Attributes
    ----------
    folder
        The folder.
    """

    folder: Path
    #: The file of the result, and the entry of the summary that holds its SHA-256.
    _result: ClassVar[tuple[str, str]]

    @cached_property
    def summary(self) -> dict[str, Any]:
        """What stands in ``summary.json``: counts, records, the SHA-256 of the result, and more.

        Empty for a run that is not finished, or whose summary cannot be read: the same command makes it anew.
        """
        try:
            found = json.loads((self.folder / SUMMARY).read_text("utf-8"))
            whole = sum(found["counts"].values()) == found["records"] and len(found[self._result[1]]) == 64
            whole = whole and self._is_whole(found)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}
        return dict(found) if whole else {}

    def _is_whole(self, summary: dict[str, Any]) -> bool:
        """Tell whether a summary holds what else this kind of run needs; errors of look-ups count as no."""
        return True

    @property
    def finished(self) -> bool:
        """Whether the result is there."""
        return bool(self.summary) and (self.folder / self._result[0]).exists()

    @property
    def counts(self) -> dict[str, int]:
        """Records per ledger state; of the finished batches only while the run goes on."""
        if self.finished:
            return dict(self.summary["counts"])
        total: dict[str, int] = {}
        for receipt in parts.receipts(self.folder):
            ledger.add_counts(total, receipt.counts)
        return total

    def _result_table(self) -> pa.Table:
        """Return the table of the result of a finished run.

        Raises
        ------
        FileError
            If the file is gone, damaged or was changed.
        """
        name, entry = self._result
        path = self.folder / name
        try:
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() != self.summary[entry]:
                raise damaged(path)
            return table_of(content)
        except (OSError, pa.ArrowException) as error:
            raise damaged(path) from error


def library_of(folder: Path, place: str, key: str) -> PreparedLibrary:
    """Open the prepared library of a run; one inside the run folder may have moved with it.

    Parameters
    ----------
    folder
        The run folder.
    place, key
        Where the library was when the run was planned, and its content key.

    Raises
    ------
    LibraryError
        If it is not there any more or is another one now.
    """
    from screening.compounds.library.prepared_library import open_library

    for path in (Path(place), folder / "library"):
        if path.is_dir():
            library = open_library(path)
            if library.key == key:
                return library
    raise LibraryError(
        "the library of this run is not there any more, or has changed", source=place,
        expected="the library that was screened",
    )  # fmt: skip
