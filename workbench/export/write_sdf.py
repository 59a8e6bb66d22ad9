"""Hit list to SDF: the poses of each compound where there are any, else 2D coordinates."""

from __future__ import annotations

import itertools
import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
from rdkit import Chem
from rdkit.Chem import rdDepictor

from screening.engine import child_process, files
from screening.poses.pose import Pose
from screening.printable import one_line
from workbench.export.columns import decimals, plain_text
from workbench.export.stamp import Stamp

#: Above this many atoms or bonds V2000 cannot count, so the record is written as V3000.
_V2000_LIMIT = 999
#: Rows turned into text at a time, and so many pieces before children are started for the rest.
PIECE, IN_THIS_PROCESS = 500, 4


def write(rows: pa.RecordBatchReader, path: Path, stamp: Stamp) -> int:
    """Write the rows to `path`, each column a data field; return the number of rows.

    A compound with poses is a record for each pose, in the protonation state and tautomer that was posed, with its
    origin and scores; the field ``coordinates`` says whether a record is a pose or a 2D depiction.

    Raises
    ------
    StorageError
        If the folder cannot be written or the disk is full; no file is left then.
    """
    written = 0
    poses = stamp.scene.poses if stamp.scene else {}
    with files.replacing(path) as temporary, open(temporary, "w", encoding="utf-8") as stream:
        for text, count in _texts(rows, poses):
            stream.write(text)
            written += count
    return written


def _texts(rows: pa.RecordBatchReader, poses: Mapping[int, Sequence[Pose]]) -> Iterator[tuple[str, int]]:
    """Yield text and number of rows, piece by piece.

    Drawing a structure takes a millisecond. Where there are many, child processes do it, one for each core.
    """
    pieces = (batch.slice(first, PIECE) for batch in rows for first in range(0, batch.num_rows, PIECE))
    first = list(itertools.islice(pieces, IN_THIS_PROCESS))
    for piece in first:
        yield _text(piece, _of(piece, poses)), piece.num_rows
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if len(first) < IN_THIS_PROCESS:
        return
    with ThreadPoolExecutor(cores) as pool:  # each of its threads waits for a child
        asked: deque[tuple[Future[str], int]] = deque()
        try:
            for piece in pieces:
                if own := _of(piece, poses):  # nothing has to be drawn
                    asked.append((_done(_text(piece, own)), piece.num_rows))
                else:
                    asked.append((pool.submit(child_process.call, _text, piece, {}), piece.num_rows))
                if len(asked) > 2 * cores:
                    yield asked[0][0].result(), asked.popleft()[1]
            while asked:
                yield asked[0][0].result(), asked.popleft()[1]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _done(text: str) -> Future[str]:
    future: Future[str] = Future()
    future.set_result(text)
    return future


def _of(piece: pa.RecordBatch, poses: Mapping[int, Sequence[Pose]]) -> dict[int, Sequence[Pose]]:
    """Return the poses of the rows of a piece."""
    if not poses or "record" not in piece.schema.names:
        return {}
    return {record: poses[record] for record in piece.column("record").to_pylist() if record in poses}


def _text(piece: pa.RecordBatch, poses: Mapping[int, Sequence[Pose]]) -> str:
    columns = [_fields(field, column) for field, column in zip(piece.schema, piece.columns) if field.name != "name"]
    names, smiles = (piece.column(name).to_pylist() for name in ("name", "smiles"))
    records = piece.column("record").to_pylist() if poses else [-1] * piece.num_rows
    texts = []
    for name, structure, record, fields in zip(names, smiles, records, zip(*columns)):
        title, known = plain_text(name), "".join(fields)
        own = poses.get(record, ())
        if not own:
            molecule = Chem.MolFromSmiles(str(structure))
            # How the drawing is turned on the page costs a third of drawing it.
            rdDepictor.Compute2DCoords(molecule, canonOrient=False)
            texts.append(f"{_block(molecule, title)}{known}{_FLAT}$$$$\n")
        for pose in own:
            block = _block(Chem.Mol(pose.molecule()), title)
            texts.append(f"{block}{known}{_lines(pose_fields(pose))}$$$$\n")
    return "".join(texts)


def _fields(field: pa.Field, column: pa.Array) -> list[str]:
    """Return the data field of a column for each row."""
    heading, places = _guarded(field.name).translate(_NO_BRACKETS), decimals(field)
    before: dict[str, str] = {}  # texts repeat: flags, sources, states
    found = []
    for value in column.to_pylist():
        text = plain_text(value, places)
        if text not in before:
            before[text] = f">  <{heading}>\n{_guarded(text)}\n\n"
        found.append(before[text])
    return found


def pose_fields(pose: Pose) -> dict[str, str]:
    """Return what is told of a pose beside its coordinates: origin, state, scores with units and direction, checks."""
    fields = {"coordinates": "pose", "pose": str(pose.rank), "pose_origin": pose.origin, "posed_smiles": pose.smiles}
    if pose.state:
        fields["posed_state"] = pose.state
    for score in pose.scores:
        better = _BETTER[score.higher_is_better]
        fields[f"{score.name} [{score.unit or 'no unit'}{better}]"] = f"{score.value:.4g}"
    if pose.probability_2A is not None:
        fields["probability within 2 A"] = f"{pose.probability_2A:.3f}"
    if pose.checks:
        fields["checks"] = "; ".join(str(check) for check in pose.checks)
    if pose.interactions:
        fields["interactions"] = "; ".join(str(one) for one in pose.interactions)
    return fields


def record_text(molecule: Chem.Mol, name: str, values: dict[str, str]) -> str:
    """Return one SDF record; nothing in a value can end its field or the record."""
    return f"{_block(Chem.Mol(molecule), name)}{_lines(values)}$$$$\n"


def _block(molecule: Chem.Mol, name: str) -> str:
    """Return a mol block with a title; `molecule` gets the title."""
    title = one_line(name).strip()
    # After a space these are no end of a record or a block, and readers take the space off.
    molecule.SetProp("_Name", f" {title}" if title.startswith(("$$$$", "M  ", ">")) else title)
    large = max(molecule.GetNumAtoms(), molecule.GetNumBonds()) > _V2000_LIMIT
    grouped = len(molecule.GetStereoGroups()) > 0  # a racemate, or relative stereo: only V3000 can say so
    return str(Chem.MolToV3KMolBlock(molecule) if large or grouped else Chem.MolToMolBlock(molecule))


def _lines(values: dict[str, str]) -> str:
    """Return data fields."""
    return "".join(
        f">  <{_guarded(key).translate(_NO_BRACKETS)}>\n{_guarded(text)}\n\n" for key, text in values.items()
    )


_FLAT = ">  <coordinates>\n2D depiction, no pose\n\n"
_BETTER = {True: ", higher is better", False: ", lower is better", None: ""}
_NO_BRACKETS = {ord("<"): "(", ord(">"): ")"}


def _guarded(text: str) -> str:
    # A line break inside a value would end the field, and "$$$$" the record.
    return one_line(text).strip().replace("$$$$", "$$ $$")
