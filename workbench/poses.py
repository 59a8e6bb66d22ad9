"""Poses of some ligands in a site: a list that shows itself, its contacts and its checks, and saves itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from screening.errors import UsageError
from screening.poses.checks.check import checks_text
from screening.poses.files.write_poses import write_poses
from screening.poses.interactions.conditions import parse_condition, unmet
from screening.poses.interactions.contact import Contact
from screening.poses.interactions.fingerprint import InteractionFingerprints, interaction_fingerprints
from screening.poses.interactions.summary import contacts_text
from screening.poses.pose import Pose
from screening.targets.binding_site import BindingSite
from screening.targets.target import Target

if TYPE_CHECKING:
    from workbench.page.interaction_barcode import Barcode
    from workbench.page.interaction_map import InteractionMap
    from workbench.viewer import View


class Poses(list[Pose]):
    """Poses in one site, the best of each ligand first.

    Attributes
    ----------
    target, site
        Where they lie.
    failures
        Ligands that have no pose, with the reason.
    """

    def __init__(
        self, poses: Sequence[Pose], target: Target, site: BindingSite, failures: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(poses)
        self.target, self.site = target, site
        self.failures = tuple(failures)

    def best(self) -> Poses:
        """Return the first pose of each ligand."""
        return Poses([pose for pose in self if pose.rank == 1], self.target, self.site, self.failures)

    def where(self, *conditions: str) -> Poses:
        """Return the poses that meet conditions on their contacts, such as ``"hbond MET793"`` or ``"no clash"``.

        Raises
        ------
        UsageError
            If a text is no condition.
        """
        asked = [parse_condition(text) for text in conditions]
        return Poses(
            [pose for pose in self if not unmet(asked, pose.interactions)], self.target, self.site, self.failures
        )

    def table(self) -> pa.Table:
        """Return one row a pose: name, rank, score, probability to be within 2 Å, checks, contacts, state, origin."""
        rows = [
            {
                "name": pose.name,
                "rank": pose.rank,
                "score": None if pose.score is None else pose.score.value,
                "score_name": "" if pose.score is None else pose.score.name,
                "probability_2A": pose.probability_2A,
                "checks": checks_text(pose.checks),
                "contacts": contacts_text(pose.interactions),
                "state": pose.state,
                "origin": pose.origin,
                "smiles": pose.smiles,
            }
            for pose in self
        ]
        return pa.Table.from_pylist(rows, schema=_SCHEMA)

    def view(self, which: int = 0, **options: Any) -> View:
        """Show one pose in the site with its contacts.

        Raises
        ------
        UsageError
            If there is no such pose.
        """
        from workbench.viewer import view_pose

        return view_pose(self.target, self.site, self._pose(which), **options)

    def gallery(self, **options: Any) -> View:
        """Show all poses beside the site; choosing one shows it with its contacts, checks and 2D map."""
        from workbench.viewer import view_poses

        return view_poses(self, self.target, self.site, **options)

    def map(self, which: int = 0) -> InteractionMap:
        """Return the 2D interaction map of one pose.

        Raises
        ------
        UsageError
            If there is no such pose.
        """
        from workbench.page.interaction_map import InteractionMap

        pose = self._pose(which)
        return InteractionMap(pose.molecule(), pose.interactions, title=pose.name)

    def fingerprints(self) -> InteractionFingerprints:
        """Return which contacts each pose has, as bits."""
        return interaction_fingerprints(self._contacts())

    def barcode(self) -> Barcode:
        """Show the contacts of all poses beside each other, a row a pose and a column a residue."""
        from workbench.page.interaction_barcode import Barcode

        return Barcode(self._contacts(), title=f"Contacts in {self.target.id}, {self.site.origin}")

    def save(self, path: str | Path) -> Path:
        """Write all poses as SDF with score, probability, origin, state, checks and contacts.

        Raises
        ------
        InputError
            If there is no pose.
        StorageError
            If the file cannot be written.
        """
        write_poses(self, path)
        return Path(path)

    def _pose(self, which: int) -> Pose:
        if not -len(self) <= which < len(self):
            raise UsageError(f"there is no pose {which}", expected=f"0 to {len(self) - 1}" if self else "a pose")
        return self[which]

    def _contacts(self) -> dict[str, Sequence[Contact]]:
        many = len({pose.name for pose in self}) < len(self)
        return {f"{pose.name} #{pose.rank}" if many else pose.name: pose.interactions for pose in self}

    def __repr__(self) -> str:
        ligands = len({pose.name for pose in self})
        lacking = f", {len(self.failures)} without a pose" if self.failures else ""
        return f"<Poses: {len(self)} of {ligands} ligands in {self.target.id}, {self.site.origin}{lacking}>"

    def _repr_html_(self) -> str:
        from workbench.page.fragment import escape, sheet

        head = "<tr><th>ligand</th><th>pose</th><th>score</th><th>p(2 Å)</th><th>checks</th><th>contacts</th></tr>"
        rows = []
        for row in self.table().to_pylist():
            score = "" if row["score"] is None else f"{row['score']:.2f}"
            chance = "" if row["probability_2A"] is None else f"{row['probability_2A']:.2f}"
            rows.append(
                f'<tr><td>{escape(row["name"])}</td><td class="wb-n">{row["rank"]}</td>'
                f'<td class="wb-n" title="{escape(row["score_name"])}">{score}</td><td class="wb-n">{chance}</td>'
                f"<td>{escape(row['checks'])}</td><td>{escape(row['contacts'])}</td></tr>"
            )
        lost = "".join(f"<p>{escape(name)}: no pose ({escape(reason)})</p>" for name, reason in self.failures)
        return f'{sheet()}<div class="wb"><table>{head}{"".join(rows)}</table>{lost}</div>'


_SCHEMA = pa.schema(
    [
        ("name", pa.string()), ("rank", pa.int32()), ("score", pa.float64()), ("score_name", pa.string()),
        ("probability_2A", pa.float64()), ("checks", pa.string()), ("contacts", pa.string()), ("state", pa.string()),
        ("origin", pa.string()), ("smiles", pa.string()),
    ]
)  # fmt: skip
