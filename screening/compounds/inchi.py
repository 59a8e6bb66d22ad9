"""InChIKeys of structures, for those who look compounds up elsewhere; slow, so only for hits or on request.

A standard InChIKey (Heller et al., J. Cheminform. 2015, 7, 23) does not tell most tautomers apart, which identities
here do. It is therefore a name to search by, and never the key of a compound.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
from rdkit import Chem, rdBase

from screening.errors import UsageError

#: Name of the column.
INCHIKEY = "inchikey"


def inchikeys(smiles: Iterable[str | None]) -> list[str]:
    """Return the standard InChIKey of each SMILES; an empty text where there is none."""
    with rdBase.BlockLogs():
        return [_inchikey(text) for text in smiles]


def with_inchikeys(table: pa.Table) -> pa.Table:
    """Return a table (hits, compounds) with a column ``inchikey`` after its ``smiles``.

    Raises
    ------
    UsageError
        If it has no column ``smiles``.
    """
    if "smiles" not in table.column_names:
        raise UsageError("no column 'smiles'", expected=f"one among {', '.join(table.column_names)}")
    if INCHIKEY in table.column_names:
        return table
    keys = pa.array(inchikeys(table["smiles"].to_pylist()), pa.string())
    return table.add_column(table.column_names.index("smiles") + 1, pa.field(INCHIKEY, pa.string()), keys)


def _inchikey(smiles: str | None) -> str:
    try:
        mol = Chem.MolFromSmiles(smiles) if smiles else None
        return str(Chem.MolToInchiKey(mol)) if mol is not None else ""
    except Exception:  # RDKit's C++ errors arrive as several unrelated classes
        return ""
