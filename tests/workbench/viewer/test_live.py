"""The link to the kernel, as far as it can be seen without a browser."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from screening.errors import UsageError
from workbench.viewer import view_target


def test_the_link_follows_what_is_shown(target) -> None:
    view = view_target(target)
    link = view.live()
    assert link is view.live()
    assert link.uid == ""
    first = view.html()
    assert f'data-wb-view="{link.uid}"' in first
    before = link.uid
    view.html()
    assert link.uid != before


def test_a_picture_that_arrives_is_written(target, tmp_path: Path) -> None:
    view = view_target(target)
    link = view.live()
    with pytest.raises(UsageError, match="not on a page yet"):
        link.png(tmp_path / "slide.png")
    view.html()
    with pytest.raises(UsageError, match=r"cannot be written as slide\.jpg"):
        link.png(tmp_path / "slide.jpg")
    link.png(tmp_path / "slide.png")
    uri = "data:image/png;base64," + base64.b64encode(b"\x89PNG...").decode()
    link._arrived(None, {"answer": "png", "number": 0, "uri": uri}, None)
    assert (tmp_path / "slide.png").read_bytes() == b"\x89PNG..."
    assert link.saved == [tmp_path / "slide.png"]


def test_clicks_are_handed_on(target) -> None:
    link = view_target(target).live()
    seen = []
    link.on_pick(seen.append)
    link.picked = {"chain": "E", "number": 121}
    assert seen == [{"chain": "E", "number": 121}]
