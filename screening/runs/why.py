"""Why is my favourite not a hit: the fate of any record of a run."""

from __future__ import annotations

import bisect
import dataclasses
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from screening.engine import parts
from screening.engine.ledger import RecordState
from screening.models.affinity import meaning
from screening.runs.evidence.text import number_text
from screening.runs.evidence.training import training_compounds
from screening.runs.run import TRAINING, ScreenRun
from screening.runs.scores import damaged, read_run_file
from screening.runs.top_scores import count_before

#: Fates returned at most; a name that more records share is better asked for by record number.
MOST = 20


@dataclasses.dataclass(frozen=True)
class Score:
    """What the model said of a compound, and where that put it.

    Attributes
    ----------
    rank, of
        Rank among all `of` scored compounds, from 1.
    affinity, lower, upper, kind
        Predicted affinity with its 90 % interval; -log10 molar, higher binds tighter.
    in_domain, nearest, similarity
        Whether the compound is like what the model was trained on, the most similar training compound, and
        the Tanimoto similarity to it.
    known
        Whether the compound, a stereoisomer or a tautomer of it was trained on.
    full
        False if the number is only the fast first stage's.
    seen_as
        How it was trained on: ``"itself"``, ``"a stereoisomer of NAME"`` or ``"a tautomer of NAME"``; empty where it
        was not, or the run does not keep which.
    measured, nearest_measured
        What was measured of it (or of that twin) and of the nearest training compound, as text such as ``"< 5.00"``;
        empty where nothing was.
    """

    rank: int
    of: int
    affinity: float
    lower: float
    upper: float
    kind: str
    in_domain: bool
    nearest: str
    similarity: float
    known: bool
    full: bool = True
    seen_as: str = ""
    measured: str = ""
    nearest_measured: str = ""


@dataclasses.dataclass(frozen=True)
class Fate:
    """Where a record ended and why.

    Attributes
    ----------
    record, source, number, name, input
        The record over the whole library, its file, its number in it, and what it said.
    state, stage, reason
        As in the ledger.
    id
        Identity key in hexadecimal; empty for a record without a valid structure.
    score
        For a scored compound.
    same_as
        For a duplicate: the fate of the record it repeats.
    is_hit
        Whether it stands in the kept hit list.
    """

    record: int
    source: str
    number: int
    name: str
    input: str
    state: str
    stage: str
    reason: str
    id: str = ""
    score: Score | None = None
    same_as: Fate | None = None
    is_hit: bool = False

    def __str__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self.sentence)}</p>"

    @property
    def sentence(self) -> str:
        """The fate in words."""
        who = f"{self.name or 'unnamed'} ({self.source}, record {self.number})"
        if self.score is not None:
            place = "in the kept hit list" if self.is_hit else "not in the kept hit list"
            score = self.score
            said = meaning(score.kind)
            affinity, lower, upper = (number_text(x, said.decimals) for x in (score.affinity, score.lower, score.upper))
            text = (
                f"{who} is {place}: rank {score.rank:,} of {score.of:,}, {said.of} "
                f"{affinity} ({said.interval} {lower} to {upper}), "
                f"{'inside' if score.in_domain else 'outside'} the model's domain"
            )
            if score.nearest:
                value = f", measured {score.nearest_measured}" if score.nearest_measured else ""
                similarity = number_text(score.similarity, 2)
                text += f", nearest training compound {score.nearest} (similarity {similarity}{value})"
            if not score.full:
                text += ", scored by the fast first stage only, which put it too low for the full model"
            if not score.known:
                return f"{text}."
            value = f", measured {score.measured}" if score.measured else ""
            return f"{text}, seen in training ({score.seen_as or 'itself, a stereoisomer or a tautomer'}{value})."
        if self.same_as is not None:
            first = self.same_as
            return f"{who} has the same parent as {first.source}, record {first.number}. {first.sentence}"
        detail = ": ".join(part for part in (self.stage, self.reason) if part)
        return f"{who} was not scored: {self.state}{f' ({detail})' if detail else ''}."


def why(run: ScreenRun, text: str) -> list[Fate]:
    """Explain the fate of the records that `text` names.

    Parameters
    ----------
    run
        A finished run.
    text
        The number of a record in its file, counted from 1, as messages give it (``12`` or ``record 12``; of every
        file if there are several, ``a.smi:12`` of one); a record of the library, counted from 0, as the column
        ``record`` gives it (``record:12``); an id (32 hexadecimal digits); a name; the text of the record as it
        stood in the file; or a SMILES (compared as its standardised parent).

    Returns
    -------
    list of Fate
        At most `MOST`, in the order of the records; empty if nothing in the library is meant.

    Raises
    ------
    RunError
        If the run is not finished.
    """
    text = text.strip()
    records: list[int] = []
    total = run.records
    whole = re.fullmatch(r"record:\s*(\d{1,18})", text)
    if whole and int(whole[1]) < total:
        records.append(int(whole[1]))
    counted = re.fullmatch(r"(?:(?P<file>.+):|record\s+)?(?P<number>\d{1,18})", text)
    if counted and not whole:
        own = pc.field("number") == int(counted["number"])
        if counted["file"]:
            own &= pc.field("source") == counted["file"]
        records += _matching(run.ledger_files(), own)
    identity = _identity(text)
    if identity is not None:
        records += _scored_with(run, identity)
    named = (pc.field("name") == text) | (pc.field("input") == text)
    records += _matching(run.ledger_files(), named)
    if identity is not None and not re.fullmatch(r"[0-9a-f]{32}", text):
        # The same structure may have been filtered or failed: it has no score then, only its parent's key.
        records += _unscored_with(run, identity)
    return [_fate(run, record) for record in sorted(set(records))[:MOST]]


def _identity(text: str) -> bytes | None:
    from screening.compounds.standardisation.standardise import Parent, parent_of

    if re.fullmatch(r"[0-9a-fA-F]{32}", text):
        return bytes.fromhex(text)
    if not text or re.search(r"\s", text) or len(text) > 5000:
        return None
    parent = parent_of(text)
    return parent.identity if isinstance(parent, Parent) else None


def _scored_with(run: ScreenRun, identity: bytes) -> list[int]:
    return _matching(run.score_files(), pc.field("identity") == pa.scalar(identity, pa.binary(16)))


def _unscored_with(run: ScreenRun, identity: bytes) -> list[int]:
    from screening.errors import LibraryError

    try:
        library = run.library()
    except LibraryError:
        return []
    found: list[int] = []
    for table in library.iterate(["record", "identity"]):
        same = pc.equal(table.column("identity"), pa.scalar(identity, pa.binary(16)))
        found += table.column("record").filter(same).to_pylist()
        if len(found) >= MOST:
            break
    return found


def _matching(files: list[Path], condition: pc.Expression) -> list[int]:
    found: list[int] = []
    for path in files:
        found += read_run_file(path, columns=["record"], filters=condition).column("record").to_pylist()
        if len(found) >= MOST:
            break
    return found


def _fate(run: ScreenRun, record: int, depth: int = 0) -> Fate:
    part = _part_of(run, record)
    row = _row(run.ledger_files()[part], record)
    fate = Fate(**row)
    if row["state"] == RecordState.SCORED:
        return _with_score(run, fate)
    if row["state"] == RecordState.DUPLICATE and depth == 0:
        first = re.search(r"record (\d+)", row["reason"])
        if first and int(first[1]) < run.records:
            original = _fate(run, int(first[1]), depth + 1)
            return dataclasses.replace(fate, same_as=original, id=original.id)
    return fate


def _with_score(run: ScreenRun, fate: Fate) -> Fate:
    files = run.score_files()
    row = _row(files[_part_of(run, fate.record)], fate.record)
    training = run.training()
    if row["nearest"] >= training.num_rows:
        raise damaged(run.folder / TRAINING)
    nearest = training.column("name")[row["nearest"]].as_py() if row["nearest"] >= 0 else ""
    rank = 1 + count_before(files, row["affinity"], row["identity"], fate.record, row["full"])
    score = Score(
        rank=rank,
        of=run.counts.get(RecordState.SCORED, 0),
        affinity=_short(row["affinity"]),
        lower=_short(row["lower"]),
        upper=_short(row["upper"]),
        kind=run.kind,
        in_domain=row["in_domain"],
        nearest=nearest,
        similarity=_short(row["similarity"]),
        known=row["known"],
        full=row["full"],
        **_beside(run, fate, row),
    )
    return dataclasses.replace(fate, score=score, id=row["identity"].hex(), is_hit=rank <= run.plan.top)


def _beside(run: ScreenRun, fate: Fate, row: dict[str, Any]) -> dict[str, str]:
    """Return what was measured of the compound and of the nearest training compound, and which twin was seen."""
    from screening.compounds.standardisation.standardise import Parent, parent_of

    known = training_compounds(run)
    found = {"nearest_measured": known.value_text(row["nearest"]) if row["nearest"] >= 0 else ""}
    if row["known"]:
        parent = parent_of(fate.input)
        smiles = parent.smiles if isinstance(parent, Parent) else ""
        twin = known.twin(smiles, row["identity"]) if smiles or row["identity"] in known.rows_of else None
        if twin is not None:
            at, how = twin
            found["seen_as"] = how if how == "itself" else f"a {how} of {known.names[at]}"
            found["measured"] = known.value_text(at)
    return found


def _short(value: float) -> float:
    # The stored numbers are float32 with a few decimals; as float64 they would show more.
    return float(f"{value:.6g}")


def _row(path: Path, record: int) -> dict[str, Any]:
    table = read_run_file(path, filters=pc.field("record") == record)
    return dict(table.to_pylist()[0])


def _part_of(run: ScreenRun, record: int) -> int:
    return bisect.bisect_right(list(_firsts(run)), record) - 1


def _firsts(run: ScreenRun) -> Iterator[int]:
    total = 0
    for path, receipt in zip(run.ledger_files(), parts.receipts(run.folder)):
        yield total
        if path.name != parts.part_name(receipt.index):
            raise damaged(path)
        total += receipt.parts["ledger"].rows
