"""What is in a prepared library: counts, reasons and property distributions, read part by part."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from screening.compounds.compound import PROPERTIES
from screening.compounds.library.prepared_library import PreparedLibrary

#: Fixed histogram edges per property, so that libraries can be compared; values outside fall into the end bins.
EDGES: dict[str, tuple[float, float, int]] = {
    "molecular_weight": (0, 1000, 50),
    "logp": (-6, 12, 36),
    "tpsa": (0, 300, 30),
    "hbd": (-0.5, 15.5, 16),
    "hba": (-0.5, 25.5, 26),
    "rotatable_bonds": (-0.5, 30.5, 31),
    "heavy_atoms": (-0.5, 99.5, 50),
    "rings": (-0.5, 12.5, 13),
    "fraction_csp3": (0, 1, 20),
    "formal_charge": (-5.5, 5.5, 11),
}

_FINE = 2000
_WHOLE = frozenset({"hbd", "hba", "rotatable_bonds", "heavy_atoms", "rings", "formal_charge"})


@dataclasses.dataclass(frozen=True)
class PropertySummary:
    """Distribution of one property over the unique compounds.

    Attributes
    ----------
    mean, minimum, maximum
        Exact (float64 sums).
    low, median, high
        5th, 50th and 95th percentile, to within 1/2000 of the range from minimum to maximum.
    edges, counts
        Histogram on the fixed `EDGES`: n + 1 edges, n counts; values outside fall into the end bins.
    """

    mean: float
    minimum: float
    maximum: float
    low: float
    median: float
    high: float
    edges: np.ndarray
    counts: np.ndarray


@dataclasses.dataclass(frozen=True)
class LibraryProfile:
    """The profile of a prepared library.

    Attributes
    ----------
    records, compounds
        Raw records read and unique parents.
    counts
        Records per ledger state.
    reasons
        ``"state: stage: reason"`` to records, the commonest first.
    sources
        File label to records, as pairs.
    flags
        Flag to compounds that carry it, the commonest first.
    properties
        Property name to its distribution; empty if there is no compound.
    warnings
        What a person should be told loudly.
    understood
        File label and how that file was understood, as pairs: the columns and data items that were chosen.
    """

    records: int
    compounds: int
    counts: dict[str, int]
    reasons: dict[str, int]
    sources: list[tuple[str, int]]
    flags: dict[str, int]
    properties: dict[str, PropertySummary]
    warnings: list[str]
    understood: list[tuple[str, str]] = dataclasses.field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON-able values."""

        def plain(summary: PropertySummary) -> dict[str, Any]:
            raw = dataclasses.asdict(summary)
            return {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in raw.items()}

        raw = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        raw["properties"] = {name: plain(summary) for name, summary in self.properties.items()}
        raw["sources"] = [{"source": source, "records": count} for source, count in self.sources]
        return raw


def profile_library(library: PreparedLibrary) -> LibraryProfile:
    """Profile a prepared library in two passes over its parts; memory does not grow with it."""
    flags: dict[str, int] = {}
    total = np.zeros(len(PROPERTIES))
    low = np.full(len(PROPERTIES), np.inf)
    high = np.full(len(PROPERTIES), -np.inf)
    for table in library.iterate([*PROPERTIES, "flags"]):
        if table.num_rows:
            values = _values(table)
            total += values.sum(axis=0)
            low, high = np.minimum(low, values.min(axis=0)), np.maximum(high, values.max(axis=0))
            for entry in table["flags"].combine_chunks().flatten().value_counts().to_pylist():
                flags[entry["values"]] = flags.get(entry["values"], 0) + entry["counts"]
    properties = _distributions(library, total, low, high) if library.compounds else {}
    return LibraryProfile(
        records=library.records,
        compounds=library.compounds,
        counts=library.counts,
        reasons=library.reasons,
        sources=[(entry["source"], entry["records"]) for entry in library.facts.get("sources", [])],
        flags=dict(sorted(flags.items(), key=lambda item: (-item[1], item[0]))),
        properties=properties,
        warnings=library.warnings,
        understood=[(entry["source"], entry["how"]) for entry in library.facts.get("understood", [])],
    )


def _values(table: Any) -> np.ndarray:
    return np.stack([table[name].to_numpy() for name in PROPERTIES], axis=1).astype(np.float64)


def _distributions(
    library: PreparedLibrary, total: np.ndarray, low: np.ndarray, high: np.ndarray
) -> dict[str, PropertySummary]:
    fine = [np.linspace(a, b if b > a else a + 1, _FINE + 1) for a, b in zip(low, high)]
    fine_counts = np.zeros((len(PROPERTIES), _FINE), np.int64)
    edges = {name: np.linspace(start, stop, bins + 1) for name, (start, stop, bins) in EDGES.items()}
    counts = {name: np.zeros(len(edges[name]) - 1, np.int64) for name in PROPERTIES}
    for table in library.iterate(list(PROPERTIES)):
        if not table.num_rows:
            continue
        values = _values(table)
        for index, name in enumerate(PROPERTIES):
            column = values[:, index]
            fine_counts[index] += np.histogram(column, fine[index])[0]
            counts[name] += np.histogram(np.clip(column, edges[name][0], edges[name][-1]), edges[name])[0]
    summaries = {}
    for index, name in enumerate(PROPERTIES):
        below = np.cumsum(fine_counts[index])
        at = [float(fine[index][np.searchsorted(below, share * below[-1])]) for share in (0.05, 0.5, 0.95)]
        if name in _WHOLE:
            at = [float(round(value)) for value in at]
        summaries[name] = PropertySummary(
            mean=float(total[index] / library.compounds), minimum=float(low[index]), maximum=float(high[index]),
            low=at[0], median=at[1], high=at[2], edges=edges[name], counts=counts[name],
        )  # fmt: skip
    return summaries
