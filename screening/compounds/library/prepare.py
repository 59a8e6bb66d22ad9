"""Compound files to a prepared library on disk.

Two passes over the records, each on the engine's batches: the first gives every record its parent, keys, fingerprint
and properties; then equal parents are found over the whole library; the second pass takes the repeated ones out of
the compounds and names them in the ledger. Every record keeps its file and number, and ends in exactly one state.

The folder::

    OUT/ plan.json  library.json  manifest.json  compounds/part-000123.parquet  ledger/part-000123.parquet  receipts/
         extra/part-000123.parquet  (other columns of the input, where there are any)
         work/    (while it is being prepared)
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from screening.compounds.files.columns import CHIRAL_FLAGS, Columns
from screening.compounds.files.formats import open_files
from screening.compounds.files.record import RawRecord
from screening.compounds.library.duplicates import Duplicates
from screening.compounds.library.extra_columns import TABLE as EXTRA
from screening.compounds.library.library_plan import WORK, claim_folder, library_plan
from screening.compounds.library.mark_duplicates import Unsettled, settle_batch
from screening.compounds.library.prepared_library import LIBRARY_FILE, PreparedLibrary, open_library
from screening.compounds.library.rejection_warning import warnings_of
from screening.compounds.library.standardise_batch import RawBatch, standardise_batch
from screening.compounds.rules.rules import DEFAULT_RULES, Rules
from screening.compounds.standardisation.standardise import PROTOCOL
from screening.compounds.standardisation.tautomer import TAUTOMER_PROTOCOL
from screening.engine import batches, files, parts
from screening.engine.ledger import RecordState, add_counts, require_balance
from screening.engine.lock import folder_lock
from screening.engine.progress import OnProgress, Progress
from screening.engine.read_part import damaged_parts, read_part, seal
from screening.errors import LibraryError, UsageError
from screening.provenance import Manifest, content_key

if TYPE_CHECKING:
    from distributed import Client

#: Records, and characters of raw text and of extra cells, of a batch: it is closed when any of them is reached.
BATCH_RECORDS = 2_000
BATCH_CHARACTERS = 4_000_000
BATCH_EXTRA_CHARACTERS = 16_000_000


@dataclasses.dataclass(frozen=True)
class PrepareOptions:
    """How a library is prepared.

    Attributes
    ----------
    smiles, name
        Columns of tables that hold the structures and the names; guessed if None. For SD files `name` is the data
        item that names a record.
    seconds
        Time limit for one structure; longer ones end as ``timed_out``.
    rules
        Rules that flag compounds or drop them.
    tautomers
        Make parents canonical tautomers (`screening.compounds.standardisation.tautomer`), at some milliseconds a
        compound. Models and queries know parents as they were drawn, so that a compound changed by this is new to them.
    chiral_flag
        What a mol block without the chiral flag is: a racemate (``obeyed``), what it draws (``ignored``), or a racemate
        only in files that set the flag for others (``auto``).
    """

    smiles: str | None = None
    name: str | None = None
    seconds: float = 20.0
    rules: Rules = DEFAULT_RULES
    tautomers: bool = False
    chiral_flag: str = "auto"

    def __post_init__(self) -> None:
        if self.chiral_flag not in CHIRAL_FLAGS:
            raise UsageError(
                f"{self.chiral_flag!r} is no meaning of the chiral flag", expected=f"one of {', '.join(CHIRAL_FLAGS)}"
            )

    def recorded(self) -> dict[str, Any]:
        """Return what a plan says of them; an option that earlier releases did not have only where it is set."""
        said = dataclasses.asdict(self)
        if self.chiral_flag == "auto":
            del said["chiral_flag"]
        return said


def prepare_library(
    names: Sequence[str | os.PathLike[str]] | str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    options: PrepareOptions | None = None,
    client: Client | None = None,
    on_progress: OnProgress | None = None,
    batch_records: int | None = None,
) -> PreparedLibrary:
    """Prepare compound files; go on where a killed call stopped; return at once if it is already done.

    Parameters
    ----------
    names
        Files (or patterns such as ``vendor/*.sdf.gz``), read in this order.
    out
        Folder of the library.
    options
        How to read and prepare them.
    client
        Dask client whose workers see the same files; None works in this process.
    on_progress
        Called with every step forward.
    batch_records
        Raw records of a part, `BATCH_RECORDS` by default; changes where parts end, not what is in them. A call
        that goes on with a killed one keeps the number that one had.

    Returns
    -------
    PreparedLibrary
        The same bytes in every part for any number of workers.

    Raises
    ------
    FileError, UsageError
        If a file cannot be read; found before any work where possible.
    LibraryError
        If the files hold no record at all.
    RunMismatchError
        If `out` holds another library.
    RunLockedError
        If another process prepares it now.
    StorageError
        If `out` cannot be written or the disk is full.
    """
    options = options or PrepareOptions()
    given = [names] if isinstance(names, str | os.PathLike) else list(names)
    columns = Columns(options.smiles, options.name, chiral_flag=options.chiral_flag)
    inputs = open_files(given, columns)
    for file in inputs:
        file.require_first_record()
    plan = library_plan(inputs, options.recorded(), _protocol(options))
    key = content_key(plan)
    folder = Path(out).absolute()  # workers may have another working directory
    with folder_lock(folder):
        batch = claim_folder(folder, plan, batch_records or BATCH_RECORDS)
        if (folder / LIBRARY_FILE).exists():
            shutil.rmtree(folder / WORK, ignore_errors=True)  # killed between the last two steps
            if (finished := _intact(folder)) is not None:
                return finished
            (folder / LIBRARY_FILE).unlink()  # parts that are damaged are made again, the others are kept
        preparation = Preparation(folder, inputs, options, client, on_progress, batch)
        preparation.standardise()
        counts, reasons = preparation.settle()
        records = preparation.records
        require_balance(counts, records, str(folder))
        facts = {
            "key": key,
            "records": records,
            "counts": counts,
            "compounds": counts.get(RecordState.READY.value, 0),
            "reasons": reasons,
            "sources": [
                {"source": label, "records": count} for label, count in zip(preparation.labels, preparation.sizes)
            ],
            "understood": [
                {"source": file.label, "how": how} for file in inputs if (how := getattr(file, "understood", ""))
            ],
            "warnings": warnings_of(counts, reasons, folder),
            "seal": seal(parts.receipts(folder)),
            **{name: plan[name] for name in ("layout", "protocol", "rdkit", "fingerprint")},
        }
        manifest = Manifest.now(
            key, inputs={str(file.path): {"sha256": sha} for file, (_, sha) in zip(inputs, plan["files"])}
        )
        files.write_text(folder / "manifest.json", manifest.to_json())
        files.write_text(folder / LIBRARY_FILE, json.dumps(facts, indent=2) + "\n")
        shutil.rmtree(folder / WORK, ignore_errors=True)
    return open_library(folder)


def _intact(folder: Path) -> PreparedLibrary | None:
    """Return a finished library if every part is as it was written."""
    try:
        library = open_library(folder)
    except LibraryError:
        return None
    return None if damaged_parts(folder) else library


def _protocol(options: PrepareOptions) -> str:
    return f"{PROTOCOL}, {TAUTOMER_PROTOCOL}" if options.tautomers else PROTOCOL


class Records(Protocol):
    """Raw records of a file, or a sample of several."""

    @property
    def label(self) -> str:
        """What a ledger calls it."""

    @property
    def size(self) -> int:
        """Bytes of it."""

    @property
    def consumed(self) -> int:
        """Bytes that were read."""

    def records(self) -> Iterator[RawRecord]:
        """Yield the records."""


class Preparation:
    """The two passes; keeps only numbers, never records."""

    def __init__(
        self,
        folder: Path,
        inputs: Sequence[Records],
        options: PrepareOptions,
        client: Client | None,
        on_progress: OnProgress | None,
        batch_records: int,
    ) -> None:
        self._batch_records = batch_records
        self.folder = folder
        self.work = folder / WORK
        self.records = 0
        self.sizes: list[int] = []
        self.labels = [file.label for file in inputs]
        self._inputs = inputs
        self._options = options
        self._client = client
        self._on_progress = on_progress
        self._firsts: list[int] = []  # first record of every batch, and the end
        self._counts: dict[str, int] = {}
        self._characters, self._all_read = 0, False

    def standardise(self) -> None:
        """First pass; batches that a killed call finished are not done again."""
        total = sum(file.size for file in self._inputs)
        done = batches.run_batches(standardise_batch, self._raw_batches(), self.work, client=self._client)
        finished = 0
        for receipt in done:
            add_counts(self._counts, receipt.counts)
            finished += sum(receipt.counts.values())
            self._tell("standardising", self._bytes_done(finished, total), total, "bytes")
        self._firsts.append(self.records)
        if self.records == 0:
            raise LibraryError("no record found", source=", ".join(self.labels), expected="at least one compound")

    def _bytes_done(self, finished: int, total: int) -> int:
        """Return the part of the bytes read whose records are finished; reading is ahead of the work.

        What a buffer took at once counts as read before its records were seen, so the last of them are counted by
        their text.
        """
        read = sum(file.consumed for file in self._inputs)
        done = round(read * finished / max(self.records, 1))
        return min(done, self._characters) if read >= total and not self._all_read else done

    def _raw_batches(self) -> Iterator[batches.Batch]:
        sources: list[str] = []
        records: list[RawRecord] = []
        characters = extra = index = 0
        for file in self._inputs:
            before = self.records
            for raw in file.records():
                sources.append(file.label)
                records.append(raw)
                characters += len(raw.text) + len(raw.name) + sum(len(text) for _, text in raw.extra)
                extra += sum(len(text) for _, text in raw.extra)
                self.records += 1
                full = characters >= BATCH_CHARACTERS or extra >= BATCH_EXTRA_CHARACTERS
                if full or len(records) >= self._batch_records:
                    yield self._batch(index, sources, records)
                    sources, records, characters, extra, index = [], [], 0, 0, index + 1
            self.sizes.append(self.records - before)
        self._all_read = True
        if records:
            yield self._batch(index, sources, records)

    def _batch(self, index: int, sources: list[str], records: list[RawRecord]) -> batches.Batch:
        first = self.records - len(records)
        self._firsts.append(first)
        self._characters += sum(len(raw.text) + len(raw.name) + 2 for raw in records)
        options = self._options
        payload = RawBatch(first, tuple(sources), tuple(records), options.seconds, options.rules, options.tautomers)
        return batches.Batch(index, payload)

    def settle(self) -> tuple[dict[str, int], dict[str, int]]:
        """Second pass; returns the counts per state and the reasons."""
        counts: dict[str, int] = {}
        reasons: dict[str, int] = {}
        done = 0
        ready = self._counts.get(RecordState.READY.value, 0)
        with Duplicates(self._keys(), expected=ready, scratch=self.work / "keys") as duplicates:
            unsettled = self._unsettled(duplicates)
            for receipt in batches.run_batches(settle_batch, unsettled, self.folder, client=self._client):
                add_counts(counts, receipt.counts)
                add_counts(reasons, receipt.reasons)
                done += sum(receipt.counts.values())
                self._counts = counts
                self._tell("settling duplicates", done, self.records, "records")
        ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
        return dict(sorted(counts.items())), dict(ordered[:100])

    def _keys(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for index in range(len(self._firsts) - 1):
            path = self.work / "compounds" / parts.part_name(index)
            table = read_part(path, columns=["record", "identity"]).combine_chunks()
            identities = np.frombuffer(table["identity"].combine_chunks().buffers()[1] or b"", np.uint8)
            yield table["record"].to_numpy(), identities[: 16 * table.num_rows].reshape(-1, 16)

    def _unsettled(self, duplicates: Duplicates) -> Iterator[batches.Batch]:
        starts = np.concatenate([[0], np.cumsum(self.sizes)])
        for index, (first, stop) in enumerate(zip(self._firsts, self._firsts[1:])):
            pairs = duplicates.between(first, stop)
            file = np.searchsorted(starts, pairs[:, 1], side="right") - 1
            numbers = pairs[:, 1] - starts[file] + 1
            reasons = tuple(
                f"same parent as record {original} ({self.labels[at]}, number {number})"
                for original, at, number in zip(pairs[:, 1].tolist(), file.tolist(), numbers.tolist())
            )
            name = parts.part_name(index)
            extra = self.work / EXTRA / name
            payload = Unsettled(
                str(self.work / "compounds" / name), str(self.work / "ledger" / name),
                tuple(pairs[:, 0].tolist()), reasons, str(extra) if extra.exists() else "",
            )  # fmt: skip
            yield batches.Batch(index, payload)

    def _tell(self, stage: str, done: int, total: int, unit: str) -> None:
        if self._on_progress is not None:
            self._on_progress(Progress(stage, done, total, unit, dict(self._counts)))
