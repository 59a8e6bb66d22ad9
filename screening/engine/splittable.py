"""Batches that can be taken apart record by record, and how their pieces are put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, runtime_checkable

import pyarrow as pa

from screening.engine.ledger import RecordState

Tables = Mapping[str, pa.Table]

#: A pure function of a batch payload: table name to table. It must not depend on anything but the payload.
Work = Callable[[Any], Tables]


@runtime_checkable
class Splittable(Protocol):
    """A payload that can be taken apart, so that one bad record costs only itself.

    The work on a payload must give the same rows as the work on its pieces, one after another.
    """

    def __len__(self) -> int:
        """Return the number of records."""

    def piece(self, start: int, stop: int) -> Splittable:
        """Return the payload of the records from `start` to before `stop`."""

    def given_up(self, state: RecordState, reason: str) -> Tables:
        """Return the tables that account for all records of this payload without working on them."""


def joined(tables: Iterable[Tables]) -> Tables:
    """Put the tables of consecutive pieces together, table by table, in their order.

    A column that a piece lacks is null there.
    """
    found: dict[str, list[pa.Table]] = {}
    for each in tables:
        for name, table in each.items():
            found.setdefault(name, []).append(table)
    return {
        name: pa.concat_tables(several, promote_options="default").combine_chunks() for name, several in found.items()
    }
