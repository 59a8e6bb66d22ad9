"""``workbench target triage``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import typer

from screening.errors import UsageError
from workbench.cli.target.print_table import print_table


def triage(
    places: list[Path] = typer.Argument(
        ..., metavar="FOLDER|FILE|ID...", help="Structures, folders of them, or ids to fetch: 1FMO, P05132."
    ),
    out: Path = typer.Option(..., "--out", help="Folder of the run; the same command goes on in it."),
    weight: list[str] = typer.Option([], "--weight", help="Part of the score and its weight: druggability=0.5."),
    known: Path = typer.Option(None, "--known", help="CSV of proteins with known ligands: name, sequence, affinities."),
    variants_of: list[str] = typer.Option([], "--variants", help="Variants of a target: 5UG8=FILE."),
    base_url: str = typer.Option(None, "--base-url", help="Another server that answers like the source."),
    workers: int = typer.Option(0, "--workers", min=0, help="Dask workers on this machine; 0 works in this process."),
    top: int = typer.Option(15, "--top", min=1, help="How many targets to list here."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
) -> None:
    """Rank many structures by their fitness as targets: a table, a figure and a page, every weight visible.

    PDB ids (1FMO) and UniProt accessions (P05132, from the AlphaFold DB) are fetched into the folder of the run.
    """
    import contextlib

    from screening.clusters.catalog import open_client
    from screening.engine.files import replacing, write_text
    from screening.targets.files.entries import fetch_entries
    from screening.targets.title import sentence_case
    from screening.targets.triage.ranking import (
        rank_targets,
        read_known,
        require_weights,
        triage_rows,
        write_triage_csv,
    )
    from screening.targets.triage.survey import survey_targets
    from screening.targets.variants.notation import read_variants
    from workbench.progress import progress_bar
    from workbench.triage.figure import triage_figure
    from workbench.triage.page import triage_page

    weights = require_weights(_pairs(weight))
    proteins = read_known(known) if known is not None else []
    listed = {name: [v.text for v in read_variants(Path(path))] for name, path in _split(variants_of)}
    with contextlib.ExitStack() as stack:
        report = stack.enter_context(progress_bar())
        found = fetch_entries(places, out / "structures", base_url, on_progress=report)
        client = stack.enter_context(open_client(workers=workers)) if workers else None
        survey = survey_targets(found, out, client=client, on_progress=report)
    ranked = rank_targets(survey, weights=weights, known=proteins, variants=listed)
    refused = [row for row in survey.table("ledger").to_pylist() if row["state"] != "scored"]
    paths = [write_triage_csv(ranked, out / "triage.csv")]
    write_text(out / "triage.html", triage_page(ranked, weights, refused, survey.counts))
    with replacing(out / "triage.png") as temporary:
        triage_figure(ranked, weights).savefig(temporary, dpi=150, format="png")
    paths += [out / "triage.html", out / "triage.png"]
    if as_json:
        everything = {"counts": survey.counts, "weights": weights, "targets": triage_rows(ranked)}
        typer.echo(json.dumps({**everything, "refused": refused}, indent=2))
        return
    rows = [
        (
            str(t.rank), t.facts["id"], f"{t.score:.3f}", t.facts["verdict"],
            *("-" if t.parts[name] is None else f"{t.parts[name]:.2f}" for name in ("quality", "druggability")),
            *([t.nearest_known or "-"] if proteins else []), sentence_case(t.facts["title"]),
        )
        for t in ranked[:top]
    ]  # fmt: skip
    near = ["nearest known"] if proteins else []
    header = ("rank", "target", "score", "verdict", "quality", "druggable", *near, "title")
    print_table(
        f"{len(ranked)} targets of {sum(survey.counts.values())} files", header, rows, whole=header[:-1], short="title"
    )
    for row in refused[:5]:
        typer.echo(f"not used: {row['reason']}")
    if len(refused) > 5:
        typer.echo(f"... and {len(refused) - 5} more; all are in the page and in {out / 'ledger'}")
    for path in paths:
        typer.echo(str(path))


def _split(texts: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for text in texts:
        name, mark, value = text.partition("=")
        if not mark or not name.strip() or not value.strip():
            raise UsageError(f"{text!r} is no pair", expected="NAME=VALUE")
        found.append((name.strip(), value.strip()))
    return found


def _pairs(texts: Sequence[str]) -> dict[str, float]:
    found = {}
    for name, value in _split(texts):
        try:
            found[name] = float(value)
        except ValueError:
            raise UsageError(f"{value!r} is no weight of {name}", expected="a number from 0") from None
    return found
