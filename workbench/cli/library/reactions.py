"""``workbench library reactions``: check a reaction library, look through all its products, list common reactions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from screening.errors import UsageError
from screening.printable import printable

if TYPE_CHECKING:
    from screening.compounds.reactions.reaction_library import ReactionLibrary

_OUT = typer.Option(None, "--out", "-o", metavar="FILE", help="CSV of the products that --like or --holding found.")


def reactions(
    scheme: Path = typer.Argument(
        None, metavar="SCHEME", help="TOML file of steps with reactions and reagent files, or a folder with it."
    ),
    like: str = typer.Option(None, "--like", metavar="SMILES", help="Products most similar to a molecule."),
    holding: str = typer.Option(None, "--holding", metavar="SMARTS", help="Products that hold a substructure."),
    top: int = typer.Option(20, "--top", "-n", help="How many products to show.", min=1),
    out: Path = _OUT,
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Check the reagents of a reaction library, or find products by structure; no product is made beforehand.

    Without SCHEME: the common reactions that a scheme can name.
    """
    from screening.compounds.reactions.catalog import REACTIONS

    if scheme is None:
        if like or holding:
            raise UsageError(
                "--like and --holding need a scheme of reactions", expected="workbench library reactions SCHEME"
            )
        for reaction in REACTIONS.values():
            typer.echo(f"{reaction.name}: {' + '.join(reaction.roles)} ({reaction.reference})")
        return
    if like and holding:
        raise UsageError("--like and --holding are two questions", expected="one of them")
    from screening.compounds.reactions.reaction_library import open_reactions

    library = open_reactions(scheme)
    if like or holding:
        _products(library, like, holding, top, out, as_json)
        return
    _check(library, as_json)


def _products(
    library: ReactionLibrary, like: str | None, holding: str | None, top: int, out: Path | None, as_json: bool
) -> None:
    import io
    import json

    import pyarrow as pa

    from screening.compounds.reactions.synthons import open_synthons
    from screening.engine import files
    from screening.engine.csv_table import write_csv

    space = open_synthons(library)
    found = space.similar(like, top) if like else space.holding(holding or "", top)
    rows = [
        {"name": one.name, "smiles": one.smiles, "similarity": one.similarity, "reagents": " ".join(one.reagents)}
        for one in found
    ]
    if not like:
        rows = [{key: value for key, value in row.items() if key != "similarity"} for row in rows]
    if out is not None:
        stream = io.StringIO(newline="")
        write_csv(stream, pa.Table.from_pylist(rows) if rows else pa.table({"name": [], "smiles": [], "reagents": []}))
        files.write_text(out, stream.getvalue())
        typer.echo(f"{len(rows):,} products in {out}")
    elif as_json:
        typer.echo(json.dumps(rows))
    else:
        for row in rows:
            similarity = f"{row['similarity']:.2f}  " if like else ""
            typer.echo(f"{similarity}{printable(str(row['name']))}  {row['smiles']}")
        if not rows:
            typer.echo(f"none of {library.compounds:,} products")


def _check(library: ReactionLibrary, as_json: bool) -> None:
    import json

    sampled = library.sampled()
    made = sampled.pop("", 0)
    tried = made + sum(sampled.values())
    if as_json:
        positions = [
            {
                "step": position.step, "role": position.role, "file": position.file.name, "fit": len(position.reagents),
                "misfits": list(position.misfits), "ambiguous": list(position.ambiguous), "unread": position.unread,
                "protected": position.protected,
            }
            for position in library.positions
        ]  # fmt: skip
        facts = {"name": library.scheme.name, "products": library.compounds, "positions": positions}
        typer.echo(json.dumps({**facts, "warnings": library.warnings(), "made": made, "tried": tried}))
        return
    for position in library.positions:
        left = [
            f"{len(position.misfits):,} do not fit{_named(position.misfits)}" if position.misfits else "",
            f"{len(position.ambiguous):,} fit at several places{_named(position.ambiguous)}"
            if position.ambiguous
            else "",
            f"{position.unread:,} could not be read or stand there twice" if position.unread else "",
        ]
        typer.echo(
            f"step {position.step}, {position.role} ({printable(position.file.name)}): {len(position.reagents):,} fit"
            + "".join(f"; {one}" for one in left if one)
        )
    for warning in library.warnings():
        typer.echo(f"note: {printable(warning)}")
    typer.echo(f"{library.compounds:,} products; {made} of {tried} drawn at random could be made")
    for reason, count in sampled.most_common(3):
        typer.echo(f"  {count} x {printable(reason)}")


def _named(names: tuple[str, ...]) -> str:
    shown = ", ".join(printable(name) for name in names[:3])
    return f" ({shown}{', ...' if len(names) > 3 else ''})"
