"""The models of all targets of a panel, with their card; on disk ``card.json`` and ``panel.npz``.

The card holds the SHA-256 of the arrays, the interval and domain of each target, and how its model did on compounds
kept apart. Loading runs no code from the files.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import os
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtr

from screening.engine import files
from screening.errors import ModelError
from screening.features.molecule_features import molecule_features
from screening.models.affinity import CompoundBlock
from screening.models.evaluation.conformal import Interval
from screening.models.panel import additive_process
from screening.models.panel.additive_process import FINGERPRINTS, AdditiveProcess
from screening.models.panel.train_target import Domain, TrainedTarget

FORMAT = "panel-1"
CARD, ARRAYS = "card.json", "panel.npz"
#: Value from which on a compound counts as active at a target of the panel: 1 µM.
ACTIVE_ABOVE = 6.0
#: A target is called likely from this chance on. Of the shipped NCI compounds, few of which bind any of the targets,
#: .5 % of the pairs of compound and target are called so; at an even chance it would be 5 %, because few training
#: compounds are inactive.
LIKELY = 0.9
_ROWS = 2000
#: Half of a 90 % interval of a normal distribution, in standard deviations.
_NORMAL = 1.6449


@dataclasses.dataclass(frozen=True)
class PanelTarget:
    """The model of one target.

    Attributes
    ----------
    name, chembl, kind
        Name and ChEMBL number of the target, and what is predicted (pKi or pEC50).
    process, interval, domain
        The fitted model, its 90 % interval and where it holds.
    test
        How it did on compounds kept apart, beside the baselines.
    """

    name: str
    chembl: str
    kind: str
    process: AdditiveProcess
    interval: Interval
    domain: Domain
    test: dict[str, Any]


@dataclasses.dataclass(frozen=True)
class PanelPredictions:
    """Of n compounds at k targets.

    Attributes
    ----------
    affinity, lower, upper
        float64, shape (n, k): -log10 molar, with the 90 % interval.
    chance
        float64, shape (n, k): that it is `ACTIVE_ABOVE` or more.
    in_domain
        bool, shape (n, k).
    """

    affinity: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    chance: np.ndarray
    in_domain: np.ndarray

    def likely(self) -> np.ndarray:
        """Return bool, shape (n, k): in the domain, and active with a chance of `LIKELY` or more."""
        return np.asarray(self.in_domain & (self.chance >= LIKELY))


@dataclasses.dataclass(frozen=True, repr=False)
class Panel:
    """All targets, and the card."""

    targets: tuple[PanelTarget, ...]
    card: dict[str, Any]

    def predict(self, block: CompoundBlock) -> PanelPredictions:
        """Predict n compounds at every target; those of a compound never depend on the others."""
        pieces = [self._predict(block.take(rows)) for rows in _pieces(len(block))]
        return PanelPredictions(*(np.concatenate(column) for column in zip(*pieces)))

    def _predict(self, block: CompoundBlock) -> tuple[np.ndarray, ...]:
        features = molecule_features(block.smiles, list(FINGERPRINTS), block.properties)
        columns: list[tuple[np.ndarray, ...]] = []
        for target in self.targets:
            value, terms = target.process.predict(features)
            half = target.interval.half_width(terms)
            chance = ndtr((value - ACTIVE_ABOVE) / (half / _NORMAL))
            inside = target.domain.holds(terms, target.process.spread, half)
            columns.append((value, value - half, value + half, chance, inside))
        return tuple(np.column_stack(one) for one in zip(*columns))

    def __repr__(self) -> str:
        return f"<Panel: {len(self.targets)} targets>"


def _pieces(n: int) -> list[np.ndarray]:
    return [np.arange(start, min(start + _ROWS, n)) for start in range(0, max(n, 1), _ROWS)]


def save_panel(trained: dict[str, tuple[str, str, str, TrainedTarget]], about: dict[str, Any], folder: Path) -> None:
    """Write a panel.

    Parameters
    ----------
    trained
        Key of a target to its name, ChEMBL number, kind and model.
    about
        What the card says beside the targets.
    folder
        Where to.
    """
    arrays = {
        f"{key}/{name}": array
        for key, (*_, model) in trained.items()
        for name, array in additive_process.stored(model.process).items()
    }
    sink = io.BytesIO()
    np.savez_compressed(sink, **arrays)  # type: ignore[arg-type]
    content = sink.getvalue()
    card = {
        "format": FORMAT,
        **about,
        "sha256": {ARRAYS: hashlib.sha256(content).hexdigest()},
        "targets": {
            key: {
                "name": name,
                "chembl": chembl,
                "kind": kind,
                "interval": dataclasses.asdict(model.interval),
                "domain": dataclasses.asdict(model.domain),
                "test": model.test,
            }
            for key, (name, chembl, kind, model) in trained.items()
        },
    }
    folder.mkdir(parents=True, exist_ok=True)
    files.write_bytes(folder / ARRAYS, content)
    files.write_text(folder / CARD, json.dumps(card, indent=1) + "\n")


def default_folder() -> Path:
    """Return where the shipped panel lies: in the installed package, or in ``data`` of a checkout."""
    root = Path(__file__).resolve().parents[3]
    places = [root / "workbench" / "_data" / "models" / "panel", root / "data" / "models" / "panel"]
    return next((place for place in places if (place / CARD).is_file()), places[-1])


def load_panel(folder: str | os.PathLike[str] | None = None) -> Panel:
    """Load a panel, the shipped one by default.

    Raises
    ------
    ModelError
        If it is not there, incomplete or changed.
    """
    place = Path(folder) if folder is not None else default_folder()
    stamp = tuple((place / name).stat().st_mtime_ns for name in (CARD, ARRAYS) if (place / name).is_file())
    return _loaded(str(place), stamp)


@lru_cache(maxsize=2)
def _loaded(folder: str, _: tuple[int, ...]) -> Panel:
    place = Path(folder)
    try:
        card = json.loads((place / CARD).read_text("utf-8"))
        content = (place / ARRAYS).read_bytes()
    except FileNotFoundError as error:
        raise ModelError("holds no panel", source=place, expected=f"a folder with {CARD} and {ARRAYS}") from error
    except (OSError, ValueError) as error:
        raise ModelError(f"the card cannot be read ({error})", source=place / CARD) from error
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise ModelError("is no card of a panel", source=place / CARD, expected=f"the format {FORMAT}")
    if card.get("sha256", {}).get(ARRAYS) != hashlib.sha256(content).hexdigest():
        raise ModelError("was changed: its SHA-256 is not that of the card", source=place / ARRAYS)
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            stored = {name: arrays[name] for name in arrays.files}
        targets = tuple(_target(key, one, stored) for key, one in card["targets"].items())
    except (KeyError, TypeError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError("is damaged", source=place / ARRAYS, expected="the arrays that the card names") from error
    return Panel(targets, card)


def _target(key: str, one: dict[str, Any], stored: dict[str, np.ndarray]) -> PanelTarget:
    own = {name.removeprefix(f"{key}/"): array for name, array in stored.items() if name.startswith(f"{key}/")}
    return PanelTarget(
        name=one["name"],
        chembl=one["chembl"],
        kind=one["kind"],
        process=additive_process.restored(own),
        interval=Interval.from_state(one["interval"]),
        domain=Domain(**one["domain"]),
        test=one["test"],
    )
