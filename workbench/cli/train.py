"""``workbench train``: measured values, labels or known actives in, a model with its card out."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from screening.errors import UsageError
from workbench.cli import table_options

if TYPE_CHECKING:
    from screening.models.affinity import AffinityKind
    from screening.models.data.measurements import AffinityData
    from screening.models.storage import SavedModel
    from screening.models.train import TrainOptions

#: As in `screening.models.estimators.catalog`, which takes too long to import for ``--help``; a test holds them
#: together.
MODELS = "ensemble, fast, gaussian process, boosted trees, random forest, support vector, ridge or nearest neighbours"


def command(
    file: Path = typer.Argument(
        ..., metavar="FILE", help="Table of measurements (CSV, TSV, Excel, Parquet); with --actives any compound file."
    ),
    smiles: str = table_options.SMILES,
    value: str = table_options.VALUE,
    unit: str = table_options.UNIT,
    out: Path = typer.Option(
        None, "--out", metavar="MODEL", help="Folder to write to; default: FILE-model, with --table FILE-filled."
    ),
    kind: str = typer.Option(
        None, "--kind", help="What was measured: pIC50, pKi, pKd or pEC50; default: what FILE says."
    ),
    layout: str = table_options.LAYOUT,
    target: str = table_options.TARGET,
    active_above: float = typer.Option(
        None, "--active-above", metavar="P", help="Predict the probability of a value of P (-log10 molar) or more."
    ),
    label: str = table_options.LABEL,
    actives: bool = typer.Option(
        False, "--actives", help="FILE holds known actives only: rank compounds by similarity to them."
    ),
    background: Path = typer.Option(
        None,
        "--background",
        metavar="FILE",
        help="With --actives: compounds presumed inactive, best some of the library to screen. Default: NCI compounds.",
    ),
    qualifier: str = table_options.QUALIFIER,
    name: str = table_options.NAME,
    split: list[str] = typer.Option(
        None, "--split", help="Test in one more way, beside scaffold: cluster, time, predefined or random (repeatable)."
    ),
    date: str = typer.Option(None, "--date", metavar="COLUMN", help="Column with dates, for a split by time."),
    side: str = typer.Option(None, "--side", metavar="COLUMN", help="Column with train or test, for your own split."),
    model: str = typer.Option("ensemble", "--model", help=f"Which model to train: {MODELS}."),
    fast: bool = typer.Option(False, "--fast", help="The model that trains in seconds and screens fastest."),
    seed: int = typer.Option(0, "--seed", help="Seed of every random choice."),
    title: str = typer.Option("", "--title", help="One line that says what the model predicts."),
    trust_units: bool = typer.Option(False, "--trust-units", help="Accept a column that looks like two units."),
    continued: Path = typer.Option(
        None,
        "--continue",
        metavar="MODEL",
        help="FILE is a run of this model with assay results: train the next model on its data and the results.",
    ),
    table: bool = typer.Option(
        False, "--table", help="FILE is compounds by targets with gaps: fill them, and say what to measure next."
    ),
    column: list[str] = typer.Option(
        None, "--column", metavar="COLUMN", help="With --table: a column of values of a target (repeatable)."
    ),
    by: str = typer.Option(
        None, "--by", metavar="COLUMN", help="With --table and --value: the column that names the target of each row."
    ),
    measure_next: int = typer.Option(10, "--next", min=0, help="With --table: gaps to suggest for measuring."),
    json: bool = typer.Option(False, "--json", help="Print the model card as JSON."),
) -> None:
    """Train a model and say how good it is.

    On an export of ChEMBL, BindingDB or PubChem as it is, on measured values (--value, --unit), on labels (--label), on
    a few known actives alone (--actives), on what a model was trained on and the results of what it chose (--continue),
    or fill the gaps of a table of compounds by targets (--table).
    """
    from screening.models.evaluation.finished_fits import forget, kept_beside
    from screening.models.storage import require_place, save_model
    from workbench.cli.printing.print_card import print_card
    from workbench.progress import progress_bar

    if table:
        _refuse(
            "--table", {"--label": label, "--actives": actives or None, "--continue": continued, "--kind": kind,
                        "--target": target, "--split": split, "--date": date, "--side": side, "--fast": fast or None,
                        "--background": background, "--title": title or None, "--trust-units": trust_units or None,
                        "--layout": None if layout == "auto" else layout,
                        "--model": None if model == "ensemble" else model},
        )  # fmt: skip
        _fill(
            file, out, {"smiles": smiles, "name": name, "columns": column or (), "target": by, "value": value,
                        "qualifier": qualifier, "unit": unit},
            seed, active_above, measure_next, json,
        )  # fmt: skip
        return
    _refuse("a model of one target (they are for --table)", {"--column": column, "--by": by})
    modes = {"--value": value is not None, "--label": label is not None, "--actives": actives,
             "--continue": continued is not None}  # fmt: skip
    if sum(modes.values()) > 1:
        given = ", ".join(mode for mode, on in modes.items() if on)
        raise UsageError(
            f"{given} given",
            expected="one of --value COLUMN (with --unit), --label COLUMN, --actives or --continue MODEL",
        )
    if out is None:
        out = Path(f"{file.name.split('.')[0] or 'trained'}-model")
    require_place(out)
    kept = kept_beside(out)
    if continued is not None:
        _refuse(
            "--continue", {"--active-above": active_above, "--date": date, "--side": side, "--unit": unit,
                           "--qualifier": qualifier, "--split": split, "--background": background, "--smiles": smiles},
        )  # fmt: skip
    elif actives:
        _refuse(
            "--actives", {"--active-above": active_above, "--date": date, "--side": side, "--unit": unit,
                          "--qualifier": qualifier, "--split": split, "--fast": fast or None, "--target": target,
                          "--kind": kind},
        )  # fmt: skip
    else:
        _refuse("--value or --label", {"--background": background})
        if label is not None:
            _refuse("--label", {"--unit": unit, "--qualifier": qualifier, "--active-above": active_above})
        options = _options("fast" if fast else model, seed, title, split or [], date, side)
        columns: dict[str, Any] = {"smiles": smiles, "name": name, "date": date, "side": side}
        reader = (
            _label_reader(label, columns)
            if label
            else _value_reader(value, layout, unit, kind, target, trust_units, columns, qualifier)
        )
    with progress_bar() as on_progress:
        trained: SavedModel
        if continued is not None:
            from screening.runs.results.continued_data import train_continued

            trained = train_continued(continued, file, title=title, on_progress=on_progress)
        elif actives:
            from workbench.known_actives import rank_by_actives

            trained = rank_by_actives(
                file, background=background, smiles=smiles, name=name, seed=seed, title=title, on_progress=on_progress
            )
        else:
            from screening.models.train import train_activity, train_model

            data = reader(file, on_progress=on_progress)
            _say_cost(len(data), options, kept)
            threshold = 0.5 if label else active_above
            trained = (
                train_model(data, options=options, on_progress=on_progress, keep=kept)
                if threshold is None
                else train_activity(data, threshold, options=options, on_progress=on_progress, keep=kept)
            )
        save_model(trained, out)
        forget(kept)
        told = _with_page(trained, out)
    if json:
        typer.echo(trained.card.to_json(), nl=False)
        return
    print_card(trained.card)
    typer.echo(told)


def _fill(
    file: Path,
    out: Path | None,
    columns: dict[str, Any],
    seed: int,
    active_above: float | None,
    measure_next: int,
    as_json: bool,
) -> None:
    """Fill the gaps of a table."""
    import json

    from screening.models.tables.affinity_table import read_affinity_table
    from screening.models.tables.fill import FillOptions, fill_table, filling_cost
    from screening.models.tables.filled_table import require_place
    from workbench.cli.printing.print_filled import print_filled
    from workbench.progress import progress_bar

    out = require_place(out or Path(f"{file.name.split('.')[0] or 'table'}-filled"))
    table = read_affinity_table(file, **columns)
    typer.echo(f"filling {table.values.size:,} cells: {filling_cost(table).sentence()}", err=True)
    options = FillOptions(seed=seed, active_above=active_above, measure_next=measure_next)
    with progress_bar() as on_progress:
        filled = fill_table(table, options=options, on_progress=on_progress)
    filled.write(out)
    if as_json:
        typer.echo(json.dumps(filled.card(), indent=2))
        return
    print_filled(filled)
    typer.echo(f"written to {out}: filled.csv, gaps.csv, measure_next.csv, left_out.csv and card.json")


#: Below this many compounds training is over before anybody has read how long it takes.
_WORTH_SAYING = 500


def _say_cost(compounds: int, options: TrainOptions, kept: Path) -> None:
    """Say how long it will take, and that nothing is lost."""
    from screening.models.train import training_cost

    if compounds >= _WORTH_SAYING:
        found = f"{len(list(kept.glob('[0-9a-f]*')))} of an earlier run found, " if kept.is_dir() else ""
        typer.echo(
            f"training on {compounds:,} compounds: {training_cost(compounds, options).sentence()}; finished fits are"
            f" kept in {kept} ({found}the same command goes on from them)",
            err=True,
        )


def _with_page(trained: SavedModel, out: Path) -> str:
    """Write the card with plots; say what was written. The model is whole without it."""
    from screening.errors import StorageError
    from workbench.plots.model_card import write_card

    try:
        return f"model written to {out}; its card with plots: {write_card(trained, out)}"
    except StorageError as error:
        return f"model written to {out}, and complete; only the page of its card is missing: {error}"


def _refuse(mode: str, options: dict[str, object]) -> None:
    """Refuse options that mean nothing in this mode, rather than pass over them."""
    extra = [option for option, value in options.items() if value not in (None, [], ())]
    if extra:
        raise UsageError(f"{', '.join(extra)} cannot be used with {mode}")


def _options(model: str, seed: int, title: str, split: list[str], date: str | None, side: str | None) -> TrainOptions:
    from screening.models.evaluation.chosen_splits import require_splits
    from screening.models.train import TrainOptions, require_model

    require_model(model)
    splits = require_splits(split, date=date is not None, side=side is not None)
    return TrainOptions(model=model, seed=seed, title=title, splits=splits)


def _label_reader(label: str, columns: dict[str, Any]) -> Callable[..., AffinityData]:
    from screening.models.data.labels import read_labels

    return functools.partial(read_labels, label=label, **columns)


def _value_reader(
    value: str | None,
    layout: str,
    unit: str | None,
    kind: str | None,
    target: str | None,
    trust_units: bool,
    columns: dict[str, Any],
    qualifier: str | None,
) -> Callable[..., AffinityData]:
    from screening.models.data.measurements import read_measurements
    from screening.models.data.units import Unit

    return functools.partial(
        read_measurements, value=value, layout=layout, unit=None if unit is None else Unit.parse(unit),
        kind=None if kind is None else _kind(kind), target=target, trust_units=trust_units, qualifier=qualifier,
        **columns,
    )  # fmt: skip


def _kind(text: str) -> AffinityKind:
    from screening.models.affinity import AffinityKind

    kinds = {one.value.lower(): one for one in AffinityKind} | {one.value[1:].lower(): one for one in AffinityKind}
    if text.lower() not in kinds:
        raise UsageError(
            f"{text!r} is no kind of affinity", expected=f"one of {', '.join(one.value for one in AffinityKind)}"
        )
    return kinds[text.lower()]
