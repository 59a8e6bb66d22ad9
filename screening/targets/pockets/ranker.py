"""The trained ranker: a model of surface points, one of candidate pockets, and the card that says how they were made.

On disk it is a folder with ``card.json``, ``points.skops``, ``pockets.skops`` and ``druggability`` numbers in the card;
the card holds the SHA-256 of the model files.
"""

from __future__ import annotations

import dataclasses
import json
import os
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

from screening.engine import estimator_files
from screening.errors import ModelError
from screening.provenance import file_sha256
from screening.targets.pockets.pocket_model import PocketModel
from screening.targets.pockets.point_model import PointModel

CARD = "card.json"
POINTS = "points.skops"
POCKETS = "pockets.skops"


@dataclasses.dataclass(frozen=True)
class PocketRanker:
    """The two models: one judges surface points, one judges candidate pockets.

    Attributes
    ----------
    points, pockets
        The models.
    card
        What they were trained on, how they were tested, and the druggability coefficients.
    """

    points: PointModel
    pockets: PocketModel
    card: dict[str, Any]


def default_folder() -> Path:
    """Return where the shipped ranker lies: in the installed package, or in ``data`` of a checkout."""
    root = Path(__file__).resolve().parents[3]
    places = [root / "workbench" / "_data" / "models" / "pockets", root / "data" / "models" / "pockets"]
    return next((place for place in places if (place / CARD).is_file()), places[-1])


def load_ranker(folder: str | os.PathLike[str] | None = None) -> PocketRanker:
    """Load a ranker, the shipped one by default; its files are verified against the card.

    Raises
    ------
    ModelError
        If a file is missing, was tampered with or holds types that are not trusted.
    """
    place = Path(folder) if folder is not None else default_folder()
    return _loaded(str(place), _stamp(place))


def _stamp(place: Path) -> tuple[int, ...]:
    return tuple((place / name).stat().st_mtime_ns for name in (CARD, POINTS, POCKETS) if (place / name).is_file())


@lru_cache(maxsize=4)
def _loaded(folder: str, _: tuple[int, ...]) -> PocketRanker:
    place = Path(folder)
    try:
        card = json.loads((place / CARD).read_text("utf-8"))
    except FileNotFoundError:
        raise ModelError("holds no pocket ranker", source=place, expected=f"a folder with {CARD}") from None
    except (OSError, ValueError) as error:
        raise ModelError(f"the card cannot be read ({error})", source=place / CARD) from None
    models: list[PointModel | PocketModel] = []
    for name, kind in ((POINTS, PointModel), (POCKETS, PocketModel)):
        path = place / name
        if not path.is_file():
            raise ModelError("is missing", source=path, expected="the file that the card names")
        if file_sha256(path) != card.get("sha256", {}).get(name):
            raise ModelError("was changed: its SHA-256 is not that of the card", source=path)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                models.append(kind(**estimator_files.load(path)))
        except ModelError:
            raise
        except Exception as error:
            reason = str(error).strip().split("\n")[0]
            raise ModelError(f"cannot be loaded ({type(error).__name__}: {reason})", source=path) from error
    points, pockets = models
    assert isinstance(points, PointModel)
    assert isinstance(pockets, PocketModel)
    return PocketRanker(points, pockets, card)
