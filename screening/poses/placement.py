"""Place a ligand in a receptor: states, conformers, an engine, the ranker."""

from __future__ import annotations

from screening.poses.pose import Pose
from screening.poses.receptor.receptor import Receptor

#: Poses kept of each ligand.
DEFAULT_POSES = 9
#: The seed where none is given; 0 means a random one to Vina, and is refused.
DEFAULT_SEED = 1


def place(
    receptor: Receptor,
    smiles: str,
    *,
    name: str = "",
    engine: str | None = None,
    seed: int = DEFAULT_SEED,
    poses: int = DEFAULT_POSES,
    time_limit: float | None = None,
    pH: float = 7.4,
    template: Pose | None = None,
) -> list[Pose]:
    """Dock a ligand given as SMILES into the box of a receptor; the pose most likely to be right first."""
    raise NotImplementedError
