"""Which compounds each way of testing a model sets aside, and how to say it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from screening.errors import AffinityDataError, UsageError
from screening.models.data import dates
from screening.models.data.measurements import AffinityData
from screening.models.evaluation import splits

#: Ways to test a model by name, and the question each answers. A split by scaffold is always made.
SPLITS = {
    "scaffold": "what to expect for scaffolds the model has not seen",
    "cluster": "what to expect for clusters of similar compounds (Butina) the model has not seen",
    "time": "what to expect for compounds that are made next",
    "predefined": "the split that the file gives",
    "random": "what to expect for close analogues of the training compounds",
}

#: Fewer exact values in training than this cannot be calibrated on.
FEWEST_TRAINED = 10


@dataclasses.dataclass(frozen=True)
class ChosenSplit:
    """A split: `test` is True where a compound is tested, `how` says how it was made.

    `straddling` says of compounds that the file puts on both sides whether they are there as the same structure
    ("exact") or as different salts ("salt"); `real` is False where a random part stands in for the split asked for.
    """

    test: np.ndarray
    how: str
    straddling: tuple[str, ...] = ()
    real: bool = True


def require_splits(names: Sequence[str], *, date: bool, side: bool) -> tuple[str, ...]:
    """Check names of splits before the file is read; `date` and `side` say whether a column for each is given.

    Raises
    ------
    UsageError
        If a name is not known or its column is not given.
    """
    for name in names:
        if name not in SPLITS:
            raise UsageError(f"there is no split {name!r}", expected=f"one of {', '.join(SPLITS)}")
    if "time" in names and not date:
        raise UsageError("a split by time needs the column with the dates", expected="--date COLUMN")
    if "predefined" in names and not side:
        raise UsageError("a predefined split needs the column that names the sides", expected="--side COLUMN")
    extra = [*(["time"] if date else []), *(["predefined"] if side else [])]
    return tuple(dict.fromkeys([*names, *extra]))


def chosen_split(name: str, data: AffinityData, fingerprints: np.ndarray, frames: list[str], seed: int) -> ChosenSplit:
    """Return the split called `name`.

    Raises
    ------
    AffinityDataError
        If the dates or sides of the file leave too little to train or to test on.
    """
    exact = data.limits == 0
    share = f"about {splits.TEST_SHARE:.0%}"
    if name == "time":
        test = splits.time_test(dates.days(data.dates), splits.TEST_SHARE)
        texts = sorted(data.dates[row] for row in np.flatnonzero(test & exact))
        undated = sum(not text for text in data.dates)
        how = f"measured last, {texts[0]} to {texts[-1]}" if texts else ""
        how += f"; {undated:,} without a date {'is' if undated == 1 else 'are'} trained on" if undated else ""
        return _required(data, test, exact, "time", how)
    if name == "predefined":
        test = splits.predefined_test(data.sides)
        found = _required(data, test, exact, "predefined", "as the file says")
        return dataclasses.replace(found, straddling=data.straddling)
    if name == "random":
        return ChosenSplit(splits.random_test(len(data), seed=seed), f"random {splits.TEST_SHARE:.0%}")
    if name == "cluster":
        groups = splits.clusters(fingerprints)
        how = f"smallest of {len(set(groups))} Butina clusters, {share}"
    else:
        groups = frames
        how = f"rarest of {len(set(groups))} Bemis-Murcko scaffolds, {share}"
    test = splits.grouped_test(groups)
    if (test & exact).sum() >= max(4, len(data) // 20) and (~test & exact).sum() >= FEWEST_TRAINED:
        return ChosenSplit(test, how)
    note = (
        f"random {splits.TEST_SHARE:.0%}: {_counted(len(set(groups)), name)} nothing to test on,"
        f" so this says nothing about new {name}s"
    )
    return ChosenSplit(splits.random_test(len(data), seed=seed), note, real=False)


def _counted(count: int, name: str) -> str:
    return f"one {name} leaves" if count == 1 else f"the {count} {name}s leave"


def _required(data: AffinityData, test: np.ndarray, exact: np.ndarray, name: str, how: str) -> ChosenSplit:
    tested, trained = int((test & exact).sum()), int((~test & exact).sum())
    if tested < 4 or trained < FEWEST_TRAINED:
        raise AffinityDataError(
            f"its {name} split leaves {tested} exact values to test on and {trained} to train on",
            source=data.source or None,
            expected=f"at least 4 and {FEWEST_TRAINED}",
        )
    return ChosenSplit(test, how)
