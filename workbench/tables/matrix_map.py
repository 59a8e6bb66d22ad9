"""The heat map of a matrix screen: hits by targets; it sorts, filters and opens a compound."""

from __future__ import annotations

import base64
import functools
import gzip
import json
import uuid
from pathlib import Path
from typing import Any

import numpy as np

from screening.engine.files import write_text
from screening.runs.evidence.text import number_text
from screening.runs.matrix.matrix_run import MatrixRun, list_values
from workbench.page import depiction
from workbench.page.fragment import Fragment, escape, page, sheet
from workbench.tables.browser_files import browser_file
from workbench.tables.grid import FLAT_ROWS, embedded_json

#: Hits that a page holds where nobody says how many.
DEFAULT_TOP = 300
_NUMBERS = (
    ("difference", "Δ best off-target", 1, True, "Affinity to the target minus that to the best off-target, log units"),
    ("selectivity_10uM", "S(10 µM)", 2, False, "Part of the targets predicted to be bound below 10 µM"),
    ("selectivity_1uM", "S(1 µM)", 2, False, "Part of the targets predicted to be bound below 1 µM"),
    ("gini", "Gini", 2, False, "1: one target only; 0: all alike"),
)
#: Makes a page of its own follow the light or dark theme of the system.
DARK = """<style>:root{color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{--text:#e6edf3;--dim:#a3adb8;--page:#0d1117;--soft:#1b222b;--line:#3d444d}
body{background:#0d1117!important;color-scheme:dark!important}}</style>"""


class MatrixMap(Fragment):
    """Hits of a matrix run by targets; shows itself in a notebook, `save_html` writes a page of its own.

    Parameters
    ----------
    run
        A finished run.
    top
        Hits on the map.
    title
        Above the map.
    """

    def __init__(self, run: MatrixRun, *, top: int = DEFAULT_TOP, title: str = "") -> None:
        self.run = run
        self.rows = run.hits().slice(0, top)
        self.title = title or f"{self.rows.num_rows:,} hits by {len(run.plan.columns)} targets"

    @functools.cached_property
    def _data(self) -> dict[str, Any]:
        width = len(self.run.plan.columns)
        found: dict[str, Any] = {
            name: self.rows.column(name).to_pylist() for name in ("rank", "name", "smiles", "flags")
        }
        for name in ("affinity", "lower", "upper"):
            values = list_values(self.rows.column(name), width)
            found[name] = [[_number(value) for value in row] for row in values.tolist()]
        for name in ("target", "off_target"):
            found[name] = self.rows.column(name).to_pylist()
        for name in ("difference", "difference_lower", "difference_upper", *(one[0] for one in _NUMBERS[1:])):
            found[name] = [_number(value) for value in self.rows.column(name).to_pylist()]
        # A compound belongs to the domain of the model of its own target; the map has one mark for it.
        at = [self._model_of(target) for target in found["target"]]
        training = self.run.training()
        for name in ("in_domain", "similarity", "known", "nearest"):
            found[name] = [row[one] for row, one in zip(self.rows.column(name).to_pylist(), at)]
        found["nearest"] = [training[one][row] if row >= 0 else "" for row, one in zip(found["nearest"], at)]
        found["similarity"] = [_number(value) for value in found["similarity"]]
        found["drawing"] = [depiction.svg(text, width=300, height=190, outlines=False) for text in found["smiles"]]
        return found

    @property
    def _names(self) -> list[str]:
        return self.run.plan.names

    def _model_of(self, target: int) -> int:
        return 0 if target < 0 else self.run.plan.models.index(self.run.plan.columns[target].model)

    def _options(self) -> dict[str, Any]:
        width = len(self.run.plan.columns)
        affinity = list_values(self.rows.column("affinity"), width)
        lower, upper = (list_values(self.rows.column(name), width) for name in ("lower", "upper"))
        differs = any(value is not None for value in self._data["difference"])
        kinds = sorted({column.kind for column in self.run.plan.columns})
        return {
            "columns": [{"name": column.name, "kind": column.kind} for column in self.run.plan.columns],
            "numbers": [
                {"key": key, "title": title, "decimals": decimals, "wide": wide, "description": text}
                for key, title, decimals, wide, text in _NUMBERS
                if differs
            ],
            "low": _edge(affinity, np.nanmin),
            "high": _edge(affinity, np.nanmax),
            "least": _edge(lower, np.nanmin),
            "most": _edge(upper, np.nanmax),
            "kind": kinds[0] if len(kinds) == 1 else "",
            "differs": differs,
        }

    def html(self) -> str:
        """Return self-contained HTML."""
        if not self.rows.num_rows:
            return f'{sheet()}<div class="wb"><p>There are no hits to show.</p></div>'
        uid = uuid.uuid4().hex[:16]
        self._announce(uid)
        packed = base64.b64encode(
            gzip.compress(json.dumps(self._data, separators=(",", ":")).encode(), 6, mtime=0)
        ).decode()
        script = (
            f"const UID={json.dumps(uid)};\nconst OPTIONS={embedded_json(self._options())};\n"
            f"const PACKED='{packed}';\n{browser_file('matrix.js')}"
        )
        return (
            f"{sheet()}<style>{browser_file('matrix.css')}</style>"
            f'<div class="wb wb-matrix"><h3>{escape(self.title)}</h3><p>{escape(self.caption())}</p>'
            f'<div data-wb-matrix="{uid}">{self._flat()}</div></div>'
            f"<script>(()=>{{\n{script}\n}})();</script>"
        )

    def caption(self) -> str:
        """Return what the numbers are, in a few sentences."""
        plan = self.run.plan
        about = f"selectivity is told of {plan.primary}" if plan.primary else "the tightest target of each is outlined"
        kinds = ", ".join(sorted({column.kind for column in plan.columns}))
        scored = self.run.counts.get("scored", 0)
        return (
            f"Predicted {kinds} of the best of {scored:,} compounds, 90 % intervals on hover and in the panel; {about}."
            " ◇ marks compounds outside the domain of the model. A click on a heading sorts, a click on a row opens the"
            " compound."
        )

    def _flat(self) -> str:
        """Return the first rows as a plain table, for where scripts may not run."""
        names = self._names[:12]
        head = "".join(f"<th>{escape(name)}</th>" for name in ("rank", "name", *names))
        body = ""
        for row in range(min(FLAT_ROWS, self.rows.num_rows)):
            cells = [self._data["rank"][row], self._data["name"][row]]
            cells += [
                "" if value is None else number_text(value, 2) for value in self._data["affinity"][row][: len(names)]
            ]
            body += "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
        return (
            f"<table><tr>{head}</tr>{body}</table>"
            '<p class="wb-say">The whole map: File ▸ Trust Notebook, or run this cell again.</p>'
        )

    def save_html(self, path: str | Path) -> Path:
        """Write a page with this alone on it; it opens from disk with no network, in light and dark.

        Raises
        ------
        StorageError
            If the file cannot be written.
        """
        write_text(Path(path), page([DARK, self], title=self.title))
        return Path(path)

    def __repr__(self) -> str:
        return f"<Heat map: {self.title}; draws in a notebook, or save_html(path)>"


def _number(value: Any) -> float | None:
    return None if value is None or not np.isfinite(value) else round(float(value), 3)


def _edge(values: np.ndarray, of: Any) -> float:
    return round(float(of(values)), 2) if np.isfinite(values).any() else 0.0
