"""``workbench results add``: join assay results to a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from workbench.cli import table_options

if TYPE_CHECKING:
    from screening.runs.run import ScreenRun


def command(
    run: Path = typer.Argument(..., help="Run folder."),
    file: Path = typer.Argument(..., help="Table with the results, read as `workbench train` reads."),
    smiles: str = table_options.SMILES,
    value: str = table_options.VALUE,
    unit: str = table_options.UNIT,
    label: str = table_options.LABEL,
    layout: str = table_options.LAYOUT,
    target: str = table_options.TARGET,
    kind: str = typer.Option(None, "--kind", help="What was measured. Default: what the run predicts."),
    qualifier: str = table_options.QUALIFIER,
    name: str = table_options.NAME,
    chosen: str = typer.Option(
        None,
        "--chosen",
        help="Which were chosen: accepted, 'list NAME', batch or 'batch N' (of `workbench next`). Default: the latest"
        " batch where some of it was measured, else the best ranked of the measured.",
    ),
    active_above: float = typer.Option(None, "--active-above", metavar="P", help="A hit has this value or more."),
) -> None:
    """Add assay results to a run: error, bias, coverage and hit rate against what had been predicted.

    Results of compounds that the run has not scored are listed and left out.
    """
    from screening.errors import UsageError
    from screening.models.data.labels import read_labels
    from screening.models.data.measurements import read_measurements
    from screening.printable import printable
    from screening.runs.results.assay import (
        join_results,
        keep_results,
        labels_as_limits,
        require_affinity,
        require_labels_fit,
    )
    from screening.runs.run import open_run
    from workbench.cli.results.show import print_results

    opened = open_run(run)
    if label is not None:
        if value is not None or unit is not None or qualifier is not None:
            raise UsageError("--label goes with none of --value, --unit and --qualifier")
        require_labels_fit(opened, active_above)
        data = labels_as_limits(read_labels(file, smiles=smiles, label=label, name=name), opened, active_above)
    else:
        require_affinity(opened, kind)
        data = read_measurements(
            file,
            smiles=smiles,
            value=value,
            unit=unit,
            kind=opened.kind,
            layout=layout,
            target=target,
            name=name,
            qualifier=qualifier,
        )
    results = join_results(opened, data, _chosen(opened, chosen, set(data.identities)))
    path = keep_results(opened, results)
    if results.elsewhere:
        listed = ", ".join(results.elsewhere[:10]) + (" ..." if len(results.elsewhere) > 10 else "")
        typer.echo(printable(f"not scored by this run, left out: {len(results.elsewhere)} ({listed})"))
    print_results(opened, active_above)
    typer.echo(f"kept in {path}")


def _chosen(run: ScreenRun, asked: str | None, measured: set[bytes]) -> set[int] | None:
    """Return the records that were chosen for measurement; None for the best ranked of the measured."""
    from screening.errors import UsageError
    from screening.runs.results.kept_batch import batch_of, kept_batches
    from workbench.export.chosen import chosen_records

    if asked is None:
        kept = kept_batches(run)
        latest = {row["record"] for row in kept[-1].table.to_pylist() if row["identity"] in measured} if kept else set()
        return kept[-1].records("best") if latest else None
    word, _, number = asked.strip().replace(":", " ", 1).partition(" ")
    if word != "batch":
        return set(chosen_records(run, asked))
    if number and not number.strip().isdigit():
        raise UsageError(f"{number!r} is no number of a batch", expected="batch, or batch 1")
    return batch_of(run, int(number) if number else None).records("best")
