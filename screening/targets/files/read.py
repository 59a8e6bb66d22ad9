"""One entry point for every structure and sequence format, by content."""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from screening.errors import StructureError, UsageError
from screening.targets.entities import altlocs
from screening.targets.entities.chain_parts import unrepeated_numbers
from screening.targets.entities.components import WATER
from screening.targets.entities.covalent_bonds import covalent_bonds
from screening.targets.entities.groups import hetero_groups
from screening.targets.entities.polymers import Residues, polymer_chains, residue_table
from screening.targets.entities.standard_names import with_standard_names
from screening.targets.files.formats import StructureFile, open_structure_file
from screening.targets.files.predicted import with_confidence
from screening.targets.files.read_bcif import read_bcif
from screening.targets.files.read_fasta import read_fasta
from screening.targets.files.read_mmcif import read_mmcif
from screening.targets.files.read_pdb import read_pdb
from screening.targets.raw_structure import RawAtoms, RawStructure
from screening.targets.target import Atoms, Chain, ResidueId, Target

#: Format to the function that reads its atoms and header.
READERS: dict[str, Callable[[StructureFile], RawStructure]] = {
    "PDB": read_pdb,
    "mmCIF": read_mmcif,
    "BinaryCIF": read_bcif,
}


def read_target(path: str | os.PathLike[str], *, model: int = 1, altloc: str = altlocs.HIGHEST) -> Target:
    """Read a target from a PDB, mmCIF, BinaryCIF or FASTA file, compressed with gzip or not.

    The format is recognised by content; a file name that promises another one only earns a note.

    Parameters
    ----------
    path
        The file.
    model
        Which model to read, counted from 1 in the order of the file.
    altloc
        Which conformer of a disordered residue to read: ``"highest occupancy"``, a letter, or ``"all"``.

    Raises
    ------
    FileError
        If the file is missing, empty, truncated or of another format.
    StructureError
        If it holds no atoms, only water, no such model, or a broken coordinate.
    UsageError
        If `model` or `altloc` makes no sense.
    """
    altlocs.require_choice(altloc)
    if model < 1:
        raise UsageError(f"model {model} does not exist", expected="a number from 1")
    file = open_structure_file(path)
    if file.format == "FASTA":
        return read_fasta(file)
    return _built(READERS[file.format](file), file, model, altloc)


def require_protein(target: Target) -> Target:
    """Return `target` if it holds a protein chain.

    Raises
    ------
    StructureError
        If it does not; the message says what it holds instead.
    """
    if any(chain.kind == "protein" for chain in target.chains):
        return target
    kinds = sorted({chain.kind for chain in target.chains})
    held = f"only {' and '.join(kinds)}" if kinds else "no polymer chain"
    raise StructureError(f"holds {held}", source=target.source, expected="at least one protein chain")


def _built(raw: RawStructure, file: StructureFile, model: int, altloc: str) -> Target:
    everything = raw.atoms
    if everything is None or len(everything) == 0:
        what = f" (only the header of {raw.id})" if raw.id else ""
        raise StructureError(f"holds no atoms{what}", source=file.path, expected="ATOM or HETATM records")
    _, first_rows = np.unique(everything.model, return_index=True)
    numbers = everything.model[np.sort(first_rows)]
    if model > len(numbers):
        count = f"{len(numbers)} model{'s' if len(numbers) > 1 else ''}"
        raise StructureError(f"has no model {model}", source=file.path, expected=f"1 to {len(numbers)} ({count})")
    notes = [*file.notes, *raw.notes]
    if len(numbers) > 1:
        notes.append(f"The file holds {len(numbers)} models; model {model} was read.")
    whole = everything.select(everything.model == numbers[model - 1])
    if raw.label_keys:
        whole = dataclasses.replace(whole, number=unrepeated_numbers(whole)[0])
    whole = with_standard_names(_without_rubbish(whole, notes), notes)
    keep, disordered, more = altlocs.chosen(whole, altloc)
    notes += more
    disordered_ids = _residues_of(whole, disordered & (whole.altloc != ""))
    atoms, order = _atoms(whole.select(keep))
    kept = whole.select(keep).select(order)
    if len(atoms) and np.isin(atoms.residue_name, list(WATER)).all():
        molecules = len(np.unique(atoms.residue_index))
        raise StructureError(f"holds only water ({molecules} molecules)", source=file.path,
                             expected="a macromolecule")  # fmt: skip
    if len(disordered_ids) and altloc == altlocs.ALL:
        notes.append(f"All conformers of {len(disordered_ids)} residues were kept: atoms overlap.")
    elif len(disordered_ids):
        named = ", ".join(str(residue) for residue in disordered_ids[:5])
        more_than = " ..." if len(disordered_ids) > 5 else ""
        notes.append(f"{len(disordered_ids)} residues have alternative locations ({named}{more_than}); read: {altloc}.")
    table = residue_table(atoms, raw, kept.entity)
    chains = polymer_chains(atoms, table, raw)
    atoms = _with_positions(atoms, table, chains, raw)
    bonds = covalent_bonds(atoms, table, raw, kept.serial)
    groups, waters = hetero_groups(atoms, table, raw, bonds)
    atoms = with_confidence(atoms, raw, np.repeat(table.polymer, table.size), notes)
    if not chains:
        notes.append("No polymer chain was found: this is not a protein target.")
    elif all(chain.kind != "protein" for chain in chains):
        notes.append(f"No protein chain: only {', '.join(sorted({chain.kind for chain in chains}))}.")
    stem = file.path.name.removesuffix(".gz")
    present = set(atoms.residue_name.tolist())
    return Target(
        id=raw.id or Path(stem).stem,
        title=raw.title,
        method=raw.method,
        resolution_A=raw.resolution_A,
        atoms=atoms,
        chains=chains,
        groups=groups,
        waters=waters,
        models=len(numbers),
        altlocs=disordered_ids,
        source=str(file.path),
        sha256=file.sha256,
        format=file.format,
        predicted=raw.predicted,
        notes=tuple(notes),
        model=model,
        altloc_choice=altloc,
        r_work=raw.r_work,
        r_free=raw.r_free,
        deposited=raw.deposited,
        assemblies=raw.assemblies,
        crystal=raw.crystal,
        unobserved_atoms=raw.unobserved_atoms,
        covalent_bonds=bonds,
        components={code: raw.components[code] for code in sorted(raw.components) if code in present},
    )


def _without_rubbish(atoms: RawAtoms, notes: list[str]) -> RawAtoms:
    """Drop atoms without a place and repeated atoms, and say so."""
    finite = np.isfinite(atoms.x) & np.isfinite(atoms.y) & np.isfinite(atoms.z)
    if not finite.all():
        notes.append(f"{int(np.sum(~finite))} atoms without a finite coordinate were left out.")
        atoms = atoms.select(finite)
    group = altlocs.residue_groups(atoms, with_name=True)
    seen = set()
    single = np.ones(len(atoms), bool)
    for i, atom in enumerate(zip(group.tolist(), atoms.name.tolist(), atoms.altloc.tolist())):
        if atom in seen:
            single[i] = False
        seen.add(atom)
    if not single.all():
        notes.append(f"{int(np.sum(~single))} repeated atoms (same residue, name and conformer) were left out.")
        atoms = atoms.select(single)
    return atoms


def _residues_of(atoms: RawAtoms, mask: np.ndarray) -> tuple[ResidueId, ...]:
    columns = zip(
        atoms.chain[mask].tolist(),
        atoms.number[mask].tolist(),
        atoms.insertion_code[mask].tolist(),
        atoms.residue_name[mask].tolist(),
    )
    return tuple(ResidueId(*column) for column in dict.fromkeys(columns))


def _atoms(raw: RawAtoms) -> tuple[Atoms, np.ndarray]:
    """Put the atoms of each residue together, residues in the order of their first atom; return the order too."""
    group = altlocs.residue_groups(raw, with_name=True)
    order = np.argsort(group, kind="stable")
    raw = raw.select(order)
    atoms = Atoms(
        coordinates=np.stack([raw.x, raw.y, raw.z], axis=1),
        name=raw.name,
        element=raw.element,
        residue_name=raw.residue_name,
        chain=raw.chain,
        number=raw.number,
        insertion_code=raw.insertion_code,
        altloc=raw.altloc,
        hetero=raw.hetero,
        occupancy=raw.occupancy,
        b_factor=raw.b_factor,
        residue_index=group[order].astype(np.int32),
        label_chain=raw.label_chain,
        label_number=raw.label_number,
    )
    return atoms, order


def _with_positions(atoms: Atoms, table: Residues, chains: tuple[Chain, ...], raw: RawStructure) -> Atoms:
    """Give PDB atoms the label number that mmCIF would: the position in SEQRES. What is no polymer has none."""
    if raw.label_keys:
        polymer = np.repeat(table.polymer, table.size)
        return dataclasses.replace(atoms, label_number=np.where(polymer, atoms.label_number, 0).astype(np.int32))
    place = {residue: position for chain in chains for residue, position in zip(chain.residues, chain.positions)}
    if not place:
        return atoms
    numbers = atoms.label_number.copy()
    starts = np.r_[atoms.residue_starts, len(atoms)]
    for begin, end in itertools.pairwise(starts):
        numbers[begin:end] = place.get(atoms.residue_id(int(begin)), 0)
    return dataclasses.replace(atoms, label_number=numbers)
