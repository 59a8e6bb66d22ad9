"""One finding of a quality report."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing that was looked at: ``"good"``, ``"fair"``, ``"poor"`` or ``"unknown"``, and a sentence."""

    what: str
    grade: str
    sentence: str
