"""What a medicinal chemist reads first: size, polarity, flexibility, and affinity for each atom."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from rdkit.Chem import QED

from screening.models.affinity import ScoreKind
from screening.runs.evidence.column import EvidenceColumn
from screening.runs.evidence.rows import EvidenceRows, Filled

GROUP = "properties"

#: kcal/mol for each unit of -log10 molar at 298 K: 2.303 R T.
_KCAL = 1.364

STORED = (
    EvidenceColumn("molecular_weight", pa.float32(), "MW", GROUP, "g/mol", 1, description="Average mass."),
    EvidenceColumn("logp", pa.float32(), "logP", GROUP, "", 2, description="Wildman and Crippen's estimate."),
    EvidenceColumn("tpsa", pa.float32(), "TPSA", GROUP, "Å^2", 1, description="Topological polar surface (Ertl)."),
    EvidenceColumn("hbd", pa.int32(), "Donors", GROUP, description="Hydrogen bond donors."),
    EvidenceColumn("hba", pa.int32(), "Acceptors", GROUP, description="Hydrogen bond acceptors."),
    EvidenceColumn("rotatable_bonds", pa.int32(), "Rotatable bonds", GROUP, description="RDKit's strict definition."),
    EvidenceColumn("heavy_atoms", pa.int32(), "Heavy atoms", GROUP, description="Atoms other than hydrogen."),
    EvidenceColumn("rings", pa.int32(), "Rings", GROUP, description="Smallest set of smallest rings."),
    EvidenceColumn("fraction_csp3", pa.float32(), "Fraction sp3", GROUP, "", 2, description="Of the carbon atoms."),
    EvidenceColumn("formal_charge", pa.int32(), "Charge", GROUP, "e", description="Of the parent as it is drawn."),
)
_QED = EvidenceColumn(
    "qed", pa.float32(), "QED", GROUP, "", 2, True,
    "Quantitative estimate of drug-likeness, 0 to 1 (Bickerton et al., Nat. Chem. 2012, 4, 90).",
)  # fmt: skip
_LE = EvidenceColumn(
    "ligand_efficiency", pa.float32(), "LE", GROUP, "kcal/mol per heavy atom", 2, True,
    "1.364 times the predicted affinity over heavy atoms (Hopkins et al., Drug Discov. Today 2004, 9, 430).",
)  # fmt: skip
_LLE = EvidenceColumn(
    "lipophilic_efficiency", pa.float32(), "LLE", GROUP, "", 2, True,
    "Predicted affinity less logP (Leeson and Springthorpe, Nat. Rev. Drug Discov. 2007, 6, 881).",
)  # fmt: skip
NAMES = tuple(column.name for column in (*STORED, _QED, _LE, _LLE))


def columns(rows: EvidenceRows) -> Filled:
    """Return the properties of the parents; efficiencies only where the predicted number is an affinity."""
    found = rows.properties
    filled: Filled = [
        (column, pa.array(found[column.name].astype(column.type.to_pandas_dtype()), column.type)) for column in STORED
    ]
    if rows.wants(_QED.name):  # a millisecond and more for each compound
        filled.append((_QED, pa.array([QED.qed(mol) for mol in rows.mols], pa.float32())))
    if rows.run.kind not in list(ScoreKind):
        affinity = rows.hits.column("affinity").to_numpy().astype(np.float64)
        efficiency = _KCAL * affinity / np.maximum(found["heavy_atoms"], 1)
        filled.append((_LE, pa.array(efficiency, pa.float32())))
        filled.append((_LLE, pa.array(affinity - found["logp"], pa.float32())))
    return filled
