"""What a matrix screen asks: a library, and a model bound to a target for every column."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screening.errors import ModelError, PlanError, RunMismatchError, UsageError
from screening.models.affinity import AffinityKind, AffinityModel
from screening.models.pairs.family_model import FamilyModel
from screening.provenance import content_key
from screening.runs.matrix.targets import EVERY, MatrixTarget, read_targets

if TYPE_CHECKING:
    from screening.compounds.library.prepared_library import PreparedLibrary

#: Version of what a matrix computes from its plan; part of every key.
PROTOCOL = "1"
DEFAULT_TOP = 1000
#: What hits are ranked by.
RANKINGS = ("affinity", "difference")


@dataclasses.dataclass(frozen=True)
class MatrixColumn:
    """A model bound to a target.

    Attributes
    ----------
    name
        Of the column.
    model, model_key
        Folder of the saved model, and the key of the model as bound.
    kind
        Of its numbers, such as ``"pKd"``.
    target
        Name of the target among those of the model; None for one that is known by its sequence, or for a model of one
        target.
    sequence
        That the model is bound to.
    path, sha256
        File of the sequence.
    """

    name: str
    model: str
    model_key: str
    kind: str
    target: str | None = None
    sequence: str | None = None
    path: str | None = None
    sha256: str | None = None


@dataclasses.dataclass(frozen=True)
class MatrixPlan:
    """Everything that decides the result of a matrix screen.

    Attributes
    ----------
    library, library_key
        Folder of the prepared library and its content key.
    columns
        What every compound is predicted for.
    primary
        Name of the column that compounds are ranked by and selectivity is told of; None takes the tightest of each
        compound.
    rank_by
        ``"affinity"`` to the primary target (or the tightest), or the ``"difference"`` to the best off-target.
    top
        Hits kept.
    """

    library: str
    library_key: str
    columns: tuple[MatrixColumn, ...]
    primary: str | None = None
    rank_by: str = "affinity"
    top: int = DEFAULT_TOP

    def __post_init__(self) -> None:
        if self.top < 1:
            raise PlanError(f"top is {self.top}", expected="a whole number of at least 1")
        if self.rank_by not in RANKINGS:
            raise PlanError(f"hits cannot be ranked by {self.rank_by!r}", expected=" or ".join(RANKINGS))
        if not self.columns:
            raise PlanError("a matrix without a column", expected="at least one model and target")
        if self.primary is not None and self.primary not in self.names:
            raise PlanError(f"there is no target {self.primary!r}", expected=f"one of {', '.join(self.names[:10])}")
        mixed = len({column.kind for column in self.columns}) > 1 and len(self.affinities) < len(self.columns)
        if self.primary is None and mixed:
            kinds = ", ".join(sorted({column.kind for column in self.columns}))
            raise PlanError(f"the models predict different numbers ({kinds})", expected="--primary to rank by one")
        if self.rank_by == "difference" and len(self.affinities) < 2:
            raise PlanError("a difference needs two targets with predicted affinities", expected="more targets")

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return [column.name for column in self.columns]

    @property
    def models(self) -> list[str]:
        """Folders of the models, each once, in the order of the columns."""
        return list(dict.fromkeys(column.model for column in self.columns))

    @property
    def affinities(self) -> list[int]:
        """Positions of the columns whose numbers are affinities: only these can be compared for selectivity."""
        return [at for at, column in enumerate(self.columns) if column.kind in list(AffinityKind)]

    @property
    def at_primary(self) -> int | None:
        """Position of the primary column."""
        return None if self.primary is None else self.names.index(self.primary)

    @cached_property
    def key(self) -> str:
        """Content key: equal for plans with equal results, wherever their files lie."""
        return content_key(
            {
                "protocol": PROTOCOL,
                "library": self.library_key,
                "columns": [[column.name, column.model_key] for column in self.columns],
                "primary": self.primary,
                "rank_by": self.rank_by,
                "top": self.top,
            }
        )

    def to_json(self) -> str:
        """Return indented JSON text."""
        facts = {**dataclasses.asdict(self), "key": self.key, "layer": "matrix"}
        return json.dumps(facts, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str, source: object = None) -> MatrixPlan:
        """Read back what `to_json` wrote.

        Raises
        ------
        PlanError
            If the text is no plan of a matrix, or was changed by hand so that it no longer fits its key.
        """
        try:
            raw: dict[str, Any] = dict(json.loads(text))
            key, _ = raw.pop("key"), raw.pop("layer")
            raw["columns"] = tuple(MatrixColumn(**column) for column in raw["columns"])
            plan = cls(**raw)
        except (ValueError, TypeError, KeyError) as error:
            raise PlanError(
                "is no plan of a matrix", source=source, expected="what `workbench matrix` wrote"
            ) from error
        if plan.key != key:
            raise PlanError("does not fit its own key: it was edited, or written by another version", source=source)
        return plan

    def require_same(self, begun: MatrixPlan, folder: str | os.PathLike[str]) -> None:
        """Check that a folder begun with another plan can be continued with this one.

        Raises
        ------
        RunMismatchError
            If it cannot; the message names what differs.
        """
        if self.key == begun.key:
            return
        different = [
            f"{name} {getattr(begun, name)} instead of {getattr(self, name)}"
            for name in ("primary", "rank_by", "top")
            if getattr(self, name) != getattr(begun, name)
        ]
        if self.library_key != begun.library_key:
            different.append(f"library {begun.library} instead of {self.library}")
        if [one.name for one in self.columns] != [one.name for one in begun.columns]:
            different.append(f"targets {', '.join(begun.names)[:80]} instead of {', '.join(self.names)[:80]}")
        raise RunMismatchError(
            f"holds a matrix of another plan ({'; '.join(different) or 'other models or sequences'})",
            source=folder,
            expected="the same plan as before, or another folder",
        )


def plan_matrix(
    library: PreparedLibrary,
    models: Sequence[str | os.PathLike[str]],
    targets: str | os.PathLike[str] | Sequence[MatrixTarget] | None = None,
    *,
    primary: str | None = None,
    rank_by: str = "affinity",
    top: int = DEFAULT_TOP,
) -> MatrixPlan:
    """Make a plan: every model that predicts from a sequence for every target, every other model once.

    Parameters
    ----------
    library
        A prepared library.
    models
        Folders of saved models.
    targets
        See `screening.runs.matrix.targets.read_targets`; None if no model needs a target.
    primary, rank_by, top
        See `MatrixPlan`.

    Raises
    ------
    ScreeningError
        If a target or a model cannot be read, or they do not fit.
    """
    if not models:
        raise UsageError("no model was named", expected="--models FOLDER")
    folders = [str(Path(one).resolve()) for one in models]
    if len(set(folders)) < len(folders):
        raise UsageError("a model was named twice", expected="each model once")
    named = read_targets(targets) if isinstance(targets, str | os.PathLike) else list(targets or [])
    many = [folder for folder in folders if _of_many_targets(loaded(folder))]
    if many and not named:
        raise ModelError(
            "the model predicts from the sequence of its target, and none is given", source=many[0],
            expected="--targets with a folder, a list, names, or 'all'",
        )  # fmt: skip
    if named and not many:
        raise UsageError(
            f"{len(named)} targets are given, but no model takes a target", expected="a model such as the kinase model"
        )
    columns: list[MatrixColumn] = []
    for folder in folders:
        model = loaded(folder)
        if folder not in many:
            columns.append(MatrixColumn(Path(folder).name, folder, model.key, str(model.kind)))
            continue
        tag = f" · {Path(folder).name}" if len(many) > 1 else ""
        wanted = _known(model) if [one.name for one in named] == [EVERY] else named
        bound = bound_to(model, [(one.name if one.sequence is None else None, one.sequence) for one in wanted])
        columns += [_column(folder, target, one, tag) for target, one in zip(wanted, bound)]
    names = [column.name for column in columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"two columns would be called {twice[0]!r}", expected="other names for targets or models")
    return MatrixPlan(
        library=str(Path(library.folder).resolve()),
        library_key=library.key,
        columns=tuple(columns),
        primary=primary,
        rank_by=rank_by,
        top=top,
    )


def uses_features(plan: MatrixPlan) -> bool:
    """Say whether a model of the plan looks at the features that a library may have stored."""
    return any(getattr(loaded(folder), "uses_features", False) for folder in plan.models)


def _of_many_targets(model: Any) -> bool:
    return hasattr(model, "bind")


def _known(model: Any) -> list[MatrixTarget]:
    """Return the usual targets of a model: no mutants of a wild type that is there, no unusual states."""
    targets = getattr(model, "targets", None)
    if targets is None:
        return [MatrixTarget(name) for name in model.target_names]
    return [
        MatrixTarget(one.name)
        for one in targets
        if not (one.state or (one.mutations and model.has_wild_type(one)))
    ]  # fmt: skip


def _column(folder: str, target: MatrixTarget, bound: AffinityModel, tag: str) -> MatrixColumn:
    return MatrixColumn(
        name=target.name + tag,
        model=folder,
        model_key=bound.key,
        kind=str(bound.kind),
        target=target.name if target.sequence is None else None,
        sequence=target.sequence,
        path=target.path,
        sha256=target.sha256,
    )


def bound_to(model: Any, targets: Sequence[tuple[str | None, str | None]]) -> list[AffinityModel]:
    """Return a model of many targets bound to each of them; another model as it is, once for each.

    Parameters
    ----------
    model
        Any saved model.
    targets
        Name among those of the model, or else the sequence, of each.

    Raises
    ------
    ModelError
        If the model knows no such target, or a sequence is of another family.
    """
    if not _of_many_targets(model):
        return [model] * len(targets)
    if isinstance(model, FamilyModel):
        wanted = [model.row(name) if name is not None else sequence or "" for name, sequence in targets]
        return list(model.bind_many(wanted))
    names = list(model.target_names)
    for name, _ in targets:
        if name is not None and name not in names:
            raise ModelError(f"has no target {name!r}", source=model.card.title, expected=f"such as {names[0]}")
    return [
        model.bind(sequence if name is None else model.target_sequences[names.index(name)])
        for name, sequence in targets
    ]


@lru_cache(maxsize=8)
def loaded(folder: str) -> Any:
    """Return a saved model; loaded once in a process.

    Raises
    ------
    ModelError
        If it cannot be loaded or was tampered with.
    """
    from screening.models.storage import load_model

    if not Path(folder).exists():
        raise ModelError("no such model", source=folder, expected="a folder that `workbench train` wrote")
    return load_model(Path(folder))
