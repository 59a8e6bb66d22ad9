"""The public surface of ``import workbench as wb`` is a short list and every name on it works."""

from __future__ import annotations

import workbench


def test_every_public_name_can_be_used() -> None:
    for name in workbench.__all__:
        # Twice: a submodule of the same name would take its place once it is imported.
        assert getattr(workbench, name) is getattr(workbench, name), name
        assert callable(getattr(workbench, name)) or name == "__version__", name
        assert name in dir(workbench)


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(workbench, "no_such_thing")
