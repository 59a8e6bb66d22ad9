"""A structure and a site of it on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from screening.targets.binding_site import BindingSite
    from screening.targets.sites.site_features import SiteFeatures
    from screening.targets.target import Target


def print_target(target: Target) -> None:
    """Print the facts, chains, groups and notes of a structure."""
    from rich.table import Table
    from rich.text import Text

    from screening.targets.assembly import chain_copies
    from screening.targets.title import sentence_case
    from workbench.console import Console

    console = Console(highlight=False)
    facts: list[tuple[str, str]] = [("Title", sentence_case(target.title) or "-")]
    method = sentence_case(target.method) or "not stated"
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
        who = assembly.details.replace("_", " ").lower()
        what = f"{chain_copies(assembly, target.chains)} chains, {who}".strip(" ,")
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
    table = Table(
        title="Chains (author numbering; label numbering in brackets)", title_justify="left", box=None, pad_edge=False
    )
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
    table = Table(title="Bound and modified groups", title_justify="left", box=None, pad_edge=False)
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


def print_site(site: BindingSite, features: SiteFeatures | None) -> None:
    """Print where a site lies, its residues, and what it is made of if it is a protein's."""
    from rich.text import Text

    from workbench.console import Console

    console = Console(highlight=False)
    x, y, z = site.centre_A
    console.print(Text(f"Site {site.origin}", style="bold"))
    console.print(f"centre ({x:g}, {y:g}, {z:g}) Å, radius {site.radius_A:g} Å, {len(site.residues)} residues")
    console.print(Text(", ".join(str(residue) for residue in site.residues)))
    if features is None:
        return
    console.print(
        f"free volume {features.volume_A3:,.0f} Å³, {features.enclosure:.0%} enclosed; charge {features.charge:+d}, "
        f"{features.polarity:.0%} N and O, mean hydropathy {features.hydropathy:+.2f}"
    )
    console.print(
        f"{features.donors} donors, {features.acceptors} acceptors, {features.aromatic_atoms} aromatic atoms, "
        f"{features.metals} metals; residues "
        + " ".join(f"{letter}{count}" for letter, count in features.composition.items())
    )
    if features.conservation is not None:
        conserved = sorted(features.conservation_by_residue.items(), key=lambda item: (item[1], item[0]))
        least = ", ".join(f"{residue} {value:.2f}" for residue, value in conserved[:5])
        console.print(f"conservation {features.conservation:.2f} (0 any residue, 1 always the same); least: {least}")
