"""Dock the best hits of a screen, or a whole library by structure alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from screening.engine.limits import Limits
from screening.engine.progress import OnProgress
from screening.runs.docking.docking import Docking
from screening.runs.run import ScreenRun

if TYPE_CHECKING:
    from distributed import Client


def dock_run(
    run: ScreenRun,
    top: int = 100,
    *,
    target: str | os.PathLike[str] | None = None,
    site: str | None = None,
    engine: str | None = None,
    seed: int = 1,
    poses: int = 3,
    time_limit: float = 120.0,
    client: Client | None = None,
    on_progress: OnProgress | None = None,
    limits: Limits | None = None,
) -> Docking:
    """Dock the best `top` hits of a finished screen into the site of its target; target and site as in the plan."""
    raise NotImplementedError


def dock_library(
    target: str | os.PathLike[str],
    site: str,
    library: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    engine: str | None = None,
    seed: int = 1,
    poses: int = 3,
    time_limit: float = 120.0,
    client: Client | None = None,
    on_progress: OnProgress | None = None,
    limits: Limits | None = None,
) -> Docking:
    """Dock every ready compound of a prepared library into a site, without a model."""
    raise NotImplementedError
