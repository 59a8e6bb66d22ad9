"""Docking from Python: a few ligands at once, or a whole library by structure alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rdkit import Chem

from screening.errors import ScreeningError, UsageError
from screening.poses.checks.check_pose import checked_pose
from screening.poses.engines.catalog import engine_named
from screening.poses.files.read_poses import read_poses
from screening.poses.placement import DEFAULT_SEED, place
from screening.poses.pose import Pose
from screening.poses.receptor.prepare import prepare_receptor
from screening.runs.site import place_site
from screening.targets.binding_site import BindingSite
from screening.targets.files.read import read_target
from screening.targets.ligands.bound_ligand import bound_ligand
from screening.targets.target import Target
from workbench.ligands import read_ligands
from workbench.poses import Poses
from workbench.progress import progress_bar
from workbench.workers import local_client

if TYPE_CHECKING:
    from screening.compounds.library.prepared_library import PreparedLibrary
    from screening.runs.docking.docking import Docking

PathLike = str | Path
#: Poses of each ligand where nobody says how many.
SHOWN_POSES = 3


def pose(
    target: Target | PathLike,
    ligands: PathLike | Sequence[PathLike],
    *,
    site: BindingSite | str,
    out: PathLike | None = None,
    poses: int = SHOWN_POSES,
    engine: str | None = None,
    seed: int = DEFAULT_SEED,
    waters: str = "none",
    template: PathLike | None = None,
    time_limit: float | None = 300.0,
    posebusters: bool = False,
) -> Poses:
    """Dock a few ligands into a site, with checks and contacts.

    Parameters
    ----------
    target
        The structure, or its file.
    ligands
        SMILES (a name may follow), files with compounds, or a list of either.
    site
        The binding site, or a text: ``"ligand ADN"``, ``"residues E:LYS72, E:ASP184"``, ``"pocket 1"`` ...
    out
        SDF file to write.
    poses
        Kept of each ligand.
    engine, seed
        Docking engine (the first that can be used here), and its seed.
    waters
        Waters of the structure that stay: ``"none"``, ``"bound"`` (three polar neighbours of the protein) or ``"all"``.
    template
        Where a similar ligand is known to lie: ``"bound"`` for the ligand the site was built around, or an SDF file
        with its pose in the frame of the target. Ligands with a common core are laid on it too, and poses that keep the
        core there come first; others are docked as without.
    time_limit
        Seconds a ligand may take.
    posebusters
        Run the PoseBusters tests on the best pose of each ligand (about a second each).

    Returns
    -------
    Poses
        Those of each ligand by rank; a ligand that could not be docked is in ``failures`` with the reason.

    Raises
    ------
    ScreeningError
        If the target, the site or a file cannot be used, or no engine is installed.
    """
    structure = target if isinstance(target, Target) else read_target(target)
    where = place_site(structure, site) if isinstance(site, str) else site
    if where.target_key != structure.key:
        raise UsageError("the site was placed on another target", source=structure.source)
    engine_named(engine)
    wanted = read_ligands(ligands)
    known = None if template is None else _template(structure, where, template)
    receptor = prepare_receptor(structure, where, waters=waters)
    found, failures = [], []
    for ligand in wanted:
        if ligand.problem:
            failures.append((ligand.name, ligand.problem))
            continue
        try:
            placed = place(
                receptor, ligand.smiles, name=ligand.name, engine=engine, seed=seed, poses=poses, time_limit=time_limit,
                template=known,
            )  # fmt: skip
        except UsageError:
            raise
        except ScreeningError as error:
            failures.append((ligand.name, str(error)))
            continue
        if not placed:
            failures.append((ligand.name, "the engine found no pose"))
        for one in placed:
            text = receptor.pdb() if posebusters and one.rank == 1 else ""
            found.append(checked_pose(one, receptor.atoms, receptor_pdb=text))
    result = Poses(found, structure, where, failures)
    if out is not None and found:
        result.save(out)
    return result


def _template(target: Target, site: BindingSite, template: PathLike) -> Pose:
    """Return the pose of a known ligand: of a file, or of the ligand the site was built around."""
    if str(template) != "bound":
        return read_poses(template)[0]
    if site.ligand is None:
        raise UsageError("the site was not built around a ligand", source=target.source, expected="an SDF file")
    bound = bound_ligand(target, site.ligand)
    return Pose(bound.smiles, Chem.MolToMolBlock(bound.mol), f"bound in {target.id}", str(site.ligand))


def dock(
    target: PathLike,
    library: PreparedLibrary | PathLike,
    *,
    site: BindingSite | str,
    out: PathLike,
    engine: str | None = None,
    seed: int = DEFAULT_SEED,
    poses: int = SHOWN_POSES,
    time_limit: float = 120.0,
    quick: bool = False,
    workers: int | None = None,
) -> Docking:
    """Dock every compound of a library by structure alone, without a model; the same call continues what was stopped.

    Parameters
    ----------
    target
        Structure file.
    library
        A prepared library, its folder, or a compound file (prepared beside the run first).
    site
        As in `pose`.
    out
        Run folder.
    engine, seed, poses, time_limit
        As in `pose`.
    quick
        Search for a third of the time: misses poses that the full search finds, for a first look only.
    workers
        Dask worker processes; every core by default; 0 works one batch after another, without Dask.

    Raises
    ------
    ScreeningError
        If an input cannot be used, no engine is installed, or the folder belongs to another run.
    """
    from screening.compounds.library.prepared_library import PreparedLibrary
    from screening.runs.docking.dock import dock_library
    from workbench.session import open_library

    engine_named(engine)
    place = site if isinstance(site, str) else site.origin
    place_site(read_target(target), place)
    if not isinstance(library, PreparedLibrary):
        library = open_library(library, out=Path(out).with_name(Path(out).name + ".library"), workers=workers)
    with local_client(workers) as client, progress_bar() as on_progress:
        return dock_library(
            target, place, library.folder, out, engine=engine, seed=seed, poses=poses, time_limit=time_limit,
            quick=quick, client=client, on_progress=on_progress,
        )  # fmt: skip
