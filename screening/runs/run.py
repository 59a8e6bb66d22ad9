"""A run directory: what is in it and how to read it."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from screening.engine import parts
from screening.engine.read_part import seal, table_of
from screening.errors import FileError, LibraryError, RunError
from screening.provenance import Manifest, as_path
from screening.runs.plan import ScreenPlan
from screening.runs.run_folder import RunFolder, library_of
from screening.runs.scores import MATCHED, damaged

if TYPE_CHECKING:
    from screening.compounds.library.prepared_library import PreparedLibrary

PLAN, MANIFEST, HITS, TRAINING = "plan.json", "manifest.json", "hits.parquet", "training.parquet"
LEDGER, SCORES = "ledger", "scores"


@dataclasses.dataclass(frozen=True)
class ScreenRun(RunFolder):
    """A run directory, finished or not.

    Attributes
    ----------
    folder
        The directory.
    plan
        What was planned.
    manifest
        With which versions, when, from which files.
    """

    folder: Path
    plan: ScreenPlan
    manifest: Manifest
    _result = (HITS, "hits")

    def _is_whole(self, summary: dict[str, Any]) -> bool:
        return summary["parts"] >= 0 and isinstance(summary["kind"], str) and summary["stages"] in (1, 2)

    @property
    def records(self) -> int:
        """Records read; of the finished batches only while the run goes on."""
        return int(self.summary["records"]) if self.finished else sum(self.counts.values())

    @property
    def kind(self) -> str:
        """The affinity kind of the scores, such as ``"pKd"``."""
        return str(self._require_finished()["kind"])

    @property
    def how_scored(self) -> str:
        """One clause on what the full model scored if it did not score everything; empty if it did."""
        stand_in = self._require_finished().get("stand_in")
        if not stand_in:
            return ""
        return (
            f"the full model scored those that a fast stand-in puts highest, about {stand_in['keep']:.1%} of them,"
            f" among which {stand_in['recall']:.1%} of its best are expected; they stand before the rest"
        )

    @property
    def matched(self) -> str:
        """Which target of the model's training data the one screened is, or is most like; empty for other models.

        Such as ``"is EGFR: 99.6% of 251 domain residues and 98.8% of 85 binding-site residues are the same; it differs
        by T790M"``.
        """
        if not (self.folder / TRAINING).exists():
            return ""
        return str((self.training().schema.metadata or {}).get(MATCHED.encode(), b"").decode())

    def hits(self) -> pa.Table:
        """Return the kept hits (`screening.runs.hits.HIT_SCHEMA`) in rank order.

        Raises
        ------
        RunError
            If the run is not finished.
        FileError
            If the file was damaged.
        """
        self._require_finished()
        return self._result_table()

    def training(self) -> pa.Table:
        """Return names and identity keys of the model's training compounds (`TRAINING_SCHEMA`).

        Raises
        ------
        FileError
            If the file was damaged.
        """
        path = self.folder / TRAINING
        try:
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() != self.summary.get("training", hashlib.sha256(content).hexdigest()):
                raise damaged(path)
            return table_of(content)
        except (OSError, pa.ArrowException) as error:
            raise damaged(path) from error

    def score_files(self) -> list[Path]:
        """Return the score parts in order; `screening.runs.scores.read_run_file` reads one.

        Raises
        ------
        FileError
            If there are parts of another run among them.
        """
        return self._parts(SCORES)

    def ledger_files(self) -> list[Path]:
        """Return the ledger parts in order; as `score_files`."""
        return self._parts(LEDGER)

    def _parts(self, table: str) -> list[Path]:
        self._require_finished()
        if not self._sealed:
            raise damaged(self.folder / parts.RECEIPTS)
        return [self.folder / table / parts.part_name(index) for index in range(self.summary["parts"])]

    @cached_property
    def _sealed(self) -> bool:
        """Whether the parts are those the run was finished with; runs of the first release say nothing of it."""
        return "seal" not in self.summary or self.summary["seal"] == seal(parts.receipts(self.folder))

    def library(self) -> PreparedLibrary:
        """Open the prepared library that was screened; one inside the run folder may have moved with it.

        Raises
        ------
        LibraryError
            If it is not there any more or is another one now.
        """
        return library_of(self.folder, self.plan.library, self.plan.library_key)

    @cached_property
    def missing(self) -> dict[str, str]:
        """What the run was made from and is not there any more: ``library``, ``model``, ``target`` to its path.

        A run that a colleague sent alone still holds its hit list, its scores and what became of every record.
        """
        found = {}
        try:
            self.library()
        except LibraryError:
            found["library"] = self.plan.library
        for name, place in (("model", self.plan.model), ("target", self.plan.target)):
            if place is not None and not Path(place).exists():
                found[name] = place
        return found

    def without_library(self, top: int | None) -> str:
        """Say what of the `top` best compounds cannot be shown because the library is not there; empty if all can."""
        kept = self.hits().num_rows
        wanted = min(top or self.counts.get("scored", 0), self.counts.get("scored", 0))
        if wanted <= kept or "library" not in self.missing:
            return ""
        return (
            f"only the {kept:,} kept hits: names and structures of the others are in the library, which is not at "
            f"{self.missing['library']}"
        )

    def _require_finished(self) -> dict[str, Any]:
        if not self.finished:
            raise RunError(
                "the run is not finished",
                source=self.folder,
                expected="the same screen command to be run again until it ends",
            )
        return self.summary

    def __repr__(self) -> str:
        state = f"{self.records:,} records" if self.finished else "not finished"
        return f"<ScreenRun {self.folder}: {state}>"


def open_run(path: str | os.PathLike[str]) -> ScreenRun:
    """Open a run directory, finished or not.

    Raises
    ------
    FileError
        If the path holds no run.
    PlanError
        If its plan was tampered with.
    """
    folder = as_path(path, "a run folder")
    plan_file = folder / PLAN
    if not plan_file.is_file():
        raise FileError("is not a run directory", source=folder, expected=f"a folder with a {PLAN}")
    plan = ScreenPlan.from_json(_text(plan_file), plan_file)
    try:
        manifest = Manifest.from_json(_text(folder / MANIFEST))
    except (ValueError, TypeError) as error:
        raise FileError("is not the manifest of a run", source=folder / MANIFEST) from error
    return ScreenRun(folder, plan, manifest)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise FileError(f"cannot be read ({error.strerror})", source=path) from error
