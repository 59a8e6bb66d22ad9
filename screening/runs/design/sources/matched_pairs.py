"""Exchanges whose effect the user has measured."""

from __future__ import annotations

from collections.abc import Iterator

from screening.runs.design.joining import joined
from screening.runs.design.matched_pairs import Rule, rules_for
from screening.runs.design.sources.proposal import Proposal, Question, site_of

NAME = "matched pairs"


def propose(question: Question) -> Iterator[Proposal]:
    """Apply the rules from the measured compounds, the largest mean effect first."""
    if not len(question.measured_smiles):
        return
    rules = rules_for(
        question.cut_molecule, question.measured_smiles, question.measured_values, least_pairs=question.least_pairs
    )
    found: list[tuple[Rule, int]] = []
    for number, (cut, _) in enumerate(question.cuts):
        taken: set[str] = set()
        for rule in rules:  # the most specific surroundings first
            fits = rule.before == cut.fragment and rule.environment == cut.environments[rule.radius - 1]
            if fits and rule.after not in taken:
                taken.add(rule.after)
                found.append((rule, number))
    for rule, number in sorted(found, key=lambda one: (-one[0].effect, one[0].after, one[1])):
        cut, context = question.cuts[number]
        made = joined(context, rule.after)
        low, high = rule.interval()
        yield Proposal(
            smiles=made.smiles if made else "",
            new_atoms=made.new_atoms if made else (),
            source=NAME,
            change=f"{rule.before} -> {rule.after}",
            evidence=f"{rule.effect:+.2f} on average in {rule.pairs} measured pair{'s' if rule.pairs != 1 else ''},"
            f" same surroundings to {rule.radius} bond{'s' if rule.radius != 1 else ''}",
            site=site_of(cut),
            weight=rule.effect,
            effect=rule.effect,
            effect_lower=low if rule.pairs > 1 else None,
            effect_upper=high if rule.pairs > 1 else None,
            pairs=rule.pairs,
        )
