"""The alarm: an unusual share of records that could not be used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from screening.engine import parts
from screening.engine.ledger import RecordState
from screening.engine.read_part import read_part

#: Share of rejected, failed and timed-out records from which a person is report, and how many there must be.
UNUSUAL_SHARE = 0.05
UNUSUAL_COUNT = 3

_LOST = (RecordState.REJECTED, RecordState.FAILED, RecordState.TIMED_OUT)


def warnings_of(counts: Mapping[str, int], reasons: Mapping[str, int], folder: Path) -> list[str]:
    """Return what a person should be report loudly about a prepared library; empty if nothing is unusual.

    Parameters
    ----------
    counts
        Records per ledger state.
    reasons
        ``"state: stage: reason"`` to number of records, the commonest first.
    folder
        The library, to find an example of each reason.
    """
    records = sum(counts.values())
    lost = sum(counts.get(state.value, 0) for state in _LOST)
    usual = lost < UNUSUAL_COUNT or lost < UNUSUAL_SHARE * records
    if lost == 0 or (usual and counts.get(RecordState.READY.value, 0)):
        return []
    kinds: dict[str, int] = {}
    for text, count in reasons.items():
        if text.split(": ", 1)[0] in {state.value for state in _LOST}:
            kind = _kind(text.split(": ", 1)[1])
            kinds[kind] = kinds.get(kind, 0) + count
    commonest = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))[:3]
    examples = _examples({kind for kind, _ in commonest}, folder)
    report = "; ".join(f"{count} x {kind} (such as {examples.get(kind, '?')})" for kind, count in commonest)
    return [f"{lost} of {records} records ({lost / records:.1%}) could not be used: {report}"]


def _kind(text: str) -> str:
    return re.sub(r"\d+", "n", text)


def _examples(kinds: set[str], folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    lost = {state.value for state in _LOST}
    for receipt in parts.receipts(folder):
        if len(found) == len(kinds):
            break
        table = read_part(
            folder / receipt.parts["ledger"].path, columns=["source", "number", "input", "state", "stage", "reason"]
        )
        for row in table.to_pylist():
            kind = _kind(f"{row['stage']}: {row['reason']}")
            if row["state"] in lost and kind in kinds and kind not in found:
                shown = row["input"].splitlines()[0][:40] if row["input"].strip() else "empty"
                found[kind] = f"{row['source']} record {row['number']}: {shown}"
    return found
