"""Likely activity elsewhere: what the off-target panel (`screening.models.panel`) says of a compound."""

from __future__ import annotations

import pyarrow as pa

from screening.models.affinity import CompoundBlock
from screening.models.panel.panel import CARD, default_folder, load_panel
from screening.runs.evidence.column import EvidenceColumn
from screening.runs.evidence.rows import EvidenceRows, Filled

GROUP = "off-targets"
COLUMNS = (
    EvidenceColumn(
        "off_targets", pa.string(), "Likely elsewhere", GROUP,
        description="Targets of the off-target panel at which 1 uM or better is predicted with a chance of 90 % or"
        " more, with the -log10 molar value and its 90 % interval; only those in whose domain the compound is. Empty:"
        " none is likely of the few there are, which says nothing of other targets.",
    ),
    EvidenceColumn(
        "off_targets_judged", pa.int32(), "Panel targets judged", GROUP,
        description="Of how many targets of the off-target panel the compound is in the domain.",
    ),
)  # fmt: skip
NAMES = tuple(column.name for column in COLUMNS)


def columns(rows: EvidenceRows) -> Filled:
    """Return the likely targets of the panel; nothing where the panel is not installed."""
    if not rows.wants(*NAMES) or not (default_folder() / CARD).is_file():
        return []
    panel = load_panel()
    found = panel.predict(CompoundBlock(rows.smiles, rows.fingerprints, rows.block_properties))
    likely = found.likely()
    texts = []
    for row in range(len(rows.smiles)):
        order = sorted(range(len(panel.targets)), key=lambda at: -found.chance[row, at])
        texts.append(
            "; ".join(
                f"{panel.targets[at].name} {found.affinity[row, at]:.1f} ({found.lower[row, at]:.1f} to"
                f" {found.upper[row, at]:.1f})"
                for at in order
                if likely[row, at]
            )
        )
    return [
        (COLUMNS[0], pa.array(texts, pa.string())),
        (COLUMNS[1], pa.array(found.in_domain.sum(axis=1).astype("int32"), pa.int32())),
    ]
