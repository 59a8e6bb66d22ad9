"""From files of known actives and of background compounds to a model that ranks by similarity to the actives."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.shipped_data import shipped

if TYPE_CHECKING:
    from screening.engine.progress import OnProgress
    from screening.models.actives_model import ActivesModel

#: Compounds of the shipped library that are prepared for a background.
PREPARED = 2400


def rank_by_actives(
    actives: str | Path,
    *,
    background: str | Path | None = None,
    smiles: str | None = None,
    name: str | None = None,
    seed: int = 0,
    title: str = "",
    on_progress: OnProgress | None = None,
) -> ActivesModel:
    """Train a model that ranks compounds by similarity to known actives; see ``workbench train --help``.

    Parameters
    ----------
    actives
        Compound file, or a prepared library.
    background
        The same of compounds presumed inactive; a part of the shipped NCI compounds by default.
    smiles, name
        Columns of `actives`, if it is a table.
    seed, title, on_progress
        Seed of the draw of background compounds; title of the model; called with every step.

    Raises
    ------
    FileError, LibraryError, AffinityDataError
        If a file cannot be used, or holds too few compounds.
    """
    from screening.compounds.library.prepare import PrepareOptions, prepare_library
    from screening.compounds.library.prepared_library import PreparedLibrary, open_library
    from screening.models.train_actives import ActivesOptions, train_actives

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)

        def prepared(path: Path, kind: str, options: PrepareOptions) -> PreparedLibrary:
            if path.is_dir():
                return open_library(path)
            return prepare_library(path, folder / kind, options=options, on_progress=on_progress)

        known = prepared(Path(actives), "actives", PrepareOptions(smiles=smiles, name=name))
        others = prepared(
            Path(background) if background is not None else _some(shipped("libraries/nci.smi"), folder),
            "background",
            PrepareOptions(),
        )
        options = ActivesOptions(seed=seed, title=title)
        return train_actives(known, others, options=options, on_progress=on_progress)


def _some(path: Path, folder: Path) -> Path:
    """Write lines spread evenly over a shipped SMILES file to one of the same name: preparing all takes longer."""
    lines = path.read_text(encoding="utf-8").splitlines()
    chosen = [lines[at * len(lines) // PREPARED] for at in range(min(PREPARED, len(lines)))]
    part = folder / path.name
    part.write_text("\n".join(chosen) + "\n", encoding="utf-8")
    return part
