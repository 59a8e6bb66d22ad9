"""What each chart draws is counted from the chart itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.profile import profile_library
from screening.compounds.search.scaffolds_and_overlap import overlap, top_scaffolds
from screening.errors import UsageError
from workbench.plots import (
    alert_counts,
    calibration,
    chemical_space,
    enrichment_curve,
    library_overlap,
    property_windows,
    scaffold_gallery,
    selectivity_map,
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("library")
    smiles = ["CCO", "CCN", "CCC", "c1ccccc1", "c1ccccc1O", "CC(=O)O", "Cn1c(=O)c2c(ncn2C)n(C)c1=O", "C" * 40]
    source = folder / "few.smi"
    source.write_text("".join(f"{text} compound{i}\n" for i, text in enumerate(smiles)))
    return prepare_library([source], folder / "out")


def test_enrichment_curve_ends_at_all_actives() -> None:
    figure = enrichment_curve({"new": [1, 2, 50], "seen": [5]}, 100)
    whole, early = figure.axes
    assert [line.get_ydata()[-1] for line in whole.get_lines()[:2]] == [100, 100]
    assert early.get_xlim()[1] == 5
    assert "3 actives" in whole.get_legend().get_texts()[0].get_text()
    with pytest.raises(UsageError):
        enrichment_curve([101], 100)


def test_calibration_counts_what_is_inside() -> None:
    generator = np.random.default_rng(1)
    measured = generator.normal(6, 1, 400)
    predicted = measured + generator.normal(0, 0.5, 400)
    figure = calibration(measured, predicted, predicted - 0.8224, predicted + 0.8224, kind="pKi")
    scatter, promise = figure.axes
    labels = [text.get_text() for text in scatter.get_legend().get_texts()]
    inside = int((abs(measured - predicted) <= 0.8224).sum())
    assert labels == [f"inside the interval ({inside})", f"outside ({400 - inside})"]
    assert promise.get_lines()[0].get_ydata()[50] == pytest.approx(inside / 4, abs=0.3)
    with pytest.raises(UsageError, match="four columns of equal length"):
        calibration(measured, predicted, predicted, predicted[:3])


def test_property_windows_count_the_share_inside(library) -> None:
    figure = property_windows(profile_library(library))
    titles = {axes.get_xlabel(): axes.get_title() for axes in figure.axes if axes.get_visible()}
    assert titles["molecular weight (g/mol)"] == "88 % inside"
    assert titles["H-bond donors"] == "100 % inside"
    with pytest.raises(UsageError, match="none of these properties"):
        property_windows(profile_library(library), {"colour": (0, 1)})


def test_chemical_space_shows_every_hit(library) -> None:
    figure = chemical_space(library, [0, 6], names={6: "caffeine"})
    [axes] = figure.axes
    cloud, hits = axes.get_lines()
    assert len(hits.get_xdata()) == 2
    assert len(cloud.get_xdata()) == 6
    assert [text.get_text() for text in axes.texts] == ["caffeine"]


def test_selectivity_map_writes_its_numbers(tmp_path: Path) -> None:
    figure = selectivity_map(np.array([[7.5, 5.0], [np.nan, 6.0]]), ["a", "b"], ["PKA", "EGFR"])
    assert sorted(text.get_text() for text in figure.axes[0].texts) == ["5.0", "6.0", "7.5"]
    with pytest.raises(UsageError, match="do not fit"):
        selectivity_map(np.zeros((2, 2)), ["a"], ["PKA", "EGFR"])


def test_scaffolds_are_drawn_the_commonest_first(library) -> None:
    figure = scaffold_gallery(top_scaffolds(library))
    shown = [axes for axes in figure.axes if axes.get_title()]
    assert [axes.get_title() for axes in shown] == ["5 (62.5 %)", "2 (25.0 %)", "1 (12.5 %)"]
    assert [len(axes.get_images()) for axes in shown] == [0, 1, 1], "compounds without rings have no scaffold"
    with pytest.raises(UsageError):
        scaffold_gallery(top_scaffolds(library).slice(0, 0))


def test_flags_are_counted_as_in_the_profile(library) -> None:
    profile = profile_library(library)
    [axes] = alert_counts(profile).axes
    assert [bar.get_width() for bar in axes.patches][::-1] == list(profile.flags.values())
    assert [label.get_text() for label in axes.get_yticklabels()][::-1] == list(profile.flags)


def test_a_library_overlaps_with_itself(library) -> None:
    [axes] = library_overlap(overlap(library, library), other="itself").axes
    assert axes.get_title() == "8 of 8 are in itself, 8 with or without stereo"
    assert axes.patches[-1].get_height() == 8
