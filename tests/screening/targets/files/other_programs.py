"""A target written with the habits of other programs: real writers where they are installed, else their conventions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from screening.targets.files.write import cif_text, pdb_text
from screening.targets.target import Target

#: Column names of an atom table in which every atom has a sequence number.
_ITEMS = ("group_PDB", "id", "type_symbol", "label_atom_id", "label_alt_id", "label_comp_id", "label_asym_id",
          "label_entity_id", "label_seq_id", "pdbx_PDB_ins_code", "Cartn_x", "Cartn_y", "Cartn_z", "occupancy",
          "B_iso_or_equiv", "auth_seq_id", "auth_comp_id", "auth_asym_id", "auth_atom_id",
          "pdbx_PDB_model_num")  # fmt: skip
_AUTODOCK = {"O": "OA", "S": "SA", "H": "HD", "ZN": "Zn", "MG": "Mg", "FE": "Fe", "CA": "Ca", "MN": "Mn", "CL": "Cl"}


def _biotite_array(target: Target):  # type: ignore[no-untyped-def]
    import biotite.structure as structure

    atoms = target.atoms
    array = structure.AtomArray(len(atoms))
    array.coord = atoms.coordinates
    for name, values in (
        ("chain_id", atoms.chain), ("res_id", atoms.number), ("ins_code", atoms.insertion_code),
        ("res_name", atoms.residue_name), ("hetero", atoms.hetero), ("atom_name", atoms.name),
        ("element", atoms.element), ("b_factor", atoms.b_factor), ("occupancy", atoms.occupancy),
    ):  # fmt: skip
        array.set_annotation(name, values)
    return array


def biotite_cif(target: Target, folder: Path) -> Path:
    from biotite.structure.io import pdbx

    file = pdbx.CIFFile()
    pdbx.set_structure(file, _biotite_array(target))
    path = folder / "biotite.cif"
    file.write(path)
    return path


def biotite_bcif(target: Target, folder: Path) -> Path:
    from biotite.structure.io import pdbx

    file = pdbx.BinaryCIFFile()
    pdbx.set_structure(file, _biotite_array(target))
    path = folder / "biotite.bcif"
    file.write(path)
    return path


def biotite_pdb(target: Target, folder: Path) -> Path:
    from biotite.structure.io import pdb

    file = pdb.PDBFile()
    file.set_structure(_biotite_array(target))
    path = folder / "biotite.pdb"
    file.write(path)
    return path


def gemmi_cif(target: Target, folder: Path) -> Path:
    import gemmi

    structure = gemmi.make_structure_from_block(gemmi.cif.read_string(cif_text(target)).sole_block())
    structure.setup_entities()
    path = folder / "gemmi.cif"
    structure.make_mmcif_document().write_file(str(path))
    return path


def gemmi_pdb(target: Target, folder: Path) -> Path:
    import gemmi

    structure = gemmi.make_structure_from_block(gemmi.cif.read_string(cif_text(target)).sole_block())
    structure.setup_entities()
    path = folder / "gemmi.pdb"
    path.write_text(structure.make_pdb_string(), "ascii")
    return path


def own_cif(target: Target, folder: Path) -> Path:
    path = folder / "own.cif"
    path.write_text(cif_text(target), "utf-8")
    return path


def own_pdb(target: Target, folder: Path) -> Path:
    path = folder / "own.pdb"
    path.write_text(pdb_text(target), "utf-8")
    return path


def every_atom_numbered(target: Target, folder: Path) -> Path:
    """The habit of PyMOL and chemfiles: one label chain and a sequence number for ligands and waters too."""
    atoms = target.atoms
    rows = []
    for at in range(len(atoms)):
        name = f'"{atoms.name[at]}"' if "'" in str(atoms.name[at]) else atoms.name[at]
        x, y, z = atoms.coordinates[at]
        rows.append(
            f"{'HETATM' if atoms.hetero[at] else 'ATOM'} {at + 1} {atoms.element[at]} {name} {atoms.altloc[at] or '.'} "
            f"{atoms.residue_name[at]} {atoms.chain[at]} 1 {atoms.number[at]} {atoms.insertion_code[at] or '?'} "
            f"{x:.3f} {y:.3f} {z:.3f} {atoms.occupancy[at]:.2f} {atoms.b_factor[at]:.2f} {atoms.number[at]} "
            f"{atoms.residue_name[at]} {atoms.chain[at]} {name} 1"
        )
    path = folder / "numbered.cif"
    head = ["data_x", "loop_", *(f"_atom_site.{item}" for item in _ITEMS)]
    path.write_text("\n".join([*head, *rows, "#", ""]), "utf-8")
    return path


def autodock(target: Target, folder: Path) -> Path:
    """A receptor file of AutoDock: charges and types in the place of segment and element."""
    lines = []
    for line in pdb_text(target).splitlines():
        if line.startswith(("ATOM", "HETATM")):
            element = line[76:78].strip()
            lines.append(f"{line[:66]}    {0.0:6.3f} {_AUTODOCK.get(element, element):<2}")
        elif line.startswith("TER"):
            lines.append("TER")
    path = folder / "receptor.pdbqt"
    path.write_text("\n".join([*lines, ""]), "ascii")
    return path


def no_elements(target: Target, folder: Path) -> Path:
    """Old programs: no element column; the names stand where the format wants them."""
    lines = [line[:66] if line.startswith(("ATOM", "HETATM")) else line for line in pdb_text(target).splitlines()]
    path = folder / "old.pdb"
    path.write_text("\n".join([*lines, ""]), "ascii")
    return path


def charmm(target: Target, folder: Path) -> Path:
    """CHARMM: segments for chains, its own names of histidine and water, everything in ATOM records for the protein."""
    segments = {chain: f"PR{chain}"[:4] for chain in dict.fromkeys(target.atoms.chain.tolist())}
    lines = []
    for line in pdb_text(target).splitlines():
        if line.startswith(("ATOM", "HETATM")):
            code = {"HIS": "HSD ", "HOH": "TIP3"}.get(line[17:20], f"{line[17:20]} ")
            lines.append(f"{line[:17]}{code} {line[22:72]:<50}{segments[line[21]]:<4}{line[76:78]}")
        elif line.startswith("TER"):
            lines.append("TER")
    path = folder / "charmm.pdb"
    path.write_text("\n".join([*lines, "END", ""]), "ascii")
    return path


Writer = Callable[[Target, Path], Path]
#: By name: real programs first.
WRITERS: dict[str, Writer] = {
    writer.__name__: writer
    for writer in (biotite_cif, biotite_bcif, biotite_pdb, gemmi_cif, gemmi_pdb, own_cif, own_pdb, every_atom_numbered,
                   autodock, no_elements)
}  # fmt: skip
NEEDS = {"biotite_cif": "biotite", "biotite_bcif": "biotite", "biotite_pdb": "biotite", "gemmi_cif": "gemmi",
         "gemmi_pdb": "gemmi"}  # fmt: skip


def facts(target: Target) -> dict[str, object]:
    """What must come through any writer: chains, ligands, waters, metals, bonds between residues, elements."""
    return {
        "chains": [(chain.id, chain.kind, chain.sequence) for chain in target.chains if chain.residues],
        "groups": sorted((group.residue, group.kind, group.atoms, group.linked_to) for group in target.groups),
        "waters": target.waters,
        # One as stretched as a disulfide of 1IGY (2.4 Å) is known only where the file lists it.
        "bonds": sorted(tuple(sorted(bond.ends)) for bond in target.covalent_bonds if bond.length_A < 2.3),
        "elements": {str(e): int(n) for e, n in zip(*np.unique(target.atoms.element, return_counts=True))},
    }
