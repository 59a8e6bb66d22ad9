"""What a library shares with another one."""

from __future__ import annotations

import numpy as np

from screening.compounds.search.scaffolds_and_overlap import Overlap
from screening.errors import UsageError
from workbench.page.theme import KNOWN
from workbench.plots.figure import Chart, new_figure


def library_overlap(overlap: Overlap, *, other: str = "the other library") -> Chart:
    """Draw how near the compounds of a library are to those of another one.

    Parameters
    ----------
    overlap
        As ``screening.compounds.search.scaffolds_and_overlap.overlap`` returns it.
    other
        Name of the other library.

    Raises
    ------
    UsageError
        If no compound was compared.
    """
    if not len(overlap.nearest):
        raise UsageError("no compound was compared", expected="two libraries with compounds")
    figure, [axes] = new_figure()
    axes.hist(overlap.nearest, bins=np.linspace(0, 1, 26).tolist(), color=KNOWN)
    axes.set_xlim(0, 1)
    axes.set_xlabel(f"Tanimoto similarity to the nearest compound of {other}")
    axes.set_ylabel(f"compounds ({len(overlap.nearest):,} looked at)")
    axes.set_title(
        f"{overlap.identical:,} of {overlap.compounds:,} are in {other}, {overlap.family:,} with or without stereo"
    )
    return figure
