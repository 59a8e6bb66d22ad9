"""What a run keeps of the compounds its model was trained on: names, structures, measured values."""

from __future__ import annotations

import dataclasses
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from screening.features.compound_blocks import morgan_fingerprints
from screening.models.fingerprint_index import FingerprintIndex
from screening.models.twins import Twins
from screening.runs.run import ScreenRun
from screening.runs.scores import MEASURED_OF

#: Limits of measured values to the sign people write: the true value is at most, exactly or at least this.
RELATIONS = {-1: "<", 0: "=", 1: ">"}


@dataclasses.dataclass(frozen=True)
class TrainingCompounds:
    """The n training compounds of the model of a run.

    Attributes
    ----------
    names, identities
        Of each.
    smiles
        None in runs of format 0.1, which did not keep them.
    values
        float64, shape (n,): measured values (mean of replicates), NaN where none was measured for this target.
    limits
        int8, shape (n,): 0 exact, -1 weaker than the value, 1 tighter.
    measured_of
        The target that the values are of, where the one screened differs from it by a mutation in the binding site;
        empty where they are of the one screened.
    """

    names: list[str]
    identities: list[bytes]
    smiles: list[str] | None
    values: np.ndarray
    limits: np.ndarray
    measured_of: str = ""

    @cached_property
    def rows_of(self) -> dict[bytes, int]:
        """Identity key to row."""
        return {identity: row for row, identity in enumerate(self.identities)}

    @cached_property
    def _measured(self) -> tuple[np.ndarray, FingerprintIndex] | None:
        if self.smiles is None or not np.isfinite(self.values).any():
            return None
        rows = np.flatnonzero(np.isfinite(self.values))
        return rows, FingerprintIndex(morgan_fingerprints([self.smiles[row] for row in rows]))

    def nearest_measured(self, fingerprints: np.ndarray, count: int) -> list[list[tuple[int, float]]]:
        """Return for each packed fingerprint the nearest training compounds with a value: row and similarity."""
        if self._measured is None or not len(fingerprints):
            return [[] for _ in range(len(fingerprints))]
        rows, index = self._measured
        found = []
        for start in range(0, len(fingerprints), 1000):
            similarity = index.similarity(fingerprints[start : start + 1000])
            order = np.argsort(-similarity, axis=1, kind="stable")[:, :count]
            for own, line in zip(similarity, order):
                found.append([(int(rows[at]), float(own[at])) for at in line])
        return found

    def value_text(self, row: int) -> str:
        """Return the measured value of a training compound, such as ``"< 5.00"``; nothing where there is none."""
        value = float(self.values[row])
        sign = {-1: "< ", 0: "", 1: "> "}[int(self.limits[row])]
        of = f" (of {self.measured_of})" if self.measured_of else ""
        return f"{sign}{value:.2f}{of}" if np.isfinite(value) else ""

    @cached_property
    def _twins(self) -> Twins | None:
        return None if self.smiles is None else Twins(self.smiles, self.identities)

    def twin(self, smiles: str, identity: bytes) -> tuple[int, str] | None:
        """Return the training compound that a seen compound is, and how: itself, stereoisomer or tautomer.

        None where nothing fits, or the run does not keep the structures.
        """
        if self._twins is not None:
            return self._twins.twin(smiles, identity)
        return (self.rows_of[identity], "itself") if identity in self.rows_of else None


def training_compounds(run: ScreenRun) -> TrainingCompounds:
    """Return what the run keeps of its model's training compounds; read once for each run."""
    path = run.folder / "training.parquet"
    return _read(str(run.folder), path.stat().st_mtime_ns if path.is_file() else 0)


@lru_cache(maxsize=4)
def _read(folder: str, _: int) -> TrainingCompounds:
    from screening.runs.run import open_run

    table = open_run(Path(folder)).training()
    count, names = table.num_rows, set(table.schema.names)
    values = np.full(count, np.nan)
    limits = np.zeros(count, np.int8)
    if "value" in names:
        values = np.array([np.nan if value is None else value for value in table.column("value").to_pylist()], float)
        limits = table.column("limit").to_numpy().astype(np.int8)
    smiles = table.column("smiles").to_pylist() if "smiles" in names else None
    of = (table.schema.metadata or {}).get(MEASURED_OF.encode(), b"").decode()
    return TrainingCompounds(
        table.column("name").to_pylist(), table.column("identity").to_pylist(), smiles, values, limits, of
    )


def relation(limit: int) -> str:
    """Return ``<``, ``=`` or ``>`` for a limit of a -log10 value."""
    return RELATIONS[int(limit)]


def taken(values: np.ndarray, rows: list[int | None]) -> pa.Array:
    """Return the values of these rows as float32; null where there is no row or nothing was measured."""
    found = [None if row is None or not np.isfinite(values[row]) else float(values[row]) for row in rows]
    return pa.array(found, pa.float32())
