"""The R-groups of a series: what stands where around the core, and what it is worth."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import pyarrow as pa

from screening.compounds.series.r_groups import HYDROGEN, RGroups
from screening.runs.evidence.text import number_text
from workbench.page import depiction
from workbench.page.fragment import escape, sheet
from workbench.tables.series_page import STYLE, Compounds, DrawnSeries


class RGroupTable(DrawnSeries):
    """Compounds around a core. Shows itself in a notebook; `save` writes a page or a table.

    Attributes
    ----------
    found
        The decomposition.
    compounds
        The compounds that were given.
    shown
        Compounds, and groups at a position, that are drawn at most; `table` has all.
    """

    def __init__(self, found: RGroups, compounds: Compounds, *, rows: int = 30, groups: int = 8) -> None:
        self.found = found
        self.compounds = compounds
        self.title = f"R-groups of {len(found.rows):,} compounds"
        self.most_rows, self.most_groups = rows, groups

    @property
    def table(self) -> pa.Table:
        """A row for each compound with the core, the best first; then those left out, with the reason."""
        order = [*self._order(), *self.found.left_out]
        place = {row: at for at, row in enumerate(self.found.rows)}
        values = [float(self.compounds.values[row]) for row in order]
        signs = {-1: "<", 0: "=", 1: ">"}
        columns = {
            "name": [self.compounds.names[row] for row in order],
            "smiles": [self.compounds.smiles[row] for row in order],
            "relation": [signs[int(self.compounds.limits[row])] if np.isfinite(self.compounds.values[row]) else ""
                         for row in order],
            self.compounds.what: pa.array([value if np.isfinite(value) else None for value in values], pa.float64()),
            **{
                label: [self.found.groups[label][place[row]] if row in place else "" for row in order]
                for label in self.found.labels
            },
            "left_out": [self.found.left_out.get(row, "") for row in order],
        }  # fmt: skip
        return pa.table(columns)

    def _order(self) -> list[int]:
        values = self.compounds.values
        return sorted(self.found.rows, key=lambda row: (-values[row] if np.isfinite(values[row]) else np.inf, row))

    def html(self) -> str:
        """Return self-contained HTML."""
        found = self.found
        strips = "".join(self._strip(label) for label in found.labels)
        core = _numbered(found.core)
        looked = (
            "The core that accounts for most of the series was chosen; another one can be given." if found.found else ""
        )
        same = "".join(f" At {escape(at)} all have {escape(group)}." for at, group in found.same.items())
        left = ""
        if found.left_out:
            reasons: dict[str, list[int]] = {}
            for row, reason in found.left_out.items():
                reasons.setdefault(reason, []).append(row)
            lines = "".join(
                f"<li>{len(rows):,} {escape(reason)}: "
                f"{escape(', '.join(self.compounds.names[row] for row in rows[:12]))}"
                f"{' …' if len(rows) > 12 else ''}</li>"
                for reason, rows in reasons.items()
            )
            left = f"<details><summary>{len(found.left_out):,} left out</summary><ul>{lines}</ul></details>"
        return (
            f'{sheet()}{STYLE}<div class="wb wb-series"><h3>{escape(self.title)}</h3>'
            f"<p>{len(found.rows):,} of {len(self.compounds.smiles):,} compounds of {escape(self.compounds.source)}"
            f" hold the core; {escape(self.compounds.said)}. {looked}{same}</p>"
            f'<div class="wb-paper">{core}</div>{left}{strips}{self._rows()}</div>'
        )

    def _strip(self, label: str) -> str:
        groups = self.found.substituents(label, self.compounds.exact)
        cards = []
        for one in groups[: self.most_groups]:
            worth = (
                ""
                if one.mean is None or one.best is None
                else (f'<div class="wb-soft">mean {number_text(one.mean, 2)}<br>best {number_text(one.best, 2)}</div>')
            )
            cards.append(
                f'<div class="wb-group1">{_group(one.smiles)}<div>{len(one.rows):,}'
                f" compound{'s' if len(one.rows) != 1 else ''}</div>{worth}</div>"
            )  # fmt: skip
        more = len(groups) - len(cards)
        rest = f'<p class="wb-soft">and {more:,} other group{"s" if more != 1 else ""}</p>' if more else ""
        return f"<h3>{escape(label)}</h3><div class='wb-strip'>{''.join(cards)}</div>{rest}"

    def _rows(self) -> str:
        order = self._order()
        place = {row: at for at, row in enumerate(self.found.rows)}
        shown = order[: self.most_rows]
        # A position at which none of the compounds shown has a group says nothing here.
        labels = [
            label for label in self.found.labels
            if any(self.found.groups[label][place[row]] != HYDROGEN for row in shown)
        ]  # fmt: skip
        head = "".join(f"<th>{escape(label)}</th>" for label in labels)
        lines = []
        for row in shown:
            cells = "".join(f"<td>{_group(self.found.groups[label][place[row]])}</td>" for label in labels)
            lines.append(
                f"<tr><td>{escape(self.compounds.names[row])}</td>"
                f'<td class="wb-n wb-best">{escape(self.compounds.value_text(row))}</td>{cells}</tr>'
            )
        rest = len(order) - len(shown)
        more = f'<p class="wb-soft">and {rest:,} more compounds: save("FILE.csv") has all</p>' if rest else ""
        return (
            f"<h3>The best {len(shown)}</h3><div class='wb-wide'><table><tr><th>compound</th>"
            f"<th>{escape(self.compounds.what)}</th>{head}</tr>{''.join(lines)}</table></div>{more}"
        )

    def __repr__(self) -> str:
        lines = [f"<{self.title} around {self.found.core}; draws in a notebook, or save(path)>"]
        for label in self.found.labels:
            groups = self.found.substituents(label, self.compounds.exact)
            most = ", ".join(f"{one.smiles} ({len(one.rows)})" for one in groups[:4])
            lines.append(f"{label}: {len(groups)} groups, {most}")
        return "\n".join(lines)


@lru_cache(maxsize=2000)
def _group(smiles: str) -> str:
    """Draw a group; a hydrogen is a letter."""
    if smiles == HYDROGEN:
        return "<span>H</span>"
    drawn = depiction.svg(smiles, width=100, height=66, outlines=False)
    return f'<span class="wb-paper" title="{escape(smiles)}">{drawn}</span>' if drawn else escape(smiles)


def _numbered(core: str) -> str:
    """Draw the core with R1, R2, ... at its attachment points."""
    from rdkit import Chem

    mol = Chem.MolFromSmiles(core)
    if mol is None:
        return escape(core)
    for atom in mol.GetAtoms():
        if atom.GetAtomicNum() == 0 and atom.GetAtomMapNum():
            atom.SetProp("atomLabel", f"R{atom.GetAtomMapNum()}")
            atom.SetAtomMapNum(0)
    return re.sub(r"\bclass='[^']*'", "", depiction.svg(mol, width=380, height=230, outlines=False))
