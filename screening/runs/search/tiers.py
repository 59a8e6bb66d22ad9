"""Cheap tiers before an expensive oracle: which compounds of a library may be asked for at all.

A tier costs less a compound than the one after it: windows on stored properties, the longest path of a molecule, its
similarity to a bound ligand, then the short search of an engine, and last the full one for the best. What passes is
written into the search folder with the number left after every tier; what a tier loses is measured by
``tests/benchmarks/bench_search_tiers.py``.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from rdkit import Chem

from screening.compounds.compound import PROPERTIES
from screening.compounds.fingerprint import packed_morgan, stack
from screening.compounds.library.prepared_library import PreparedLibrary
from screening.compounds.rules.rules import keeps
from screening.compounds.search.similarity import FingerprintTable, library_fingerprints
from screening.engine import files, parts
from screening.engine.read_part import table_of
from screening.errors import PlanError, UsageError

#: Files in a search folder: one row per compound of the library, whether it may be asked for; how many are left.
PASSED, COUNTS = "passed.parquet", "tiers.json"
#: Length of a bond along an extended chain, and of what sticks out at both ends together, in Å.
_BOND_A, _ENDS_A = 1.27, 3.0


@dataclasses.dataclass(frozen=True)
class Tiers:
    """What a compound must pass before it may be asked for.

    Attributes
    ----------
    windows
        Texts of `screening.compounds.rules.rules`: named rules such as ``lipinski``, or windows on stored properties
        such as ``heavy_atoms 15-35``.
    longest_A
        Longest extended length in Å, see `extended_length`; None for any.
    similar
        Share of the compounds left that are most similar to `reference` (Tanimoto on Morgan bits); None for all.
    reference
        SMILES of the bound ligand.
    """

    windows: tuple[str, ...] = ()
    longest_A: float | None = None
    similar: float | None = None
    reference: str = ""

    def __post_init__(self) -> None:
        for window in self.windows:
            keeps(window, np.zeros((0, len(PROPERTIES))))
        if self.longest_A is not None and not self.longest_A > 0:
            raise UsageError(f"a longest length of {self.longest_A:g} Å lets nothing pass", expected="a length above 0")
        if self.similar is not None and not 0.0 < self.similar <= 1.0:
            raise UsageError(f"the similar share is {self.similar:g}", expected="above 0 and at most 1, or such as 30%")
        if self.similar is not None and Chem.MolFromSmiles(self.reference or "*?") is None:
            raise UsageError(
                f"{self.reference!r} is no molecule to be similar to", expected="a site with a ligand, or its SMILES"
            )

    def __bool__(self) -> bool:
        return bool(self.windows or self.longest_A is not None or self.similar is not None)

    def describe(self) -> dict[str, Any]:
        """Return JSON values, part of the key of a search."""
        return {**dataclasses.asdict(self), "windows": list(self.windows)}

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Tiers:
        """Return what `describe` described."""
        return cls(**{**facts, "windows": tuple(facts["windows"])})


@dataclasses.dataclass(frozen=True)
class Passed:
    """The compounds that pass.

    Attributes
    ----------
    rows
        bool, shape (compounds of the library,).
    counts
        (tier, compounds left after it), in order.
    """

    rows: np.ndarray
    counts: tuple[tuple[str, int], ...]


def pass_tiers(library: PreparedLibrary, tiers: Tiers) -> Passed:
    """Return which compounds of a library pass.

    Raises
    ------
    PlanError
        If none does.
    """
    left = np.ones(library.compounds, bool)
    counts = []
    for window in tiers.windows:
        left &= np.concatenate([keeps(window, _properties(table)) for table in library.iterate(list(PROPERTIES))])
        counts.append((window, int(left.sum())))
    if tiers.longest_A is not None:
        left &= _short_enough(library, left, tiers.longest_A)
        counts.append((f"at most {tiers.longest_A:g} Å long", int(left.sum())))
    if tiers.similar is not None and left.any():
        alike = similarity_to(library, tiers.reference)
        order = np.lexsort([np.arange(len(alike)), -alike, ~left])
        left = np.zeros(len(left), bool) | np.isin(
            np.arange(len(left)), order[: max(1, round(tiers.similar * int(left.sum())))]
        )
        counts.append((f"the {tiers.similar:.3g} most similar to the bound ligand", int(left.sum())))
    if not left.any():
        told = "; ".join(f"{name}: {count:,} left" for name, count in counts)
        raise PlanError(f"no compound passes the tiers ({told})", source=library.folder, expected="wider tiers")
    return Passed(left, tuple(counts))


def passed_in(folder: str | os.PathLike[str], library: PreparedLibrary, tiers: Tiers) -> Passed:
    """Return what passes; read from a search folder if it stands there, else worked out and written there."""
    rows, counts = Path(folder) / PASSED, Path(folder) / COUNTS
    try:
        told, content = json.loads(counts.read_text("utf-8")), rows.read_bytes()
        if hashlib.sha256(content).hexdigest() != told["sha256"]:
            raise ValueError
        return Passed(
            table_of(content)["passed"].to_numpy(), tuple((each["tier"], int(each["left"])) for each in told["tiers"])
        )
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        found = pass_tiers(library, tiers)  # not there yet, or damaged
    content = parts.table_bytes(pa.table({"passed": pa.array(found.rows)}))
    files.write_bytes(rows, content)
    listed = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "tiers": [{"tier": name, "left": count} for name, count in found.counts],
    }
    files.write_text(counts, json.dumps(listed, indent=2, ensure_ascii=False) + "\n")
    return found


def similarity_to(library: PreparedLibrary, smiles: str) -> np.ndarray:
    """Return the Tanimoto similarity of every compound to a molecule, float64, on the stored Morgan bits."""
    query = stack([packed_morgan(Chem.MolFromSmiles(smiles))])[0]
    return np.concatenate([FingerprintTable(packed).similarities(query) for packed in library_fingerprints(library)])


def extended_length(smiles: str) -> float:
    """Return how long a molecule is when it is stretched out, in Å: its longest shortest path of bonds."""
    mol = Chem.MolFromSmiles(smiles)
    bonds = float(Chem.GetDistanceMatrix(mol).max()) if mol is not None and mol.GetNumAtoms() else 0.0
    return bonds * _BOND_A + _ENDS_A


def _properties(table: pa.Table) -> np.ndarray:
    return np.column_stack([table[name].to_numpy() for name in PROPERTIES])


def _short_enough(library: PreparedLibrary, left: np.ndarray, longest_A: float) -> np.ndarray:
    found = np.zeros(len(left), bool)
    start = 0
    for table in library.iterate(["smiles"]):
        rows = np.flatnonzero(left[start : start + table.num_rows])
        smiles: Sequence[str] = table["smiles"].take(pa.array(rows)).to_pylist()
        found[start + rows] = [extended_length(text) <= longest_A for text in smiles]
        start += table.num_rows
    return found
