"""``workbench target assembly``."""

from __future__ import annotations

from pathlib import Path

import typer


def assembly(
    file: Path = typer.Argument(..., help="A structure whose file lists biological assemblies."),
    out: Path = typer.Option(..., "--out", "-o", help="File to write: .cif, or .pdb for up to 62 chains."),
    name: str = typer.Option("1", "--assembly", help="Number of the assembly; `target show` lists them."),
) -> None:
    """Build a biological assembly: the protein as it works, each chain copied by the operators of the file."""
    from screening.engine import files
    from screening.errors import UsageError
    from screening.targets.assembly import build_assembly
    from screening.targets.files.read import read_target
    from screening.targets.files.write import cif_text, pdb_text

    writers = {".cif": cif_text, ".pdb": pdb_text}
    if out.suffix.lower() not in writers:
        raise UsageError(f"files named *{out.suffix} are not written", source=out, expected="the suffix .cif or .pdb")
    built = build_assembly(read_target(file), name)
    files.write_text(out, writers[out.suffix.lower()](built))
    typer.echo(f"{built.id}, assembly {name}: {len(built.chains)} chains, {len(built.atoms):,} atoms")
    typer.echo(str(out))
