"""Which atoms carry a prediction: hits drawn with every atom coloured by what it adds."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from screening.errors import UsageError
from screening.models.affinity import meaning
from screening.runs.evidence.text import number_text
from workbench.page import depiction
from workbench.page.fragment import Fragment, escape, sheet

if TYPE_CHECKING:
    from screening.models.affinity import AffinityModel
    from screening.models.pairs.family_model import FamilyModel
    from screening.models.pairs.sequence import SequenceModel
    from screening.models.trained import TrainedModel
    from screening.targets.target import Target

#: Columns that are read.
COLUMNS = ("name", "smiles", "affinity", "kind")

#: Each atom takes as many predictions as the molecule has atoms; a screenful is what people compare.
MOST_DRAWN = 200


@dataclasses.dataclass(frozen=True)
class Contributions:
    """What each heavy atom of one compound adds, in log units; `values` follow the atoms of the SMILES."""

    name: str
    smiles: str
    affinity: float
    values: np.ndarray


def contribution_grid(
    hits: pa.Table,
    model: AffinityModel | TrainedModel | SequenceModel | FamilyModel,
    *,
    target: Target | str | None = None,
    title: str = "Atom contributions",
    limit: float | None = None,
) -> ContributionGrid:
    """Show hits with every atom coloured by what it adds to the predicted affinity.

    The contribution of an atom is the prediction minus the prediction without the fingerprint bits that only the
    surroundings of the atom set (Riniker and Landrum, Similarity maps, J. Cheminform. 2013, 5, 43). It explains the
    model, not the protein. All drawings share one scale.

    Parameters
    ----------
    hits
        Rows with the columns ``name``, ``smiles``, ``affinity`` and ``kind``, as in ``HIT_SCHEMA``.
    model
        The model that ranked them.
    target
        Target (or its sequence) for a model that predicts from sequences; others ignore it.
    title
        Title of the page that ``save_html`` writes.
    limit
        Contribution that gets the full colour, in log units; by default the largest one drawn.

    Raises
    ------
    UsageError
        If a column is missing, there are too many rows, a SMILES cannot be read, or `limit` is not above zero.
    ModelError
        If the model needs a sequence and has none.
    """
    from screening.models.explain import atom_contributions
    from screening.models.pairs.family_model import FamilyModel
    from screening.models.pairs.sequence import SequenceModel
    from screening.models.storage import bind

    missing = [name for name in COLUMNS if name not in hits.schema.names]
    if missing:
        raise UsageError(f"the table has no column {missing[0]!r}", expected=f"the columns {', '.join(COLUMNS)}")
    if hits.num_rows > MOST_DRAWN:
        raise UsageError(f"{hits.num_rows:,} compounds are too many to draw", expected=f"at most {MOST_DRAWN}")
    if limit is not None and not limit > 0:
        raise UsageError(f"the limit is {limit}", expected="a number of log units above zero")
    if isinstance(model, SequenceModel | FamilyModel):
        model = bind(model, target if target is None or isinstance(target, str) else target.sequence)
    found = []
    for row in hits.select(COLUMNS).to_pylist():
        if depiction.mol_of(row["smiles"]) is None:
            raise UsageError(f"the SMILES {row['smiles']!r} of {row['name']!r} cannot be read", expected="a molecule")
        values = atom_contributions(model, row["smiles"])
        found.append(Contributions(row["name"], row["smiles"], row["affinity"], values))
    kind = hits.column("kind")[0].as_py() if found else ""
    return ContributionGrid(found, kind=kind, title=title, limit=limit)


class ContributionGrid(Fragment):
    """Compounds with coloured atoms. Shows itself in a notebook; `save_html` writes a page of its own.

    Attributes
    ----------
    compounds
        What was computed, in the order drawn.
    kind
        Name of the affinity.
    limit
        Contribution with the full colour, in log units.
    """

    def __init__(self, compounds: list[Contributions], *, kind: str, title: str, limit: float | None) -> None:
        self.compounds = compounds
        self.kind = kind
        self.title = title
        largest = max((float(np.abs(one.values).max()) for one in compounds), default=0.0)
        self.limit = limit or largest or 1.0

    def html(self) -> str:
        """Return self-contained HTML; pictures only, so that it also shows where scripts may not run."""
        if not self.compounds:
            return f'{sheet()}<div class="wb"><p>There are no compounds to show.</p></div>'
        cards = "".join(self._card(one) for one in self.compounds)
        legend = depiction.image(
            depiction.scale_svg(f"{-self.limit:+.2f}", "0", f"{self.limit:+.2f}").encode(),
            alt=f"Blue lowers, orange raises the prediction, by up to {self.limit:.2f} log units",
            width=280, kind="svg",
        )  # fmt: skip
        return (
            f'{sheet()}<div class="wb wb-contributions"><p>What each atom adds to the predicted {escape(self.kind)}, '
            "in log units; the atoms that add most and least carry their number. It explains the model, not the "
            f"protein.</p>{legend}"
            f'<div style="display:flex;flex-wrap:wrap;gap:12px">{cards}</div></div>'
        )

    def _card(self, one: Contributions) -> str:
        strongest = {int(np.argmax(one.values)), int(np.argmin(one.values))}
        # What rounds to nothing is no strong atom.
        notes = {atom: f"{one.values[atom]:+.2f}" for atom in strongest if abs(one.values[atom]) >= 0.005}
        shades = {atom: float(value) / self.limit for atom, value in enumerate(one.values)}
        drawing = depiction.image(
            depiction.shaded_svg(one.smiles, shades, notes=notes, width=300, height=220).encode(),
            alt=f"Structure of {one.name}, {_sentence(one)}",
            width=300, kind="svg",
        )  # fmt: skip
        return (
            f'<div style="width:300px" data-wb-compound="{escape(one.name)}">{drawing}<b>{escape(one.name)}</b><br>'
            f"predicted {escape(self.kind)} {self._number(one)}</div>"
        )

    def _number(self, one: Contributions) -> str:
        return number_text(one.affinity, meaning(self.kind).decimals)

    def __repr__(self) -> str:
        lines = [f"<atom contributions of {len(self.compounds)} compounds; draws in a notebook, or save_html(path)>"]
        lines += [f"{one.name[:28]:<28}  {self.kind} {self._number(one)}  {_sentence(one)}" for one in self.compounds]
        return "\n".join(lines)


def _sentence(one: Contributions) -> str:
    mol = depiction.mol_of(one.smiles)
    assert mol is not None
    best, worst = int(np.argmax(one.values)), int(np.argmin(one.values))
    symbols = [atom.GetSymbol() for atom in mol.GetAtoms()]
    return (
        f"most from {symbols[best]}{best + 1} ({one.values[best]:+.2f}), "
        f"least from {symbols[worst]}{worst + 1} ({one.values[worst]:+.2f})"
    )
