"""The last work on a batch: repeated parents leave the compound table and are named in the ledger."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pyarrow as pa

from screening.compounds.library.extra_columns import TABLE as EXTRA
from screening.engine.ledger import RecordState
from screening.engine.read_part import read_part


@dataclasses.dataclass(frozen=True)
class Unsettled:
    """A batch whose repeated parents are known.

    Attributes
    ----------
    compounds, ledger
        Part files of the first step.
    records
        Records that repeat an earlier one, ascending.
    reasons
        For each of them, which record it repeats.
    extra
        Part file of extra columns of the first step; empty if there is none.
    """

    compounds: str
    ledger: str
    records: tuple[int, ...]
    reasons: tuple[str, ...]
    extra: str = ""


def settle_batch(batch: Unsettled) -> dict[str, pa.Table]:
    """Return the tables ``compounds``, ``ledger`` and ``extra`` as they stay."""
    compounds = read_part(Path(batch.compounds))
    ledger = read_part(Path(batch.ledger))
    if batch.records:
        repeated = pa.array(batch.records, pa.int64())
        compounds = compounds.filter(pa.compute.invert(pa.compute.is_in(compounds["record"], repeated)))
        reasons = dict(zip(batch.records, batch.reasons))
        records = ledger["record"].to_numpy()
        hit = np.isin(records, np.array(batch.records))
        for name, values in (
            ("state", pa.array([RecordState.DUPLICATE.value] * int(hit.sum()))),
            ("stage", pa.array(["duplicate"] * int(hit.sum()))),
            ("reason", pa.array([reasons[int(record)] for record in records[hit]])),
        ):
            column = ledger[name].combine_chunks()
            at = ledger.schema.get_field_index(name)
            changed = pa.compute.replace_with_mask(column, pa.array(hit), values)
            ledger = ledger.set_column(at, ledger.schema.field(at), changed)
    tables = {"compounds": compounds.combine_chunks(), "ledger": ledger.combine_chunks()}
    if batch.extra:
        tables[EXTRA] = read_part(Path(batch.extra)).combine_chunks()
    return tables
