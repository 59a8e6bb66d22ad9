"""``workbench target nearest``."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from screening.errors import UsageError
from workbench.cli.target.print_table import print_table


def nearest(
    query: Path = typer.Argument(..., help="FASTA or a structure: the sequence to look for."),
    places: list[Path] = typer.Argument(..., help="Structures or FASTA files, or folders of them."),
    top: int = typer.Option(10, "--top", min=1, help="How many to list."),
    show_alignment: bool = typer.Option(False, "--alignment", help="Print the alignment to the nearest one."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
) -> None:
    """Find the structures whose sequence is nearest to a given one."""
    from screening.errors import InputError
    from screening.targets.files.read import read_target
    from screening.targets.sequences.clusters import align
    from screening.targets.triage.survey import structure_files

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
        alignments = [(align(wanted, chain.seqres or chain.sequence), chain.id) for chain in target.chains
                    if chain.kind == "protein"]  # fmt: skip
        if alignments:
            alignment, chain_id = max(alignments, key=lambda pair: pair[0].identity)
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
    print_table(f"Nearest to {query.name}", ("target", "chain", "identity", "aligned", "file"), rows)
    if show_alignment and found:
        typer.echo(found[0][0].text(names=(query.stem[:12], found[0][1][:12])))
    for sentence in refused:
        typer.echo(f"not used: {sentence}")
