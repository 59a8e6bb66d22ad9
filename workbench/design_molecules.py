"""Design from Python: the next molecules around a hit of a run or any compound, and files of them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from rdkit import Chem
from rdkit.Chem import rdDepictor

from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary, open_library
from screening.compounds.reactions.reaction_library import open_reactions
from screening.compounds.reactions.synthons import open_synthons
from screening.engine import files
from screening.engine.csv_table import write_csv
from screening.errors import UsageError
from screening.models.affinity import AffinityModel
from screening.printable import one_line
from screening.runs.design.constraints import Constraints
from screening.runs.design.design import DEFAULT_MOST, DEFAULT_PER_CLUSTER, DEFAULT_TOP, Designs, design_around
from screening.runs.design.fragment_table import open_fragment_table
from screening.runs.design.sources.catalog import SOURCES
from screening.runs.docking.dock import dock_run
from screening.runs.plan import load_bound, plan_screen, sequence_of
from screening.runs.run import PLAN, ScreenRun, open_run
from screening.runs.screen import run_screen
from screening.targets.files.read import read_target
from workbench.tables.design_grid import DesignGrid

if TYPE_CHECKING:
    import pandas as pd

PathLike = str | Path
FORMATS = (".smi", ".csv", ".sdf", ".html")


class DesignList:
    """Designs in a notebook.

    Attributes
    ----------
    designs
        What was found.
    """

    def __init__(
        self, designs: Designs, run: ScreenRun | None = None, model: str | None = None, target: PathLike | None = None
    ) -> None:
        self.designs = designs
        self._run = run
        self._model = model
        self._target = target

    @property
    def table(self) -> pa.Table:
        """The designs in rank order."""
        return self.designs.table

    def best(self, count: int = 10) -> pd.DataFrame:
        """Return the first designs as a data frame with the columns that matter most."""
        keep = ["rank", "smiles", "source", "change", "affinity", "lower", "upper", "in_domain", "sa_score", "evidence"]
        frame: pd.DataFrame = self.table.slice(0, count).select(keep).to_pandas().set_index("rank")
        return frame

    def summary(self) -> str:
        """Return what is told of all designs."""
        return "\n".join(self.designs.summary())

    def grid(self) -> DesignGrid:
        """Return the designs as a grid in which new atoms are marked."""
        return DesignGrid(self.designs)

    def save(self, path: PathLike) -> Path:
        """Write the designs as .smi, .csv, .sdf or .html, by the suffix.

        Raises
        ------
        UsageError
            If the suffix is another.
        StorageError
            If the file cannot be written.
        """
        place = Path(path)
        suffix = require_format(place)
        if suffix == ".html":
            return self.grid().save_html(place)
        if suffix == ".smi":
            text = "".join(f"{one['smiles']} {one['name']}\n" for one in self.table.to_pylist())
        elif suffix == ".csv":
            stream = io.StringIO(newline="")
            write_csv(stream, self.table, decimals=3)
            text = stream.getvalue()
        else:
            text = _sdf(self.table)
        files.write_text(place, text)
        return place

    def as_run(self, folder: PathLike, *, dock: int = 0, site: str | None = None, quick: bool = False) -> ScreenRun:
        """Make a run of the designs alone: reviewed, docked, exported and reported as any run is.

        The designs are prepared as a library inside the folder and scored with the model that judged them.

        Parameters
        ----------
        folder
            Run folder; the same call continues what was interrupted.
        dock
            How many of the best are docked too, into the target and site of the run they were designed from.
        site
            The site, where that run has none.
        quick
            Dock with the quick search.

        Raises
        ------
        UsageError
            If there is no saved model, or no target or site to dock into.
        ScreeningError
            As `run_screen` and `dock_run`.
        """
        path = self._model or (self._run.plan.model if self._run is not None else None)
        if path is None:
            raise UsageError("designs are a run only with a saved model", expected="a run to start from, or --model")
        earlier = self._run.plan if self._run is not None and self._model is None else None
        target = self._target or (self._run.plan.target if self._run is not None else None)
        where = site or (self._run.plan.site if self._run is not None else None)
        if dock and (target is None or where is None):
            raise UsageError(
                "it is not known where to dock designs",
                expected="a run with target and site, or --target and --site",
            )
        place = Path(folder)
        files.writable_folder(place)
        source = place / "designs.smi"
        self.save(source)
        library = prepare_library([source], place / "library")
        chain = earlier.chain if earlier is not None else None
        plan = plan_screen(library, path, target=target, chain=chain, site=where, top=max(1, library.compounds))
        done = run_screen(plan, place)
        if dock:
            dock_run(done, dock, target=target, site=where, quick=quick)
        return done

    def _repr_html_(self) -> str:
        return self.grid().html()

    def __repr__(self) -> str:
        return f"<{self.table.num_rows:,} designs around {self.designs.parent}; save(path), grid(), summary()>"


def require_format(path: Path) -> str:
    """Return the suffix of a file that designs can be written to.

    Raises
    ------
    UsageError
        If it is another.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise UsageError(f"cannot write designs as {path.name}", expected=f"a name that ends in {', '.join(FORMATS)}")
    return suffix


def _sdf(table: pa.Table) -> str:
    blocks = []
    for one in table.to_pylist():
        mol = Chem.MolFromSmiles(one["smiles"])
        rdDepictor.Compute2DCoords(mol)
        mol.SetProp("_Name", one["name"])
        lines = [Chem.MolToMolBlock(mol).rstrip("\n")]
        for name, value in one.items():
            if name != "name" and value not in (None, []):
                text = "; ".join(map(str, value)) if isinstance(value, list) else value
                text = f"{text:.4g}" if isinstance(text, float) else one_line(str(text))
                lines.append(f">  <{name}>\n{text}\n")
        blocks.append("\n".join(lines) + "\n$$$$\n")
    return "".join(blocks)


def design(
    around: str,
    *,
    run: Any = None,
    model: PathLike | AffinityModel | None = None,
    target: PathLike | None = None,
    fragments: PathLike | None = None,
    library: PreparedLibrary | PathLike | None = None,
    reactions: PathLike | None = None,
    sources: Sequence[str] | None = None,
    core: str | None = None,
    atoms: Sequence[int] = (),
    grow: int | None = None,
    windows: Mapping[str, tuple[float, float]] | None = None,
    similarity: tuple[float, float] = (0.0, 1.0),
    radius: int = 3,
    least_pairs: int = 2,
    top: int = DEFAULT_TOP,
    most: int = DEFAULT_MOST,
    per_cluster: int = DEFAULT_PER_CLUSTER,
) -> DesignList:
    """Propose the next molecules around a compound.

    Parameters
    ----------
    around
        SMILES; with a run also the name of a hit, or its rank as ``"rank 3"``.
    run
        Run (or its folder) whose model scores the designs.
    model, target
        A model, or its folder, and the target it is bound to; in place of a run.
    fragments
        File of ``workbench library fragments``.
    library
        Prepared library to look up the nearest compound of each design in.
    reactions
        Scheme of reactions with its reagents (TOML): products that are like the compound are proposed with their
        routes.
    sources
        Of ``"matched pairs"``, ``"medicinal chemistry"``, ``"fragment in context"`` and ``"reactions"``; by default all
        that can be.
    core, atoms, grow, windows, similarity
        What may change; see `screening.runs.design.constraints.Constraints`.
    radius, least_pairs, top, most, per_cluster
        See `screening.runs.design.design.design_around`.

    Raises
    ------
    ScreeningError
        If an input cannot be used or the constraints leave nothing to change.
    """
    opened = None if run is None else _opened(run)
    smiles = around if opened is None else _hit(opened, around)
    bound: AffinityModel | None
    if opened is not None and model is None:
        bound = load_bound(opened.plan.model, opened.plan.sequence)
    elif isinstance(model, str | Path):
        bound = load_bound(str(model), None if target is None else sequence_of(read_target(target)))
    else:
        bound = model
    table = None if fragments is None else open_fragment_table(fragments)
    prepared = open_library(Path(library)) if isinstance(library, str | Path) else library
    pieces = None if reactions is None else open_synthons(open_reactions(reactions))
    given = {"fragment in context": table, "reactions": pieces}
    usable = [name for name in SOURCES if given.get(name, True) is not None]
    wanted = usable if sources is None else list(sources)
    if "fragment in context" in wanted and table is None:
        raise UsageError("fragments in context need a table of them", expected="workbench library fragments LIBRARY")
    if "reactions" in wanted and pieces is None:
        raise UsageError("products of reactions need a scheme and its reagents", expected="--reactions SCHEME")
    limits = Constraints(core=core, atoms=tuple(atoms), grow=grow, windows=dict(windows or {}), similarity=similarity)
    found = design_around(
        smiles, model=bound, fragments=table, library=prepared, reactions=pieces, sources=wanted, constraints=limits,
        radius=radius, least_pairs=least_pairs, top=top, most=most, per_cluster=per_cluster,
    )  # fmt: skip
    return DesignList(found, opened, str(model) if isinstance(model, str | Path) else None, target)


def _opened(run: Any) -> ScreenRun:
    if isinstance(run, ScreenRun):
        return run
    inner = getattr(run, "run", None)
    return inner if isinstance(inner, ScreenRun) else open_run(run)


def _hit(run: ScreenRun, around: str) -> str:
    hits = run.hits()
    names = hits.column("name").to_pylist()
    if around in names:
        return str(hits.column("smiles")[names.index(around)])
    if around.startswith("rank "):
        rank = around.removeprefix("rank ").strip()
        if not rank.isdecimal() or not 1 <= int(rank) <= hits.num_rows:
            raise UsageError(f"{around!r} is not in the hit list", expected=f"rank 1 to rank {hits.num_rows}")
        return str(hits.column("smiles")[int(rank) - 1])
    if Chem.MolFromSmiles(around) is None:
        raise UsageError(f"{around[:60]!r} is no hit of the run and no SMILES", expected="a name, 'rank N' or a SMILES")
    return around


def is_run(text: str) -> bool:
    """Say whether a text names the folder of a run."""
    return (Path(text) / PLAN).is_file()
