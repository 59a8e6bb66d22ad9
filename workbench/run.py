"""A finished screen as notebooks and exports use it."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from screening.engine.progress import OnProgress, Progress
from screening.errors import UsageError
from screening.printable import one_line, without_direction_marks
from screening.runs import hits as ranking
from screening.runs import run as runs
from screening.runs import why as fates
from screening.runs.decisions.decide import head_of
from screening.runs.evidence.table import evidence
from screening.runs.site import place_site
from screening.targets.binding_site import BindingSite
from screening.targets.files import read
from screening.targets.sites import site_around
from screening.targets.target import Target
from workbench.arguments import require_count
from workbench.export import catalog
from workbench.export.chosen import chosen_rows
from workbench.export.stamp import Stamp
from workbench.export.structures.scene_of_run import scene_of_run
from workbench.review.run_review import ReviewedRun
from workbench.scored_run import ScoredRun

if TYPE_CHECKING:
    from screening.runs.comparison.compare_compounds import Knowledge
    from screening.runs.docking.docking import Docking
    from workbench.poses import Poses
    from workbench.tables import HitGrid
    from workbench.tables.compared_pair import ComparedPair

PathLike = str | Path

#: Hits that one self-contained page shows when nobody says how many.
PAGE_ROWS = 1000
#: Hits that it can show at most.
LARGEST_PAGE = 20_000
#: Poses that it shows in the site.
PAGE_POSES = 50


def _counted(rows: Iterator[pa.RecordBatch], total: int, on_progress: OnProgress) -> Iterator[pa.RecordBatch]:
    done = 0
    on_progress(Progress("writing", done, total, "records", {}))
    for batch in rows:
        yield batch
        done += batch.num_rows
        on_progress(Progress("writing", done, total, "records", {}))


class Fates(list[fates.Fate]):
    """What became of every record that fits a question; shows itself as sentences."""

    def __init__(self, found: Iterable[fates.Fate] = (), asked: str = "") -> None:
        super().__init__(found)
        self.asked = asked

    def __repr__(self) -> str:
        if not self:
            return f"No record of the run is {one_line(self.asked)!r}: not by name, SMILES, id or record number."
        return "\n".join(fate.sentence for fate in self)

    def _repr_html_(self) -> str:
        return without_direction_marks("".join(f"<p>{html.escape(line)}</p>" for line in repr(self).splitlines()))


class Run(ScoredRun, ReviewedRun):
    """A finished screen, as a notebook and the exports use it."""

    def __init__(self, run: runs.ScreenRun, *, site: BindingSite | None = None) -> None:
        self.run = run
        self._site = site

    @property
    def folder(self) -> Path:
        """The run folder."""
        return Path(self.run.folder)

    @property
    def counts(self) -> dict[str, int]:
        """Records per ledger state; they add up to the records read."""
        return dict(self.run.counts)

    @cached_property
    def target(self) -> Target | None:
        """The target that was screened against, if one was given and its file is still there."""
        place = self.run.plan.target
        return None if place is None or not Path(place).exists() else read.read_target(place)

    @cached_property
    def site(self) -> BindingSite | None:
        """The binding site of the screen; around the largest bound ligand if none was named."""
        if self._site is not None or self.target is None:
            return self._site
        if self.run.plan.site is not None:
            return place_site(self.target, self.run.plan.site)
        return site_around.site_around_ligand(self.target) if self.target.ligands else None

    def table(self, top: int | None = None) -> pa.Table:
        """Return the `top` best compounds in rank order, or all of them; columns as in ``HIT_SCHEMA``."""
        if top is not None:
            require_count("table", top)
        return pa.Table.from_batches(list(ranking.ranking(self.run, top)), schema=ranking.HIT_SCHEMA)

    def evidence(
        self, records: Sequence[int] | None = None, *, top: int | None = None, columns: Sequence[str] | None = None
    ) -> pa.Table:
        """Return all that is known about compounds of the run; see `screening.runs.evidence.table.evidence`."""
        return evidence(self.run, records, top=top, columns=columns)

    def hits(self, top: int = 10) -> HitGrid:
        """Show the `top` best compounds with their 2D depictions and what was decided; every evidence can be chosen."""
        from workbench.tables import hit_grid

        require_count("hits", top)
        return hit_grid(self.evidence(top=top), decide=self.decide_in_grid, model=self.model)

    def why(self, compound: str | int) -> Fates:
        """Explain what became of a compound, hit or not: by name, SMILES, id or record number.

        Raises
        ------
        UsageError
            If `compound` is no text or number.
        """
        if not isinstance(compound, str | int) or isinstance(compound, bool):
            raise UsageError(f"why: {compound!r:.60} names no compound", expected="a name, SMILES, id or record number")
        return Fates(fates.why(self.run, str(compound)), str(compound))

    @cached_property
    def _known(self) -> Knowledge:
        """What the run and its model know of compounds; the model is loaded once."""
        from screening.runs.comparison.compare_compounds import knowledge_of_run

        return knowledge_of_run(self.run)

    def compare(self, first: str | int, second: str | int) -> ComparedPair:
        """Show why one compound is weaker than another: what changes, and what is measured, predicted and seen of it.

        Parameters
        ----------
        first, second
            Each as `why` takes it; also a compound that was not screened, by the name it has in the model's training
            data or by SMILES.

        Raises
        ------
        UsageError
            If one names no compound, or several.
        """
        from screening.runs.comparison.compare_compounds import compare_compounds
        from workbench.tables.compared_pair import ComparedPair

        for compound in (first, second):
            if not isinstance(compound, str | int) or isinstance(compound, bool):
                raise UsageError(
                    f"compare: {compound!r:.60} names no compound", expected="a name, SMILES, id or record number"
                )
        return ComparedPair(compare_compounds(self._known, str(first), str(second)))

    def dock(
        self,
        top: int = 100,
        *,
        target: PathLike | None = None,
        site: BindingSite | str | None = None,
        engine: str | None = None,
        seed: int = 1,
        poses: int = 3,
        time_limit: float = 120.0,
        quick: bool = False,
        workers: int | None = None,
    ) -> Docking:
        """Dock the best `top` hits into the site; the same call continues what was stopped.

        Parameters
        ----------
        top
            How many hits.
        target, site
            Structure file and site, where the run has none.
        engine, seed
            Docking engine (the first that can be used here), and its seed.
        poses
            Kept of each hit.
        time_limit
            Seconds a hit may take.
        quick
            Search for a third of the time.
        workers
            Dask worker processes; every core by default; 0 works one batch after another, without Dask.

        Raises
        ------
        UsageError
            If there is no target or no site.
        MissingExtraError
            If no docking engine is installed.
        RunMismatchError
            If the run holds poses of other settings.
        """
        from screening.poses.engines.catalog import engine_named
        from screening.runs.docking.dock import dock_run
        from workbench.progress import progress_bar
        from workbench.workers import local_client

        engine_named(engine)
        chosen = site.origin if isinstance(site, BindingSite) else site
        if chosen is None and target is None and self.site is not None:
            chosen = self.site.origin
        with local_client(workers) as client, progress_bar() as on_progress:
            done = dock_run(
                self.run, top, target=target, site=chosen, engine=engine, seed=seed, poses=poses, time_limit=time_limit,
                quick=quick, client=client, on_progress=on_progress,
            )  # fmt: skip
        self.__dict__.pop("docking", None)
        return done

    @cached_property
    def docking(self) -> Docking | None:
        """The poses of the hits, None if they were not docked."""
        from screening.runs.docking.docking import open_docking

        return open_docking(self.folder)

    def poses(self, top: int | None = None) -> Poses:
        """Return the best pose of each docked hit, in rank order.

        Raises
        ------
        UsageError
            If no hits were docked.
        RunError
            If docking is not finished.
        """
        from workbench.poses import Poses

        target, site, docking = self._docked()
        return Poses([pose for _, pose in docking.best_poses(top=top)], target, site, docking.failures())

    def view_hits(self, top: int = 20, **options: Any) -> Any:
        """Show the best hits beside the site; choosing one shows its pose with contacts, checks and 2D map.

        Raises
        ------
        UsageError
            If no hits were docked.
        """
        from workbench.viewer import view_hits

        require_count("view_hits", top)
        target, site, docking = self._docked()
        table = self.table(top)
        return view_hits(table, target, site, dict(docking.best_poses(table.column("record").to_pylist())), **options)

    def _docked(self) -> tuple[Target, BindingSite, Docking]:
        """Return the docking layer with the target and site that were docked into."""
        docking = self.docking
        if docking is None or not docking.finished:
            lacks = "no hits were docked" if docking is None else "docking is not finished"
            raise UsageError(lacks, source=self.folder, expected="run.dock() or `workbench dock RUN` first")
        own = self.run.plan.target is not None and Path(self.run.plan.target).absolute() == Path(docking.plan.target)
        target = self.target if own and self.target is not None else read.read_target(docking.plan.target)
        return target, place_site(target, docking.plan.site), docking

    def view(self) -> Any:
        """Show the target and its site in 3D.

        Raises
        ------
        UsageError
            If the run has no target with coordinates.
        """
        from workbench.viewer import view_site, view_target

        if self.target is None or not len(self.target.atoms):
            raise UsageError("there are no coordinates to show", source=self.folder, expected="a run with a structure")
        return view_target(self.target) if self.site is None else view_site(self.target, self.site)

    def export(
        self,
        path: PathLike,
        *,
        format: str | None = None,
        top: int | None = PAGE_ROWS,
        only: str | None = None,
        columns: list[str] | None = None,
        overwrite: bool = False,
        inchikey: bool = False,
        mpo: str | None = None,
        on_progress: OnProgress | None = None,
    ) -> Path:
        """Write the `top` best compounds, or all with ``top=None``, and return the path.

        Parameters
        ----------
        path
            File to write; ``PATH.manifest.json`` beside it says where it comes from (`workbench verify PATH`).
        format
            A name in `workbench.export.catalog.EXPORTS`; by the suffix of `path` when left out.
        top
            Number of rows; None for all.
        only
            ``"accepted"``, ``"held"``, ``"rejected"``, ``"disputed"`` or ``"list NAME"``: what was decided.
        columns
            Columns or blocks of evidence (`screening.runs.evidence.catalog`). When left out, all for up to
            `workbench.export.chosen.WITH_ALL_EVIDENCE` rows, and beyond what is cheap to work out.
        overwrite
            Write over a file that is no earlier export.
        inchikey
            Add a column with standard InChIKeys; not in a page.
        mpo
            Profile of aims (see `mpo`): the kept hits are written by their score, with its interval and parts.
        on_progress
            Called with the rows that were made.

        Raises
        ------
        UsageError
            If there is no such format or column, nothing was decided so, or the file exists and is no earlier export.
        MissingExtraError
            If the format needs a package that is not installed.
        StorageError
            If the file cannot be written.
        """
        path = Path(path)
        name, kind = catalog.writer_for(path, format)
        if kind.bounded and top is None and only is None:
            raise UsageError(
                f"the format {name} cannot hold every compound", source=path,
                expected="--top N, or csv, tsv, sdf, smi, parquet",
            )  # fmt: skip
        if name in catalog.PAGES and top is not None and min(top, self.counts.get("scored", 0)) > LARGEST_PAGE:
            raise UsageError(
                f"a page of {min(top, self.counts['scored']):,} compounds would open in no browser", source=path,
                expected=f"--top {LARGEST_PAGE} or fewer, or csv, parquet, sdf for any number",
            )  # fmt: skip
        # Formats of fixed layout need their own columns, whatever is asked for.
        schema, rows, records = chosen_rows(self.run, top=top, only=only, columns=columns if kind.table else None)
        if mpo is not None:
            schema, rows, records = self.by_score(mpo, top, only, columns)
        asked = {
            "mpo": mpo or "",
            "top": "all" if top is None else str(top),
            "only": only or "",
            "columns": ", ".join(columns or []),
        }
        stamp = dataclasses.replace(
            self._stamp(page=name in catalog.PAGES),
            filters={key: text for key, text in asked.items() if text},
            decisions=None if (head := head_of(self.run)) is None else head.facts(),
            scene=scene_of_run(self.run, records or [], self.target, self.site)
            if kind.poses or (name == "sdf" and records)
            else None,
        )
        if on_progress is not None:
            total = len(records) if only is not None and records is not None else self.counts.get("scored", 0)
            rows = _counted(rows, total if top is None else min(top, total), on_progress)
        catalog.write_hits(
            rows, path, stamp, schema=schema, format_name=name, overwrite=overwrite, inchikey=inchikey,
            columns=[] if columns is None or kind.table else columns,
        )  # fmt: skip
        return path

    def _stamp(self, *, page: bool) -> Stamp:
        from screening.targets.title import sentence_case

        plan = self.run.plan
        title = f"Hits on {self.target.id}" if self.target else f"Hits of {self.folder.name}"
        facts = {
            "target": f"{self.target.id}: {sentence_case(self.target.title)} ({Path(str(plan.target)).name})"
            if self.target
            else "none given"
            if plan.target is None
            else f"{Path(plan.target).name}, which is not there any more",
            "binding site": self.site.origin if self.site else "none",
            "library": f"{Path(plan.library).name} ({self.run.records:,} records)",
            "model": Path(plan.model).name,
        }
        fragments: dict[str, Any] = {}
        if page:
            from workbench.tables import hit_grid
            from workbench.tables.hit_grid import OPENED_ON_PAGES

            if self.docking is not None and self.docking.finished:
                fragments["The best hits in the binding site"] = lambda rows: self._hits_in_site(rows)
            elif self.target is not None and len(self.target.atoms):
                fragments["The target and its binding site"] = self.view().html()
            fragments["Hits"] = lambda rows: hit_grid(rows, model=self.model, opened=OPENED_ON_PAGES).html()
        kind = self.run.kind
        return Stamp(title, kind, self.run.manifest, self.counts, facts, fragments)

    def _hits_in_site(self, rows: pa.Table) -> str:
        """Return the docked ones of the rows of a page beside their site, at most `PAGE_POSES`."""
        from workbench.viewer import view_hits

        target, site, docking = self._docked()
        poses = dict(docking.best_poses(rows.column("record").to_pylist(), top=PAGE_POSES))
        wanted = pc.is_in(rows.column("record"), pa.array(list(poses), pa.int64()))
        shown = rows.filter(wanted)
        if not shown.num_rows:
            return self.view().html()
        return view_hits(shown, target, site, poses).html() + self.poses().barcode().html()

    def _repr_html_(self) -> str:
        facts = {"model": Path(self.run.plan.model).name, "library": Path(self.run.plan.library).name}
        if self.run.plan.target is not None:
            facts["target"] = Path(self.run.plan.target).name
        rows = [*facts.items(), *((state, f"{count:,}") for state, count in self.counts.items() if count)]
        lines = "".join(f"<tr><td>{html.escape(name)}</td><td>{html.escape(text)}</td></tr>" for name, text in rows)
        return without_direction_marks(f"<p>Run <code>{html.escape(str(self.folder))}</code></p><table>{lines}</table>")

    def __repr__(self) -> str:
        counted = ", ".join(f"{count:,} {state}" for state, count in self.counts.items() if count)
        return f"<Run {self.folder}: {counted}>"
