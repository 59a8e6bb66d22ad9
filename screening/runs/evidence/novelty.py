"""How new a compound is beside what was measured already."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from rdkit import Chem

from screening.compounds.scaffold import murcko_scaffold
from screening.runs.evidence.column import EvidenceColumn
from screening.runs.evidence.rows import EvidenceRows, Filled
from screening.runs.evidence.training import TrainingCompounds, training_compounds

GROUP = "novelty"
COLUMNS = (
    EvidenceColumn(
        "novelty", pa.float32(), "Novelty", GROUP, "", 2,
        description="1 less the similarity to the nearest known compound.",
    ),
    EvidenceColumn(
        "scaffold", pa.string(), "Scaffold", GROUP,
        description="Bemis-Murcko scaffold (J. Med. Chem. 1996, 39, 2887); empty for acyclic compounds.",
    ),
    EvidenceColumn(
        "new_scaffold", pa.bool_(), "New scaffold", GROUP,
        description="No training compound has this scaffold; unknown in runs that do not keep their structures.",
    ),
)  # fmt: skip


def columns(rows: EvidenceRows) -> Filled:
    """Return novelty by similarity and by scaffold."""
    scaffolds = [murcko_scaffold(mol) for mol in rows.mols]
    known = _training_scaffolds(training_compounds(rows.run))
    new = [None if known is None or not text else text not in known for text in scaffolds]
    novelty = 1.0 - rows.hits.column("similarity").to_numpy().astype(np.float64)
    values = (pa.array(novelty, pa.float32()), pa.array(scaffolds, pa.string()), pa.array(new, pa.bool_()))
    return list(zip(COLUMNS, values))


def _training_scaffolds(training: TrainingCompounds) -> frozenset[str] | None:
    if training.smiles is None:
        return None
    found = training.__dict__.get("_scaffolds")
    if found is None:
        found = frozenset(murcko_scaffold(Chem.MolFromSmiles(text)) for text in training.smiles)
        training.__dict__["_scaffolds"] = found  # worked out once for a run, as cached_property does
    return found
