"""``workbench target``: look at a structure, judge it, find its pockets, place variants, fetch an entry."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from screening.errors import UsageError

if TYPE_CHECKING:
    from screening.targets.site import BindingSite
    from screening.targets.target import Target

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None,
                  help="Show, download and compare protein targets.")  # fmt: skip


@app.command()
def show(
    file: Path = typer.Argument(..., help="PDB, mmCIF, BinaryCIF or FASTA file, compressed with gzip or not."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
    model: int = typer.Option(1, "--model", help="Which model of several to read."),
    altloc: str = typer.Option("highest occupancy", "--altloc", help="Conformer: a letter, 'all', or the default."),
    site_ligand: str = typer.Option(None, "--site-ligand", help="Site around this ligand: ADN or E:ADN351."),
    site_residues: str = typer.Option(None, "--site-residues", help="Site of these residues: E:LYS72,E:ASP184."),
    site_point: str = typer.Option(None, "--site-point", help="Site around a point in Å: x,y,z."),
    radius: float = typer.Option(None, "--radius", help="Radius in Å (ligand: 5 by default; a point needs one)."),
) -> None:
    """Show what a structure holds: chains, sequences, ligands, what is missing, and a binding site if asked."""
    from screening.targets.describe import describe, describe_site
    from screening.targets.read import read_target

    target = read_target(file, model=model, altloc=altloc)
    site = chosen_site(target, site_ligand, site_residues, site_point, radius)
    if as_json:
        facts = describe(target)
        if site is not None:
            facts["site"] = describe_site(site)
        typer.echo(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    _print_target(target)
    if site is not None:
        _print_site(target, site)


@app.command()
def download(
    entry: str = typer.Argument(..., metavar="ID", help="PDB id (1FMO) or UniProt accession (P05132)."),
    source: str = typer.Option(None, "--from", help="rcsb or alphafold; by the look of the id if left out."),
    out: Path = typer.Option(None, "--out", help="Folder to keep the file in; your cache folder if left out."),
    base_url: str = typer.Option(None, "--base-url", help="Another server that answers like the source."),
) -> None:
    """Fetch an entry from the RCSB PDB or the AlphaFold DB and print where the file is."""
    from screening.targets.download import download_target
    from screening.targets.read import read_target

    path = download_target(entry, out, base_url, source=source)
    target = read_target(path)
    typer.echo(f"{target.id}: {target.title or 'no title'}")
    typer.echo(str(path))


@app.command()
def pockets(
    file: Path = typer.Argument(..., help="A protein structure."),
    top: int = typer.Option(5, "--top", min=1, max=12, help="How many pockets to list."),
    chains: str = typer.Option(None, "--chains", help="Only these chains: A or A,B."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
    model: int = typer.Option(1, "--model", help="Which model of several to read."),
) -> None:
    """Find where a ligand could bind, ranked by probability. Bound ligands are taken away first."""
    from screening.targets.pockets.find import find_pockets
    from screening.targets.read import read_target

    target = read_target(file, model=model)
    names = tuple(name.strip() for name in chains.split(",")) if chains else None
    found = find_pockets(target, top=top, chains=names)
    rows = [pocket.to_row() for pocket in found]
    if as_json:
        typer.echo(json.dumps({"target": target.id, "key": target.key, "pockets": rows}, indent=2))
        return
    if not rows:
        typer.echo(f"{target.id}: no pocket was found.")
        return
    shown = [
        (
            str(row["rank"]), f"{row['probability']:.2f}", f"{row['druggability']:.2f}", f"{row['volume_A3']:.0f}",
            f"{row['hydrophobicity']:.1f}", f"{row['enclosure']:.2f}", f"{row['x']:g},{row['y']:g},{row['z']:g}",
            row["residues"].replace(",", " "),
        )
        for row in rows
    ]  # fmt: skip
    header = ("rank", "p", "druggable", "Å³", "hydropathy", "enclosed", "centre", "residues")
    _print_table(f"Pockets of {target.id}", header, shown)


@app.command()
def variants(
    file: Path = typer.Argument(..., help="A protein structure."),
    names: list[str] = typer.Argument(None, help="Variants: T790M p.Leu858Arg ..."),
    table: Path = typer.Option(None, "--table", help="CSV, TSV or VCF-like table of variants, or one a line."),
    reference: Path = typer.Option(None, "--reference", help="FASTA of the sequence in which positions count."),
    chain: str = typer.Option(None, "--chain", help="Only this chain."),
    site_ligand: str = typer.Option(None, "--site-ligand", help="Site around this ligand."),
    site_residues: str = typer.Option(None, "--site-residues", help="Site of these residues."),
    site_point: str = typer.Option(None, "--site-point", help="Site around a point in Å: x,y,z."),
    radius: float = typer.Option(None, "--radius", help="Radius in Å."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
) -> None:
    """Place protein variants on a structure: distance to the site and ligand, buried or exposed, at an interface."""
    from screening.targets.read import read_target
    from screening.targets.site_around import site_around_ligand
    from screening.targets.variant import read_variants
    from screening.targets.variants import place_variants

    given = [*(names or []), *(read_variants(table) if table is not None else [])]
    if not given:
        raise UsageError("no variant was named", expected="variants such as T790M, or --table FILE")
    target = read_target(file)
    site = chosen_site(target, site_ligand, site_residues, site_point, radius)
    if site is None and target.ligands:
        site = site_around_ligand(target)
    sequence = read_target(reference).sequence if reference is not None else None
    placed = place_variants(target, given, site=site, reference=sequence, chain=chain)
    if as_json:
        rows = [variant.to_row() for variant in placed]
        typer.echo(json.dumps({"target": target.id, "site": site.origin if site else None, "variants": rows}, indent=2))
        return
    shown = []
    for row in placed:
        near = "-" if row.distance_to_site_A is None else f"{row.distance_to_site_A:.1f}"
        bound = "-" if row.distance_to_ligand_A is None else f"{row.distance_to_ligand_A:.1f} ({row.ligand})"
        open_ = "-" if row.exposure is None else f"{'buried' if row.buried else 'exposed'} {row.exposure:.2f}"
        remark = row.reason or (f"interface with {', '.join(row.interface_with)}" if row.interface_with else "")
        inside = "in the site" if row.in_site else near
        shown.append((row.variant, row.state, str(row.residue or "-"), inside, bound, open_, remark))
    header = ("variant", "state", "residue", "site Å", "ligand Å", "surface", "remarks")
    _print_table(f"Variants on {target.id}" + (f", site {site.origin}" if site else ""), header, shown)


@app.command()
def quality(
    file: Path = typer.Argument(..., help="A structure."),
    site_ligand: str = typer.Option(None, "--site-ligand", help="Site around this ligand."),
    site_residues: str = typer.Option(None, "--site-residues", help="Site of these residues."),
    site_point: str = typer.Option(None, "--site-point", help="Site around a point in Å: x,y,z."),
    radius: float = typer.Option(None, "--radius", help="Radius in Å."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
) -> None:
    """Say whether a structure, and a site of it, is fit for docking, for viewing, or not at all."""
    from screening.targets.quality import assess
    from screening.targets.read import read_target

    target = read_target(file)
    report = assess(target, chosen_site(target, site_ligand, site_residues, site_point, radius))
    if as_json:
        typer.echo(json.dumps({"target": target.id, **report.to_dict()}, indent=2, ensure_ascii=False))
        return
    typer.echo(f"{target.id}: {report.verdict} (score {report.score:.2f})")
    rows = [(finding.what, finding.grade, finding.sentence) for finding in report.findings]
    _print_table("What was looked at", ("what", "grade", "finding"), rows)


@app.command()
def compare(
    reference: Path = typer.Argument(..., help="The structure whose site is compared."),
    others: list[Path] = typer.Argument(..., help="Structures of the same family."),
    site_ligand: str = typer.Option(None, "--site-ligand", help="Site around this ligand."),
    site_residues: str = typer.Option(None, "--site-residues", help="Site of these residues."),
    site_point: str = typer.Option(None, "--site-point", help="Site around a point in Å: x,y,z."),
    radius: float = typer.Option(None, "--radius", help="Radius in Å."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
) -> None:
    """Compare a site with its counterparts in other structures: which residues differ, and how far apart they lie."""
    from screening.targets.read import read_target
    from screening.targets.site_around import site_around_ligand
    from screening.targets.site_comparison import compare_site

    target = read_target(reference)
    site = chosen_site(target, site_ligand, site_residues, site_point, radius) or site_around_ligand(target)
    found = compare_site(target, site, [read_target(path) for path in others])
    if as_json:
        facts = [
            {"id": name, "identity": identity, "site_identity": site_identity, "site_rmsd_A": move.rmsd_A}
            for name, identity, site_identity, move in zip(
                found.others, found.identity, found.site_identity, found.superpositions
            )
        ]
        everything = {"reference": found.reference, "site": site.origin, "others": facts, "positions": found.rows()}
        typer.echo(json.dumps(everything, indent=2))
        return
    zipped = zip(found.others, found.identity, found.site_identity, found.superpositions)
    for name, identity, site_identity, move in zipped:
        typer.echo(f"{name}: {identity:.0%} identical, {site_identity:.0%} in the site, site RMSD {move.rmsd_A:.2f} Å")
    rows = [
        (str(p.residue), *(str(other or "-") for other in p.counterparts), ", ".join(w or "same" for w in p.differs))
        for p in found.positions
    ]
    _print_table(f"Site {site.origin} of {found.reference}", (found.reference, *found.others, "difference"), rows)


@app.command()
def nearest(
    query: Path = typer.Argument(..., help="FASTA or a structure: the sequence to look for."),
    places: list[Path] = typer.Argument(..., help="Structures or FASTA files, or folders of them."),
    top: int = typer.Option(10, "--top", min=1, help="How many to list."),
    show_alignment: bool = typer.Option(False, "--alignment", help="Print the alignment to the nearest one."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
) -> None:
    """Find the structures whose sequence is nearest to a given one."""
    from screening.errors import InputError
    from screening.targets.read import read_target
    from screening.targets.sequences import align
    from screening.targets.survey import structure_files

    wanted = read_target(query).sequence
    if not wanted:
        raise UsageError("holds no protein sequence", source=query)
    found, refused = [], []
    for path in structure_files(places):
        try:
            target = read_target(path)
        except InputError as error:
            refused.append(str(error))
            continue
        likeness = [(align(wanted, chain.seqres or chain.sequence), chain.id) for chain in target.chains
                    if chain.kind == "protein"]  # fmt: skip
        if likeness:
            alignment, chain_id = max(likeness, key=lambda pair: pair[0].identity)
            found.append((alignment, target.id, chain_id, str(path)))
    found.sort(key=lambda item: (-item[0].identity, item[1], item[3]))
    if as_json:
        hits = [
            {"id": name, "chain": chain, "identity": found_.identity, "aligned": len(found_.pairs), "file": path}
            for found_, name, chain, path in found[:top]
        ]
        typer.echo(json.dumps({"hits": hits, "refused": refused}, indent=2))
        return
    rows = [(name, chain, f"{alignment.identity:.0%}", str(len(alignment.pairs)), path)
            for alignment, name, chain, path in found[:top]]  # fmt: skip
    _print_table(f"Nearest to {query.name}", ("target", "chain", "identity", "aligned", "file"), rows)
    if show_alignment and found:
        typer.echo(found[0][0].text(names=(query.stem[:12], found[0][1][:12])))
    for sentence in refused:
        typer.echo(f"not used: {sentence}")


@app.command()
def triage(
    places: list[Path] = typer.Argument(..., metavar="FOLDER|FILES...", help="Structures, or folders of them."),
    out: Path = typer.Option(..., "--out", help="Folder of the run; the same command goes on in it."),
    weight: list[str] = typer.Option([], "--weight", help="Part of the score and its weight: druggability=0.5."),
    known: Path = typer.Option(None, "--known", help="CSV of proteins with known ligands: name, sequence, affinities."),
    variants_of: list[str] = typer.Option([], "--variants", help="Variants of a target: 5UG8=FILE."),
    workers: int = typer.Option(0, "--workers", min=0, help="Dask workers on this machine; 0 works in this process."),
    top: int = typer.Option(15, "--top", min=1, help="How many targets to list here."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
) -> None:
    """Rank many structures by their fitness as targets: a table, a figure and a page, every weight visible."""
    import contextlib

    from screening.clusters.catalog import open_client
    from screening.engine.files import replacing, write_text
    from screening.targets.survey import survey_targets
    from screening.targets.triage import rank_targets, read_known, require_weights, triage_rows, write_triage_csv
    from screening.targets.variant import read_variants
    from workbench.progress import progress_bar
    from workbench.triage.figure import triage_figure
    from workbench.triage.page import triage_page

    weights = require_weights(_pairs(weight))
    proteins = read_known(known) if known is not None else []
    listed = {name: [v.text for v in read_variants(Path(path))] for name, path in _split(variants_of)}
    with contextlib.ExitStack() as stack:
        client = stack.enter_context(open_client(workers=workers)) if workers else None
        report = stack.enter_context(progress_bar())
        survey = survey_targets(places, out, client=client, on_progress=report)
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
            t.nearest_known or "-", t.facts["title"][:60],
        )
        for t in ranked[:top]
    ]  # fmt: skip
    header = ("rank", "target", "score", "verdict", "quality", "druggability", "nearest known", "title")
    _print_table(f"{len(ranked)} targets of {sum(survey.counts.values())} files", header, rows)
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


def _print_table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left")
    for name in header:
        table.add_column(name)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(highlight=False).print(table)


def chosen_site(
    target: Target, ligand: str | None, residues: str | None, point: str | None, radius: float | None
) -> BindingSite | None:
    """Return the site that the options of a command ask for, None if they ask for none.

    Raises
    ------
    UsageError
        If several are asked for, or a text is no point.
    """
    from screening.targets.site_around import (
        DEFAULT_RADIUS_A,
        site_around_ligand,
        site_from_point,
        site_from_residues,
    )

    asked = [option for option in (ligand, residues, point) if option is not None]
    if len(asked) > 1:
        raise UsageError("several sites are asked for",
                         expected="one of --site-ligand, --site-residues and --site-point")  # fmt: skip
    if not asked and radius is not None:
        raise UsageError("--radius without a site", expected="--site-ligand or --site-point beside it")
    if ligand is not None:
        return site_around_ligand(target, ligand, DEFAULT_RADIUS_A if radius is None else radius)
    if residues is not None:
        names = [name for name in residues.replace(";", ",").split(",") if name.strip()]
        return site_from_residues(target, names)
    if point is None:
        return None
    if radius is None:
        raise UsageError("--site-point without --radius", expected="a radius in Å, such as --radius 10")
    try:
        x, y, z = (float(word) for word in point.split(","))
    except ValueError:
        raise UsageError(f"{point!r} is no point", expected="three numbers x,y,z in Å") from None
    return site_from_point(target, (x, y, z), radius)


def _print_target(target: Target) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    facts: list[tuple[str, str]] = [("Title", target.title or "-")]
    method = target.method or "not stated"
    if target.resolution_A is not None:
        method += f", {target.resolution_A:g} Å"
    if target.r_free is not None:
        method += f", R-free {target.r_free:.3f}"
    facts.append(("Method", method + (" (computed model, pLDDT)" if target.predicted else "")))
    facts.append(("Format", target.format))
    if len(target.atoms):
        models = f"; model {target.model} of {target.models}" if target.models > 1 else ""
        facts.append(("Atoms", f"{len(target.atoms):,} ({target.waters:,} waters){models}"))
    inserted = [residue for chain in target.chains for residue in chain.residues if residue.insertion_code]
    if inserted:
        facts.append(("Inserted", ", ".join(str(residue) for residue in inserted[:8])
                      + (f" ... ({len(inserted)})" if len(inserted) > 8 else "")))  # fmt: skip
    for assembly in target.assemblies[:3]:
        what = f"{assembly.copies(target.chains)} chains, {assembly.details.replace('_', ' ').lower()}".strip(" ,")
        facts.append((f"Assembly {assembly.id}", what))
    console.print(Text(target.id, style="bold"))
    grid = Table.grid(padding=(0, 2))
    for name, text in facts:
        grid.add_row(Text(name, style="cyan"), Text(text))
    console.print(grid)
    _print_chains(console, target)
    _print_groups(console, target)
    for note in target.notes:
        console.print(Text(f"! {note}", style="yellow"))


def _print_chains(console: Any, target: Target) -> None:
    from rich.table import Table
    from rich.text import Text

    from screening.targets.describe import missing_text

    if not target.chains:
        return
    table = Table(title="Chains (author numbering; label numbering in brackets)", title_justify="left")
    for column in ("chain", "kind", "observed", "SEQRES", "from", "to"):
        table.add_column(column)
    for chain in target.chains[:40]:
        first, last = (str(chain.residues[i]) if chain.residues else "-" for i in (0, -1))
        if chain.positions:
            first, last = f"{first} ({chain.positions[0]})", f"{last} ({chain.positions[-1]})"
        label = f"{chain.id} ({chain.label_id})" if chain.label_id and chain.label_id != chain.id else chain.id
        cells = (label, chain.kind, str(len(chain.residues)), str(len(chain.seqres) or "-"), first, last)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)
    if len(target.chains) > 40:
        console.print(f"... and {len(target.chains) - 40} more chains")
    for chain in target.chains[:40]:
        if chain.missing:
            spans = missing_text(chain)
            more = f" ... ({len(spans)} gaps)" if len(spans) > 8 else ""
            console.print(Text(f"Not observed in chain {chain.id}: {'; '.join(spans[:8])}{more}"))
    longest = max(target.chains, key=lambda chain: len(chain.seqres or chain.sequence))
    console.print(Text(f"Sequence of chain {longest.id} (lower case: not observed)", style="cyan"))
    text = longest.sequence
    if longest.seqres:
        seen = set(longest.positions)
        hidden = bool(longest.residues)
        text = "".join(
            letter if i in seen or not hidden else letter.lower() for i, letter in enumerate(longest.seqres, 1)
        )
    for start in range(0, len(text), 60):
        console.print(Text(f"{start + 1:>6} {text[start : start + 60]}"))


def _print_groups(console: Any, target: Target) -> None:
    from rich.table import Table
    from rich.text import Text

    if not target.groups:
        return
    table = Table(title="Bound and modified groups", title_justify="left")
    for column in ("group", "kind", "heavy atoms", "remarks"):
        table.add_column(column)
    order = ["ligand", "metal", "glycan", "modified residue", "ion", "solvent"]
    for group in sorted(target.groups, key=lambda g: (order.index(g.kind), -g.atoms, g.residue))[:40]:
        remarks = "covalently bound to " + ", ".join(str(r) for r in group.linked_to) if group.linked_to else ""
        if group.parent:
            remarks = f"stands for {group.parent}"
        table.add_row(*(Text(cell) for cell in (str(group.residue), group.kind, str(group.atoms), remarks)))
    console.print(table)
    if len(target.groups) > 40:
        console.print(f"... and {len(target.groups) - 40} more groups")


def _print_site(target: Target, site: BindingSite) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    x, y, z = site.centre_A
    console.print(Text(f"Site {site.origin}", style="bold"))
    console.print(f"centre ({x:g}, {y:g}, {z:g}) Å, radius {site.radius_A:g} Å, {len(site.residues)} residues")
    console.print(Text(", ".join(str(residue) for residue in site.residues)))
