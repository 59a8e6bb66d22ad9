"""``workbench results add``: join assay results to a run."""

from __future__ import annotations

from pathlib import Path

import typer


def command(
    run: Path = typer.Argument(..., help="Run folder."),
    file: Path = typer.Argument(..., help="CSV or TSV with the results, read as `workbench train` reads."),
    smiles: str = typer.Option(..., "--smiles", metavar="COLUMN", help="Column with the SMILES."),
    value: str = typer.Option(..., "--value", metavar="COLUMN", help="Column with the measured value."),
    unit: str = typer.Option(..., "--unit", help="nM, uM, mM, pM, M, or p for -log10 molar."),
    kind: str = typer.Option(None, "--kind", help="What was measured. Default: what the run predicts."),
    qualifier: str = typer.Option(None, "--qualifier", metavar="COLUMN", help="Column with >, < or =."),
    name: str = typer.Option(None, "--name", metavar="COLUMN", help="Column with compound names."),
    chosen: str = typer.Option(
        None, "--chosen", help="Which were chosen: accepted, or 'list NAME'. Default: the best ranked of the measured."
    ),
    active_above: float = typer.Option(None, "--active-above", metavar="P", help="A hit has this value or more."),
) -> None:
    """Add assay results to a run: error, bias, coverage and hit rate against what had been predicted.

    Results of compounds that the run has not scored are listed and left out.
    """
    from screening.models.data.measurements import read_measurements
    from screening.printable import printable
    from screening.runs.results.assay import join_results, keep_results, require_affinity
    from screening.runs.run import open_run
    from workbench.cli.results.show import print_results
    from workbench.export.chosen import chosen_records

    opened = open_run(run)
    require_affinity(opened, kind)
    data = read_measurements(
        file, smiles=smiles, value=value, unit=unit, kind=opened.kind, name=name, qualifier=qualifier
    )
    records = None if chosen is None else set(chosen_records(opened, chosen))
    results = join_results(opened, data, records)
    path = keep_results(opened, results)
    if results.elsewhere:
        listed = ", ".join(results.elsewhere[:10]) + (" ..." if len(results.elsewhere) > 10 else "")
        typer.echo(printable(f"not scored by this run, left out: {len(results.elsewhere)} ({listed})"))
    print_results(opened, active_above)
    typer.echo(f"kept in {path}")
