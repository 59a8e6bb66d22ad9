"""The options of commands that read a table of measured values: the same words in every command."""

from __future__ import annotations

import typer

SMILES = typer.Option(None, "--smiles", metavar="COLUMN", help="Column with the SMILES.")
NAME = typer.Option(None, "--name", metavar="COLUMN", help="Column with compound names.")
VALUE = typer.Option(None, "--value", metavar="COLUMN", help="Column with the measured value.")
UNIT = typer.Option(None, "--unit", help="nM, uM, mM, pM, M, or p for -log10 molar.")
QUALIFIER = typer.Option(None, "--qualifier", metavar="COLUMN", help="Column with >, < or =.")
LABEL = typer.Option(
    None, "--label", metavar="COLUMN", help="Instead of --value: column with active or inactive (1 or 0)."
)
LAYOUT = typer.Option(
    "auto", "--layout", help="Whose columns FILE has: chembl, bindingdb, pubchem, plain, or auto to recognise them."
)
TARGET = typer.Option(None, "--target", metavar="NAME", help="Take only this target of a table of several.")
