"""Plots of model cards, counted from the charts themselves."""

from __future__ import annotations

import numpy as np
import pytest

from screening.errors import UsageError
from screening.models.learning_curve import CurvePoint
from workbench.plots.error_by_similarity import error_by_similarity
from workbench.plots.learning_curve import learning_curve
from workbench.plots.reliability import reliability


def test_errors_by_similarity_draw_the_root_mean_square_of_each_bin() -> None:
    near = np.repeat([0.35, 0.75], 20)
    error = np.where(near < 0.5, 1.0, -0.3)
    figure = error_by_similarity(error, near, half_width=np.full(40, 1.5))
    dots, bins, half = figure.axes[0].get_lines()
    assert len(dots.get_xdata()) == 40
    np.testing.assert_allclose(bins.get_xdata(), [0.35, 0.75])
    np.testing.assert_allclose(bins.get_ydata(), [1.0, 0.3])
    np.testing.assert_allclose(half.get_ydata(), 1.5)


def test_compounds_of_unknown_similarity_are_not_drawn() -> None:
    near = np.r_[np.full(12, 0.6), np.full(5, np.nan)]
    assert len(error_by_similarity(np.ones(17), near).axes[0].get_lines()[0].get_xdata()) == 12
    with pytest.raises(UsageError, match="9 predictions"):
        error_by_similarity(np.ones(9), np.full(9, 0.6))


def test_reliability_draws_shares_over_probabilities() -> None:
    bins = [
        {"from": 0.0, "compounds": 80, "mean": 0.04, "active": 0.05},
        {"from": 0.9, "compounds": 4, "mean": 0.93, "active": 1.0},
    ]
    share, count = reliability(bins, title="made").axes
    np.testing.assert_allclose(share.get_lines()[1].get_ydata(), [0.05, 1.0])
    assert [bar.get_height() for bar in count.patches] == [80, 4]
    sizes = share.collections[0].get_sizes()
    assert sizes[0] > sizes[1]
    with pytest.raises(UsageError, match="no bins"):
        reliability([])


def test_learning_curve_names_its_points() -> None:
    figure = learning_curve([CurvePoint(100, 0.9, 0.5), CurvePoint(200, 0.75, 0.6)], kind="pKi")
    axes = figure.axes[0]
    assert [text.get_text() for text in axes.texts] == ["0.90", "0.75"]
    assert axes.get_ylabel() == "RMSE of pKi"
    assert axes.get_ylim()[0] == 0
    with pytest.raises(UsageError, match="1 points make no curve"):
        learning_curve([CurvePoint(100, 0.9, 0.5)])
