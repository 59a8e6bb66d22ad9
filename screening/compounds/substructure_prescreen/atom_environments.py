"""Keys that tell atoms apart by what is around them, for all atoms of a batch at once.

Two atoms have the same key if they, their bonds, their neighbours and so on up to a number of bonds are alike. Keys
are 64-bit hashes: that different surroundings of a million kinds share one has a chance below one in ten million.
"""

from __future__ import annotations

import numpy as np

from screening.compounds.substructure_prescreen.molecular_graphs import Graphs
from screening.compounds.substructure_prescreen.query_atoms import AtomClass


def atom_codes(graphs: Graphs) -> np.ndarray:
    """Return a number for what is known of each atom without its bonds; `atom_class` reads it."""
    code = graphs.number | graphs.aromatic.astype(np.int64) << 8 | graphs.hydrogens << 9 | graphs.degree << 14
    return code | (graphs.charge + 32) << 19 | graphs.in_ring.astype(np.int64) << 26


def atom_class(code: int) -> AtomClass:
    """Return what the number of `atom_codes` stands for."""
    return AtomClass(
        code & 255, bool(code >> 8 & 1), code >> 14 & 31, code >> 9 & 31, (code >> 19 & 127) - 32, bool(code >> 26 & 1)
    )


def with_neighbours(keys: np.ndarray, neighbours: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """Return keys that know one bond more.

    Parameters
    ----------
    keys
        Of all atoms, shape (atoms,).
    neighbours, kinds
        As `Graphs.around`, of all or some atoms; keys of the same number of atoms are returned, which do not hold
        the atom's own key if there are fewer.
    """
    padded = np.append(keys, np.uint64(0))
    around = mixed(padded[neighbours] + kinds.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    around[neighbours == len(keys)] = 0
    total = around.sum(axis=1, dtype=np.uint64)
    return mixed(total + keys * np.uint64(0xD6E8FEB86659FD93)) if len(total) == len(keys) else mixed(total)


def mixed(values: np.ndarray) -> np.ndarray:
    """Return 64-bit numbers scrambled (the finaliser of SplitMix64: Steele et al., OOPSLA 2014)."""
    values = values.astype(np.uint64)
    values ^= values >> np.uint64(30)
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> np.uint64(27)
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> np.uint64(31)
    return values
