"""Predictions of a panel as a table: a row for each compound and target."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from screening.models.panel.panel import ACTIVE_ABOVE, Panel
from screening.models.training_set import compound_block
from screening.result_table import ResultTable

SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("smiles", pa.string()),
        ("target", pa.string()),
        ("chembl", pa.string()),
        ("kind", pa.string()),
        ("affinity", pa.float64()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("chance", pa.float64()),
        ("in_domain", pa.bool_()),
        ("likely", pa.bool_()),
    ]
)


def panel_table(panel: Panel, names: Sequence[str], smiles: Sequence[str]) -> ResultTable:
    """Return what a panel predicts of n compounds, in their order, the targets by falling chance of activity.

    Parameters
    ----------
    panel
        The panel.
    names, smiles
        Names and parent SMILES of the compounds.
    """
    found = panel.predict(compound_block(list(smiles)))
    likely = found.likely()
    rows = [
        {
            "name": names[row],
            "smiles": smiles[row],
            "target": panel.targets[at].name,
            "chembl": panel.targets[at].chembl,
            "kind": panel.targets[at].kind,
            "affinity": round(float(found.affinity[row, at]), 3),
            "lower": round(float(found.lower[row, at]), 3),
            "upper": round(float(found.upper[row, at]), 3),
            "chance": round(float(found.chance[row, at]), 3),
            "in_domain": bool(found.in_domain[row, at]),
            "likely": bool(likely[row, at]),
        }
        for row in range(len(smiles))
        for at in sorted(
            range(len(panel.targets)), key=lambda at: (not found.in_domain[row, at], -found.chance[row, at])
        )
    ]
    return ResultTable(
        pa.Table.from_pylist(rows, schema=SCHEMA),
        title=f"Off-target panel (-log10 molar; lower to upper: 90 % interval; chance of {ACTIVE_ABOVE:g} or more)",
        hidden=("smiles",),
        decimals=dict.fromkeys(("affinity", "lower", "upper", "chance"), 2),
    )
