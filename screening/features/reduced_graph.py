"""Reduced-graph counts (ErG): pairs of pharmacophore points and ring systems with the bonds between them, made fuzzy.

Stiefel, Watson, Baumann and Zaliani, J. Chem. Inf. Model. 2006, 46, 208. RDKit adds 0.3 to the distances beside
that of a pair; a count here is a third of one pair, the unit that both steps are multiples of, nearly.
"""

from __future__ import annotations

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdReducedGraphs

_PER_PAIR = 3.0


def counts(mol: Chem.Mol) -> dict[int, int]:
    """Return feature to number of thirds of an occurrence."""
    values = np.rint(np.asarray(rdReducedGraphs.GetErGFingerprint(mol)) * _PER_PAIR).astype(int)
    return {int(at): int(values[at]) for at in np.flatnonzero(values)}
