"""The sources of designs; a new one is a file and a line here."""

from __future__ import annotations

from screening.runs.design.sources import fragments, matched_pairs, reactions, replacements
from screening.runs.design.sources.proposal import Source

SOURCES: dict[str, Source] = {
    matched_pairs.NAME: matched_pairs.propose,
    replacements.NAME: replacements.propose,
    fragments.NAME: fragments.propose,
    reactions.NAME: reactions.propose,
}
