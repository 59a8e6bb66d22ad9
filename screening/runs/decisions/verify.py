"""Whether the history of a review is whole."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path

from screening.errors import FileError
from screening.runs.decisions.chain import Head, line_hash
from screening.runs.decisions.log import parse, require_header
from screening.runs.decisions.snapshots import Snapshots


@dataclasses.dataclass(frozen=True)
class Verification:
    """What was found.

    Attributes
    ----------
    head
        Events that fit the chain, and the hash of the last of them.
    problems
        One sentence for each thing that is wrong; none for a whole history.
    notes
        What is no fault: a line that a stopped writer left without its end.
    """

    head: Head
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify(path: Path, run_key: str, against: Iterable[tuple[str, Head]] = ()) -> Verification:
    """Check every line of a log, the evidence its decisions name, and counts and heads kept elsewhere.

    Parameters
    ----------
    path
        The log.
    run_key
        Key of the run's plan.
    against
        Pairs of a file's name and a count and head that it carries.

    Raises
    ------
    FileError
        If there is no log, or it is none.
    RunError
        If it belongs to another run.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileError("there is no log of decisions", source=path) from error
    lines = content.split(b"\n")
    torn = lines.pop()
    notes = ["the last line has no end: a writer was stopped, and nobody was told of that line"] if torn else []
    if not lines:
        raise FileError("holds no whole line", source=path, expected="a log of decisions")
    require_header(parse(lines[0], path, 1), path, run_key)
    problems: list[str] = []
    hashes = [line_hash(lines[0])]
    named: dict[str, int] = {}
    for number, line in enumerate(lines[1:], start=2):
        try:
            said = parse(line, path, number)
        except FileError as error:
            problems.append(str(error))
            break
        if said.get("previous") != hashes[-1]:
            problems.append(
                f"{path}, line {number}: does not follow from the line before; line {number - 1} was altered, or lines"
                " were taken out, put in or moved here"
            )
            break
        if said.get("n") != number - 1:
            problems.append(f"{path}, line {number}: says it is decision {said.get('n')}, expected {number - 1}")
            break
        hashes.append(line_hash(line))
        if said.get("evidence"):
            named.setdefault(said["evidence"], number)
        if said.get("action") == "sign":
            signed = said.get("details", {})
            count, head = signed.get("count"), signed.get("head")
            if isinstance(count, int) and isinstance(head, str):
                problems += _compare(f"the signature in line {number}", Head(count, head), hashes)
    problems += _evidence(path, named)
    for source, known in against:
        problems += _compare(source, known, hashes)
    return Verification(Head(len(hashes) - 1, hashes[-1]), tuple(problems), tuple(notes))


def _compare(source: str, known: Head, hashes: list[str]) -> list[str]:
    if known.count >= len(hashes):
        return [
            f"{source} was made from {known.count} decisions and the log holds {len(hashes) - 1} that fit together:"
            " its end was cut off"
        ]
    if known.count == 0 and known.hash == "0" * 64:
        return []
    if hashes[known.count] != known.hash:
        return [
            f"{source} was made from another history: decision {known.count} has hash {hashes[known.count][:12]} here"
            f" and {known.hash[:12]} there, so the log was computed anew after a change"
        ]
    return []


def _evidence(path: Path, named: dict[str, int]) -> list[str]:
    snapshots = Snapshots(path.parent)
    kept = snapshots.rows() if named else {}
    missing = [number for key, number in named.items() if key not in kept]
    if not missing:
        return []
    return [
        f"{snapshots.path}: the evidence of {len(missing)} decisions is missing or was altered, the first in line"
        f" {missing[0]} of the log"
    ]
