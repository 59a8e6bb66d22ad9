"""``workbench target variants``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from screening.errors import UsageError
from workbench.cli.model.compounds import parents_of
from workbench.cli.site_options import Radius, Site, SiteLigand, SitePoint, SiteResidues, chosen_site
from workbench.cli.target.print_table import print_table

if TYPE_CHECKING:
    from screening.models.pairs.family.variant_effect import VariantEffect
    from screening.targets.target import Chain, Target
    from screening.targets.variants.placed_variants import PlacedVariant

#: Changes shown of each variant, the largest first; JSON has all.
_MOST_SHOWN = 30


def variants(
    file: Path = typer.Argument(..., help="A protein structure."),
    names: list[str] = typer.Argument(None, help="Variants: T790M p.Leu858Arg ..."),
    table: Path = typer.Option(None, "--table", help="CSV, TSV or VCF-like table of variants, or one a line."),
    reference: Path = typer.Option(None, "--reference", help="FASTA of the sequence in which positions count."),
    chain: str = typer.Option(None, "--chain", help="Only this chain."),
    site: Site = None,
    radius: Radius = None,
    site_ligand: SiteLigand = None,
    site_residues: SiteResidues = None,
    site_point: SitePoint = None,
    smiles: list[str] = typer.Option(
        None,
        "--smiles",
        metavar="SMILES",
        help="Compound: say what each variant does to it; needs --model (repeat for several).",
    ),
    library: Path = typer.Option(None, "--library", "-l", help="The same for the compounds of a prepared library."),
    model: Path = typer.Option(None, "--model", "-m", help="Model of a protein family, as data/models/kinome."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
) -> None:
    """Place protein variants on a structure: distance to the site and ligand, buried or exposed, at an interface.

    With compounds and a model of the protein family also: how each variant changes their predicted affinity.
    """
    from screening.targets.files.read import read_target
    from screening.targets.sites.site_around import site_around_ligand
    from screening.targets.variants.notation import read_variants
    from screening.targets.variants.placed_variants import place_variants

    given = [*(names or []), *(read_variants(table) if table is not None else [])]
    if not given:
        raise UsageError("no variant was named", expected="variants such as T790M, or --table FILE")
    compounds = _compounds(smiles, library, model)
    target = read_target(file)
    place = chosen_site(target, site, radius, site_ligand, site_residues, site_point)
    if place is None and target.ligands:
        place = site_around_ligand(target)
    sequence = read_target(reference).sequence if reference is not None else None
    placed = place_variants(target, given, site=place, reference=sequence, chain=chain)
    effects = _effects(model, target, placed, compounds) if compounds else []
    if as_json:
        rows = [variant.to_row() for variant in placed]
        answer = {"target": target.id, "site": place.origin if place else None, "variants": rows}
        if compounds:
            answer["effects"] = [{"name": compounds[one.smiles]} | one.to_row() for one in effects]
        typer.echo(json.dumps(answer, indent=2))
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
    print_table(f"Variants on {target.id}" + (f", site {place.origin}" if place else ""), header, shown)
    if effects:
        _print_effects(effects, compounds)


def _compounds(smiles: Sequence[str] | None, library: Path | None, model: Path | None) -> dict[str, str]:
    """Return the parent SMILES of the compounds asked about, and their names."""
    from screening.compounds.library.prepared_library import open_library

    if not smiles and library is None:
        if model is not None:
            raise UsageError("a model was given and no compound", expected="--smiles SMILES or --library FOLDER")
        return {}
    if model is None:
        raise UsageError(
            "compounds were given and no model of the protein family", expected="--model, as data/models/kinome"
        )
    found = dict(zip(parents_of(smiles or []), smiles or []))
    if library is not None:
        opened = open_library(library)
        for at in range(len(opened.parts)):
            table = opened.read_compounds(at, ["name", "smiles"])
            for name, text in zip(table.column("name").to_pylist(), table.column("smiles").to_pylist()):
                found.setdefault(text, name)
    return found


def _effects(
    model: Path, target: Target, placed: Sequence[PlacedVariant], compounds: dict[str, str]
) -> list[VariantEffect]:
    from screening.errors import ModelError
    from screening.models.pairs.family.variant_effect import Exchange, VariantEffect, variant_effects
    from screening.models.pairs.family_model import FamilyModel
    from screening.models.storage import load_model
    from screening.models.training_set import compound_block

    loaded = load_model(model)
    if not isinstance(loaded, FamilyModel):
        raise ModelError("is no model of a protein family", source=model, expected="one, as data/models/kinome")
    block = compound_block(list(compounds))
    chains = {chain.id: chain for chain in target.chains}
    first: dict[str, PlacedVariant] = {}
    for one in placed:  # of several chains with the same sequence the first that has the residue
        if one.variant not in first or (first[one.variant].residue is None and one.residue is not None):
            first[one.variant] = one
    found: list[VariantEffect] = []
    asked: dict[str, list[Exchange]] = {}
    for name, one in first.items():
        if one.residue is None:
            found += [VariantEffect(name, text, "", one.reason) for text in compounds]
            continue
        sequence, at = _place(chains[one.chain], one)
        asked.setdefault(sequence, []).append(Exchange(name, at, one.wild_type, one.mutant))
    for sequence, exchanges in asked.items():
        found += variant_effects(loaded, sequence, exchanges, block)
    order = list(first)
    return sorted(found, key=lambda one: order.index(one.variant))


def _place(chain: Chain, variant: PlacedVariant) -> tuple[str, int]:
    """Return the sequence of a chain and where in it a placed variant is."""
    if chain.seqres and variant.label_number:
        return chain.seqres, variant.label_number - 1
    assert variant.residue is not None
    return chain.sequence, chain.residues.index(variant.residue)


def _print_effects(effects: Sequence[VariantEffect], compounds: dict[str, str]) -> None:
    """Print a block for each variant, the largest changes first; what cannot be said of any compound is said once."""
    for variant in dict.fromkeys(one.variant for one in effects):
        own = [one for one in effects if one.variant == variant]
        kinase = f" on {own[0].kinase}" if own[0].kinase else ""
        reasons = {one.cannot_say for one in own}
        if len(reasons) == 1 and "" not in reasons:
            typer.echo(f"{variant}{kinase}: cannot say what it does to compounds: {reasons.pop()}")
            continue
        typer.echo(f"{variant}{kinase}:")
        own.sort(key=lambda one: -abs(one.change or 0.0))
        for one in own[:_MOST_SHOWN]:
            typer.echo(f"  {compounds[one.smiles]}: {_effect_text(one)}")
        if len(own) > _MOST_SHOWN:
            typer.echo(f"  {len(own) - _MOST_SHOWN:,} more with smaller changes: --json lists all")


def _effect_text(effect: VariantEffect) -> str:
    if effect.change is None:
        return f"cannot say: {effect.cannot_say}"
    text = (
        f"change {effect.change:+.2f} (90 % interval {effect.lower:+.2f} to {effect.upper:+.2f}), predicted"
        f" {effect.before:.2f} to {effect.after:.2f}"
    )
    return text + (f"; measured {effect.measured}" if effect.measured else "")
