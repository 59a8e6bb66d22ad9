"""rustina (MIT): a search with the Vinardo function, rescored by GNINA's "fast" convolutional networks (Apache-2.0)."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Mapping
from typing import Any

from screening.errors import MissingExtraError
from screening.poses.engines.engine import Placement, require_seed
from screening.poses.engines.pdbqt_poses import coordinates_of
from screening.poses.pose import Score
from screening.poses.receptor.receptor import Receptor

#: More candidates than it takes by itself, nearer to each other, all of them shown to the network: a tenth more time.
_FULL: dict[str, Any] = {
    "pose_pool_size": 30, "cnn_pool_size": 20, "direct_refine_candidates": 20, "rmsd_threshold": 1.0,
}  # fmt: skip
#: The quick search: so many independent runs without the race of 16, a third of the time.
_QUICK: dict[str, Any] = {"search_mode": "qvina2", "runs": 1}


class RustinaEngine:
    """The default where its wheel runs (Linux on x86-64)."""

    name = "rustina"
    takes_starts = True

    def available(self) -> bool:
        """Tell whether the package is installed."""
        return importlib.util.find_spec("rustina") is not None

    def version(self) -> str:
        """Return the version of the package."""
        try:
            return importlib.metadata.version("rustina")
        except importlib.metadata.PackageNotFoundError as error:
            raise MissingExtraError("the docking engine rustina is not installed here") from error

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
        """Dock each ligand; the pose of the highest rank score first."""
        import rustina

        (x, y, z), (a, b, c) = receptor.box.centre_A, receptor.box.size_A
        text = receptor.pdbqt()
        found = []
        for ligand, laid in zip(ligands, starts or [[]] * len(ligands)):
            answers = rustina.dock(
                text, ligand, cx=x, cy=y, cz=z, sx=a, sy=b, sz=c, seed=require_seed(seed), threads=1, num_modes=poses,
                seed_poses=laid or None, skip_cnn=not networks, **(_QUICK if quick else _FULL),
            )  # fmt: skip
            found.append([_placement(answer) for answer in answers])
        return found


def _placement(answer: Mapping[str, Any]) -> Placement:
    scores: tuple[Score, ...] = (Score("Vinardo score", float(answer["empirical_score"]), "kcal/mol", False),)
    # Only the best of the search are shown to the network; the others come back with 0, which is no score.
    if answer["cnn_score"] or answer["cnn_affinity"]:
        network = (
            Score("CNN score", float(answer["cnn_score"]), "", True),
            Score("CNN affinity", float(answer["cnn_affinity"]), "pK", True),
        )
        scores = (*network, *scores)
    return Placement(coordinates_of(str(answer["pdbqt"]))[0], scores)


ENGINE = RustinaEngine()
