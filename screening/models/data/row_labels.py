"""What a row of measurements says beside structure and value: name, date, and side of a predefined split."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence

from rdkit import Chem

from screening.errors import AffinityDataError
from screening.models.data import dates

#: Words of a column that says which side of a split a row is on; True is tested.
SPLIT_WORDS = {
    **dict.fromkeys(("train", "training", "trn", "0", "valid", "validation", "val", "false"), False),
    **dict.fromkeys(("test", "testing", "tst", "1", "holdout", "external", "true"), True),
}


@dataclasses.dataclass(frozen=True)
class RowLabel:
    """Name, text of the date and of the side of a split; empty where the file has no such column."""

    name: str
    date: str = ""
    side: str = ""

    @property
    def tested(self) -> bool:
        """Whether the row is on the side that is tested."""
        return SPLIT_WORDS.get(self.side.lower(), False)


def row_label(path: str | os.PathLike[str], line: int, name: str, date: str, side: str, column: str | None) -> RowLabel:
    """Return the label of a row; a date that cannot be read in one way only counts as none.

    Raises
    ------
    AffinityDataError
        If the side, of the column so called, is neither train nor test.
    """
    if side and side.lower() not in SPLIT_WORDS:
        raise AffinityDataError(
            f"{side!r} is no side of a split",
            source=path,
            where=f"line {line}, column {column}",
            expected="train or test",
        )
    return RowLabel(name, date if dates.is_date(date) else "", side)


def earliest_dates(used: Sequence[Sequence[int]], labels: Sequence[RowLabel]) -> tuple[str, ...]:
    """Return the earliest date of each compound, made from the rows `used` of it; nothing if no row has a date."""
    if not any(label.date for label in labels):
        return ()
    found = []
    for rows in used:
        texts = [labels[row].date for row in rows if labels[row].date]
        found.append(min(texts, key=dates.day) if texts else "")
    return tuple(found)


def sides_of(
    used: Sequence[Sequence[int]], labels: Sequence[RowLabel], drawn: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the side of each compound, and "exact" or "salt" for each that has rows on both sides.

    A compound on both sides is trained on. `drawn` holds the structures as the file has them.
    """
    if not any(label.side for label in labels):
        return (), ()
    sides, straddling = [], []
    for rows in used:
        tested = {row for row in rows if labels[row].tested}
        sides.append("test" if len(tested) == len(rows) else "train")
        if 0 < len(tested) < len(rows):
            texts = [{_whole(drawn[row]) for row in rows if (row in tested) is side} for side in (False, True)]
            straddling.append("exact" if texts[0] & texts[1] else "salt")
    return tuple(sides), tuple(straddling)


def _whole(smiles: str) -> str:
    """Return the canonical SMILES of a structure as drawn, counter-ions and charges included, stereo not."""
    mol = Chem.MolFromSmiles(smiles)
    return smiles if mol is None else str(Chem.MolToSmiles(mol, isomericSmiles=False))
