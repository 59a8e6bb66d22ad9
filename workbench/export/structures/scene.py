"""The receptor and the poses that a 3D export shows, and names that are safe in a script."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence

from screening.poses.pose import Pose


@dataclasses.dataclass(frozen=True)
class Scene:
    """A receptor with poses.

    Attributes
    ----------
    receptor
        PDB text of what was docked into.
    name
        What to call it, such as the id of the entry.
    poses
        Record number of a compound to its poses, the best first.
    site
        Residues of the site: chain and author number with insertion code.
    """

    receptor: str
    name: str
    poses: Mapping[int, Sequence[Pose]]
    site: tuple[tuple[str, str], ...] = ()


def object_name(rank: int, name: str) -> str:
    """Return a name for a script: rank first, then letters, digits and ``_`` only.

    Viewers merge objects of one name without a word, so the rank makes it unique; a script is code, so nothing else
    of the raw name goes into it.
    """
    plain = re.sub(r"[^A-Za-z0-9]+", "_", name)[:24].strip("_")
    return f"h{rank:05d}_{plain}" if plain else f"h{rank:05d}"
