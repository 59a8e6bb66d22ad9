"""The bonds of a target in PDB and mmCIF text, so that they read back: between residues, and inside ligands."""

from __future__ import annotations

from collections.abc import Iterator

from screening.targets.files.cif_text import table
from screening.targets.files.residue_numbers import number_field
from screening.targets.target import Atoms, CovalentBond, ResidueId, Target

_WORDS = {1: "sing", 2: "doub", 3: "trip"}


def _written(target: Target, atoms: Atoms) -> Iterator[CovalentBond]:
    """Return the bonds of which both residues are among the atoms."""
    present = {atoms.residue_id(int(at)) for at in atoms.residue_starts}
    return (bond for bond in target.covalent_bonds if bond.first in present and bond.second in present)


def link_records(target: Target, atoms: Atoms, letters: dict[str, str]) -> list[str]:
    """Return SSBOND and LINK records; `letters` are the chain ids that are written."""
    disulfides: list[str] = []
    links: list[str] = []
    elements = {str(name): str(element) for name, element in zip(atoms.name, atoms.element)}

    def place(residue: ResidueId) -> str:
        number = number_field(residue.number)
        return f"{residue.name:>3} {letters[residue.chain]}{number}{residue.insertion_code:1}"

    def name(text: str) -> str:
        return f"{text:<4}" if len(text) > 3 or len(elements.get(text, "")) == 2 else f" {text:<3}"

    def shortened(residue: ResidueId) -> str:
        return f"{residue.name:>3} {letters[residue.chain]} {number_field(residue.number)}{residue.insertion_code:1}"

    for bond in _written(target, atoms):
        length = f"{bond.length_A:5.2f}"
        if bond.first.name == bond.second.name == "CYS" and bond.first_atom == bond.second_atom == "SG":
            ends = f"{shortened(bond.first)}   {shortened(bond.second)}"
            disulfides.append(f"SSBOND {len(disulfides) + 1:3} {ends}{'':23}  1555   1555 {length}")
        else:
            first, second = (f"{name(atom)} {place(residue)}" for residue, atom in bond.ends)
            links.append(f"LINK        {first}{'':15}{second}  {'1555':>6} {'1555':>6} {length}")
    return [*disulfides, *links]


def bond_tables(target: Target, atoms: Atoms) -> list[str]:
    """Return struct_conn and chem_comp_bond."""
    rows = []
    for number, bond in enumerate(_written(target, atoms), 1):
        disulfide = bond.first_atom == bond.second_atom == "SG"
        ends = []
        for residue, atom in bond.ends:
            ends += [residue.chain, str(residue.number), residue.insertion_code, residue.name, atom, "1_555"]
        rows.append((f"bond{number}", "disulf" if disulfide else "covale", *ends, f"{bond.length_A:.3f}"))
    items = ["id", "conn_type_id"]
    for end in "12":
        items += [f"ptnr{end}_auth_asym_id", f"ptnr{end}_auth_seq_id", f"pdbx_ptnr{end}_PDB_ins_code",
                  f"ptnr{end}_auth_comp_id", f"ptnr{end}_label_atom_id", f"ptnr{end}_symmetry"]  # fmt: skip
    present = set(atoms.residue_name.tolist())
    inside = [
        (code, first, second, _WORDS[order])
        for code, component in sorted(target.components.items())
        if code in present
        for first, second, order in component.bonds
    ]
    return [
        *table("_struct_conn", [*items, "pdbx_dist_value"], rows),
        *table("_chem_comp_bond", ("comp_id", "atom_id_1", "atom_id_2", "value_order"), inside),
    ]
