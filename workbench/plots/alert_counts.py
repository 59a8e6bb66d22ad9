"""Which flags the compounds of a library carry, and how many."""

from __future__ import annotations

from screening.compounds.library.profile import LibraryProfile
from screening.errors import UsageError
from workbench.page.theme import KNOWN
from workbench.plots.figure import Chart, new_figure


def alert_counts(profile: LibraryProfile, *, top: int = 15) -> Chart:
    """Draw the commonest flags of a library as bars.

    Parameters
    ----------
    profile
        As ``screening.compounds.library.profile.profile_library`` returns it.
    top
        How many flags to draw.

    Raises
    ------
    UsageError
        If no compound carries a flag.
    """
    found = list(profile.flags.items())[:top]
    if not found:
        raise UsageError(
            "no compound of the library carries a flag", expected="a library prepared with rules or alerts"
        )
    figure, [axes] = new_figure(6.4, 0.26 * len(found) + 0.9)
    names, counts = [name for name, _ in found][::-1], [count for _, count in found][::-1]
    bars = axes.barh(names, counts, color=KNOWN, height=0.7)
    shares = [f"{count:,} ({count / max(profile.compounds, 1) * 100:.1f} %)" for count in counts]
    axes.bar_label(bars, shares, padding=4, fontsize=8)
    axes.margins(x=0.2)
    axes.set_xlabel(f"compounds of {profile.compounds:,}")
    return figure
