"""Run ordered batches through a pure function, serially or on a Dask client.

The driver never holds more than a window of batches, workers write their own part files, and only small
receipts come back, so memory stays flat however many batches there are.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from screening.engine import parts
from screening.errors import RunError, ScreeningError

if TYPE_CHECKING:
    from distributed import Client

#: A pure function of a batch payload: table name to table. It must not depend on anything but the payload.
Work = Callable[[Any], Mapping[str, pa.Table]]


@dataclasses.dataclass(frozen=True)
class Batch:
    """A unit of work: its number, from 0 and without gaps, and a small picklable payload."""

    index: int
    payload: Any


def execute(work: Work, batch: Batch, folder: str) -> parts.Receipt:
    """Run one batch where this is called (on a worker) and write its parts and receipt."""
    started = time.perf_counter()
    tables = work(batch.payload)
    return parts.write_batch(Path(folder), batch.index, tables, time.perf_counter() - started)


def run_batches(
    work: Work,
    batches: Iterable[Batch],
    folder: Path,
    *,
    client: Client | None = None,
    window: int | None = None,
) -> Iterator[parts.Receipt]:
    """Run every batch that is not finished yet and yield all receipts, finished ones included.

    Parameters
    ----------
    work
        Function run on the workers.
    batches
        The batches in order; consumed lazily.
    folder
        Job folder, visible to the driver and the workers under the same path.
    client
        Dask client; None runs the batches one after another in this process.
    window
        Batches in flight at most; twice the worker threads by default.

    Yields
    ------
    Receipt
        In the order in which batches finish.

    Raises
    ------
    ScreeningError
        The first error of a batch; finished batches stay finished.
    """
    if client is None:
        for batch in batches:
            done = parts.read_receipt(folder, batch.index)
            yield done or execute(work, batch, str(folder))
        return
    yield from _on_client(work, batches, folder, client, window)


def _on_client(
    work: Work, batches: Iterable[Batch], folder: Path, client: Client, window: int | None
) -> Iterator[parts.Receipt]:
    from distributed import as_completed

    limit = window or 2 * max(1, sum(client.nthreads().values()))
    flying = as_completed()
    in_flight = 0
    try:
        for batch in batches:
            done = parts.read_receipt(folder, batch.index)
            if done is not None:
                yield done
                continue
            while in_flight >= limit:
                yield _result(next(flying))
                in_flight -= 1
            flying.add(client.submit(execute, work, batch, str(folder), pure=False, retries=2))
            in_flight += 1
        while in_flight:
            yield _result(next(flying))
            in_flight -= 1
    finally:
        flying.clear()


def _result(future: Any) -> parts.Receipt:
    try:
        receipt: parts.Receipt = future.result()
    except ScreeningError:
        raise
    except Exception as error:
        raise RunError(f"a batch could not be finished ({type(error).__name__}: {error})") from error
    return receipt
