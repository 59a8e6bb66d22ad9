"""Compounds named on the command line of `workbench model`."""

from __future__ import annotations

from collections.abc import Sequence


def parents_of(smiles: Sequence[str]) -> list[str]:
    """Return the parent SMILES of each.

    Raises
    ------
    LibraryError
        If one cannot be used.
    """
    from screening.compounds.standardisation.standardise import Refusal, parent_of
    from screening.errors import LibraryError

    parents = []
    for text in smiles:
        parent = parent_of(text)
        if isinstance(parent, Refusal):
            raise LibraryError(parent.reason, source=text[:60], expected="a SMILES")
        parents.append(parent.smiles)
    return parents
