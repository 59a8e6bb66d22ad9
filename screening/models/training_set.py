"""What a model keeps of the compounds it was trained on."""

from __future__ import annotations

import dataclasses
from functools import cached_property

import numpy as np
import pyarrow as pa
from rdkit import Chem
from rdkit.Chem import Descriptors

from screening.compounds.compound import FINGERPRINT_BYTES, PROPERTIES
from screening.compounds.standardisation.standardise import Refusal, parent_of
from screening.features.compound_blocks import fingerprints_and_properties
from screening.models.affinity import CompoundBlock
from screening.models.twins import Twins, tautomer_family

#: Columns of ``training.parquet``.
TRAINING_SCHEMA = pa.schema(
    [
        pa.field("name", pa.string(), nullable=False),
        pa.field("smiles", pa.string(), nullable=False),
        pa.field("identity", pa.binary(16), nullable=False),
        pa.field("family", pa.binary(16), nullable=False),
        pa.field("fingerprint", pa.binary(FINGERPRINT_BYTES), nullable=False),
        pa.field("value", pa.float64(), nullable=False),
        pa.field("limit", pa.int8(), nullable=False),
        pa.field("out_of_fold", pa.float64(), nullable=False),
        pa.field("half_width", pa.float64(), nullable=False),
        pa.field("closeness", pa.float64(), nullable=False),
    ]
)

#: Weights of equal sum formulas differ by less, in daltons, after their way through float32.
_WEIGHT_TOLERANCE = 0.0005


@dataclasses.dataclass(frozen=True)
class TrainingSet:
    """n training compounds; the arrays have shape (n, ...).

    Attributes
    ----------
    names, smiles, identities, families
        As in `screening.models.data.measurements.AffinityData`.
    fingerprints
        uint8, shape (n, 256), packed Morgan.
    values
        float64; -log10 molar.
    limits
        int8; 0 exact, -1 weaker than, 1 tighter than.
    out_of_fold
        float64; prediction for each compound by a model that has not seen it, NaN if none was made.
    half_width, closeness
        float64; half the width of the interval of that prediction, and the similarity to the nearest compound that
        the model had seen. NaN where not known (older models have neither).
    """

    names: list[str]
    smiles: list[str]
    identities: list[bytes]
    families: list[bytes]
    fingerprints: np.ndarray
    values: np.ndarray
    limits: np.ndarray
    out_of_fold: np.ndarray
    half_width: np.ndarray | None = None
    closeness: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.smiles)

    @cached_property
    def _known(self) -> frozenset[bytes]:
        return frozenset(self.identities)

    @cached_property
    def _kin(self) -> frozenset[str]:
        return frozenset(tautomer_family(text) for text in self.smiles)

    @cached_property
    def twins(self) -> Twins:
        """Which of the compounds another one is."""
        return Twins(self.smiles, self.identities)

    @cached_property
    def _masses(self) -> np.ndarray:
        return np.unique([Descriptors.MolWt(Chem.MolFromSmiles(text)) for text in self.smiles])

    def seen(self, smiles: str) -> bool:
        """Say whether a compound, or a stereoisomer or tautomer of it, is in the set.

        The tautomer is not searched for: two compounds count as the same if they have the same atoms and bonds when
        bond orders, charges, hydrogens and stereo are forgotten, and the same sum formula.
        """
        parent = parent_of(smiles)
        return not isinstance(parent, Refusal) and tautomer_family(parent.smiles) in self._kin

    def known(self, block: CompoundBlock, identities: list[bytes]) -> np.ndarray:
        """Return bool, shape (n,): whether `seen` holds for library compounds with these identity keys.

        Twins have the same sum formula, so only compounds of a training compound's molecular weight are looked at
        more closely: a few in a hundred.
        """
        found: np.ndarray = np.array([identity in self._known for identity in identities], dtype=bool)
        if not len(self) or not len(block):
            return found
        weight = block.properties[:, PROPERTIES.index("molecular_weight")].astype(np.float64)
        at = np.searchsorted(self._masses, weight)
        below, above = self._masses[np.maximum(at - 1, 0)], self._masses[np.minimum(at, len(self._masses) - 1)]
        close = np.minimum(np.abs(weight - below), np.abs(above - weight)) < _WEIGHT_TOLERANCE
        for row in np.flatnonzero(close & ~found):
            found[row] = tautomer_family(block.smiles[row]) in self._kin
        return found

    def to_table(self) -> pa.Table:
        """Return the set as a table of `TRAINING_SCHEMA`."""
        return pa.table(
            {
                "name": self.names,
                "smiles": self.smiles,
                "identity": self.identities,
                "family": self.families,
                "fingerprint": [row.tobytes() for row in self.fingerprints],
                "value": self.values,
                "limit": self.limits,
                "out_of_fold": self.out_of_fold,
                "half_width": self._or_unknown(self.half_width),
                "closeness": self._or_unknown(self.closeness),
            },
            schema=TRAINING_SCHEMA,
        )

    def _or_unknown(self, column: np.ndarray | None) -> np.ndarray:
        return np.full(len(self), np.nan) if column is None else column

    @classmethod
    def from_table(cls, table: pa.Table) -> TrainingSet:
        """Read back what `to_table` wrote."""
        packed = b"".join(table.column("fingerprint").to_pylist())
        return cls(
            names=table.column("name").to_pylist(),
            smiles=table.column("smiles").to_pylist(),
            identities=table.column("identity").to_pylist(),
            families=table.column("family").to_pylist(),
            fingerprints=np.frombuffer(packed, dtype=np.uint8).reshape(-1, FINGERPRINT_BYTES),
            values=table.column("value").to_numpy(),
            limits=table.column("limit").to_numpy(),
            out_of_fold=table.column("out_of_fold").to_numpy(),
            **{
                name: table.column(name).to_numpy()
                for name in ("half_width", "closeness")
                if name in table.column_names
            },
        )


def compound_block(smiles: list[str]) -> CompoundBlock:
    """Return the block of n canonical parent SMILES."""
    fingerprints, properties = fingerprints_and_properties(smiles)
    return CompoundBlock(smiles=list(smiles), fingerprints=fingerprints, properties=properties)
