"""What is screened against what: everything that decides the result of a run, and its key."""

from __future__ import annotations

import dataclasses
import json
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screening.errors import LibraryError, ModelError, PlanError, RunMismatchError, StructureError
from screening.provenance import content_key

if TYPE_CHECKING:
    from screening.compounds.library.prepared_library import PreparedLibrary
    from screening.features.library_features import LibraryFeatures
    from screening.models.affinity import AffinityModel
    from screening.targets.target import Target

#: Version of what a run computes from its plan; part of every key.
PROTOCOL = "2"
DEFAULT_TOP = 1000


@dataclasses.dataclass(frozen=True)
class ScreenPlan:
    """Everything that decides the result of a screen.

    Attributes
    ----------
    library, library_key
        Folder of the prepared library and its content key.
    model, model_key
        Folder of the saved model and the key of the model as bound to the target.
    target, target_sha256
        Structure or sequence file and the SHA-256 of its bytes; None for a model of one target.
    chain
        Author id of the chain whose sequence the model is bound to; None takes the longest protein chain.
    sequence
        That sequence; None for a model of one target screened without a target.
    site
        How the binding site is placed, such as ``"ligand ADN"``; kept for views and docking.
    seed
        Seed of every random choice.
    top
        Number of hits kept in ``hits.parquet``. The scores of all compounds are kept beside it.
    features
        Key of the features stored with the library (`screening.features.library_features`) if the model uses them:
        what chooses the compounds that it scores is another thing then.
    """

    library: str
    library_key: str
    model: str
    model_key: str
    target: str | None = None
    target_sha256: str | None = None
    chain: str | None = None
    sequence: str | None = None
    site: str | None = None
    seed: int = 0
    top: int = DEFAULT_TOP
    features: str | None = None

    def __post_init__(self) -> None:
        if self.top < 1:
            raise PlanError(f"top is {self.top}", expected="a whole number of at least 1")

    @cached_property
    def key(self) -> str:
        """Content key: equal for plans with equal results, wherever their files lie."""
        facts = dataclasses.asdict(self)
        for place in ("library", "model", "target"):
            del facts[place]
        return content_key({"protocol": PROTOCOL, **facts})

    def to_json(self) -> str:
        """Return indented JSON text."""
        return json.dumps({**dataclasses.asdict(self), "key": self.key}, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str, source: str | os.PathLike[str] | None = None) -> ScreenPlan:
        """Read back what `to_json` wrote.

        Raises
        ------
        PlanError
            If the text is no plan, or was changed by hand so that it no longer fits its key.
        """
        try:
            raw = dict(json.loads(text))
            key = raw.pop("key")
            plan = cls(**raw)
        except (ValueError, TypeError, KeyError) as error:
            raise PlanError("is no plan", source=source, expected="a plan.json that a run wrote") from error
        if plan.key != key:
            raise PlanError("does not fit its own key: it was edited, or written by another version", source=source)
        return plan

    def as_begun(self, begun: ScreenPlan) -> ScreenPlan:
        """Return this plan as a run was begun with it: with the stored features it used then, or without any.

        Whether a library has its features stored changes how fast a screen is and what a stand-in learns, not what is
        asked for: who stores them while a run is stopped goes on with that run.
        """
        same = dataclasses.replace(self, features=begun.features)
        return same if same.key == begun.key else self

    def require_same(self, other: ScreenPlan, folder: str | os.PathLike[str]) -> None:
        """Check that a run folder made from `other` can be continued with this plan.

        Raises
        ------
        RunMismatchError
            If it cannot; the message names what differs.
        """
        if self.key == other.key:
            return
        mine, theirs = dataclasses.asdict(self), dataclasses.asdict(other)
        named = {"library_key": "library", "model_key": "model", "target_sha256": "target"}
        different = []
        for field, value in mine.items():
            if field in named.values() or field == "sequence" or value == theirs[field]:
                continue
            if field in named:
                place = named[field]
                different.append(
                    f"{place} {_short(theirs[place])} instead of {_short(mine[place])}"
                    if theirs[place] != mine[place]
                    else f"the {place} {_short(mine[place])} has changed"
                )
            else:
                different.append(f"{field} {theirs[field]} instead of {value}")
        raise RunMismatchError(
            f"holds a run of another plan ({'; '.join(different) or 'another version of the program'})",
            source=folder,
            expected="the same plan as before, or another folder",
        )


def _short(value: Any) -> str:
    return str(value) if value is not None else "none"


def plan_screen(
    library: PreparedLibrary,
    model: str | os.PathLike[str],
    *,
    target: str | os.PathLike[str] | Target | None = None,
    chain: str | None = None,
    site: str | None = None,
    seed: int = 0,
    top: int = DEFAULT_TOP,
) -> ScreenPlan:
    """Make a plan from what is at hand: reads the target, loads and binds the model, takes their keys.

    Parameters
    ----------
    library
        A prepared library.
    model
        Folder of a saved model.
    target
        Structure or sequence file (or a target already read); may be left out for a model of one target.
    chain
        Author id of the chain to take the sequence of; the longest protein chain by default.
    site, seed, top
        See `ScreenPlan`.

    Raises
    ------
    ScreeningError
        If the target or the model cannot be read, or the model needs a target and none is given.
    """
    from screening.features.library_features import features_of
    from screening.targets.files.read import read_target

    found = read_target(target) if isinstance(target, str | os.PathLike) else target
    sequence = None if found is None else sequence_of(found, chain)
    bound = load_bound(str(model), sequence)
    stored = features_of(library)
    return ScreenPlan(
        library=str(Path(library.folder).resolve()),
        library_key=library.key,
        model=str(Path(model).resolve()),
        model_key=bound.key,
        target=None if found is None else str(Path(found.source).resolve()),
        target_sha256=None if found is None else found.sha256,
        chain=chain,
        sequence=sequence,
        site=site,
        seed=seed,
        top=top,
        features=stored.key if stored is not None and getattr(bound, "uses_features", False) else None,
    )


def planned_features(plan: ScreenPlan, library: PreparedLibrary) -> LibraryFeatures | None:
    """Return the stored features that a plan uses; None if it uses none.

    Raises
    ------
    LibraryError
        If they are no longer there.
    """
    from screening.features.library_features import features_of

    if plan.features is None:
        return None
    found = features_of(library)
    if found is None or found.key != plan.features:
        raise LibraryError(
            "has no longer the stored features that the run was planned with",
            source=library.folder,
            expected="those of: workbench library featurise LIBRARY",
        )
    return found


def sequence_of(target: Target, chain: str | None = None) -> str:
    """Return the sequence of a chain of the target, or of its longest protein chain.

    Raises
    ------
    StructureError
        If there is no such chain, or no protein at all.
    """
    if chain is None:
        if not target.sequence:
            raise StructureError("has no protein chain", source=target.source, expected="a protein target")
        return target.sequence
    proteins = {each.id: each for each in target.chains if each.kind == "protein"}
    if chain not in proteins:
        raise StructureError(
            f"has no protein chain {chain!r}",
            source=target.source,
            expected=f"one of {', '.join(sorted(proteins)) or 'none'}",
        )
    return proteins[chain].seqres or proteins[chain].sequence


def load_bound(path: str, sequence: str | None) -> AffinityModel:
    """Load a saved model and bind it to the sequence if it needs one.

    Raises
    ------
    ModelError
        If it cannot be loaded, was tampered with, or needs a target and none is given.
    """
    from screening.models.storage import bind, load_model

    if not Path(path).exists():
        raise ModelError("no such model", source=path, expected="a folder that `workbench train` wrote")
    return bind(load_model(Path(path)), sequence)
