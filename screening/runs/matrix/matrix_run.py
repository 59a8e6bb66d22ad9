"""A matrix run folder: what is in it and how to read it."""

from __future__ import annotations

import dataclasses
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from screening.engine import parts
from screening.engine.read_part import seal
from screening.errors import FileError, LibraryError, RunError
from screening.runs.evidence.column import EvidenceColumn
from screening.runs.matrix.plan import MatrixPlan
from screening.runs.run_folder import RunFolder, library_of
from screening.runs.scores import damaged, read_run_file

if TYPE_CHECKING:
    from screening.compounds.library.prepared_library import PreparedLibrary

#: What only the plan of a matrix says.
MARK = '"layer": "matrix"'
PLAN, MANIFEST, HITS, TRAINING, SCORES = "plan.json", "manifest.json", "hits.parquet", "training.parquet", "scores"
_DESCRIBED = ("name", "smiles", "flags", "source", "number")


def hit_rows(best: pa.Table, described: pa.Table) -> pa.Table:
    """Return hits: rank and identity, the library's description, then the rows of the matrix.

    Parameters
    ----------
    best
        Rows of `screening.runs.matrix.score_rows.row_schema` in rank order.
    described
        The library's rows of the same compounds in the same order.
    """
    columns: dict[str, Any] = {"rank": pa.array(np.arange(1, best.num_rows + 1, dtype=np.int32))}
    columns["record"] = best.column("record")
    columns["id"] = pa.array([key.hex() for key in best.column("identity").to_pylist()], pa.string())
    columns |= {name: described.column(name) for name in _DESCRIBED}
    columns |= {name: best.column(name) for name in best.schema.names if name not in ("record", "identity")}
    return pa.table(columns).combine_chunks()


@dataclasses.dataclass(frozen=True)
class MatrixRun(RunFolder):
    """A matrix run folder, finished or not.

    Attributes
    ----------
    folder
        The folder.
    plan
        What was planned.
    """

    folder: Path
    plan: MatrixPlan
    _result = (HITS, "hits")

    @property
    def records(self) -> int:
        """Records read; of the finished batches only while the run goes on."""
        return int(self.summary["records"]) if self.finished else sum(self.counts.values())

    def library(self) -> PreparedLibrary:
        """Open the prepared library of the matrix.

        Raises
        ------
        LibraryError
            If it is not there any more or is another one now.
        """
        return library_of(self.folder, self.plan.library, self.plan.library_key)

    @cached_property
    def missing(self) -> dict[str, str]:
        """What the matrix was made from and is not there any more: ``library``, a ``model`` or ``target`` to a path."""
        found = {}
        try:
            self.library()
        except LibraryError:
            found["library"] = self.plan.library
        for column in self.plan.columns:
            for name, place in (("model", column.model), ("target", column.path)):
                if place is not None and not Path(place).exists():
                    found[f"{name} of {column.name}"] = place
        return found

    def hits(self) -> pa.Table:
        """Return the kept hits in rank order, with the numbers of all columns as lists (`hit_rows`).

        Raises
        ------
        RunError
            If the run is not finished.
        FileError
            If the file was damaged.
        """
        self._require_finished()
        return self._result_table()

    def table(self, top: int | None = None) -> pa.Table:
        """Return hits as a flat table: one row a compound, three columns a target, and the selectivity by name.

        Each field says title, unit, decimals and direction as evidence does (`screening.runs.evidence.column`).

        Raises
        ------
        RunError, FileError
            As `hits`.
        """
        hits = self.hits().slice(0, top)
        names = self.plan.names
        found: list[tuple[EvidenceColumn, pa.Array]] = []
        for name, kind in (
            ("rank", pa.int32()), ("record", pa.int64()), ("id", pa.string()), ("name", pa.string()),
            ("smiles", pa.string()),
        ):  # fmt: skip
            found.append((EvidenceColumn(name, kind, name, "identity"), hits.column(name)))
        for name, title in (("target", "Target"), ("off_target", "Best off-target")):
            texts = [names[at] if at >= 0 else None for at in hits.column(name).to_pylist()]
            found.append((EvidenceColumn(name, pa.string(), title, "selectivity"), pa.array(texts, pa.string())))
        for column in _SELECTIVITY:
            found.append((column, hits.column(column.name)))
        numbers = {name: list_values(hits.column(name), len(names)) for name in ("affinity", "lower", "upper")}
        for at, one in enumerate(self.plan.columns):
            for name, title in (("affinity", ""), ("lower", " lower"), ("upper", " upper")):
                column = EvidenceColumn(
                    one.name + title, pa.float32(), f"{one.kind} {one.name}{title}", "matrix", unit="",
                    decimals=3, higher_is_better=True if name == "affinity" else None,
                    description="Predicted number, or an end of its 90 % interval.",
                )  # fmt: skip
                values = numbers[name][:, at]
                found.append((column, pa.array(values, pa.float32(), mask=~np.isfinite(values))))
        folders = self.plan.models
        training = self.training()
        for name, kind in (("in_domain", pa.bool_()), ("nearest", pa.string()), ("similarity", pa.float32()),
                           ("known", pa.bool_())):  # fmt: skip
            for number, folder in enumerate(folders):
                tag = f" {Path(folder).name}" if len(folders) > 1 else ""
                places = 3 if name == "similarity" else None
                cells = [row[number] for row in hits.column(name).to_pylist()]
                if name == "nearest":
                    cells = [training[number][at] if at >= 0 else "" for at in cells]
                title = (name + tag).replace("_", " ")
                column = EvidenceColumn(name + tag, kind, title, "domain", decimals=places)
                found.append((column, pa.array(cells, kind)))
        found.append((EvidenceColumn("flags", pa.list_(pa.string()), "Flags", "alerts"), hits.column("flags")))
        schema = pa.schema([column.field() for column, _ in found])
        return pa.table([pa.array(values.to_pylist(), column.type) for column, values in found], schema=schema)

    def training(self) -> list[list[str]]:
        """Return the names of the training compounds of every model."""
        path = self.folder / TRAINING
        try:
            table = pq.read_table(path)
        except (OSError, pa.ArrowException) as error:
            raise damaged(path) from error
        names: list[list[str]] = [[] for _ in self.plan.models]
        for number, name in zip(table.column("model").to_pylist(), table.column("name").to_pylist()):
            names[number].append(name)
        return names

    def score_files(self) -> list[Path]:
        """Return the score parts in order.

        Raises
        ------
        RunError
            If the run is not finished.
        FileError
            If there are parts of another run among them.
        """
        self._require_finished()
        if self.summary["seal"] != seal(parts.receipts(self.folder)):
            raise damaged(self.folder / parts.RECEIPTS)
        return [self.folder / SCORES / parts.part_name(index) for index in range(self.summary["parts"])]

    def scores(self) -> pa.Table:
        """Return the rows of all scored compounds, in the order of the library.

        Raises
        ------
        RunError, FileError
            As `score_files`.
        """
        return pa.concat_tables([read_run_file(path) for path in self.score_files()])

    def _require_finished(self) -> None:
        if not self.finished:
            raise RunError(
                "the matrix is not finished", source=self.folder, expected="the same matrix command until it ends"
            )

    def __repr__(self) -> str:
        state = f"{sum(self.counts.values()):,} records" if self.finished else "not finished"
        return f"<MatrixRun {self.folder}: {state}, {len(self.plan.columns)} columns>"


_SELECTIVITY = (
    EvidenceColumn(
        "difference", pa.float32(), "Difference", "selectivity", "log units", 3, True,
        "Predicted affinity to the target minus that to the best off-target.",
    ),
    EvidenceColumn(
        "difference_lower", pa.float32(), "lower", "selectivity", "log units", 3, None,
        "End of its 90 % interval, the errors of the two predictions taken as independent.",
    ),
    EvidenceColumn(
        "difference_upper", pa.float32(), "upper", "selectivity", "log units", 3, None,
        "End of its 90 % interval, the errors of the two predictions taken as independent.",
    ),
    EvidenceColumn(
        "selectivity_10uM", pa.float32(), "S(10 µM)", "selectivity", "", 3, None,
        "Part of the targets predicted to be bound more tightly than 10 µM (Karaman et al. 2008).",
    ),
    EvidenceColumn(
        "selectivity_1uM", pa.float32(), "S(1 µM)", "selectivity", "", 3, None,
        "Part of the targets predicted to be bound more tightly than 1 µM.",
    ),
    EvidenceColumn(
        "gini", pa.float32(), "Gini", "selectivity", "", 3, None,
        "Gini coefficient of the predicted affinity above 10 µM: 1 one target, 0 all alike (Graczyk 2007).",
    ),
)  # fmt: skip


def list_values(column: pa.ChunkedArray, width: int) -> np.ndarray:
    """Return a column of lists as float32 of shape (n, width), NaN for null."""
    flat = [value for row in column.to_pylist() for value in row]
    return np.array([np.nan if value is None else value for value in flat], np.float32).reshape(-1, width)


def open_matrix(path: str | os.PathLike[str]) -> MatrixRun:
    """Open a matrix run folder, finished or not.

    Raises
    ------
    FileError
        If the path holds none.
    PlanError
        If its plan was changed by hand.
    """
    folder = Path(path)
    file = folder / PLAN
    if not file.is_file():
        raise FileError("is no matrix", source=folder, expected=f"a folder with a {PLAN} of `workbench matrix`")
    return MatrixRun(folder, MatrixPlan.from_json(file.read_text("utf-8"), file))
