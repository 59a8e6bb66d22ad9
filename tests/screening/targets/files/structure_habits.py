"""Random pieces of a target, written with random habits of other programs, and what they must read as."""

from __future__ import annotations

import dataclasses
import gzip
import random
from pathlib import Path

import numpy as np

from screening.targets.files.residue_numbers import number_field
from screening.targets.files.write import cif_text, pdb_text
from screening.targets.target import Target

_WATERS = ("HOH", "WAT", "SOL", "TIP3", "SPC", "H2O", "DOD")
_HISTIDINES = ("HIS", "HSD", "HSE", "HSP", "HIE", "HID", "HIP")
_LIGANDS = ("LIG", "UNL", "MOL", "DRG", "INH", "UNK", "L01")


@dataclasses.dataclass(frozen=True)
class Piece:
    """Coordinate lines of some residues, a ligand, waters and a metal, and what they are."""

    lines: list[str]
    sequences: list[str]
    ligand_atoms: int
    waters: int
    elements: dict[str, int]


def piece(target: Target, rng: random.Random) -> Piece:
    """Return two stretches of the first chain, as two chains, with the ligand, waters and a zinc."""
    lines = [line for line in pdb_text(target).splitlines() if line.startswith(("ATOM", "HETATM"))]
    chain = target.chains[0]
    residues = [position for position in chain.residues if position.name not in ("TPO", "SEP")]
    length = rng.randint(6, 14)
    starts = sorted(rng.sample(range(0, 150, 16), 2))
    taken, sequences = [], []
    for letter, start in zip("AB", starts):
        numbers = {residue.number for residue in residues[start : start + length]}
        mine = [line for line in lines if line[21] == chain.id and line[:4] == "ATOM" and int(line[22:26]) in numbers]
        # Each counts from one: what goes on counting may be one chain with a gap.
        taken += [f"{line[:21]}{letter}{int(line[22:26]) - min(numbers) + 1:4d}{line[26:]}" for line in mine]
        sequences.append(
            "".join(chain.sequence[at] for at, each in enumerate(chain.residues) if each.number in numbers)
        )
    ligand = [line for line in lines if line[17:20] == "ADN"]
    taken += [line[:21] + "A" + f"{900:4d}" + line[26:] for line in ligand]
    waters = rng.randint(0, 4)
    extra = [("ZN", "ZN", "Zn", 901)] + [("O", "HOH", "O", 910 + at) for at in range(waters)]
    for at, (name, code, element, number) in enumerate(extra):
        shown = f"{name:<4}" if name == "ZN" else f" {name:<3}"
        x = 90.0 + 4.0 * at
        taken.append(f"HETATM{9000 + at:5d} {shown} {code:>3} A{number:4d}    {x:8.3f}{50.0:8.3f}{50.0:8.3f}"
                     f"  1.00 30.00          {element.upper():>2}")  # fmt: skip
    kinds, counts = np.unique([line[76:78].strip() for line in taken], return_counts=True)
    return Piece(taken, sequences, len(ligand), waters, {str(kind): int(n) for kind, n in zip(kinds, counts)})


def as_pdb(given: Piece, rng: random.Random, folder: Path) -> tuple[Path, str, bool]:
    """Write a piece as PDB; return the file, the habits, and whether chain letters were kept."""
    lines, habits = list(given.lines), []

    def does(habit: str, share: float = 0.3) -> bool:
        chosen = rng.random() < share
        if chosen:
            habits.append(habit)
        return chosen

    water, his, ligand = rng.choice(_WATERS), rng.choice(_HISTIDINES), rng.choice(_LIGANDS)
    codes = {"HOH": water, "HIS": his, "ADN": ligand}
    lines = [f"{line[:17]}{codes.get(line[17:20], line[17:20]):<4}{line[21:]}" for line in lines]
    habits += [water, his, ligand]
    kept = True
    if does("segments", 0.25):
        lines = [f"{line[:21]} {line[22:72]:<50}{'PRO' + line[21] if line[:4] == 'ATOM' else 'HET':<4}{line[76:]}"
                 for line in lines]  # fmt: skip
        kept = False
    elif does("no chains", 0.2):
        lines = [f"{line[:21]} {line[22:]}" for line in lines]
        kept = False
    if does("all ATOM", 0.2):
        lines = [f"ATOM  {line[6:]}" for line in lines]
    if does("no elements", 0.25):
        lines = [line[:66] for line in lines]
    elif does("elements at the left", 0.2):
        lines = [f"{line[:76]}{line[76:78].strip():<2}" for line in lines]
    elif does("small letters", 0.2):
        lines = [f"{line[:76]}{line[76:78].lower()}" for line in lines]
    elif does("charges", 0.2):
        lines = [f"{line[:78]}2+" if line[76:78] == "ZN" else line for line in lines]
    if does("names at the left", 0.25) and "no elements" not in habits:
        lines = [f"{line[:12]}{line[12:16].strip():<4}{line[16:]}" for line in lines]
    if does("hybrid-36", 0.15):
        lines = [f"{line[:22]}{number_field(int(line[22:26]) + 9990)}{line[26:]}" if int(line[22:26]) >= 900 else line
                 for line in lines]  # fmt: skip
    if does("serials restart", 0.2):
        lines = [f"{line[:6]}{at % 50 + 1:5d}{line[11:]}" for at, line in enumerate(lines)]
    out: list[str] = []
    for before, line in zip([None, *lines], lines):
        new_chain = before is not None and _part(before) != _part(line)
        if new_chain and ("no chains" in habits or rng.random() < 0.7):
            out.append("TER")
        out.append(line.rstrip() if "no elements" in habits else line)
    if does("a model", 0.2):
        out = ["MODEL        1", *out, "ENDMDL"]
    crystal = "CRYST1    1.000    1.000    1.000  90.00  90.00  90.00 P 1           1"
    head = rng.sample(["REMARK   1 MADE BY A PROGRAM", crystal, "TITLE     a complex"], rng.randint(0, 3))
    tail = rng.choice((["END"], [], ["CONECT 9000", "END"]))
    text = rng.choice(("\n", "\r\n")).join([*head, *out, *tail, ""])
    path = folder / rng.choice(("x.pdb", "x.ent", "x.pdb.gz"))
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path, "PDB " + ", ".join(habits), kept


def _part(line: str) -> tuple[str, str, bool]:
    """Return what changes where a chain ends."""
    return line[21], line[72:76], int(line[22:26], 36) >= int("900", 36)


def as_cif(given: Piece, rng: random.Random, folder: Path) -> tuple[Path, str, bool]:
    """Write a piece as mmCIF: columns left out and in another order, tags and keywords in capitals, quotes, tabs."""
    habits = []
    author = rng.random() < 0.5
    ligands_numbered = rng.random() < 0.6
    items = ["group_PDB", "id", "type_symbol", "label_atom_id", "label_comp_id", "label_asym_id", "label_seq_id",
             "Cartn_x", "Cartn_y", "Cartn_z"]  # fmt: skip
    if author:
        items += ["auth_asym_id", "auth_seq_id"]
        habits.append("author columns")
    items += [item for item in ("label_alt_id", "occupancy", "B_iso_or_equiv", "pdbx_PDB_model_num", "label_entity_id",
                                "pdbx_formal_charge") if rng.random() < 0.5]  # fmt: skip
    rng.shuffle(items)
    separator = rng.choice((" ", "\t", "   "))
    rows = []
    for at, line in enumerate(given.lines):
        hetero = line[:6] == "HETATM"
        cells = {
            "group_PDB": line[:6].strip(), "id": str(at + 1), "type_symbol": line[76:78].strip(),
            "label_atom_id": _quoted(line[12:16].strip(), rng), "label_comp_id": line[17:20].strip(),
            "label_asym_id": line[21], "label_seq_id": line[22:26].strip() if not hetero or ligands_numbered else ".",
            "Cartn_x": line[30:38].strip(), "Cartn_y": line[38:46].strip(), "Cartn_z": line[46:54].strip(),
            "auth_asym_id": line[21], "auth_seq_id": line[22:26].strip(), "label_alt_id": ".", "occupancy": "1.00",
            "B_iso_or_equiv": line[60:66].strip(), "pdbx_PDB_model_num": "1",
            "label_entity_id": "AB".find(line[21]) + 1 if not hetero else 3 + hash_of(line[17:20]),
            "pdbx_formal_charge": "?",
        }  # fmt: skip
        rows.append(separator.join(str(cells[item]) for item in items))
    upper = rng.random() < 0.3
    tags = [f"_atom_site.{item}" for item in items]
    keywords = ("DATA_X", "LOOP_") if upper else ("data_x", "loop_")
    habits += [f"ligands numbered {ligands_numbered}", f"capitals {upper}", repr(separator)]
    text = "\n".join([keywords[0], "#", keywords[1], *(tag.lower() if upper else tag for tag in tags), *rows, "#", ""])
    path = folder / rng.choice(("x.cif", "x.mmcif"))
    path.write_text(text, "utf-8")
    return path, "mmCIF " + ", ".join(habits), author or ligands_numbered


def hash_of(code: str) -> int:
    return {"ADN": 0, " ZN": 1, "HOH": 2}[code]


def _quoted(name: str, rng: random.Random) -> str:
    return f'"{name}"' if "'" in name or rng.random() < 0.2 else name


def through_biotite(given: Piece, rng: random.Random, folder: Path) -> tuple[Path, str, bool]:
    """Write a piece with biotite, from what it reads of the lines."""
    from io import StringIO

    from biotite.structure.io import pdb, pdbx

    atoms = pdb.PDBFile.read(StringIO("\n".join(given.lines) + "\n")).get_structure(model=1)
    kind = rng.choice(("cif", "bcif", "pdb"))
    path = folder / f"x.{kind}"
    if kind == "pdb":
        file = pdb.PDBFile()
        file.set_structure(atoms)
    else:
        file = pdbx.CIFFile() if kind == "cif" else pdbx.BinaryCIFFile()
        pdbx.set_structure(file, atoms)
    file.write(path)
    return path, f"biotite {kind}", True


def through_gemmi(given: Piece, rng: random.Random, folder: Path) -> tuple[Path, str, bool]:
    """Write a piece with gemmi, with or without its entities."""
    import gemmi

    structure = gemmi.read_pdb_string("\n".join(given.lines) + "\nEND\n")
    entities = rng.random() < 0.7
    if entities:
        structure.setup_entities()
    path = folder / rng.choice(("x.cif", "x.pdb"))
    if path.suffix == ".cif":
        structure.make_mmcif_document().write_file(str(path))
    else:
        path.write_text(structure.make_pdb_string(), "ascii")
    return path, f"gemmi {path.suffix} entities {entities}", True


def through_ours(given: Piece, rng: random.Random, folder: Path) -> tuple[Path, str, bool]:
    """Read a piece and write it with our own writers."""
    from screening.targets.files.read import read_target

    (folder / "first.pdb").write_text("\n".join([*given.lines, "END", ""]), "ascii")
    target = read_target(folder / "first.pdb")
    path = folder / rng.choice(("x.cif", "x.pdb"))
    path.write_text(cif_text(target) if path.suffix == ".cif" else pdb_text(target), "utf-8")
    return path, f"ours {path.suffix}", True
