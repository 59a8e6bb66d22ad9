"""The trained pose ranker: a scikit-learn classifier and the card that says what it was trained on."""

from __future__ import annotations

import dataclasses
import json
import os
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from screening.engine import estimator_files
from screening.errors import ModelError
from screening.provenance import file_sha256

CARD, MODEL = "card.json", "poses.skops"


@dataclasses.dataclass(frozen=True)
class PoseRanker:
    """A fitted classifier, the features it takes, and its card."""

    model: Any
    features: tuple[str, ...]
    card: dict[str, Any]

    def probability(self, table: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
        """Return the probability of each pose to lie within 2 Å; float64, shape (n,), NaN where a feature is missing.

        Parameters
        ----------
        table
            Features, shape (n, len(names)).
        names
            Their names.
        """
        columns = [names.index(name) for name in self.features]
        chosen = table[:, columns]
        whole = np.isfinite(chosen).all(axis=1)
        found = np.full(len(table), np.nan)
        if whole.any():
            found[whole] = self.model.predict_proba(chosen[whole])[:, 1]
        return found


def default_folder() -> Path:
    """Return where the shipped ranker lies: in the installed package, or in ``data`` of a checkout."""
    root = Path(__file__).resolve().parents[3]
    places = [root / "workbench" / "_data" / "models" / "poses", root / "data" / "models" / "poses"]
    return next((place for place in places if (place / CARD).is_file()), places[-1])


@lru_cache(maxsize=2)
def load_pose_ranker(folder: str | os.PathLike[str] | None = None) -> PoseRanker:
    """Load a ranker, the shipped one by default; its file is verified against the card.

    Raises
    ------
    ModelError
        If a file is missing, was changed, or holds types that are not trusted.
    """
    place = Path(folder) if folder is not None else default_folder()
    shown = "the pose ranker" if folder is None else place
    try:
        card = json.loads((place / CARD).read_text("utf-8"))
        names = tuple(str(name) for name in card["features"])
    except FileNotFoundError:
        lacking = "is missing: the installation is not whole" if folder is None else "holds no pose ranker"
        raise ModelError(lacking, source=shown, expected=f"a folder with {CARD}") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"the card cannot be read ({error})", source=shown, where=CARD) from None
    path = place / MODEL
    if file_sha256(path) != card.get("sha256"):
        raise ModelError("was changed: its SHA-256 is not that of the card", source=shown, where=MODEL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return PoseRanker(estimator_files.load(path), names, card)
    except ModelError:
        raise
    except Exception as error:
        reason = str(error).strip().split("\n")[0]
        raise ModelError(f"cannot be loaded ({type(error).__name__}: {reason})", source=shown, where=MODEL) from error
