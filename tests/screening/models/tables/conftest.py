"""Small compounds of five series, whose values follow series and substituent."""

from __future__ import annotations

CORES = ("c1ccccc1{}", "C1CCN(CC1){}", "c1ccc2[nH]ccc2c1{}", "c1ccncc1{}", "C1CCCCC1{}")
ENDS = ("C", "CC", "CCN", "CCO", "C(=O)N", "C(=O)O", "CC(C)C", "CCCl")
SMILES = [core.format(end) for core in CORES for end in ENDS]
