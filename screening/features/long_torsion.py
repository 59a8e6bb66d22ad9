"""Long torsions: six bonded atoms in a row, with chirality; the counts of four say too little of what is next to what.

Nilakantan et al., J. Chem. Inf. Comput. Sci. 1987, 27, 82, with six atoms in the place of four.
"""

from __future__ import annotations

import functools

from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator

#: Six atoms need more bits than a feature number has, so they are hashed to as many as keep collisions rare.
WIDTH = 1 << 22


@functools.cache
def _generator() -> rdFingerprintGenerator.FingerprintGenerator64:
    return rdFingerprintGenerator.GetTopologicalTorsionGenerator(
        includeChirality=True, torsionAtomCount=6, fpSize=WIDTH, countSimulation=False
    )


def counts(mol: Chem.Mol) -> dict[int, int]:
    """Return feature to number of occurrences."""
    found: dict[int, int] = _generator().GetCountFingerprint(mol).GetNonzeroElements()
    return found
