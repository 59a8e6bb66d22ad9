"""``workbench demo``: the whole path on the data the project ships."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    import pyarrow as pa

    from workbench.console import Console
    from workbench.run import Run


def command(
    out: Path = typer.Option(Path("demo"), "--out", "-o", help="Folder for the results."),
    workers: int = typer.Option(None, "--workers", help="Worker processes. Default: one per core.", min=0),
    docked: int = typer.Option(
        10, "--dock", help="Dock so many of the best hits, by the quick search; 0 for none.", min=0
    ),
) -> None:
    """Screen the shipped library against protein kinase A (PDB 1FMO) and export the hits.

    Reads the target, finds its binding site, trains a model on measured values, prepares the library, screens it
    with the pretrained kinase model, docks the best, and writes CSV, SDF, a page with the hits in the site and a
    dossier. Uses no network.
    """
    import workbench as wb
    from screening.targets.title import sentence_case
    from workbench.cli.model import print_card
    from workbench.console import Console

    console = Console(highlight=False)
    started = time.perf_counter()
    files = {name: out / f"hits.{name}" for name in ("csv", "sdf", "html")}

    _heading(console, "1  The target")
    target = wb.open_target(wb.shipped("targets/1fmo.cif"))
    site = wb.site_around_ligand(target, "ADN")
    console.print(
        f"{target.id}: {sentence_case(target.title)}, {sentence_case(target.method)}, {target.resolution_A:g} Å"
    )
    console.print(f"binding site {site.origin}: {len(site.residues)} residues")

    _heading(
        console, "2  A model from measured values: 1,017 Nav1.7 inhibitors (to show training; the screen uses another)"
    )
    trained = wb.train(
        wb.shipped("affinities/nav17.csv"),
        smiles="smiles",
        value="pIC50",
        unit="p",
        kind="pIC50",
        name="name",
        out=out / "nav17.model",
        model="fast",
    )
    print_card(trained.card)

    _heading(console, "3  The library: the NCI set and 57 known protein kinase A ligands")
    sources = [wb.shipped("libraries/pka_ligands.csv"), wb.shipped("libraries/nci.smi")]
    library = wb.open_library(sources, out=out / "library", workers=workers)
    console.print(", ".join(f"{count:,} {state}" for state, count in library.counts.items() if count))

    _heading(console, "4  The screen: the pretrained kinase model, told this kinase's sequence")
    run = wb.screen(
        library=library, model=wb.shipped("models/kinome"), target=target, site=site, out=out / "run", workers=workers
    )

    _heading(console, "5  The ten best")
    _print_hits(console, run.table(10))

    _heading(console, "6  How they would sit in the site")
    if docked:
        _dock(console, run, docked, workers)
    else:
        console.print(f"not docked here; try: workbench dock {run.folder} --top 5")
    for path in files.values():
        run.export(path)

    _heading(console, "7  How the known ligands rank")
    _print_known(console, run, sources[0].name)

    _heading(console, "8  The dossier: what was asked, done and found, for those who must check it")
    files["dossier"] = _dossier(run, out)

    _heading(console, "Done")
    for name, path in files.items():
        console.print(f"{name:7} {path}")
    console.print(f"run     {run.folder}   (try: workbench hits {run.folder} --why staurosporine)")
    console.print(f"took {time.perf_counter() - started:.0f} s")


def _heading(console: Console, text: str) -> None:
    console.print(f"\n[bold]{text}[/bold]")


def _dossier(run: Run, out: Path) -> Path:
    """Write the dossier of the ten best: as PDF, or as a page where typst is not installed."""
    import importlib.util

    from workbench.report.dossier import DossierOptions, write_dossier

    path = out / ("dossier.pdf" if importlib.util.find_spec("typst") else "dossier.html")
    write_dossier(run.run, path, target=run.target, site=run.site, options=DossierOptions(top=10), overwrite=True)
    return path


def _dock(console: Console, run: Run, docked: int, workers: int | None) -> None:
    """Dock the best; without a docking engine say what to install."""
    from rich.markup import escape
    from rich.table import Table

    from screening.errors import MissingExtraError
    from screening.poses.checks.check import checks_text
    from screening.poses.interactions.summary import contacts_text

    try:
        docking = run.dock(docked, quick=True, workers=workers)
    except MissingExtraError as error:
        console.print(f"skipped: {error}")
        return
    shown = Table(box=None, pad_edge=False)
    for heading in ("name", "p(2 Å)", "checks", "contacts"):
        shown.add_column(heading, justify="right" if heading == "p(2 Å)" else "left")
    for _, pose in docking.best_poses():
        chance = "" if pose.probability_2A is None else f"{pose.probability_2A:.2f}"
        shown.add_row(
            escape(pose.name), chance, escape(checks_text(pose.checks)), escape(contacts_text(pose.interactions))
        )
    console.print(shown)
    console.print("p(2 Å): how likely the pose lies within 2 Å of the true one. A docking score is no affinity.")
    console.print(f"This was the quick search; the full one: workbench dock {run.folder} --top {docked}")


def _print_hits(console: Console, table: pa.Table) -> None:
    from rich.markup import escape
    from rich.table import Table

    from screening.runs.evidence.text import number_text

    shown = Table(box=None, pad_edge=False)
    for heading in ("rank", "name", "predicted", "90 % interval", "domain", "nearest known", "sim."):
        left = heading in {"name", "nearest known"}
        shown.add_column(heading, justify="left" if left else "right", no_wrap=True)
    for row in table.to_pylist():
        shown.add_row(
            str(row["rank"]),
            escape(row["name"]),
            f"{row['kind']} {number_text(row['affinity'], 2)}",
            f"{number_text(row['lower'], 2)} to {number_text(row['upper'], 2)}",
            "in" if row["in_domain"] else "out",
            escape(row["nearest"]),
            number_text(row["similarity"], 2),
        )
    console.print(shown)


def _print_known(console: Console, run: Run, source: str) -> None:
    """Print the enrichment of the known ligands, those the model was trained on counted apart."""
    from screening.runs.enrichment import enrichment

    table = run.table()
    rows = [row for row in table.to_pylist() if Path(row["source"]).name == source]
    seen = [row for row in rows if row["known"]]
    fresh = [row for row in rows if not row["known"]]
    for label, group, left_out in (
        ("not seen in training", fresh, seen),
        ("seen in training", seen, fresh),
    ):
        if not group:
            continue
        # The other group is taken out of the ranking, so that neither flatters nor hinders the other.
        gone = [row["rank"] for row in left_out]
        ranks = [row["rank"] - sum(rank < row["rank"] for rank in gone) for row in group]
        result = enrichment(ranks, table.num_rows - len(gone))
        best = ", ".join(f"{row['rank']} {row['name']}" for row in group[:5])
        console.print(
            f"{result.actives} {label}: ROC AUC {result.roc_auc:.2f}, EF1% {result.ef1:.1f}, EF5% {result.ef5:.1f}, "
            f"BEDROC {result.bedroc:.2f} among {result.compounds:,} compounds; "
            f"best ranks {best}"
        )
