"""Property distributions of a library beside the windows that medicinal chemists keep to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from screening.compounds.library.profile import LibraryProfile
from screening.errors import UsageError
from workbench.page.theme import ALL, KNOWN
from workbench.plots.figure import Chart, new_figure

#: Upper ends: Lipinski's rule of five (Adv. Drug Deliv. Rev. 1997, 23, 3), Veber (J. Med. Chem. 2002, 45, 2615).
WINDOWS: dict[str, tuple[float, float]] = {
    "molecular_weight": (-np.inf, 500.0),
    "logp": (-np.inf, 5.0),
    "hbd": (-np.inf, 5.0),
    "hba": (-np.inf, 10.0),
    "tpsa": (-np.inf, 140.0),
    "rotatable_bonds": (-np.inf, 10.0),
}
TITLES = {
    "molecular_weight": "molecular weight (g/mol)", "logp": "logP (Crippen)", "hbd": "H-bond donors",
    "hba": "H-bond acceptors", "tpsa": "polar surface (Å²)", "rotatable_bonds": "rotatable bonds",
}  # fmt: skip


def property_windows(profile: LibraryProfile, windows: Mapping[str, tuple[float, float]] | None = None) -> Chart:
    """Draw the property distributions of a library with the usual windows shaded.

    Parameters
    ----------
    profile
        As ``screening.compounds.library.profile.profile_library`` returns it.
    windows
        Property to its lower and upper end; Lipinski's and Veber's by default.

    Raises
    ------
    UsageError
        If the profile has none of the properties.
    """
    wanted = {name: window for name, window in (windows or WINDOWS).items() if name in profile.properties}
    if not wanted:
        raise UsageError("the profile has none of these properties", expected=", ".join(profile.properties))
    columns = min(3, len(wanted))
    rows = -(-len(wanted) // columns)
    figure, axes = new_figure(9.0, 2.3 * rows + 0.3, columns=columns, rows=rows)
    for panel, (name, (low, high)) in zip(axes, wanted.items()):
        summary = profile.properties[name]
        edges, counts = np.asarray(summary.edges, dtype=float), np.asarray(summary.counts, dtype=float)
        middle = (edges[1:] + edges[:-1]) / 2
        inside = (middle >= low) & (middle <= high)
        colours = np.where(inside, KNOWN, ALL).tolist()
        panel.bar(edges[:-1], counts, width=np.diff(edges), align="edge", color=colours)
        for end in (low, high):
            if np.isfinite(end):
                panel.axvline(end, color="#1c2430", linewidth=0.9, linestyle=":")
        share = counts[inside].sum() / max(counts.sum(), 1) * 100
        panel.set_xlabel(TITLES.get(name, name))
        panel.set_title(f"{share:.0f} % inside")
        panel.set_yticks([])
        panel.spines["left"].set_visible(False)
    for panel in axes[len(wanted) :]:
        panel.set_visible(False)
    return figure
