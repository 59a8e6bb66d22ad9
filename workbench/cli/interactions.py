"""``workbench interactions``: the contacts of poses, or of a bound ligand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from screening.errors import InputError, UsageError
from workbench.cli.site_options import HELP as SITE_HELP

if TYPE_CHECKING:
    from screening.poses.checks.check import Check
    from screening.poses.interactions.contact import Contact


def command(
    target: Path = typer.Argument(..., help="Structure file.", metavar="TARGET"),
    poses: Path = typer.Argument(None, help="Poses as SDF. Default: the ligand bound in the site.", metavar="POSES"),
    site: str = typer.Option(None, "--site", help=SITE_HELP + " Default: around the largest ligand.", metavar="SITE"),
    waters: bool = typer.Option(False, "--waters", help="Keep the waters of the structure around poses."),
    must: list[str] = typer.Option(
        [], "--must", help="Only poses with this contact: 'hbond MET793', 'no clash'.", metavar="CONTACT"
    ),
    strain: bool = typer.Option(True, "--strain/--no-strain", help="Compute the strain of poses."),
    map_file: Path = typer.Option(None, "--map", help="2D interaction map of the first one as SVG.", metavar="FILE"),
    barcode: Path = typer.Option(None, "--barcode", help="Contacts of all poses side by side as SVG.", metavar="FILE"),
    as_json: bool = typer.Option(False, "--json", help="Print JSON for scripts."),
) -> None:
    """List the contacts of poses with a structure, or of the ligand bound in it, and check the poses."""
    from screening.poses.checks.check_pose import check_pose
    from screening.poses.interactions.conditions import parse_condition, unmet
    from screening.poses.interactions.find_contacts import find_contacts
    from screening.poses.interactions.surroundings import ligand_surroundings, pose_surroundings
    from screening.runs.site import place_site
    from screening.targets.files.read import read_target
    from screening.targets.ligands.bound_ligand import bound_ligand
    from screening.targets.sites.site_around import site_around_ligand

    asked = [parse_condition(text) for text in must]
    structure = read_target(target)
    place = site_around_ligand(structure) if site is None else place_site(structure, site)
    found: list[tuple[str, Any, list[Contact], tuple[Check, ...]]] = []
    if poses is None:
        if place.ligand is None:
            raise UsageError("no ligand is bound in this site", expected="a file of poses, or --site 'ligand NAME'")
        bound = bound_ligand(structure, place.ligand)
        linked = next((g.linked_to for g in structure.groups if g.residue == place.ligand), ())
        atoms = ligand_surroundings(structure, place.ligand)
        contacts = find_contacts(atoms, bound.mol, bound.names, covalent=linked)
        found.append((bound.title, bound.mol, contacts, ()))
    else:
        from screening.poses.files.read_poses import read_poses

        atoms = pose_surroundings(structure, place, waters=waters)
        for pose in read_poses(poses):
            ligand = pose.molecule()
            contacts = find_contacts(atoms, ligand)
            checks = check_pose(atoms, ligand, contacts, smiles=pose.smiles, with_strain=strain)
            title = f"{pose.name or 'pose'} #{pose.rank}"
            if any(title == one[0] for one in found):
                title = f"{title} (record {len(found) + 1})"
            found.append((title, ligand, contacts, checks))
    kept = [one for one in found if not unmet(asked, one[2])]
    if not kept:
        raise InputError(f"none of {len(found)} poses meets {' and '.join(map(repr, must))}", source=poses or target)
    if map_file is not None:
        from workbench.page.interaction_map import InteractionMap

        InteractionMap(kept[0][1], kept[0][2], title=kept[0][0]).save_svg(map_file)
    if barcode is not None:
        from workbench.page.interaction_barcode import Barcode

        Barcode({title: own for title, _, own, _ in kept}, title=f"Contacts in {structure.id}").save_svg(barcode)
    if as_json:
        _print_json(structure.id, place.origin, kept)
        return
    for title, _, own, checks in kept:
        _print(title, own, checks)
    for path in (map_file, barcode):
        if path is not None:
            typer.echo(path)


def _print_json(target: str, site: str, found: list[tuple[str, Any, list[Contact], tuple[Check, ...]]]) -> None:
    import dataclasses

    from workbench.cli.printing.print_poses import contact_facts

    facts = [
        {
            "name": title,
            "contacts": [contact_facts(contact) for contact in own],
            "checks": [dataclasses.asdict(check) for check in checks],
        }
        for title, _, own, checks in found
    ]
    typer.echo(json.dumps({"target": target, "site": site, "poses": facts}, indent=2, ensure_ascii=False))


def _print(title: str, contacts: list[Contact], checks: tuple[Check, ...]) -> None:
    from workbench.cli.target.print_table import print_table

    rows = [
        (
            c.kind, str(c.residue), c.site_atom, c.ligand_label, f"{c.distance_A:.2f}", c.role,
            (f"through {c.water}" if c.water else "") + c.remark,
        )
        for c in contacts
    ]  # fmt: skip
    said = "; ".join(check.text for check in checks)
    print_table(
        f"{title}: {said}" if said else title, ("contact", "residue", "atom", "ligand", "Å", "ligand is", ""), rows
    )
