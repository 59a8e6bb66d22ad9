"""Place a ligand in a receptor: states, starting structures, an engine, the ranker.

The engine works in a child process: its messages do not reach anybody's terminal, a crash in compiled code costs one
ligand, and a ligand that takes longer than it may is stopped.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from typing import Any

from rdkit import Chem

from screening.engine.child_process import ChildLostError, ChildProcess
from screening.errors import InputError, ScreeningError
from screening.poses.engines.catalog import engine_named
from screening.poses.engines.engine import Placement, require_seed
from screening.poses.ligand_states.conformers import starting_structures
from screening.poses.ligand_states.pdbqt import LigandPdbqt, ligand_pdbqt, moved_text, with_coordinates
from screening.poses.ligand_states.states import LigandState, ligand_states
from screening.poses.pose import Pose, Score
from screening.poses.ranking.rank import ranked
from screening.poses.receptor.box import box_for_ligand
from screening.poses.receptor.receptor import Receptor
from screening.poses.relaxation import relaxed
from screening.poses.templates import template_starts

#: Poses kept of each ligand.
DEFAULT_POSES = 9
#: Poses that compete for them, at least, in a full and in a quick search.
COMPETING, _COMPETING_QUICK = 20, 9
#: The seed where none is given; 0 means a random one to Vina, and is refused.
DEFAULT_SEED = 1
#: Seconds a child that has nothing to do stays: it holds the maps of a receptor.
_IDLE_SECONDS = 60.0


class PlacementTimeoutError(ScreeningError):
    """A ligand took longer than it may."""


@dataclasses.dataclass(frozen=True)
class Search:
    """How ligands are docked; everything beside receptor and ligand that decides the poses.

    Attributes
    ----------
    engine
        Name in the catalog; None takes the first that can be used here.
    seed
        From 1.
    poses
        Poses kept of each ligand.
    pH
        Ligands are charged as at this pH.
    protomers, tautomers, stereoisomers
        At most so many states of each kind are docked; the poses of all of them compete.
    ring_conformers
        At most so many ring shapes of each state are docked.
    quick
        Search for about a third of the time. One run misses poses that the full search finds (two of four that were
        redocked both ways), so it is for a first look and for tests.
    """

    engine: str | None = None
    seed: int = DEFAULT_SEED
    poses: int = DEFAULT_POSES
    pH: float = 7.4
    protomers: int = 1
    tautomers: int = 1
    stereoisomers: int = 4
    ring_conformers: int = 1
    quick: bool = False


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
    search: Search | None = None,
) -> list[Pose]:
    """Dock a ligand given as SMILES into the box of a receptor; the best by network and energy first.

    The same receptor, SMILES, engine (with its version) and seed give the same poses.

    Parameters
    ----------
    receptor
        The prepared receptor.
    smiles
        The ligand, one molecule; its states are made from it (`screening.poses.ligand_states.states`).
    name
        Name of the ligand, for the poses.
    engine, seed, poses, pH
        As in `Search`.
    time_limit
        Seconds the ligand may take; None for no limit.
    template
        A pose of another ligand of the same site. Poses that start where it lies (by the common core, else by shape)
        compete with those of the search, with an engine that takes starting poses; poses that have the common core
        elsewhere come later.
    search
        All settings at once; overrules `engine`, `seed`, `poses` and `pH`.

    Returns
    -------
    list of Pose
        Empty if the engine found no pose.

    Raises
    ------
    InputError
        If the ligand cannot be docked: no molecule, several fragments, too large or flexible.
    PlacementTimeoutError
        If it took longer than `time_limit`.
    MissingExtraError
        If the engine is not installed.
    """
    search = search or Search(engine, seed, poses, pH)
    found: list[Pose] = _in_child(placed, receptor, smiles, name, search, template, time_limit=time_limit)
    return found


def lowest_energy(
    receptor: Receptor, smiles: str, *, name: str = "", search: Search, time_limit: float | None = None
) -> Score | None:
    """Dock a ligand as `place` does and return the best energy of its poses; None if the engine found no pose.

    Networks, the order of poses and their relaxation are left out: they change no energy, and a search over many
    compounds asks for nothing else.

    Raises
    ------
    InputError, PlacementTimeoutError, MissingExtraError
        As `place`.
    """
    found: Score | None = _in_child(_lowest, receptor, smiles, name, search, time_limit=time_limit)
    return found


def _in_child(
    work: Callable[..., Any],
    receptor: Receptor,
    smiles: str,
    name: str,
    search: Search,
    *further: Any,
    time_limit: float | None,
) -> Any:
    require_seed(search.seed)
    chosen = engine_named(search.engine)
    search = dataclasses.replace(search, engine=chosen.name)
    child = _child()
    try:
        child.start(_ready, chosen.name)
        return child.call(work, receptor, smiles, name, search, *further, seconds=time_limit)
    except TimeoutError:
        raise PlacementTimeoutError(f"{name or smiles[:60]} took longer than {time_limit:g} s to dock") from None
    except ChildLostError as error:
        raise InputError(f"{name or smiles[:60]} ended the docking process ({error})") from error


_children = threading.local()


def _child() -> ChildProcess:
    """Return the child of this thread."""
    if not hasattr(_children, "one"):
        _children.one = ChildProcess(idle_seconds=_IDLE_SECONDS, silent=True)
    one: ChildProcess = _children.one
    return one


def _ready(engine: str) -> str:
    """Load what the first ligand should not be charged for."""
    return engine_named(engine).version()


def placed(receptor: Receptor, smiles: str, name: str, search: Search, template: Pose | None = None) -> list[Pose]:
    """Do the work of `place` in this process."""
    engine = engine_named(search.engine)
    starts, states = _starts(smiles, name, search)
    origin = f"docked by {engine.name} {engine.version()}, seed {search.seed}{', quick search' if search.quick else ''}"
    laid: list[list[str]] | None = None
    bound = None if template is None else template.molecule()
    if template is not None and bound is not None and engine.takes_starts:
        laid = [[moved_text(ligand, each) for each in template_starts(mol, bound)] for _, mol, ligand in starts]
        origin += f", with starting poses laid on {template.name or template.origin}"
    texts = [ligand.text for _, _, ligand in starts]
    searched = receptor_for(receptor, [molecule for _, molecule, _ in starts])
    answers = engine.dock(searched, texts, seed=search.seed, poses=_competing(search), starts=laid, quick=search.quick)
    found: list[Pose] = []
    for (state, molecule, ligand), placements in zip(starts, answers):
        found += [_pose(receptor, state, molecule, ligand, each, origin, name, states) for each in placements]
    return [_settled(pose, receptor) for pose in ranked(found, receptor, distinct=True, template=bound)[: search.poses]]


def _lowest(receptor: Receptor, smiles: str, name: str, search: Search) -> Score | None:
    """Do the work of `lowest_energy` in this process."""
    starts, _ = _starts(smiles, name, search)
    answers = engine_named(search.engine).dock(
        receptor_for(receptor, [molecule for _, molecule, _ in starts]),
        [ligand.text for _, _, ligand in starts],
        seed=search.seed,
        poses=_competing(search),
        quick=search.quick,
        networks=False,
    )
    energies = [score for placements in answers for each in placements for score in each.scores]
    return min((score for score in energies if score.higher_is_better is False), key=_value, default=None)


def _value(score: Score) -> float:
    return score.value


def _competing(search: Search) -> int:
    return max(search.poses, _COMPETING_QUICK if search.quick else COMPETING)


def _starts(smiles: str, name: str, search: Search) -> tuple[list[tuple[LigandState, Chem.Mol, LigandPdbqt]], int]:
    """Return the states of a ligand with a starting structure and its PDBQT each, and how many states there are."""
    states = ligand_states(
        smiles,
        pH=search.pH,
        protomer_count=search.protomers,
        tautomer_count=search.tautomers,
        stereoisomer_count=search.stereoisomers,
    )
    starts: list[tuple[LigandState, Chem.Mol, LigandPdbqt]] = []
    for state in states:
        for molecule in starting_structures(state.smiles, search.ring_conformers):
            starts.append((state, molecule, ligand_pdbqt(molecule, name)))
    return starts, len(states)


def receptor_for(receptor: Receptor, molecules: list[Chem.Mol]) -> Receptor:
    """Return the receptor with the box that is searched for a ligand; its starting structures are `molecules`."""
    return dataclasses.replace(receptor, box=box_for_ligand(receptor.box, molecules))


def _settled(pose: Pose, receptor: Receptor) -> Pose:
    """Return the pose relaxed where it lies; scores and features are those of the docked pose."""
    return dataclasses.replace(pose, mol_block=Chem.MolToMolBlock(relaxed(pose.molecule(), receptor.atoms)))


def _pose(
    receptor: Receptor,
    state: LigandState,
    molecule: Chem.Mol,
    ligand: LigandPdbqt,
    placement: Placement,
    origin: str,
    name: str,
    states: int,
) -> Pose:
    moved = with_coordinates(molecule, ligand, placement.coordinates)
    moved.SetProp("_Name", name)
    text = state.text if states == 1 else f"{state.text}; state {state.rank} of {states}"
    return Pose(
        smiles=state.smiles,
        mol_block=Chem.MolToMolBlock(moved),
        origin=origin,
        name=name,
        scores=placement.scores,
        state=text,
        receptor_key=receptor.key,
    )
