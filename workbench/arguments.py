"""Wrong arguments of the notebook functions, in one sentence."""

from __future__ import annotations

import functools
import importlib
import inspect
import numbers
from collections.abc import Callable
from typing import Any

from screening.errors import UsageError

#: Name of a parameter to the class it takes (module, name) and how one is made.
_CLASSES = {
    "target": ("screening.targets.target", "Target", "a target: wb.open_target(FILE)"),
    "site": ("screening.targets.binding_site", "BindingSite", "a binding site: wb.site_around_ligand(target)"),
}


def require_count(function: str, count: object) -> None:
    """Refuse a number of rows that is no number or below 1.

    Raises
    ------
    UsageError
        If it is.
    """
    if not isinstance(count, numbers.Integral) or isinstance(count, bool) or int(count) < 1:
        raise UsageError(f"{function}: {count!r:.60} compounds cannot be shown", expected="a whole number of 1 or more")


def checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that refuses missing or unknown arguments, and a `target` or `site` of another type.

    Types are looked at only where the annotation names that class and nothing else (or None beside it).
    """
    parameters = inspect.signature(function).parameters
    looked_at = {
        name: (*_CLASSES[name], parameter.default is None)
        for name, parameter in parameters.items()
        if name in _CLASSES and str(parameter.annotation).replace(" | None", "") == _CLASSES[name][1]
    }

    @functools.wraps(function)
    def call(*arguments: Any, **options: Any) -> Any:
        try:
            given = inspect.signature(function).bind(*arguments, **options).arguments
        except TypeError as error:
            expected = f"help({function.__name__}) tells"
            if "site" in parameters and "'site'" in str(error):
                from screening.runs.site import FORMS

                expected = f"site=, such as {FORMS}"
            raise UsageError(f"{function.__name__}: {error}", expected=expected) from None
        for name, (module, kind, made, optional) in looked_at.items():
            value = given.get(name)
            if name not in given or (value is None and optional):
                continue
            if not isinstance(value, getattr(importlib.import_module(module), kind)):
                raise UsageError(f"{function.__name__}: {name} is {value!r:.60}", expected=made)
        return function(*arguments, **options)

    return call
