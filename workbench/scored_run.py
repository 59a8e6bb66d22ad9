"""What a finished screen knows of several aims at once: scores, Pareto fronts, and the model that made the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from screening.errors import ScreeningError, UsageError
from screening.runs.run import ScreenRun
from workbench.arguments import require_count

if TYPE_CHECKING:
    from workbench.tables import HitGrid


class ScoredRun:
    """The part of `workbench.run.Run` that scores hits by several aims."""

    run: ScreenRun
    decide_in_grid: Any

    def mpo(self, profile: str = "oral", top: int = 50, *, among: int | None = None) -> HitGrid:
        """Show the hits that meet several aims best: a score from 0 to 1 with its interval, its parts and Pareto front.

        Parameters
        ----------
        profile
            ``"oral"``, ``"lead"``, or aims such as ``"affinity > 6..8 * 2; logp = 0..1..3..5; price < 10..50"``: which
            values of a column are worth nothing and which all, and a weight
            (`screening.runs.scoring.profile.read_profile`).
        top
            How many to show.
        among
            Hits that are scored; all that the run keeps by default.

        Raises
        ------
        UsageError
            If the profile cannot be understood, or names no column of evidence.
        """
        from workbench.tables import hit_grid

        require_count("mpo", top)
        table = self.scored(profile, among=among, top=top)
        return hit_grid(
            table, decide=self.decide_in_grid, title="Hits by the score of aims", profile=profile, model=self.model
        )

    def scored(self, profile: str = "oral", *, among: int | None = None, top: int | None = None) -> pa.Table:
        """Return all evidence on the hits with the score of a profile, the best score first; see `mpo`."""
        from screening.runs.scoring.best_hits import best_hits
        from screening.runs.scoring.profile import read_profile

        return best_hits(self.run, read_profile(profile), top=top, among=among)

    def model(self) -> Any:
        """Return the model of the run, None if it is not there any more or is another one."""
        from screening.runs.plan import load_bound

        try:
            return load_bound(self.run.plan.model, self.run.plan.sequence)
        except (ScreeningError, OSError, ValueError):
            return None

    def by_score(
        self, profile: str, top: int | None, only: str | None, columns: list[str] | None
    ) -> tuple[pa.Schema, Iterator[pa.RecordBatch], list[int]]:
        """Return the rows of an export in the order of a score."""
        if only is not None or columns is not None:
            raise UsageError("a score goes with all columns of the best hits", expected="mpo without only or columns")
        table = self.scored(profile, top=top)
        return table.schema, iter(table.to_batches()), table.column("record").to_pylist()
