"""The public surface of ``import workbench as wb`` is a short list and every name on it works."""

from __future__ import annotations

import workbench


def test_every_public_name_can_be_used() -> None:
    for name in workbench.__all__:
        assert getattr(workbench, name) is not None, name
        assert name in dir(workbench)


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(workbench, "no_such_thing")
