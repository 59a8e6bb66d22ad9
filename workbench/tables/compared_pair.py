"""Why one compound is weaker than another: both drawn the same way round, and what is known of the difference."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pyarrow as pa

from screening.compounds.series.matched_pairs import surroundings_text
from screening.models.affinity import meaning
from screening.runs.comparison.compare_compounds import ComparedCompound, ComparedCompounds
from screening.runs.comparison.difference_findings import conclusion, findings, headline
from screening.runs.evidence.text import number_text
from workbench.page import depiction
from workbench.page.fragment import escape, sheet
from workbench.tables.series_page import STYLE, DrawnSeries

_WIDTH, _HEIGHT = 270, 200
_STYLE = """<style>
.wb-compared table{border-collapse:collapse;width:100%;table-layout:fixed}
.wb-compared td,.wb-compared th{text-align:left;vertical-align:top;padding:5px 10px 5px 0;overflow-wrap:anywhere;
border-bottom:1px solid var(--wb-line)}
.wb-compared th{font-weight:600}
.wb-compared .wb-pictures{display:flex;flex-wrap:wrap;gap:10px 18px}
.wb-compared figure{width:270px}
.wb-compared .wb-halves{display:flex;flex-wrap:wrap;gap:10px 24px;margin:8px 0}
.wb.wb-compared .wb-conclusion{color:inherit;margin:4px 0 10px}
@media(max-width:560px){.wb-compared table,.wb-compared tbody,.wb-compared tr,.wb-compared td{display:block}
.wb-compared tr.wb-heads{display:none}.wb-compared tr td{border:0;padding:2px 0}
.wb-compared td[data-of]:not(:empty)::before{content:attr(data-of) ": ";color:var(--wb-soft)}
.wb-compared tr{border-bottom:1px solid var(--wb-line);padding:6px 0}}
</style>"""
_MARKS = {True: "✓ explains it", False: "✗ does not explain it", None: ""}


class ComparedPair(DrawnSeries):
    """Two compounds side by side. Shows itself in a notebook; `save` writes a page or a table.

    Attributes
    ----------
    pair
        What is known of them.
    findings
        What it says of the difference, one after the other.
    """

    def __init__(self, pair: ComparedCompounds) -> None:
        self.pair = pair
        self.findings = findings(pair)
        self.title = f"{pair.first.name} and {pair.second.name}"

    @property
    def sentence(self) -> str:
        """Which compound is the weaker, and by how much."""
        return headline(self.pair)

    @property
    def conclusion(self) -> str:
        """What explains it, or that nothing does."""
        return conclusion(self.pair, self.findings)

    @property
    def table(self) -> pa.Table:
        """A row for each finding: what it is about, what is known of each compound, what it means."""
        return pa.table(
            {
                "about": [one.about for one in self.findings],
                "first": [one.first for one in self.findings],
                "second": [one.second for one in self.findings],
                "finding": [one.sentence for one in self.findings],
                "explains": pa.array([one.explains for one in self.findings], pa.bool_()),
            }
        )

    def as_dict(self) -> dict[str, Any]:
        """Return all of it for a script; numbers are those of the texts, None where nothing is known."""
        change = self.pair.change
        return {
            "sentence": self.sentence,
            "conclusion": self.conclusion,
            "kind": self.pair.kind,
            "compounds": [self._compound(one) for one in (self.pair.first, self.pair.second)],
            "change": {
                "kind": str(change.kind),
                "before": change.before,
                "after": change.after,
                "at": surroundings_text(change.surroundings),
            },
            "effect": self._effect(),
            "findings": [dataclasses.asdict(one) for one in self.findings],
        }

    def _compound(self, one: ComparedCompound) -> dict[str, Any]:
        predicted = one.predicted
        return {
            "name": one.name,
            "smiles": one.smiles,
            "record": one.record,
            "rank": one.rank,
            "measured": _plain(one.value),
            "relation": {-1: "<", 0: "=", 1: ">"}[one.limit] if math.isfinite(one.value) else "",
            "predicted": None if predicted is None else dataclasses.asdict(predicted),
            "left_out": _plain(one.left_out),
            "changed_atoms_add": _plain(one.changed),
        }

    def _effect(self) -> dict[str, Any] | None:
        effect = self.pair.effect
        if effect is None:
            return None
        low, high = effect.interval()
        return {
            "mean": _plain(effect.mean),
            "lower": _plain(low),
            "upper": _plain(high),
            "pairs": len(effect.pairs),
            "anywhere": self.pair.anywhere,
        }

    def html(self) -> str:
        """Return self-contained HTML; pictures only, so that it also shows where scripts may not run."""
        pair = self.pair
        names = escape(pair.first.name), escape(pair.second.name)
        rows = "".join(
            f"<tr><td><b>{escape(one.about)}</b></td>"
            + (
                f'<td data-of="{names[0]}">{escape(one.first)}</td><td data-of="{names[1]}">{escape(one.second)}</td>'
                f"<td>{self._says(one.sentence, one.explains)}</td>"
                if one.first or one.second
                else f'<td colspan="3">{self._says(one.sentence, one.explains)}</td>'
            )
            + "</tr>"
            for one in self.findings
        )
        return (
            f'{sheet()}{STYLE}{_STYLE}<div class="wb wb-series wb-compared"><h3>{escape(self.sentence)}</h3>'
            f'<p class="wb-conclusion">{escape(self.conclusion)}</p><div class="wb-halves">{self._pictures()}</div>'
            f"<table><colgroup><col style='width:15%'><col style='width:22%'><col style='width:22%'><col></colgroup>"
            f"<tr class='wb-heads'><th></th><th>{names[0]}</th><th>{names[1]}</th><th></th></tr>{rows}</table></div>"
        )

    @staticmethod
    def _says(sentence: str, explains: bool | None) -> str:
        mark = _MARKS[explains]
        return escape(sentence) + (f" <b>{mark}</b>" if mark else "")

    def _pictures(self) -> str:
        pair = self.pair
        mols = depiction.aligned(pair.first.smiles, pair.second.smiles, pair.change.common)
        changed = pair.change.first_atoms, pair.change.second_atoms
        sides = list(zip((pair.first, pair.second), mols, changed))
        figures = [
            f'<figure><span class="wb-paper">'
            f"{depiction.marked_svg(mol, sorted(atoms), width=_WIDTH, height=_HEIGHT)}</span>"
            f"<figcaption><b>{escape(one.name)}</b>{self._number(one.predicted)}</figcaption></figure>"
            for one, mol, atoms in sides
        ]
        marked = "Marked is what the other one lacks." if any(changed) else ""
        soft = "<figcaption class='wb-soft'>"
        parts = [f"<div><div class='wb-pictures'>{''.join(figures)}</div>{soft}{marked}</figcaption></div>"]
        weights = [one.contributions for one, _, _ in sides]
        if all(values is not None and len(values) == mol.GetNumAtoms() for values, (_, mol, _) in zip(weights, sides)):
            parts.append(self._shaded([(mol, np.asarray(values)) for values, (_, mol, _) in zip(weights, sides)]))
        return "".join(parts)

    def _number(self, predicted: object) -> str:
        value = getattr(predicted, "value", None)
        if value is None:
            return ""
        return f": {escape(meaning(self.pair.kind).of)} {number_text(value, meaning(self.pair.kind).decimals)}"

    def _shaded(self, sides: list[tuple[object, np.ndarray]]) -> str:
        """Draw what each atom adds to the prediction, both on one scale."""
        limit = max(float(np.abs(values).max()) for _, values in sides) or 1.0
        decimals = meaning(self.pair.kind).decimals
        pictures = "".join(
            '<figure><span class="wb-paper">'
            + depiction.shaded_svg(
                mol, {atom: float(value) / limit for atom, value in enumerate(values)}, width=_WIDTH, height=_HEIGHT
            )
            + "</span></figure>"
            for mol, values in sides
        )
        scale = depiction.scale_svg(f"{-limit:+.{decimals}f}", "0", f"{limit:+.{decimals}f}")
        return (
            f"<div><div class='wb-pictures'>{pictures}</div><figcaption class='wb-soft'>What each atom adds to the"
            " prediction, in the model's view.</figcaption>"
            f"<span class='wb-paper'>{scale.replace('shades', 'wb-shades')}</span></div>"
        )

    def __repr__(self) -> str:
        lines = [self.sentence]
        for one in self.findings:
            sides = f"{one.first or '–'} | {one.second or '–'}. " if one.first or one.second else ""
            mark = _MARKS[one.explains]
            lines.append(f"  {one.about}: {sides}{one.sentence}{f' [{mark[2:]}]' if mark else ''}")
        return "\n".join([*lines, self.conclusion])


def _plain(value: float) -> float | None:
    """Return a number with three decimals for JSON; None where there is none."""
    return round(value, 3) if math.isfinite(value) else None
