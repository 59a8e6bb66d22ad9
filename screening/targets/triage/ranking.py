"""Which target to pick: many structures ranked by fitness, every weight visible.

Each target gets parts between 0 and 1; its score is their weighted mean over the parts that are known.
"""

from __future__ import annotations

import csv
import dataclasses
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from screening.errors import FileError, UsageError
from screening.provenance import require_file
from screening.targets.sequences.clusters import align
from screening.targets.triage.survey import Survey

#: Part of the score to its weight; 0 leaves a part out.
DEFAULT_WEIGHTS: dict[str, float] = {
    "quality": 0.30,
    "druggability": 0.40,
    "known_ligands": 0.15,
    "affinity_data": 0.15,
    "novelty": 0.0,
    "variants": 0.0,
}

MEANING: dict[str, str] = {
    "quality": "share of quality checks passed; 0 for a structure that is not fit",
    "druggability": "druggability of the best pocket times its probability",
    "known_ligands": "sequence identity to the nearest protein with known ligands",
    "affinity_data": "how many affinities are measured for proteins at least 40 % identical (log scale, 10,000 is 1)",
    "novelty": "1 - sequence identity to the nearest protein with known ligands",
    "variants": "how many of the listed variants touch the best pocket (5 is 1)",
}

#: Proteins at least this alike are taken to share affinity data.
SAME_FAMILY = 0.40


@dataclasses.dataclass(frozen=True)
class KnownProtein:
    """A protein with known ligands, from the user's table."""

    name: str
    sequence: str
    affinities: int


@dataclasses.dataclass(frozen=True)
class RankedTarget:
    """One row of the triage: rank, score, its parts, and the facts of the survey."""

    rank: int
    score: float
    parts: dict[str, float | None]
    nearest_known: str
    facts: dict[str, Any]


def require_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """Return all weights, those not given by default.

    Raises
    ------
    UsageError
        If a name is unknown, a weight is negative or no number, or all are 0.
    """
    unknown = [name for name in weights if name not in DEFAULT_WEIGHTS]
    if unknown:
        raise UsageError(f"{unknown[0]!r} is no part of the score", expected=f"one of {', '.join(DEFAULT_WEIGHTS)}")
    found = {**DEFAULT_WEIGHTS, **{name: float(value) for name, value in weights.items()}}
    wrong = [name for name, value in found.items() if not (math.isfinite(value) and value >= 0)]
    if wrong:
        raise UsageError(f"the weight of {wrong[0]} is {found[wrong[0]]}", expected="a number from 0")
    if sum(found.values()) == 0:
        raise UsageError("all weights are 0", expected="at least one above 0")
    return found


def read_known(path: str | os.PathLike[str]) -> list[KnownProtein]:
    """Read a CSV table with the columns ``name``, ``sequence`` and, if there is one, ``affinities`` (a count).

    Raises
    ------
    FileError
        If a column is missing or a row cannot be used.
    """
    path = require_file(path, "a CSV table with the columns name and sequence")
    with open(path, encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = []
    for number, row in enumerate(rows, 2):
        columns = {str(name).strip().lower(): (value or "").strip() for name, value in row.items() if name}
        if "name" not in columns or "sequence" not in columns:
            raise FileError(f"has the columns {', '.join(columns) or 'none'}", source=path,
                            expected="name and sequence")  # fmt: skip
        if not columns["sequence"].isalpha():
            raise FileError("the sequence holds something that is no letter", source=path, where=f"line {number}")
        count = columns.get("affinities") or "1"
        if not count.isdigit():
            raise FileError(f"{count!r} affinities", source=path, where=f"line {number}", expected="a whole number")
        found.append(KnownProtein(columns["name"], columns["sequence"].upper(), int(count)))
    if not found:
        raise FileError("holds no rows", source=path, expected="a CSV table with the columns name and sequence")
    return found


def rank_targets(
    survey: Survey,
    *,
    weights: Mapping[str, float] | None = None,
    known: Sequence[KnownProtein] = (),
    variants: Mapping[str, Sequence[str]] | None = None,
) -> list[RankedTarget]:
    """Rank the targets of a survey, the fittest first; equal scores by id.

    Parameters
    ----------
    survey
        Of the structures.
    weights
        Part of the score to its weight, see `DEFAULT_WEIGHTS`.
    known
        Proteins with known ligands.
    variants
        Id of a target to its variants, such as ``{"5UG8": ["T790M"]}``.
    """
    used = require_weights(weights or {})
    scored = []
    for facts in survey.table("targets").to_pylist():
        parts, nearest = _parts(facts, known, (variants or {}).get(facts["id"]))
        present = {name: value for name, value in parts.items() if value is not None and used[name] > 0}
        total = sum(used[name] for name in present)
        score = sum(used[name] * value for name, value in present.items()) / total if total else 0.0
        scored.append((score, parts, nearest, facts))
    scored.sort(key=lambda item: (-item[0], item[3]["id"], item[3]["record"]))
    return [RankedTarget(i, round(score, 4), parts, nearest, facts) for i, (score, parts, nearest, facts) in
            enumerate(scored, 1)]  # fmt: skip


def _parts(
    facts: dict[str, Any], known: Sequence[KnownProtein], variants: Sequence[str] | None
) -> tuple[dict[str, float | None], str]:
    parts: dict[str, float | None] = dict.fromkeys(DEFAULT_WEIGHTS)
    parts["quality"] = 0.0 if facts["verdict"] == "not fit" else float(facts["quality"])
    if facts["druggability"] is not None:
        parts["druggability"] = float(facts["druggability"]) * float(facts["pocket_probability"])
    elif not facts["atoms"]:
        parts["druggability"] = None
    nearest = ""
    if known and facts["sequence"]:
        alignments = [(align(facts["sequence"], protein.sequence).identity, protein) for protein in known]
        identity, protein = max(alignments, key=lambda pair: (pair[0], pair[1].name))
        nearest = f"{protein.name} ({identity:.0%})"
        family = sum(protein.affinities for found, protein in alignments if found >= SAME_FAMILY)
        parts["known_ligands"] = identity
        parts["affinity_data"] = min(1.0, math.log10(1 + family) / 4.0)
        parts["novelty"] = 1.0 - identity
    if variants is not None:
        parts["variants"] = min(1.0, _touching(facts, variants) / 5.0)
    return {name: None if value is None else round(value, 4) for name, value in parts.items()}, nearest


def _touching(facts: dict[str, Any], variants: Sequence[str]) -> int:
    """Count the variants whose residue lines the best pocket."""
    from screening.targets.files.read import read_target
    from screening.targets.variants.placed_variants import place_variants

    lining = set(str(facts["pocket_residues"]).split(","))
    placed = place_variants(read_target(facts["source"]), list(variants))
    return len({row.variant for row in placed if row.residue is not None and str(row.residue) in lining})


COLUMNS = (
    "rank", "id", "score", *DEFAULT_WEIGHTS, "verdict", "nearest_known", "resolution_A", "pocket_probability",
    "pocket_druggability", "ligands", "residues", "missing", "title", "reasons", "pocket_residues", "source",
)  # fmt: skip


def triage_rows(ranked: Sequence[RankedTarget]) -> list[dict[str, Any]]:
    """Return the table of a triage: one flat row for each target, with the columns `COLUMNS`."""
    rows = []
    for target in ranked:
        facts = target.facts
        row = {
            "rank": target.rank, "score": target.score, "nearest_known": target.nearest_known,
            "pocket_druggability": facts["druggability"], **target.parts,
        }  # fmt: skip
        rows.append({name: row[name] if name in row else facts[name] for name in COLUMNS})
    return rows


def write_triage_csv(ranked: Sequence[RankedTarget], path: str | os.PathLike[str]) -> Path:
    """Write the table as CSV.

    Raises
    ------
    StorageError
        If the file cannot be written.
    """
    import io

    from screening.engine import files

    sink = io.StringIO()
    writer = csv.DictWriter(sink, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in triage_rows(ranked):
        writer.writerow({name: "" if value is None else _plain(value) for name, value in row.items()})
    files.write_text(path, sink.getvalue())
    return Path(path)


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return f"{value:.4g}"
    # A cell that begins like a formula would be run by a spreadsheet.
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "@") else value
