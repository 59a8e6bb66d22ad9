"""Designs around a compound as a grid: what is new in each is marked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from screening.engine.files import write_text
from screening.runs.design.design import Designs
from screening.runs.evidence.text import number_text
from workbench.page import depiction
from workbench.page.fragment import escape, page, sheet
from workbench.tables.grid import COMPOUND, STRUCTURE, TICK, Column, Grid, picture_of
from workbench.tables.matrix_map import DARK


class DesignGrid(Grid):
    """Designs as a grid."""

    packed = ("record", "name", "smiles", "flags", "source", "number", "change", "prediction", "why", "judged")
    columns = (
        TICK,
        Column("record", "Rank", "54px"),
        STRUCTURE,
        COMPOUND,
        Column("change", "What changed", "minmax(150px,1.1fr)", plain=True),
        Column("prediction", "Prediction", "minmax(120px,.8fr)", plain=True),
        Column("why", "Why", "minmax(150px,1fr)", plain=True),
        Column("judged", "SA, nearest", "minmax(130px,.9fr)", plain=True),
        Column("flags", "Flags", "minmax(110px,.8fr)"),
    )

    def __init__(self, designs: Designs, *, height: int = 640) -> None:
        self.designs = designs
        self._new_atoms = designs.table.column("new_atoms").to_pylist()
        table = _rows(designs)
        super().__init__(
            table, title=f"{table.num_rows:,} designs", height=height,
            properties=("molecular_weight", "logp", "tpsa", "hbd", "hba", "rotatable_bonds"),
        )  # fmt: skip

    def _drawing(self, row: int, smiles: str) -> str:
        return depiction.svg(smiles, width=180, height=104, highlight=tuple(self._new_atoms[row] or ()), outlines=False)

    def _html(self, *, carry: bool) -> str:
        """Return the compound with its atom numbers, what is told of all designs, and the grid."""
        parent = depiction.mol_of(self.designs.parent)
        count = 0 if parent is None else parent.GetNumAtoms()
        numbered = depiction.shaded_svg(
            self.designs.parent, {}, notes={atom: str(atom + 1) for atom in range(count)}, width=420, height=240
        )
        lines = "".join(f"<li>{escape(line)}</li>" for line in self.designs.summary())
        return (
            f"{sheet()}<style>.wb-design{{display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start;margin:0 0 10px}}"
            ".wb-design .wb-parent{background:#fff;border-radius:6px;max-width:100%}"
            ".wb-design .wb-parent svg{max-width:100%;height:auto;display:block}"
            ".wb-design>div:last-child{flex:1 1 320px;min-width:0}"
            ".wb-design ul{margin:4px 0;padding-left:18px;overflow-wrap:anywhere}</style>"
            f'<div class="wb"><h3>{escape(self.title)} around {escape(self.designs.parent)}</h3><div class="wb-design">'
            f'<div class="wb-parent">{numbered}</div><div><ul>{lines}</ul><p>New atoms are marked. Designs outside the'
            " domain of the model stay in the list and say so.</p></div></div></div>"
            f"{super()._html(carry=carry)}"
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

    def _flat_head(self) -> list[str]:
        return ["Rank", "Structure", "Design", "What changed", "Prediction"]

    def _flat_row(self, row: dict[str, Any]) -> str:
        return (
            f'<td class="wb-n">{row["record"]}</td><td>{picture_of(row)}</td><td>{escape(row["name"])}</td>'
            f"<td>{escape(row['change'])}</td><td>{escape(row['prediction'])}</td>"
        )


def _rows(designs: Designs) -> pa.Table:
    rows = []
    for one in designs.table.to_pylist():
        flags = [f"new alert: {alert}" for alert in one["new_alerts"] or []]
        prediction = ""
        if one["affinity"] is not None:
            value, lower, upper = (number_text(one[name], 2) for name in ("affinity", "lower", "upper"))
            prediction = f"{value} ({lower} to {upper}), {one['against_parent']:+.2f}"
            if not one["in_domain"]:
                flags.insert(0, "outside the domain")
        judged = [] if one["sa_score"] is None else [f"SA {one['sa_score']:.1f}"]
        if one["nearest_library"]:
            judged.append(f"{one['nearest_library']} ({one['similarity_library']:.2f})")
        if one["known"]:
            flags.append("was trained on")
        line = {
            "record": one["rank"], "name": one["name"], "smiles": one["smiles"], "flags": flags,
            "source": one["source"], "number": one["rank"], "change": one["change"], "prediction": prediction,
            "why": f"{one['source']}: {one['evidence']}", "judged": "; ".join(judged),
        }  # fmt: skip
        line |= {name: one[name] for name in ("cluster", "similarity_parent", "affinity", "lower", "sa_score")}
        line |= {name: one[name] for name in
                 ("molecular_weight", "logp", "tpsa", "hbd", "hba", "rotatable_bonds")}  # fmt: skip
        rows.append(line)
    kinds = {"flags": pa.list_(pa.string()), "record": pa.int64(), "number": pa.int64(), "cluster": pa.int32()}
    texts = ("name", "smiles", "source", "change", "prediction", "why", "judged")
    names = [
        "record", "name", "smiles", "flags", "source", "number", "change", "prediction", "why", "judged", "cluster",
        "similarity_parent", "affinity", "lower", "sa_score", "molecular_weight", "logp", "tpsa", "hbd", "hba",
        "rotatable_bonds",
    ]  # fmt: skip
    schema = pa.schema(
        [pa.field(name, kinds.get(name, pa.string() if name in texts else pa.float32())) for name in names]
    )
    return pa.Table.from_pylist(rows, schema=schema)
