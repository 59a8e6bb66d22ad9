"""What people touch: the notebook session, the command line, views, tables, exports and reports.

In a notebook::

    import workbench as wb

    target = wb.open_target("data/targets/1fmo.cif")
    site = wb.site_around_ligand(target, "ADN")
    wb.view_site(target, site)
    run = wb.screen(library="compounds.smi", model="data/models/kinome", target=target, out="run")
    run.hits(10)
    run.export("hits.sdf")

Folders: ``cli`` (one command a file), ``viewer`` (3D views), ``tables``, ``plots``, ``page`` (what they share),
``export`` (files for other programs), ``report`` (the dossier), ``review`` (decisions in a browser) and ``triage``.
Files: ``session``, ``docking``, ``matrix_screen``, ``design_molecules``, ``answers``, ``series`` (one-line questions)
and ``run`` (with ``scored_run``) are what a notebook calls, with ``arguments`` and ``notebook_errors`` for wrong calls;
``ligands`` and ``poses`` are what it gets of docking; ``known_actives``, ``settings`` (plan files), ``shipped_data``,
``workers``, ``progress`` and ``console`` serve notebook and command line alike.

Every name listed in ``__all__`` is imported when it is first used, so that the command line starts quickly.
"""

from __future__ import annotations

import importlib
import inspect
from typing import Any

from screening.version import __version__
from workbench.notebook_errors import show_sentences

_HOMES = {
    "open_target": "workbench.session",
    "open_library": "workbench.session",
    "open_run": "workbench.session",
    "featurise_library": "workbench.session",
    "load_model": "workbench.session",
    "train": "workbench.session",
    "fill_table": "workbench.session",
    "rank_by_actives": "workbench.session",
    "screen": "workbench.session",
    "matrix": "workbench.matrix_screen",
    "open_matrix_run": "workbench.matrix_screen",
    "design": "workbench.design_molecules",
    "pose": "workbench.docking",
    "dock": "workbench.docking",
    "shipped": "workbench.shipped_data",
    "off_targets": "workbench.answers",
    "pick": "workbench.answers",
    "pockets": "workbench.answers",
    "profile": "workbench.answers",
    "quality": "workbench.answers",
    "scaffolds": "workbench.answers",
    "similar": "workbench.answers",
    "cliffs": "workbench.series",
    "compare_compounds": "workbench.series",
    "matched_pairs": "workbench.series",
    "r_groups": "workbench.series",
    "find_pockets": "screening.targets.pockets.find",
    "site_around_ligand": "screening.targets.sites.site_around",
    "site_from_residues": "screening.targets.sites.site_around",
    "site_from_point": "screening.targets.sites.site_around",
    "place_variants": "screening.targets.variants.placed_variants",
    "mutant": "screening.poses.mutant",
    "Compared": "workbench.viewer",
    "Pose": "workbench.viewer",
    "view_compare": "workbench.viewer",
    "view_hits": "workbench.viewer",
    "view_pockets": "workbench.viewer",
    "view_pose": "workbench.viewer",
    "view_poses": "workbench.viewer",
    "view_site": "workbench.viewer",
    "view_target": "workbench.viewer",
    "view_variants": "workbench.viewer",
}

__all__ = ["__version__", *sorted(_HOMES)]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'workbench' has no attribute {name!r}")
    found = getattr(importlib.import_module(_HOMES[name]), name)
    if inspect.isfunction(found):
        from workbench.arguments import checked

        found = checked(found)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return list(__all__)


show_sentences()
