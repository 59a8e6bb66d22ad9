"""The sources of designs; a new one is a file and a line here.

Enumeration by reactions from reagent files belongs here too: a function from `Question` to proposals.
"""

from __future__ import annotations

from screening.runs.design.sources import fragments, matched_pairs, replacements
from screening.runs.design.sources.proposal import Source

SOURCES: dict[str, Source] = {
    matched_pairs.NAME: matched_pairs.propose,
    replacements.NAME: replacements.propose,
    fragments.NAME: fragments.propose,
}
