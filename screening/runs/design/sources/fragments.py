"""Fragments that stand in the same surroundings in other molecules."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator

from screening.compounds.series.cuts import RADII
from screening.runs.design.joining import joined
from screening.runs.design.sources.proposal import Proposal, Question, site_of

NAME = "fragment in context"


def propose(question: Question) -> Iterator[Proposal]:
    """Put every fragment of the table that was seen in the same surroundings in the place of one of the parent.

    Sites take turns, each with its commonest fragment first, so that no site fills the list when only some are wanted.
    """
    if question.fragments is None:
        return
    table = question.fragments
    waiting: list[tuple[float, int, int]] = []
    options: list[list[tuple[str, int, int]]] = []
    for number, (cut, _) in enumerate(question.cuts):
        best: dict[str, tuple[int, int]] = {}
        for radius in reversed(RADII):
            if radius < question.radius:
                break
            for fragment, _, count in table.seen_at(radius, cut.environments[radius - 1]):
                if fragment != cut.fragment:
                    best.setdefault(fragment, (radius, count))
        ranked = sorted(best.items(), key=lambda one: (-one[1][0], -one[1][1], one[0]))
        options.append([(fragment, radius, count) for fragment, (radius, count) in ranked])
        if ranked:
            heapq.heappush(waiting, (0.0, number, 0))
    while waiting:
        turn, number, at = heapq.heappop(waiting)
        cut, context = question.cuts[number]
        fragment, radius, count = options[number][at]
        found = joined(context, fragment)
        yield Proposal(
            smiles=found.smiles if found else "",
            new_atoms=found.new_atoms if found else (),
            source=NAME,
            change=f"{cut.fragment} -> {fragment}",
            evidence=f"same surroundings to {radius} bonds in {count:,} compound{'s' if count != 1 else ''}",
            site=site_of(cut),
            weight=radius + math.log10(count + 1) / 10,
        )
        if at + 1 < len(options[number]):
            heapq.heappush(waiting, (turn + 1, number, at + 1))
