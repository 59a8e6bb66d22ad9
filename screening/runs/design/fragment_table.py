"""The fragments of a library in context: what stands where, how often, and where it was first seen."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rdkit import Chem, rdBase

from screening.compounds.library.prepared_library import PreparedLibrary
from screening.compounds.library.prepared_library import read_part as read_library_part
from screening.compounds.series.cuts import HYDROGEN, LARGEST, RADII, CutMolecule
from screening.engine import files, parts
from screening.engine.batches import Batch, run_batches
from screening.engine.ledger import RecordState
from screening.engine.lock import folder_lock
from screening.engine.progress import OnProgress, Progress
from screening.engine.read_part import read_part
from screening.engine.splittable import Tables
from screening.errors import FileError, LibraryError, UsageError
from screening.provenance import content_key

if TYPE_CHECKING:
    from distributed import Client

#: Version of how molecules are cut; part of the key of a table.
PROTOCOL = "1"
_PARTS = "fragments"
_FACTS = b"fragments"

#: `environment` are the surroundings to `radius` bonds, `fragment` has attachment points, `compounds` says in how many
#: of the library it was seen, `record` is the first of them; `heavy_atoms` of the fragment without attachment points.
TABLE_SCHEMA = pa.schema(
    [
        pa.field("radius", pa.int8(), nullable=False),
        pa.field("environment", pa.string(), nullable=False),
        pa.field("fragment", pa.string(), nullable=False),
        pa.field("heavy_atoms", pa.int16(), nullable=False),
        pa.field("compounds", pa.int64(), nullable=False),
        pa.field("record", pa.int64(), nullable=False),
    ]
)


@dataclasses.dataclass(frozen=True)
class FragmentTask:
    """A part of a prepared library, and the heavy atoms of a fragment at most."""

    compounds: str
    sha256: str
    start: int
    stop: int
    largest: int

    def __len__(self) -> int:
        return self.stop - self.start

    def piece(self, start: int, stop: int) -> FragmentTask:
        """Return the task of some of the compounds."""
        return dataclasses.replace(self, start=self.start + start, stop=self.start + stop)

    def given_up(self, state: RecordState, reason: str) -> Tables:
        """Leave the compounds out: a table of fragments counts what could be cut."""
        return {_PARTS: TABLE_SCHEMA.empty_table()}


def fragment_batch(task: FragmentTask) -> Tables:
    """Cut the compounds of a task and count their fragments."""
    table = read_library_part(task.compounds, task.sha256).slice(task.start, len(task))
    counts: dict[tuple[int, str, str], list[int]] = {}
    with rdBase.BlockLogs():
        for record, smiles in zip(table.column("record").to_pylist(), table.column("smiles").to_pylist()):
            for key in _keys(smiles, task.largest):
                counts.setdefault(key, [0, record])[0] += 1
    rows = sorted(counts)
    columns = [
        pa.array([row[0] for row in rows], pa.int8()),
        pa.array([row[1] for row in rows], pa.string()),
        pa.array([row[2] for row in rows], pa.string()),
        pa.array([_heavy(row[2]) for row in rows], pa.int16()),
        pa.array([counts[row][0] for row in rows], pa.int64()),
        pa.array([counts[row][1] for row in rows], pa.int64()),
    ]
    return {_PARTS: pa.table(columns, schema=TABLE_SCHEMA)}


def _keys(smiles: str, largest: int) -> set[tuple[int, str, str]]:
    mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        return set()
    found = set()
    for cut in CutMolecule(mol).cuts(largest):
        if cut.fragment:
            for radius, environment in zip(RADII, cut.environments):
                found.add((radius, environment, cut.fragment))
    return found


def _heavy(fragment: str) -> int:
    if fragment == HYDROGEN:
        return 0
    return sum(atom.GetAtomicNum() > 1 for atom in Chem.MolFromSmiles(fragment).GetAtoms())


@dataclasses.dataclass(frozen=True, eq=False)
class FragmentTable:
    """Fragments in context.

    Attributes
    ----------
    table
        Rows of `TABLE_SCHEMA`, sorted by radius, environment, the commonest fragment first.
    facts
        ``library``, ``library_key``, ``compounds``, ``largest``, ``protocol`` and ``key``.
    """

    table: pa.Table
    facts: dict[str, Any]

    @cached_property
    def _ranges(self) -> dict[tuple[int, str], tuple[int, int]]:
        keys = self.table.select(["radius", "environment"]).combine_chunks()
        radius, environment = keys.column(0).to_pylist(), keys.column(1).to_pylist()
        found: dict[tuple[int, str], tuple[int, int]] = {}
        start = 0
        for row in range(1, len(radius) + 1):
            if row == len(radius) or (radius[row], environment[row]) != (radius[start], environment[start]):
                found[radius[start], environment[start]] = (start, row)
                start = row
        return found

    def seen_at(self, radius: int, environment: str) -> list[tuple[str, int, int]]:
        """Return (fragment, heavy atoms, compounds) of what was seen in these surroundings, the commonest first."""
        start, stop = self._ranges.get((radius, environment), (0, 0))
        rows = self.table.slice(start, stop - start)
        return list(zip(*(rows.column(name).to_pylist() for name in ("fragment", "heavy_atoms", "compounds"))))

    def count(self, radius: int = 3) -> int:
        """Return how many different fragments in context there are at a radius."""
        return int(pc.sum(pc.equal(self.table.column("radius"), radius)).as_py() or 0)

    def __repr__(self) -> str:
        return f"<FragmentTable of {self.facts['compounds']:,} compounds: {self.count():,} fragments at radius 3>"


def build_fragment_table(
    library: PreparedLibrary,
    out: str | os.PathLike[str],
    *,
    largest: int = LARGEST,
    least: int = 1,
    client: Client | None = None,
    on_progress: OnProgress | None = None,
) -> FragmentTable:
    """Cut every compound of a library and write the table of its fragments in context.

    Killed at any time and called again it goes on; the same library gives the same bytes.

    Parameters
    ----------
    library
        A prepared library: its compounds are standardised, and so are the fragments.
    out
        Parquet file to write.
    largest
        Heavy atoms of a fragment at most.
    least
        Compounds that a fragment must have been seen in, in the same surroundings.
    client
        Dask client; None works in this process.
    on_progress
        Called with the compounds done.

    Raises
    ------
    UsageError
        If a number makes no sense.
    LibraryError
        If the library is empty or damaged.
    StorageError
        If the file cannot be written.
    """
    if largest < 1 or least < 1:
        raise UsageError(f"fragments of {largest} atoms seen in {least} compounds", expected="numbers of at least 1")
    if not library.compounds:
        raise LibraryError("has no compound to cut", source=library.folder, expected="at least one")
    path = Path(out)
    if path.is_dir():
        raise FileError("is a folder", source=path, expected="a file such as fragments.parquet")
    key = content_key({"protocol": PROTOCOL, "library": library.key, "largest": largest, "rdkit": rdBase.rdkitVersion})
    work = path.with_name(f"{path.name}.work-{key[:12]}")
    files.writable_folder(work)
    with folder_lock(work):
        done = 0
        if on_progress:
            on_progress(Progress("cutting", 0, library.compounds, "compounds", {}))
        for receipt in run_batches(fragment_batch, _batches(library, largest), work, client=client):
            done += library.parts[receipt.index].records
            if on_progress:
                on_progress(Progress("cutting", min(done, library.compounds), library.compounds, "compounds", {}))
        table = _merged([work / _PARTS / parts.part_name(one.index) for one in library.parts], least)
    facts = {
        "library": Path(library.folder).name,
        "library_key": library.key,
        "compounds": library.compounds,
        "largest": largest,
        "least": least,
        "protocol": PROTOCOL,
        "key": key,
    }
    table = table.replace_schema_metadata({_FACTS: json.dumps(facts, sort_keys=True).encode()})
    files.write_bytes(path, parts.table_bytes(table))
    shutil.rmtree(work, ignore_errors=True)
    return FragmentTable(table, facts)


def _batches(library: PreparedLibrary, largest: int) -> Any:
    for part in library.parts:
        made = parts.read_receipt(library.folder, part.index, verify=False)
        if made is None:
            raise LibraryError("the receipt of a part is missing", source=library.folder, where=f"part {part.index}")
        own = made.parts["compounds"]
        task = FragmentTask(str(part.compounds.absolute()), own.sha256, 0, own.rows, largest)
        yield Batch(part.index, task)


def _merged(paths: list[Path], least: int) -> pa.Table:
    together = pa.concat_tables([read_part(path) for path in paths])
    grouped = together.group_by(["radius", "environment", "fragment"]).aggregate(
        [("heavy_atoms", "min"), ("compounds", "sum"), ("record", "min")]
    )
    found = pa.table(
        [grouped.column(name) for name in
         ("radius", "environment", "fragment", "heavy_atoms_min", "compounds_sum", "record_min")],
        names=TABLE_SCHEMA.names,
    ).cast(TABLE_SCHEMA)  # fmt: skip
    found = found.filter(pc.greater_equal(found.column("compounds"), least))
    order = [("radius", "ascending"), ("environment", "ascending"), ("compounds", "descending"),
             ("fragment", "ascending")]  # fmt: skip
    return found.take(pc.sort_indices(found, sort_keys=order)).combine_chunks()


def open_fragment_table(path: str | os.PathLike[str]) -> FragmentTable:
    """Read a table that `build_fragment_table` wrote.

    Raises
    ------
    FileError
        If it is missing, damaged or another file.
    """
    place = Path(path)
    wanted = "what `workbench library fragments` wrote"
    if not place.is_file():
        raise FileError("no such file", source=place, expected=wanted)
    try:
        table = pq.read_table(place)
    except (OSError, pa.ArrowException) as error:
        raise FileError("is no Parquet file, or damaged", source=place, expected=wanted) from error
    facts = (table.schema.metadata or {}).get(_FACTS)
    if facts is None or table.schema.names != TABLE_SCHEMA.names:
        raise FileError("is no table of fragments", source=place, expected=wanted)
    return FragmentTable(table, dict(json.loads(facts)))
