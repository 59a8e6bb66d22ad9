"""Write a target as PDB or mmCIF text, with our own writers: for viewers, for exports and for shipped data."""

from __future__ import annotations

import itertools
import string

import numpy as np

from screening.errors import StructureError
from screening.targets.entities.components import NUCLEOTIDES, STANDARD_AMINO_ACIDS
from screening.targets.files.cif_text import quoted, table
from screening.targets.files.residue_numbers import LARGEST, number_field
from screening.targets.files.write_bonds import bond_tables, link_records
from screening.targets.target import Atoms, Chain, Target

#: What fixed columns can hold.
MOST_PDB_CHAINS = 62
MOST_PDB_ATOMS = 99_999

_CHAIN_LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits
_ONE_TO_THREE = {
    "A": "ALA", "R": "ARG", "N": "ASN", "D": "ASP", "C": "CYS", "Q": "GLN", "E": "GLU", "G": "GLY", "H": "HIS",
    "I": "ILE", "L": "LEU", "K": "LYS", "M": "MET", "F": "PHE", "P": "PRO", "S": "SER", "T": "THR", "W": "TRP",
    "Y": "TYR", "V": "VAL",
}  # fmt: skip


def pdb_chain_ids(atoms: Atoms, source: str = "") -> dict[str, str]:
    """Return the one-letter chain id that each chain gets in PDB text; its own wherever that is one letter.

    Raises
    ------
    StructureError
        If there are more chains than letters.
    """
    chains = list(dict.fromkeys(atoms.chain.tolist()))
    if len(chains) > MOST_PDB_CHAINS:
        raise StructureError(
            f"has {len(chains)} chains, PDB files can hold {MOST_PDB_CHAINS}", source=source or None,
            expected="mmCIF output",
        )  # fmt: skip
    taken = {chain for chain in chains if len(chain) == 1}
    free = iter(letter for letter in _CHAIN_LETTERS if letter not in taken)
    return {chain: chain if len(chain) == 1 else next(free) for chain in chains}


def pdb_text(target: Target, atoms: Atoms | None = None) -> str:
    """Return PDB text of the atoms (all of the target by default), one model.

    Chains with longer ids are renamed as `pdb_chain_ids` says; a REMARK names them.

    Raises
    ------
    StructureError
        If the format cannot hold them: over 62 chains, over 99,999 atoms, component codes over three letters,
        residue numbers or coordinates beyond the columns. Residue numbers over 9999 are written as hybrid-36.
    """
    atoms = target.atoms if atoms is None else atoms
    letters = pdb_chain_ids(atoms, target.source)
    _require_fit(atoms, target.source)
    lines = []
    if target.title:
        lines += _wrapped("TITLE ", target.title)
    if target.method and len(target.method) < 70:
        lines.append(f"EXPDTA    {target.method}")
    if target.resolution_A is not None:
        lines.append(f"REMARK   2 RESOLUTION. {target.resolution_A:7.2f} ANGSTROMS.")
    if target.predicted:
        lines.append("REMARK 999 COMPUTED MODEL: THE B-FACTORS HOLD ITS CONFIDENCE (PLDDT)")
    lines += [f"REMARK 999 CHAIN {new} IS {old}" for old, new in letters.items() if old != new]
    lines += link_records(target, atoms, letters)
    starts_chain = np.r_[True, atoms.chain[1:] != atoms.chain[:-1]] if len(atoms) else np.zeros(0, bool)
    columns = zip(
        atoms.name.tolist(), atoms.altloc.tolist(), atoms.residue_name.tolist(), atoms.chain.tolist(),
        atoms.number.tolist(), atoms.insertion_code.tolist(), atoms.coordinates.tolist(), atoms.occupancy.tolist(),
        atoms.b_factor.tolist(), atoms.element.tolist(), atoms.hetero.tolist(), starts_chain.tolist(),
    )  # fmt: skip
    for serial, row in enumerate(columns, 1):
        name, alt, code, chain, number, icode, (x, y, z), occupancy, b, element, hetero, starts = row
        if starts and lines and lines[-1].startswith("ATOM  "):
            lines.append("TER")
        record = "HETATM" if hetero else "ATOM  "
        residue = f"{alt:1s}{code:>3s} {letters[chain]}{number_field(number)}{icode:1s}"
        spread = f"{min(occupancy, 999.99):6.2f}{max(min(b, 999.99), -99.99):6.2f}"
        atom = f"{record}{serial:5d} {_name_field(name, element)}"
        lines.append(f"{atom}{residue}   {x:8.3f}{y:8.3f}{z:8.3f}{spread}          {element:>2s}")
    lines.append("END")
    return "\n".join(lines) + "\n"


def _wrapped(record: str, text: str) -> list[str]:
    """Return the lines of a record, broken between words; only a word too long for a line is broken itself."""
    lines: list[str] = []
    broken = False
    for word in text.split():
        while True:
            room = 78 - len(lines[-1]) - 1 if lines else 0
            if lines and len(word) <= room and not broken:
                lines[-1] += f" {word}"
                break
            head = f"{record}{len(lines) + 1 if lines else '':>4}" + ("" if broken or not lines else " ")
            room = 78 - len(head)
            lines.append(head + word[:room])
            broken, word = len(word) > room, word[room:]
            if not word:
                break
        broken = False
    return lines


def _name_field(name: str, element: str) -> str:
    """Return the four columns of an atom name: the element is right-justified in the first two."""
    if len(name) >= 4:
        return name[:4]
    return f"{name:<4s}" if len(element) == 2 else f" {name:<3s}"


def _require_fit(atoms: Atoms, source: str) -> None:
    found = None
    if len(atoms) > MOST_PDB_ATOMS:
        found = f"has {len(atoms)} atoms, PDB files can hold {MOST_PDB_ATOMS}"
    elif any(len(code) > 3 for code in set(atoms.residue_name.tolist())):
        code = next(code for code in sorted(set(atoms.residue_name.tolist())) if len(code) > 3)
        found = f"has the component {code}, PDB files hold codes of three letters"
    elif any(len(name) > 4 for name in set(atoms.name.tolist())):
        found = "has an atom name of more than four letters"
    elif len(atoms) and (atoms.number.max() > LARGEST or atoms.number.min() < -999):
        found = "has residue numbers beyond the columns of a PDB file"
    elif len(atoms) and (atoms.coordinates.max() >= 9999.999 or atoms.coordinates.min() <= -999.999):
        found = "has coordinates beyond the columns of a PDB file"
    if found:
        raise StructureError(found, source=source or None, expected="mmCIF output")


def cif_text(target: Target, atoms: Atoms | None = None) -> str:
    """Return mmCIF text of the target: header facts, sequences, and both numberings of every atom.

    Parameters
    ----------
    target
        The target.
    atoms
        Atoms to write instead of all; the header stays the same.
    """
    atoms = target.atoms if atoms is None else atoms
    name = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in target.id) or "target"
    lines = [f"data_{name}", "#", f"_entry.id {quoted(target.id)}", f"_struct.entry_id {quoted(target.id)}"]
    lines += [f"_struct.title {quoted(target.title)}", f"_exptl.entry_id {quoted(target.id)}"]
    lines.append(f"_exptl.method {quoted(target.method)}")
    if target.resolution_A is not None:
        lines.append(f"_refine.ls_d_res_high {target.resolution_A:g}")
    if target.r_work is not None:
        lines.append(f"_refine.ls_R_factor_R_work {target.r_work:g}")
    if target.r_free is not None:
        lines.append(f"_refine.ls_R_factor_R_free {target.r_free:g}")
    if target.deposited:
        lines.append(f"_pdbx_database_status.recvd_initial_deposition_date {target.deposited}")
    if target.predicted:
        lines.append("_ma_qa_metric.id 1")
    if target.crystal is not None:
        sizes = zip(("a", "b", "c"), target.crystal.lengths_A)
        lines += [f"_cell.length_{axis} {value:g}" for axis, value in sizes]
        turns = zip(("alpha", "beta", "gamma"), target.crystal.angles)
        lines += [f"_cell.angle_{axis} {value:g}" for axis, value in turns]
        lines.append(f"_symmetry.space_group_name_H-M {quoted(target.crystal.space_group)}")
    lines.append("#")
    label_chain, label_number, entity, entities = _labels(target, atoms)
    lines += _entity_tables(target, entities)
    lines += bond_tables(target, atoms)
    rows = zip(
        np.where(atoms.hetero, "HETATM", "ATOM").tolist(), range(1, len(atoms) + 1), atoms.element.tolist(),
        atoms.name.tolist(), atoms.altloc.tolist(), atoms.residue_name.tolist(), label_chain, entity, label_number,
        atoms.insertion_code.tolist(), atoms.coordinates.tolist(), atoms.occupancy.tolist(), atoms.b_factor.tolist(),
        atoms.number.tolist(), atoms.chain.tolist(),
    )  # fmt: skip
    lines.append("loop_")
    lines += [f"_atom_site.{item}" for item in _ATOM_ITEMS]
    quick = {text: quoted(text) for text in set(atoms.name.tolist()) | set(atoms.residue_name.tolist())}
    for group, serial, element, name, alt, code, lc, ent, ln, icode, (x, y, z), occupancy, b, number, chain in rows:
        lines.append(
            f"{group} {serial} {element or '?'} {quick[name]} {alt or '.'} {quick[code]} {lc} {ent} {ln or '.'} "
            f"{icode or '?'} {x:.3f} {y:.3f} {z:.3f} {occupancy:.2f} {b:.2f} {number} {quick[code]} {chain} "
            f"{quick[name]} 1"
        )
    lines.append("#")
    return "\n".join(lines) + "\n"


_ATOM_ITEMS = (
    "group_PDB", "id", "type_symbol", "label_atom_id", "label_alt_id", "label_comp_id", "label_asym_id",
    "label_entity_id", "label_seq_id", "pdbx_PDB_ins_code", "Cartn_x", "Cartn_y", "Cartn_z", "occupancy",
    "B_iso_or_equiv", "auth_seq_id", "auth_comp_id", "auth_asym_id", "auth_atom_id", "pdbx_PDB_model_num",
)  # fmt: skip


def _letters(index: int) -> str:
    """Return the label chain of a number from 0: A ... Z, AA, BA, ... as the PDB counts."""
    text = string.ascii_uppercase[index % 26]
    while index >= 26:
        index = index // 26 - 1
        text += string.ascii_uppercase[index % 26]
    return text


def _labels(
    target: Target, atoms: Atoms
) -> tuple[list[str], list[int], list[int], list[tuple[str, Chain | None, str]]]:
    """Return label chain, label number and entity of each atom, and the entities as (label, chain, component)."""
    chains = {residue: (i, place) for i, chain in enumerate(target.chains)
              for place, residue in enumerate(chain.residues)}  # fmt: skip
    named = all(chain.label_id for chain in target.chains) and (atoms.label_chain != "").all()
    # Programs that number every atom give ligands and waters the label chain of the protein.
    named = named and not {group.label_chain for group in target.groups if group.kind != "modified residue"} & {
        chain.label_id for chain in target.chains
    }
    labels: list[str] = []
    numbers: list[int] = []
    entity_of_atom: list[int] = []
    entities: dict[tuple[str, str], tuple[int, str]] = {}
    starts = np.r_[atoms.residue_starts, len(atoms)]
    rows: list[tuple[str, Chain | None, str]] = []
    for begin, end in itertools.pairwise(starts):
        residue = atoms.residue_id(int(begin))
        found = chains.get(residue)
        if found is not None:
            chain = target.chains[found[0]]
            key = ("polymer", str(found[0]))
            number = chain.positions[found[1]] if chain.positions else found[1] + 1
            owner: Chain | None = chain
        else:
            # Waters of a chain share one label chain; every other group has its own.
            water = residue.name in ("HOH", "DOD", "WAT")
            key = ("water", residue.chain) if water else ("group", str(residue))
            number, owner = 0, None
        if key not in entities:
            label = str(atoms.label_chain[begin]) if named else _letters(len(entities))
            entities[key] = (len(entities) + 1, label)
            rows.append((label, owner, residue.name))
        index, label = entities[key]
        count = int(end - begin)
        labels += [label] * count
        numbers += [int(atoms.label_number[begin]) if named else number] * count
        entity_of_atom += [index] * count
    return labels, numbers, entity_of_atom, rows


def _entity_tables(target: Target, entities: list[tuple[str, Chain | None, str]]) -> list[str]:
    kinds = {
        "protein": "polypeptide(L)", "DNA": "polydeoxyribonucleotide", "RNA": "polyribonucleotide", "other": "other",
    }  # fmt: skip
    entity_rows, poly, sequence, asym = [], [], [], []
    branched = {group.label_chain for group in target.groups if group.kind == "glycan" and group.label_chain}
    for index, (label, chain, code) in enumerate(entities, 1):
        asym.append((label, str(index)))
        kind = "polymer" if chain else "water" if code in ("HOH", "DOD", "WAT") else "non-polymer"
        entity_rows.append((str(index), "branched" if label in branched and not chain else kind))
        if chain:
            poly.append((str(index), kinds[chain.kind]))
            sequence += [(str(index), str(i), code) for i, code in enumerate(_codes(chain), 1)]
    return [
        *table("_entity", ("id", "type"), entity_rows),
        *table("_entity_poly", ("entity_id", "type"), poly),
        *table("_entity_poly_seq", ("entity_id", "num", "mon_id"), sequence),
        *table("_struct_asym", ("id", "entity_id"), asym),
    ]


def _codes(chain: Chain) -> list[str]:
    """Return the component codes of the whole sequence: observed ones as they are, missing ones by their letter."""
    if not chain.positions:
        return [residue.name for residue in chain.residues]
    observed = {place: residue.name for place, residue in zip(chain.positions, chain.residues)}
    return [observed.get(i) or _code(letter, chain.kind) for i, letter in enumerate(chain.seqres, 1)]


def _code(letter: str, kind: str) -> str:
    if kind == "protein":
        code = _ONE_TO_THREE.get(letter, "UNK")
        return code if code in STANDARD_AMINO_ACIDS else "UNK"
    code = f"D{letter}" if kind == "DNA" else letter
    return code if code in NUCLEOTIDES else "N"
