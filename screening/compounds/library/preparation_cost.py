"""What preparing compound files will cost: all are read once, and a sample spread evenly over them is prepared."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from screening.compounds.files.archive import RefusedMember
from screening.compounds.files.columns import Columns
from screening.compounds.files.formats import CompoundFile, open_files
from screening.compounds.files.record import RawRecord
from screening.compounds.library.prepare import BATCH_RECORDS, Preparation, PrepareOptions
from screening.engine.progress import OnProgress, Progress
from screening.errors import LibraryError

#: Records that are prepared at least, if there are so many, and at most nearly twice as many.
SAMPLE = 4000
#: Records prepared before, for what is paid only once: imports, rules.
_FIRST = 50


@dataclasses.dataclass(frozen=True)
class PreparationCost:
    """What a preparation will cost.

    Attributes
    ----------
    records
        Records of the files, counted.
    pilot_records
        Records that were prepared to measure it.
    records_per_second
        Of one core.
    read_seconds
        To read the files, which only one process does.
    cpu_hours
        For all records.
    megabytes
        Written to the folder of the library.
    """

    records: int
    pilot_records: int
    records_per_second: float
    read_seconds: float
    cpu_hours: float
    megabytes: float

    def hours(self, workers: int) -> float:
        """Return the wall time in hours on so many cores."""
        return max(self.read_seconds / 3600, self.cpu_hours / max(1, workers))


@dataclasses.dataclass
class _Sample:
    """Records in memory, as `Preparation` takes those of a file."""

    raw: Sequence[RawRecord]
    label: str = "sample"
    size: int = 0
    consumed: int = 0

    def records(self) -> Iterator[RawRecord]:
        return iter(self.raw)


def preparation_cost(
    names: Sequence[str | Path], *, options: PrepareOptions | None = None, on_progress: OnProgress | None = None
) -> PreparationCost:
    """Prepare a sample of the records in this process, in a folder that is deleted, and extrapolate.

    Parameters
    ----------
    names
        Files or patterns.
    options
        How to read and prepare them.
    on_progress
        Called while the files are read.

    Raises
    ------
    FileError, UsageError
        If a file cannot be read.
    LibraryError
        If the files hold no record at all.
    """
    options = options or PrepareOptions()
    inputs = open_files(names, Columns(options.smiles, options.name))
    started = time.perf_counter()
    records, sample = _spread(inputs, on_progress)
    read_seconds = time.perf_counter() - started
    if not sample:
        raise LibraryError(
            "no record found", source=", ".join(file.label for file in inputs), expected="at least one compound"
        )
    _prepared(sample[:_FIRST], options)
    seconds, size = _prepared(sample, options)
    rate = len(sample) / seconds
    return PreparationCost(
        records=records,
        pilot_records=len(sample),
        records_per_second=rate,
        read_seconds=read_seconds,
        cpu_hours=(records / rate + read_seconds) / 3600,
        megabytes=size / len(sample) * records / 1e6,
    )


def _spread(
    inputs: Sequence[CompoundFile | RefusedMember], on_progress: OnProgress | None
) -> tuple[int, list[RawRecord]]:
    """Return how many records there are, and every n-th of them."""
    sample: list[RawRecord] = []
    records, step = 0, 1
    total = sum(file.size for file in inputs)
    for file in inputs:
        for raw in file.records():
            if records % step == 0:
                sample.append(raw)
                if len(sample) == 2 * SAMPLE:
                    sample, step = sample[::2], 2 * step
            records += 1
            if on_progress is not None and records % 10_000 == 0:
                on_progress(Progress("reading", sum(one.consumed for one in inputs), total, "bytes"))
    return records, sample


def _prepared(sample: Sequence[RawRecord], options: PrepareOptions) -> tuple[float, int]:
    """Prepare the records; return the seconds it took and the bytes it wrote."""
    with tempfile.TemporaryDirectory(prefix="pilot-") as folder:
        started = time.perf_counter()
        preparation = Preparation(Path(folder), [_Sample(sample)], options, None, None, BATCH_RECORDS)
        preparation.standardise()
        preparation.settle()
        seconds = time.perf_counter() - started
        written = [path for path in Path(folder).rglob("*") if path.is_file() and preparation.work not in path.parents]
        return seconds, sum(path.stat().st_size for path in written)
