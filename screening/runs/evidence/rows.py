"""The compounds that evidence is asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa
from rdkit import Chem

from screening.compounds.compound import PROPERTIES
from screening.compounds.fingerprint import packed_morgan, stack
from screening.compounds.rules.properties import property_row
from screening.errors import UsageError
from screening.runs import hits
from screening.runs.evidence.column import EvidenceColumn
from screening.runs.run import ScreenRun
from screening.runs.scores import read_run_file
from screening.runs.top_scores import count_before

#: What a block of evidence returns: columns with their values, as long as the rows.
Filled = list[tuple[EvidenceColumn, pa.Array]]


@dataclasses.dataclass(frozen=True)
class EvidenceRows:
    """Scored compounds of a run, in the order they were asked for.

    Attributes
    ----------
    run
        The run.
    hits
        Their rows of `screening.runs.hits.HIT_SCHEMA`.
    wanted
        Names of the columns that are asked for; None for all. A block may leave out the others.
    """

    run: ScreenRun
    hits: pa.Table
    wanted: frozenset[str] | None = None

    def wants(self, *names: str) -> bool:
        """Tell whether one of these columns is asked for."""
        return self.wanted is None or not self.wanted.isdisjoint(names)

    @cached_property
    def smiles(self) -> list[str]:
        """Canonical parent SMILES."""
        found: list[str] = self.hits.column("smiles").to_pylist()
        return found

    @cached_property
    def identities(self) -> list[bytes]:
        """Identity keys."""
        return [bytes.fromhex(key) for key in self.hits.column("id").to_pylist()]

    @cached_property
    def mols(self) -> list[Chem.Mol]:
        """The molecules, for what is worked out here."""
        return [Chem.MolFromSmiles(text) for text in self.smiles]

    @cached_property
    def fingerprints(self) -> np.ndarray:
        """uint8, shape (n, 256): packed Morgan fingerprints, as a prepared library stores them."""
        return stack([packed_morgan(mol) for mol in self.mols])

    @cached_property
    def block_properties(self) -> np.ndarray:
        """float32, shape (n, len(PROPERTIES))."""
        return np.array([property_row(mol) for mol in self.mols], np.float32).reshape(-1, len(PROPERTIES))

    @property
    def properties(self) -> dict[str, np.ndarray]:
        """float32, shape (n,) each: the columns of `screening.compounds.compound.PROPERTIES`."""
        return dict(zip(PROPERTIES, self.block_properties.T))


def rows_of(run: ScreenRun, records: Sequence[int]) -> EvidenceRows:
    """Return the rows of these records, kept hits or not, in the order given.

    Raises
    ------
    UsageError
        If a record was not scored.
    LibraryError
        If a record is not among the kept hits and the library is not there any more.
    """
    kept = run.hits()
    place = {record: row for row, record in enumerate(kept.column("record").to_pylist())}
    missing = sorted({int(record) for record in records} - set(place))
    table = kept
    if missing:
        table = pa.concat_tables([kept, _not_kept(run, missing)])
        place |= {record: kept.num_rows + row for row, record in enumerate(missing)}
    return EvidenceRows(run, table.take(pa.array([place[int(record)] for record in records], pa.int64())))


def _not_kept(run: ScreenRun, records: list[int]) -> pa.Table:
    import pyarrow.compute as pc

    wanted = pa.array(records, pa.int64())
    files = run.score_files()
    condition = pc.field("record").isin(wanted)
    scores = pa.concat_tables([read_run_file(path, filters=condition) for path in files])
    if scores.num_rows < len(records):
        lost = sorted(set(records) - set(scores.column("record").to_pylist()))
        raise UsageError(f"record {lost[0]} was not scored", source=run.folder, expected="a record with a score")
    scores = scores.take(pc.sort_indices(scores, sort_keys=[("record", "ascending")]))
    described = hits.describe_records(run.library(), wanted)
    tables = []
    for row in range(scores.num_rows):
        one = scores.slice(row, 1)
        cells = {name: one.column(name)[0].as_py() for name in ("affinity", "identity", "record", "full")}
        rank = 1 + count_before(files, cells["affinity"], cells["identity"], cells["record"], cells["full"])
        tables.append(hits.hit_table(one, described.slice(row, 1), run.training(), run.kind, rank))
    return pa.concat_tables(tables)
