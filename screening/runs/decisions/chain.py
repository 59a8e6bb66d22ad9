"""The chain of hashes, and the count and head that everything made from the log carries.

Each line holds the SHA-256 of the line before, so a change inside the history breaks the chain at that place. A chain
cannot show that its end was cut off, or that somebody changed a line and computed all later hashes anew. The number of
lines and the hash of the last one, written into every export, dossier and signature, show both.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from screening.errors import FileError

FORMAT, VERSION = "workbench decisions", 1


def line_hash(line: bytes) -> str:
    """Return the SHA-256 of a line without its end, as hexadecimal."""
    return hashlib.sha256(line).hexdigest()


@dataclasses.dataclass(frozen=True)
class Head:
    """Where a log stood: the number of events, and the hash of the last line.

    Attributes
    ----------
    count
        Events; the header is not counted.
    hash
        SHA-256 of the last line as hexadecimal; of the header where there is no event.
    """

    count: int
    hash: str

    def __str__(self) -> str:
        return f"{self.count} decisions, head {self.hash}"

    def facts(self) -> dict[str, Any]:
        """Return what goes under ``decisions`` into a JSON manifest."""
        return {"count": self.count, "head": self.hash}


def header(run_key: str, at: str) -> bytes:
    """Return the first line of a log, which binds it to its run."""
    facts = {"format": FORMAT, "version": VERSION, "run": run_key, "at": at}
    return json.dumps(facts, separators=(",", ":")).encode()


_SENTENCE = re.compile(r"(\d+) decisions, head ([0-9a-f]{64})")


def heads_in(path: Path) -> list[Head]:
    """Return every count and head that a file carries: an export, its manifest, a dossier's data, or plain text.

    A file that has a ``<name>.manifest.json`` beside it is read through that.

    Raises
    ------
    FileError
        If the file cannot be read or carries none.
    """
    beside = path.with_name(path.name + ".manifest.json")
    found: list[Head] = []
    for place in (path, beside):
        if not place.is_file():
            if place == path and not beside.is_file():
                raise FileError("is not there", source=path, expected="an export, a manifest or a text with a head")
            continue
        text = place.read_bytes().decode("utf-8", errors="replace")
        found += [Head(int(count), head) for count, head in _SENTENCE.findall(text)]
        try:
            found += _nested(json.loads(text))
        except ValueError:
            continue
    if not found:
        raise FileError(
            "carries no number of decisions and no head hash", source=path, expected="an export or dossier of a review"
        )
    return found


def _nested(value: Any) -> list[Head]:
    if isinstance(value, list):
        return [head for one in value for head in _nested(one)]
    if not isinstance(value, dict):
        return []
    found = [head for one in value.values() for head in _nested(one)]
    count, head = value.get("count"), value.get("head")
    if isinstance(count, int) and isinstance(head, str) and re.fullmatch("[0-9a-f]{64}", head):
        found.append(Head(count, head))
    return found
