"""What a search folder holds, round by round.

::

    SEARCH/ plan.json  summary.json  found.parquet
            rounds/0000/ asked.parquet  answers/part-000000.parquet  receipts/  recall.json
            tiers.json  passed.parquet  full/ asked.parquet  answers/  receipts/

The last line is there where compounds pass tiers first, and where the best are asked about again in full. A round that
is asked has ``asked.parquet``; it is answered when every compound in it has an answer or a reason. Each file is written
whole, so a killed search goes on with the same bytes.
"""

from __future__ import annotations

import dataclasses
import json
import os
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from screening.engine import files, parts
from screening.engine.read_part import read_part
from screening.errors import FileError, RunError
from screening.runs.search.plan import SearchPlan

PLAN, SUMMARY, FOUND, ROUNDS, ASKED, RECALL = (
    "plan.json",
    "summary.json",
    "found.parquet",
    "rounds",
    "asked.parquet",
    "recall.json",
)
ANSWERS = "answers"
#: Folder of the best compounds that are asked about again, laid out as a round is.
FULL = "full"

#: One row per compound of a round. `row` counts the compounds of the library; `chosen` is ``start``, ``random`` or
#: ``acquired``; `predicted` and `deviation` are what the surrogate believed before (a higher number is better), null in
#: the first round.
ASKED_SCHEMA = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("record", pa.int64(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("smiles", pa.string(), nullable=False),
        pa.field("chosen", pa.string(), nullable=False),
        pa.field("predicted", pa.float64()),
        pa.field("deviation", pa.float64()),
    ]
)
#: One row per compound of a round, in its order; `value` is null where there is a `reason`.
ANSWER_SCHEMA = pa.schema(
    [
        pa.field("record", pa.int64(), nullable=False),
        pa.field("value", pa.float64()),
        pa.field("reason", pa.string(), nullable=False),
    ]
)


@dataclasses.dataclass(frozen=True)
class Answered:
    """All answers of a search so far, in the order in which they were asked.

    Attributes
    ----------
    asked
        Rows of `ASKED_SCHEMA`.
    values
        float64, shape (asked,): as the oracle gave them, NaN where it gave none.
    reasons
        Why there is none; empty where there is one.
    """

    asked: pa.Table
    values: np.ndarray
    reasons: list[str]

    @cached_property
    def rows(self) -> np.ndarray:
        """int64, shape (asked,): positions in the library."""
        return self.asked.column("row").to_numpy()

    def errors(self, sign: float) -> np.ndarray:
        """Return (answer - prediction) / deviation of the compounds that were drawn at random after the first round."""
        random = np.array([chosen == "random" for chosen in self.asked.column("chosen").to_pylist()], bool)
        keep = random & np.isfinite(self.values)
        predicted = np.array(self.asked.column("predicted").to_pylist(), float)[keep]
        deviation = np.array(self.asked.column("deviation").to_pylist(), float)[keep]
        return np.asarray((sign * self.values[keep] - predicted) / np.maximum(deviation, 1e-9))


@dataclasses.dataclass(frozen=True)
class SearchRun:
    """A search folder, finished or not."""

    folder: Path
    plan: SearchPlan

    @property
    def sign(self) -> float:
        """What answers are multiplied with so that a higher one is better."""
        return 1.0 if self.plan.higher_is_better else -1.0

    @property
    def summary(self) -> dict[str, Any]:
        """What stands in ``summary.json``; empty while the search goes on."""
        try:
            return dict(json.loads((self.folder / SUMMARY).read_text("utf-8")))
        except (OSError, ValueError):
            return {}

    @property
    def finished(self) -> bool:
        """Whether the budget is spent."""
        return bool(self.summary)

    def round_folder(self, number: int) -> Path:
        """Return the folder of a round, counted from 0."""
        return self.folder / ROUNDS / f"{number:04d}"

    @property
    def rounds(self) -> int:
        """Rounds that were asked."""
        return len(list((self.folder / ROUNDS).glob(f"[0-9]*/{ASKED}")))

    def asked(self, number: int) -> pa.Table:
        """Return the compounds of a round.

        Raises
        ------
        FileError
            If the file is damaged.
        """
        return self._asked_in(self.round_folder(number))

    @staticmethod
    def _asked_in(folder: Path) -> pa.Table:
        path = folder / ASKED
        try:
            return pq.read_table(path)
        except (OSError, pa.ArrowException) as error:
            raise FileError("is missing or damaged", source=path, expected="the file that the search wrote") from error

    def answers(self, number: int) -> pa.Table | None:
        """Return the answers of a round, None where some are missing."""
        return self._answers_in(self.round_folder(number))

    def _answers_in(self, folder: Path) -> pa.Table | None:
        done = [receipt for receipt in parts.receipts(folder, verify=True) if ANSWERS in receipt.parts]
        tables = [read_part(folder / receipt.parts[ANSWERS].path) for receipt in done]
        found = pa.concat_tables(tables) if tables else ANSWER_SCHEMA.empty_table()
        return found if found.num_rows == self._asked_in(folder).num_rows else None

    @property
    def full_folder(self) -> Path:
        """Folder of the compounds that are asked about again."""
        return self.folder / FULL

    def ask_in_full(self, count: int) -> pa.Table:
        """Return the best compounds, which are asked about again; they are chosen once."""
        if not (self.full_folder / ASKED).is_file():
            best = self._by_value().slice(0, count).select(ASKED_SCHEMA.names)
            files.write_bytes(self.full_folder / ASKED, parts.table_bytes(best))
        return self._asked_in(self.full_folder)

    def full_answers(self) -> pa.Table | None:
        """Return the answers of the compounds that were asked about again, None where there are none or some lack."""
        return self._answers_in(self.full_folder) if (self.full_folder / ASKED).is_file() else None

    def answered(self) -> Answered:
        """Return all answers of the rounds that are answered whole."""
        asked, answers = [ASKED_SCHEMA.empty_table()], [ANSWER_SCHEMA.empty_table()]
        for number in range(self.rounds):
            found = self.answers(number)
            if found is None:
                break
            asked.append(self.asked(number))
            answers.append(found)
        table, joined = pa.concat_tables(asked), pa.concat_tables(answers)
        values = np.array([np.nan if one is None else one for one in joined.column("value").to_pylist()], float)
        return Answered(table, values, joined.column("reason").to_pylist())

    def open_round(self) -> int | None:
        """Return the round that is asked and not answered, None if there is none."""
        last = self.rounds - 1
        return last if last >= 0 and self.answers(last) is None else None

    def ask(self, number: int, table: pa.Table) -> None:
        """Write the compounds of a round."""
        files.write_bytes(self.round_folder(number) / ASKED, parts.table_bytes(table))

    def found(self) -> pa.Table:
        """Return the compounds with an answer, the best first: ``rank``, `ASKED_SCHEMA` and ``value``.

        Where the best were asked about again, ``full`` is what was answered then: those that have it come first, in its
        order, then the others by their first answer.
        """
        table, full = self._by_value(), self.full_answers()
        if full is not None:
            told = dict(zip(full.column("record").to_pylist(), full.column("value").to_pylist()))
            again = np.array([told.get(record) for record in table.column("record").to_pylist()], float)
            promise = np.where(np.isfinite(again), -self.sign * again, np.inf)
            order = np.lexsort([np.arange(len(again)), promise])
            table = table.append_column("full", pa.array(again, from_pandas=True)).take(pa.array(order))
        return table.add_column(0, "rank", pa.array(np.arange(1, table.num_rows + 1), pa.int64()))

    def _by_value(self) -> pa.Table:
        all_ = self.answered()
        order = np.flatnonzero(np.isfinite(all_.values))
        order = order[np.argsort(-self.sign * all_.values[order], kind="stable")]
        return all_.asked.take(pa.array(order)).append_column("value", pa.array(all_.values[order]))


def open_search(path: str | os.PathLike[str]) -> SearchRun:
    """Open a search folder.

    Raises
    ------
    RunError
        If there is none.
    PlanError
        If its plan was changed.
    """
    folder = Path(path)
    if not (folder / PLAN).is_file():
        raise RunError("is no search", source=folder, expected="a folder made by `workbench search`")
    return SearchRun(folder, SearchPlan.from_json((folder / PLAN).read_text("utf-8"), folder / PLAN))
