"""Read and judge a folder of structures in parallel, with a ledger: every file ends in exactly one state.

A run folder holds ``plan.json``, part files of the tables ``ledger``, ``targets`` and ``pockets``, and their receipts;
the same call on the same folder goes on where it stopped.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from screening.engine import files, parts
from screening.engine.batches import Batch, run_batches
from screening.engine.ledger import LEDGER_SCHEMA, RecordState, add_counts, require_balance
from screening.engine.lock import folder_lock
from screening.engine.progress import OnProgress, Progress
from screening.engine.read_part import read_part
from screening.errors import FileError, RunMismatchError, ScreeningError, UsageError
from screening.provenance import content_key, file_sha256
from screening.targets.files.formats import SUFFIXES

if TYPE_CHECKING:
    from distributed import Client

#: Structures in one batch: a few seconds of work, so that a killed worker costs little.
BATCH = 4

TARGETS_SCHEMA = pa.schema(
    [
        ("record", pa.int64()), ("source", pa.string()), ("id", pa.string()), ("title", pa.string()),
        ("method", pa.string()), ("resolution_A", pa.float32()), ("r_free", pa.float32()), ("predicted", pa.bool_()),
        ("chains", pa.int32()), ("residues", pa.int32()), ("atoms", pa.int32()), ("ligands", pa.string()),
        ("metals", pa.string()), ("sequence", pa.string()), ("missing", pa.int32()), ("altlocs", pa.int32()),
        ("verdict", pa.string()), ("quality", pa.float32()), ("reasons", pa.string()), ("notes", pa.string()),
        ("pockets", pa.int32()), ("pocket_probability", pa.float32()), ("druggability", pa.float32()),
        ("pocket_residues", pa.string()), ("sha256", pa.string()), ("key", pa.string()),
    ]
)  # fmt: skip

POCKETS_SCHEMA = pa.schema(
    [
        ("record", pa.int64()), ("id", pa.string()), ("rank", pa.int32()), ("probability", pa.float32()),
        ("druggability", pa.float32()), ("volume_A3", pa.float32()), ("enclosure", pa.float32()),
        ("hydrophobicity", pa.float32()), ("polarity", pa.float32()), ("x", pa.float32()), ("y", pa.float32()),
        ("z", pa.float32()), ("residues", pa.string()),
    ]
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Survey:
    """A finished survey.

    Attributes
    ----------
    folder
        Where it lies.
    counts
        Ledger state to number of files.
    """

    folder: Path
    counts: dict[str, int]

    def table(self, name: str) -> pa.Table:
        """Return one of the tables ``ledger``, ``targets`` and ``pockets``, in the order of the files."""
        schema = {"ledger": LEDGER_SCHEMA, "targets": TARGETS_SCHEMA, "pockets": POCKETS_SCHEMA}[name]
        found = [
            read_part(self.folder / receipt.parts[name].path).cast(schema)
            for receipt in parts.receipts(self.folder)
            if name in receipt.parts
        ]
        return pa.concat_tables(found) if found else schema.empty_table()


def structure_files(places: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """Return the files named, and those inside the folders named that are called like structures, sorted.

    Raises
    ------
    FileError
        If a place does not exist or a folder holds no structure.
    """
    found: list[Path] = []
    for place in map(Path, places):
        if place.is_dir():
            inside = sorted(path for path in place.iterdir() if path.is_file() and _named_as_structure(path))
            if not inside:
                raise FileError("holds no structure files", source=place, expected="files such as *.pdb or *.cif.gz")
            found += inside
        elif place.exists():
            found.append(place)
        else:
            raise FileError("no such file", source=place, expected="a structure file or a folder of them")
    return list(dict.fromkeys(found))


def _named_as_structure(path: Path) -> bool:
    return Path(path.name.lower().removesuffix(".gz")).suffix in SUFFIXES


def survey_targets(
    places: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    pockets: bool = True,
    client: Client | None = None,
    on_progress: OnProgress | None = None,
) -> Survey:
    """Read every structure, judge its quality and find its pockets.

    Parameters
    ----------
    places
        Files and folders.
    out
        Folder of the survey; the same call goes on in it.
    pockets
        Find pockets too (a second or two for each structure).
    client
        Dask client; None works in this process.
    on_progress
        Called after each batch.

    Raises
    ------
    RunMismatchError
        If `out` holds the survey of other files.
    ModelError
        If the pocket ranker cannot be loaded.
    FileError, StorageError, RunLockedError
        If a place does not exist, `out` cannot be written or is in use.
    """
    found = structure_files(places)
    if not found:
        raise UsageError("no structure was named", expected="files or folders")
    if pockets:
        # A ranker that cannot be loaded is no fault of the structures: say it before anything is read.
        from screening.targets.pockets.ranker import load_ranker

        load_ranker()
    folder = Path(out)
    plan = {"files": [[path.name, _sha256(path)] for path in found], "pockets": pockets, "version": 1}
    key = content_key(plan)
    batches = [
        Batch(i, {"pockets": pockets, "files": [(at + n, str(path)) for n, path in enumerate(found[at : at + BATCH])]})
        for i, at in enumerate(range(0, len(found), BATCH))
    ]
    counts: dict[str, int] = {}
    with folder_lock(folder):
        _require_same_plan(folder, key, plan)
        done = 0
        for receipt in run_batches(survey_batch, batches, folder, client=client):
            add_counts(counts, receipt.counts)
            done += receipt.parts["ledger"].rows
            if on_progress is not None:
                on_progress(Progress("surveying structures", done, len(found), "structures", dict(counts)))
    require_balance(counts, len(found), str(folder))
    return Survey(folder, counts)


def _sha256(path: Path) -> str:
    try:
        return file_sha256(path)
    except FileError:
        # Empty or unreadable: the ledger will say so.
        return ""


def _require_same_plan(folder: Path, key: str, plan: dict[str, Any]) -> None:
    path = folder / "plan.json"
    if path.exists():
        try:
            found = json.loads(path.read_text("utf-8")).get("key")
        except (OSError, ValueError):
            found = None
        if found != key:
            raise RunMismatchError("holds the survey of other files or options", source=folder,
                                   expected="an empty folder or the same files")  # fmt: skip
        return
    files.write_text(path, json.dumps({"key": key, **plan}, indent=1) + "\n")


def survey_batch(payload: dict[str, Any]) -> dict[str, pa.Table]:
    """Read and judge the files of one batch; a file that cannot be used becomes a row of the ledger."""
    ledger: list[dict[str, Any]] = []
    targets: list[dict[str, Any]] = []
    pocket_rows: list[dict[str, Any]] = []
    for record, path in payload["files"]:
        entry = {"record": record, "source": path, "number": 1, "name": Path(path).name, "input": path,
                 "state": RecordState.SCORED.value, "stage": "", "reason": ""}  # fmt: skip
        try:
            row, found = _judged(record, path, payload["pockets"])
            targets.append(row)
            pocket_rows += found
            entry["name"] = row["id"]
        except ScreeningError as error:
            entry |= {"state": RecordState.REJECTED.value, "stage": "read", "reason": str(error)}
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            entry |= {"state": RecordState.FAILED.value, "stage": "judge", "reason": reason}
        ledger.append(entry)
    return {
        "ledger": pa.Table.from_pylist(ledger, schema=LEDGER_SCHEMA),
        "targets": pa.Table.from_pylist(targets, schema=TARGETS_SCHEMA),
        "pockets": pa.Table.from_pylist(pocket_rows, schema=POCKETS_SCHEMA),
    }


def _judged(record: int, path: str, with_pockets: bool) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    from screening.targets.files.read import read_target, require_protein
    from screening.targets.pockets.find import find_pockets
    from screening.targets.quality.quality_report import assess

    target = require_protein(read_target(path))
    found = find_pockets(target, top=5) if with_pockets and len(target.atoms) else ()
    best = max(found, key=lambda pocket: pocket.probability * pocket.druggability, default=None)
    report = assess(target, best.site() if best is not None else None)
    row = {
        "record": record, "source": path, "id": target.id, "title": target.title, "method": target.method,
        "resolution_A": target.resolution_A, "r_free": target.r_free, "predicted": target.predicted,
        "chains": len(target.chains), "residues": sum(len(chain.residues) for chain in target.chains),
        "atoms": len(target.atoms), "ligands": ",".join(str(group.residue) for group in target.ligands),
        "metals": ",".join(str(group.residue) for group in target.metals), "sequence": target.sequence,
        "missing": sum(b - a + 1 for chain in target.chains for a, b in chain.missing),
        "altlocs": len(target.altlocs), "verdict": report.verdict, "quality": report.score,
        "reasons": " ".join(report.reasons), "notes": " ".join(target.notes), "pockets": len(found),
        "pocket_probability": best.probability if best is not None else None,
        "druggability": best.druggability if best is not None else None,
        "pocket_residues": ",".join(str(residue) for residue in best.residues) if best is not None else "",
        "sha256": target.sha256, "key": target.key,
    }  # fmt: skip
    return row, [{"record": record, "id": target.id, **pocket.to_row()} for pocket in found]
