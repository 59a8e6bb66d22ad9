"""``workbench design``."""

from __future__ import annotations

from pathlib import Path

import typer

from screening.errors import UsageError
from screening.printable import printable


def command(
    start: str = typer.Argument(..., metavar="RUN|SMILES", help="Run folder, or a SMILES."),
    around: str = typer.Option(None, "--around", "-a", help="With a run: name of a hit, 'rank 3', or a SMILES."),
    out: list[Path] = typer.Option(
        ..., "--out", "-o", metavar="FILE", help="File to write: .smi, .csv, .sdf or .html; may be repeated."
    ),
    fragments: Path = typer.Option(None, "--fragments", "-f", help="File of `workbench library fragments`."),
    library: Path = typer.Option(None, "--library", "-l", help="Prepared library to find the nearest compounds in."),
    model: Path = typer.Option(None, "--model", "-m", help="Model, in place of the run's."),
    target: Path = typer.Option(None, "--target", "-t", help="Target of a model that needs a sequence."),
    reactions: Path = typer.Option(
        None, "--reactions", metavar="SCHEME", help="Scheme of reactions with reagents: its products like the compound."
    ),
    source: list[str] = typer.Option(
        None,
        "--source",
        help="'matched pairs', 'medicinal chemistry', 'fragment in context' or 'reactions'; may be repeated.",
    ),
    core: str = typer.Option(None, "--core", help="SMARTS that stays as it is."),
    atoms: str = typer.Option(
        None,
        "--atoms",
        help="Only these atoms may change, such as 3-9,12: from 1, in the canonical SMILES (the page numbers them).",
    ),
    grow: int = typer.Option(None, "--grow", help="Only replace a hydrogen of this atom."),
    window: list[str] = typer.Option(None, "--window", help="Such as logp=1:4; may be repeated."),
    similarity: str = typer.Option("0:1", "--similarity", help="Tanimoto similarity to the compound, such as 0.3:0.8."),
    radius: int = typer.Option(3, "--radius", help="Bonds to which surroundings must be the same, 1 to 3."),
    least_pairs: int = typer.Option(2, "--least-pairs", help="Measured pairs that an exchange needs."),
    top: int = typer.Option(200, "--top", help="Designs in the list."),
    most: int = typer.Option(5000, "--most", help="Molecules to look at."),
    per_cluster: int = typer.Option(
        5, "--per-cluster", help="Designs of one cluster in the list while there are others."
    ),
    as_run: Path = typer.Option(
        None, "--as-run", metavar="FOLDER", help="Make a run of the designs: `workbench review serve FOLDER` shows it."
    ),
    dock: int = typer.Option(0, "--dock", help="With --as-run: how many of the best are docked too.", min=0),
    site: str = typer.Option(None, "--site", help="With --dock, where the run has no site.", metavar="SITE"),
    quick: bool = typer.Option(False, "--quick", help="With --dock: a third of the time, for a first look only."),
    as_json: bool = typer.Option(False, "--json", help="Print the summary as JSON."),
) -> None:
    """Propose the next molecules around a compound, judged by the run's model, with what changed marked in each."""
    import dataclasses
    import json

    from workbench.design_molecules import design, is_run, require_format

    for path in out:
        require_format(path)
    if as_run is None and (dock or site or quick):
        raise UsageError("--dock, --site and --quick go with --as-run", expected="--as-run FOLDER")
    run = start if is_run(start) else None
    if run is not None and around is None:
        raise UsageError("it is not said which hit to design around", expected="--around NAME, 'rank N' or a SMILES")
    if run is None and (around is not None or Path(start).is_dir()):
        raise UsageError(f"{start[:60]!r} is no run", expected="the folder of a finished screen, or a SMILES alone")
    found = design(
        around or start, run=run, model=model, target=target, fragments=fragments, library=library,
        sources=source or None, core=core, atoms=_atoms(atoms), grow=grow, windows=dict(map(_window, window or [])),
        similarity=_range(similarity, "--similarity"), radius=radius, least_pairs=least_pairs, top=top, most=most,
        per_cluster=per_cluster, reactions=reactions,
    )  # fmt: skip
    for path in out:
        found.save(path)
    if as_run is not None:
        made = found.as_run(as_run, dock=dock, site=site, quick=quick)
        typer.echo(f"{made.hits().num_rows:,} designs are a run: workbench review serve {as_run}", err=True)
    if as_json:
        shares = {
            name: {**dataclasses.asdict(share), "interval": share.interval}
            for name, share in found.designs.shares.items()
        }
        typer.echo(json.dumps({"parent": found.designs.parent, "designs": found.table.num_rows,
                               "proposed": found.designs.proposed, "shares": shares}))  # fmt: skip
        return
    for line in found.designs.summary():
        typer.echo(printable(line))
    typer.echo(f"{found.table.num_rows:,} designs in {', '.join(map(str, out))}")


def _atoms(text: str | None) -> list[int]:
    found: list[int] = []
    for part in (text or "").split(","):
        first, _, last = part.strip().partition("-")
        if not part.strip():
            continue
        if not first.isdecimal() or (last and not last.isdecimal()):
            raise UsageError(
                f"--atoms {text}: {part.strip()!r} is no atom", expected="numbers and ranges such as 3-9,12"
            )
        found += range(int(first), int(last or first) + 1)
    return found


def _window(text: str) -> tuple[str, tuple[float, float]]:
    name, mark, rest = text.partition("=")
    if not mark:
        raise UsageError(f"--window {text}", expected="a property and two numbers, such as logp=1:4")
    return name.strip(), _range(rest, f"--window {name}")


def _range(text: str, what: str) -> tuple[float, float]:
    low, _, high = text.partition(":")
    try:
        return float(low), float(high)
    except ValueError:
        raise UsageError(f"{what} {text!r} is no range", expected="two numbers with a colon, such as 0.3:0.8") from None
