"""All fingerprints by name: a function of a molecule that returns feature to count."""

from __future__ import annotations

import functools
from collections.abc import Callable

from rdkit import Chem

from screening.features import (
    atom_pair,
    atom_type_pair,
    avalon,
    feature_morgan,
    long_torsion,
    maccs,
    morgan,
    rdkit_path,
    topological_torsion,
)

Counts = dict[int, int]

FINGERPRINTS: dict[str, Callable[[Chem.Mol], Counts]] = {
    "Morgan": morgan.counts,
    "feature Morgan": feature_morgan.counts,
    "atom pair": atom_pair.counts,
    "topological torsion": topological_torsion.counts,
    "long torsion": long_torsion.counts,
    "RDKit path": rdkit_path.counts,
    "Avalon": avalon.counts,
    "MACCS": maccs.counts,
    **{name: functools.partial(atom_type_pair.counts, name) for name in atom_type_pair.TYPES},
}
