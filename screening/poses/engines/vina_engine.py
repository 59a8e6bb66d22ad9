"""AutoDock Vina 1.2 (Apache-2.0) through its Python package; Eberhardt et al., J. Chem. Inf. Model. 61, 3891 (2021)."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from screening.errors import MissingExtraError
from screening.poses.engines.engine import Placement, require_seed
from screening.poses.engines.pdbqt_poses import coordinates_of
from screening.poses.pose import Score
from screening.poses.receptor.receptor import Receptor

#: Effort of the search, the default of Vina and that of a quick search.
EXHAUSTIVENESS, QUICK_EXHAUSTIVENESS = 8, 2


class VinaEngine:
    """The field's reference; no wheel for Python 3.13."""

    name = "vina"
    takes_starts = False

    def available(self) -> bool:
        """Tell whether the package is installed."""
        return importlib.util.find_spec("vina") is not None

    def version(self) -> str:
        """Return the version of the package."""
        try:
            return importlib.metadata.version("vina")
        except importlib.metadata.PackageNotFoundError as error:
            raise MissingExtraError("the docking engine vina is not installed here") from error

    def dock(
        self,
        receptor: Receptor,
        ligands: list[str],
        *,
        seed: int,
        poses: int,
        starts: list[list[str]] | None = None,
        quick: bool = False,
        networks: bool = True,
    ) -> list[list[Placement]]:
        """Dock each ligand; the maps of a receptor are made once in a process."""
        program = _with_maps(receptor.pdbqt(), receptor.box.centre_A, receptor.box.size_A, require_seed(seed))
        found = []
        for ligand in ligands:
            program.set_ligand_from_string(ligand)
            program.dock(exhaustiveness=QUICK_EXHAUSTIVENESS if quick else EXHAUSTIVENESS, n_poses=max(poses, 2))
            places = coordinates_of(program.poses(n_poses=poses))
            energies = np.asarray(program.energies(n_poses=poses)).reshape(len(places), -1)[:, 0]
            found.append(
                [
                    Placement(place, (Score("Vina score", float(energy), "kcal/mol", False),))
                    for place, energy in zip(places, energies)
                ]
            )
        return found


# Longer ligands are searched in a larger box, in few steps: maps of some boxes are kept.
@lru_cache(maxsize=4)
def _with_maps(receptor: str, centre: tuple[float, ...], size: tuple[float, ...], seed: int) -> Any:
    from vina import Vina

    program = Vina(sf_name="vina", cpu=1, seed=seed, verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "receptor.pdbqt"
        path.write_text(receptor)
        program.set_receptor(str(path))
    program.compute_vina_maps(center=list(centre), box_size=list(size))
    return program


ENGINE = VinaEngine()
