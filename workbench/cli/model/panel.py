"""``workbench model panel``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from screening.printable import printable

if TYPE_CHECKING:
    from screening.models.panel.panel import Panel
    from screening.result_table import ResultTable


def panel(
    compounds: list[str] = typer.Argument(
        None, metavar="RUN|FILE|SMILES...", help="A run (its hits), files with compounds, or SMILES."
    ),
    top: int = typer.Option(20, "--top", min=1, help="Of a run: how many hits."),
    out: Path = typer.Option(None, "--out", metavar="FILE", help="Write every compound and target to a CSV file."),
    folder: Path = typer.Option(None, "--panel", metavar="FOLDER", help="Another panel than the one that is shipped."),
    json: bool = typer.Option(False, "--json", help="Print every compound and target as JSON."),
) -> None:
    """Predict likely activity at the fifteen targets of the off-target panel; alone, say what it is and how good."""
    import json as json_module

    from screening.models.panel.panel import load_panel
    from screening.models.panel.panel_table import panel_table

    loaded = load_panel(folder)
    if not compounds:
        if json:
            typer.echo(json_module.dumps(loaded.card, indent=2))
        else:
            _describe(loaded)
        return
    names, smiles = _compounds(compounds, top)
    found = panel_table(loaded, names, smiles)
    if out is not None:
        _write(found, out)
    if json:
        typer.echo(json_module.dumps(found.to_pylist(), indent=2))
        return
    _print(loaded, found)
    if out is not None:
        typer.echo(f"written to {out}")


def _compounds(given: list[str], top: int) -> tuple[list[str], list[str]]:
    """Return names and parent SMILES of the hits of a run, or of compounds; those that are none are said to be so."""
    from screening.errors import LibraryError
    from workbench.ligands import read_ligands

    if len(given) == 1 and Path(given[0]).is_dir():
        from screening.runs.run import open_run

        hits = open_run(given[0]).hits().slice(0, top)
        return hits.column("name").to_pylist(), hits.column("smiles").to_pylist()
    found = read_ligands(list(given))
    usable = [one for one in found if not one.problem]
    for one in found:
        if one.problem:
            typer.echo(f"left out: {printable(one.name)}: {one.problem}", err=True)
    if not usable:
        raise LibraryError("holds no usable compound", source=str(given[0])[:60], expected="SMILES or a compound file")
    return [one.name for one in usable], [one.smiles for one in usable]


def _write(found: ResultTable, out: Path) -> None:
    import io

    from screening.engine.csv_table import write_csv
    from screening.engine.files import write_text

    sink = io.StringIO(newline="")
    write_csv(sink, found.table, decimals=3)
    write_text(out, sink.getvalue())


def _print(panel: Panel, found: ResultTable) -> None:
    from screening.models.panel.panel import ACTIVE_ABOVE, LIKELY
    from screening.runs.evidence.text import number_text

    count = len(panel.targets)
    rows = found.to_pylist()
    for start in range(0, len(rows), count):
        of_one = rows[start : start + count]
        likely = [row for row in of_one if row["likely"]]
        inside = sum(row["in_domain"] for row in of_one)
        typer.echo(
            f"{printable(of_one[0]['name'])}: "
            + (f"likely at {len(likely)} of {count} targets" if likely else f"likely at none of {count} targets")
            + f" (in the domain of {inside})"
        )
        for row in likely:
            typer.echo(
                f"  {row['target']}: predicted {row['kind']} {number_text(row['affinity'], 2)} (90 % interval"
                f" {number_text(row['lower'], 2)} to {number_text(row['upper'], 2)}), chance of {ACTIVE_ABOVE:g} or"
                f" more {row['chance']:.0%}"
            )
    typer.echo(f"Likely: in the domain, and a value of {ACTIVE_ABOVE:g} (1 uM) or more with a chance of {LIKELY:.0%}.")
    for sentence in panel.card["limitations"][:2]:
        typer.echo(sentence)


def _describe(panel: Panel) -> None:
    typer.echo(f"{panel.card['what']}; trained on {panel.card['trained_on']}.")
    typer.echo("Tested on compounds kept apart: RMSE beside that of the mean and of the nearest neighbour,")
    typer.echo("share of values inside the 90 % interval, share of compounds in the domain.")
    typer.echo(f"  {'':30}{'':8}{'RMSE':>6}{'mean':>6}{'nearest':>9}{'interval':>10}{'domain':>8}")
    for one in panel.targets:
        test, simple = one.test, one.test["baselines"]
        typer.echo(
            f"  {one.name:30}{one.kind:8}{test['rmse']:6.2f}{simple['training mean']:6.2f}"
            f"{simple['nearest neighbour']:9.2f}{test['coverage']:10.0%}{test['in_domain']:8.0%}"
        )
    for sentence in panel.card["limitations"]:
        typer.echo(sentence)
    typer.echo(panel.card["attribution"])
