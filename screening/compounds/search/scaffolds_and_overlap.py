"""What chemists ask of a library at a glance: its scaffolds, its alerts, and what it shares with another one."""

from __future__ import annotations

import dataclasses
import itertools
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from rdkit import Chem, rdBase

from screening.compounds.compound import FINGERPRINT_BYTES
from screening.compounds.library.duplicates import Duplicates
from screening.compounds.library.prepared_library import PreparedLibrary
from screening.compounds.scaffold import murcko_scaffold
from screening.compounds.search.similarity import FingerprintTable, fingerprint_array

SCAFFOLD_SCHEMA = pa.schema(
    [
        pa.field("scaffold", pa.string(), nullable=False),
        pa.field("compounds", pa.int64(), nullable=False),
        pa.field("share", pa.float64(), nullable=False),
    ]
)

#: The scaffold of compounds without rings.
NO_RING = "(no ring)"


@dataclasses.dataclass(frozen=True)
class Overlap:
    """What a library shares with another one.

    Attributes
    ----------
    compounds, identical, family
        Compounds of the first library; those of them that are also in the other; those of which the other holds
        the same structure with or without stereo.
    nearest
        float32, shape (m,): for m compounds of the first library, evenly chosen, the Tanimoto similarity of the
        most similar compound of the other.
    """

    compounds: int
    identical: int
    family: int
    nearest: np.ndarray


def top_scaffolds(library: PreparedLibrary, top: int = 20, *, sample: int | None = 50_000) -> pa.Table:
    """Count Bemis-Murcko scaffolds (J. Med. Chem. 1996, 39, 2887).

    Parameters
    ----------
    library
        The library.
    top
        How many scaffolds to give, the commonest first.
    sample
        Look at about so many compounds, evenly chosen over the library; None looks at all.

    Returns
    -------
    Table
        `SCAFFOLD_SCHEMA`; compounds without rings count as ``(no ring)``, shares are of the compounds looked at.
    """
    counts: Counter[str] = Counter()
    step = 1 if sample is None else max(1, library.compounds // sample)
    texts = itertools.chain.from_iterable(table["smiles"].to_pylist() for table in library.iterate(["smiles"]))
    with rdBase.BlockLogs():
        for smiles in itertools.islice(texts, 0, None, step):
            counts[murcko_scaffold(Chem.MolFromSmiles(smiles)) or NO_RING] += 1
    seen = max(1, sum(counts.values()))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:top]
    rows = [{"scaffold": text, "compounds": count, "share": count / seen} for text, count in ordered]
    return pa.Table.from_pylist(rows, schema=SCAFFOLD_SCHEMA)


def alert_counts(library: PreparedLibrary) -> dict[str, int]:
    """Return the compounds that carry each flag, the commonest first."""
    counts: Counter[str] = Counter()
    for table in library.iterate(["flags"]):
        counts.update(table["flags"].combine_chunks().flatten().to_pylist())
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def overlap(library: PreparedLibrary, other: PreparedLibrary, *, sample: int = 500) -> Overlap:
    """Compare a library with another one; memory does not grow with either.

    Parameters
    ----------
    library, other
        The libraries.
    sample
        Compounds of the first one whose nearest neighbour in the other is looked for.
    """
    step = max(1, library.compounds // max(1, sample))
    chosen, seen = [np.empty((0, FINGERPRINT_BYTES), np.uint8)], 0
    for table in library.iterate(["fingerprint"]):
        packed = fingerprint_array(table["fingerprint"])
        chosen.append(packed[(-seen) % step :: step])
        seen += len(packed)
    queries = np.concatenate(chosen)[:sample]
    nearest = np.zeros(len(queries), np.float32)
    for table in other.iterate(["fingerprint"]):
        index = FingerprintTable(fingerprint_array(table["fingerprint"]))
        for row, query in enumerate(queries):
            found = index.search(query, top=1, threshold=float(nearest[row]))
            if len(found.similarity):
                nearest[row] = max(nearest[row], found.similarity[0])
    return Overlap(library.compounds, _shared(library, other, "identity"), _shared(library, other, "family"), nearest)


def _shared(library: PreparedLibrary, other: PreparedLibrary, key: str) -> int:
    """Count the compounds of a library whose key is in the other one."""
    # The other's rows come first, so every row of ours that repeats one of them is a duplicate of a lower number.
    start = other.compounds
    keys = itertools.chain(_keys(other, key, 0), _keys(library, key, start))
    with (
        tempfile.TemporaryDirectory() as folder,
        Duplicates(keys, expected=start + library.compounds, scratch=Path(folder) / "keys") as found,
    ):
        pairs = found.between(start, start + library.compounds)
        return int((pairs[:, 1] < start).sum())


def _keys(library: PreparedLibrary, key: str, start: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for table in library.iterate([key]):
        column = table[key].combine_chunks()
        raw = np.frombuffer(b"".join(column.to_pylist()), np.uint8).reshape(-1, 16)
        yield np.arange(start, start + len(raw), dtype=np.int64), raw
        start += len(raw)
