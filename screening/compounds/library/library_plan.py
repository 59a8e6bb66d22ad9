"""What decides the numbers of a prepared library, and whose library is in a folder.

The plan names the files, the options and whatever else the numbers depend on: the layout, the protocol, the RDKit.
Its hash is the key of the library.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import rdkit

from screening.compounds.compound import FINGERPRINT_BITS, FINGERPRINT_RADIUS, PROPERTIES
from screening.compounds.files.archive import RefusedMember
from screening.compounds.files.formats import CompoundFile
from screening.engine import files, parts
from screening.errors import RunMismatchError
from screening.provenance import content_key, file_sha256

#: The layout of a prepared library and how its numbers are worked out; it changes whenever either does.
LAYOUT = "library-2"

#: Folder inside that of a library, of what is only needed while it is being prepared.
WORK = "work"

_PLAN_FILE = "plan.json"

#: What a plan holds beside the user's files and options.
_PROGRAM = ("layout", "protocol", "fingerprint", "properties")


def library_plan(
    inputs: Sequence[CompoundFile | RefusedMember], options: dict[str, Any], protocol: str
) -> dict[str, Any]:
    """Return the plan of a library as JSON can hold it."""
    return {
        "layout": LAYOUT,
        "protocol": protocol,
        "rdkit": rdkit.__version__,
        "fingerprint": f"Morgan, radius {FINGERPRINT_RADIUS}, {FINGERPRINT_BITS} bits",
        "properties": list(PROPERTIES),
        "files": [[file.label, file_sha256(file.path)] for file in inputs],
        "options": json.loads(json.dumps(options)),
    }


def claim_folder(folder: Path, plan: dict[str, Any], batch_records: int) -> int:
    """Make sure that a folder is for this plan; return the records of a batch.

    Raises
    ------
    RunMismatchError
        If it holds another library, or other things.
    """
    key = content_key(plan)
    path = folder / _PLAN_FILE
    if path.exists():
        try:
            found = json.loads(path.read_text("utf-8"))
            there, batch_there, plan_there = found["key"], int(found["batch_records"]), dict(found["plan"])
        except (OSError, ValueError, KeyError, TypeError):
            there, batch_there, plan_there = "an unreadable plan", 0, {}
        begun = any(parts.receipts(folder)) or any(parts.receipts(folder / WORK))
        if there != key and begun:
            raise RunMismatchError(_mismatch(plan_there, plan), source=folder, expected="an empty or new folder")
        if there == key and begun:
            return batch_there
        path.unlink()  # an attempt that failed before its first batch, such as one with a wrong column
        shutil.rmtree(folder / WORK, ignore_errors=True)
    strangers = [entry.name for entry in folder.iterdir() if not entry.name.startswith(".")]
    if strangers:
        raise RunMismatchError(
            f"holds other things ({', '.join(sorted(strangers)[:3])})", source=folder, expected="an empty or new folder"
        )
    files.write_text(path, json.dumps({"key": key, "batch_records": batch_records, "plan": plan}, indent=2) + "\n")
    return batch_records


def _mismatch(there: dict[str, Any], plan: dict[str, Any]) -> str:
    """Say what differs; the same files and options under another program are another matter than other ones."""
    if there.get("files") != plan["files"] or not _same_options(there.get("options"), plan["options"]):
        return "holds a library made from other files or settings"
    makers = []
    if there.get("rdkit") != plan["rdkit"]:
        makers.append(f"RDKit {there.get('rdkit')} (here: {plan['rdkit']})")
    if any(there.get(name) != plan[name] for name in _PROGRAM):
        makers.append(f"another version of this program ({there.get('layout')}, {there.get('protocol')})")
    return (
        f"holds a library that the same files and settings gave with {' and '.join(makers) or 'another program'}; its "
        "numbers may differ (delete the folder to prepare it again)"
    )


def _same_options(there: Any, options: dict[str, Any]) -> bool:
    """Say whether options agree, leaving out those that only one of two versions of this program knows."""
    return isinstance(there, dict) and all(there[name] == value for name, value in options.items() if name in there)
