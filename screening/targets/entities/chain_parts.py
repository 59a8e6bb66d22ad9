"""Chains that a PDB file tells apart only by TER records, segment names or a numbering that starts again.

CHARMM, GROMACS, AMBER, MOE and Maestro write such files: without chain ids, or with one id for several molecules.
"""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Iterator

import numpy as np

from screening.targets.entities.components import (
    AMINO_ACIDS,
    FORCE_FIELD_NAMES,
    NUCLEOTIDE_NAMES,
    NUCLEOTIDES,
)  # fmt: skip
from screening.targets.raw_structure import RawAtoms

#: What a chain without an id is called, since a residue must be nameable.
NAMELESS_CHAIN = "_"
#: Added to residue numbers that come again, as those of water beyond 9999.
NUMBER_STEP = 10_000


@dataclasses.dataclass
class _Part:
    """One chain as it grows."""

    raw: str
    segment_name: str
    segment: int
    last: int
    name: str = ""
    seen: dict[tuple[int, str], tuple[str, set[tuple[str, str]], list[int]]] = dataclasses.field(default_factory=dict)


def named_chains(atoms: RawAtoms, notes: list[str]) -> RawAtoms:
    """Give every chain an id of its own; append to `notes` what was done.

    A polymer residue begins a new chain, in a file without chain ids, after a TER record, with another segment name, or
    where the number falls; in one with chain ids, where its place in the chain is taken by another residue, or where
    the number falls after a TER record. Residues of other kinds whose number comes again get a higher one.
    """
    chain = atoms.chain.astype("<U8")
    number = atoms.number.copy()
    split, renumbered = False, 0
    for model in np.unique(atoms.model):
        rows = np.flatnonzero(atoms.model == model)
        parts, part_of = _parts(atoms, rows)
        _name_parts(parts, atoms)
        split = split or len(parts) > len({part.raw for part in parts})
        for part, members in part_of:
            chain[members] = part.name if part else _outside(atoms, members)
    nameless = bool((atoms.chain == "").any())
    if nameless:
        notes.append(f"Some atoms have no chain id; {_called(atoms, chain)}.")
    if split:
        names = ", ".join(dict.fromkeys(chain.tolist()))
        notes.append(f"Chains were told apart by TER records, segment names or numbers that start again: {names}.")
    named = dataclasses.replace(atoms, chain=chain)
    number, renumbered = unrepeated_numbers(named)
    if renumbered:
        notes.append(
            f"{renumbered} residues repeat a number; multiples of {NUMBER_STEP} were added to tell them apart."
        )
    return dataclasses.replace(named, number=number)


def _called(atoms: RawAtoms, chain: np.ndarray) -> str:
    names = list(dict.fromkeys(chain[atoms.chain == ""].tolist()))
    return f"their chain is called {names[0]!r}" if len(names) == 1 else f"their chains are called {', '.join(names)}"


def _runs(atoms: RawAtoms, rows: np.ndarray) -> Iterator[np.ndarray]:
    """Return the rows of one residue after the other; an atom that comes again begins the next residue."""
    columns = (atoms.chain, atoms.segment_name, atoms.segment, atoms.number, atoms.insertion_code)
    names, codes, altlocs = atoms.name[rows].tolist(), atoms.residue_name[rows].tolist(), atoms.altloc[rows].tolist()
    keys = list(zip(*(column[rows].tolist() for column in columns)))
    begin = 0
    seen: set[tuple[str, str, str]] = set()
    for at in range(len(rows) + 1):
        atom = None if at == len(rows) else (names[at], altlocs[at], codes[at])
        new = at == len(rows) or (at > begin and (keys[at] != keys[at - 1] or atom in seen or (
            codes[at] != codes[at - 1] and not altlocs[at])))  # fmt: skip
        if new and at > begin:
            yield rows[begin:at]
            begin, seen = at, set()
        if atom is not None:
            seen.add(atom)


def _is_polymer(atoms: RawAtoms, run: np.ndarray) -> bool:
    code = str(atoms.residue_name[run[0]])
    known = code in AMINO_ACIDS or code in NUCLEOTIDES or code in FORCE_FIELD_NAMES or code in NUCLEOTIDE_NAMES
    names = set(atoms.name[run].tolist())
    backbone = {"N", "CA", "C"} <= names or {"P", "O3'"} <= names
    return bool((known and not atoms.hetero[run[0]] and len(names) > 1) or backbone)


def _parts(atoms: RawAtoms, rows: np.ndarray) -> tuple[list[_Part], list[tuple[_Part | None, np.ndarray]]]:
    parts: list[_Part] = []
    current: dict[str, _Part] = {}
    members: list[tuple[_Part | None, np.ndarray]] = []
    places = np.stack([atoms.x, atoms.y, atoms.z], axis=1)
    for run in _runs(atoms, rows):
        at = run[0]
        raw, here = str(atoms.chain[at]), (int(atoms.number[at]), str(atoms.insertion_code[at]))
        if not _is_polymer(atoms, run):
            members.append((None, run))
            continue
        names = set(zip(atoms.name[run].tolist(), atoms.altloc[run].tolist()))
        part = current.get(raw)
        if part is not None and not _belongs(atoms, part, run, here, names, places):
            part = None
        if part is None:
            part = _Part(raw, str(atoms.segment_name[at]), int(atoms.segment[at]), here[0])
            current[raw] = part
            parts.append(part)
        _, known, first = part.seen.setdefault(here, (str(atoms.residue_name[at]), set(), []))
        known |= names
        first.extend(run.tolist())
        part.last, part.segment = here[0], int(atoms.segment[at])
        members.append((part, run))
    return parts, members


def _belongs(
    atoms: RawAtoms, part: _Part, run: np.ndarray, here: tuple[int, str], names: set[tuple[str, str]],
    places: np.ndarray,
) -> bool:  # fmt: skip
    """Tell whether a residue goes on with the chain or begins the next one."""
    at = run[0]
    falls, after_ter = here[0] < part.last, int(atoms.segment[at]) != part.segment
    other_segment = str(atoms.segment_name[at]) != part.segment_name
    taken = part.seen.get(here)
    if taken is not None and not (atoms.altloc[run] != "").any():
        code, known, rows = taken
        same = code == str(atoms.residue_name[at])
        if same and not names & known:
            # The rest of a residue, as hydrogens at the end of a file.
            return True
        old = {str(atoms.name[row]): row for row in rows}
        twice = [row for row in run.tolist() if str(atoms.name[row]) in old]
        return same and all(np.array_equal(places[row], places[old[str(atoms.name[row])]]) for row in twice)
    if not part.raw:
        return not (after_ter or other_segment or falls)
    return not (falls and after_ter)


def _name_parts(parts: list[_Part], atoms: RawAtoms) -> None:
    taken = set(atoms.chain.tolist()) - {""}
    free = (letter for letter in string.ascii_uppercase + string.ascii_lowercase + string.digits)
    several = sum(not part.raw for part in parts) > 1
    used: set[str] = set()
    for number, part in enumerate(parts):
        wanted = [part.raw, part.segment_name]
        if not part.raw and not part.segment_name and not several:
            wanted.append(NAMELESS_CHAIN)
        name = next((name for name in wanted if name and name not in used), "")
        if not name:
            name = next((letter for letter in free if letter not in taken and letter not in used), f"{number + 1}")
        part.name = name
        used.add(name)


def _outside(atoms: RawAtoms, run: np.ndarray) -> str:
    return str(atoms.chain[run[0]] or atoms.segment_name[run[0]] or NAMELESS_CHAIN)


def unrepeated_numbers(atoms: RawAtoms) -> tuple[np.ndarray, int]:
    """Return residue numbers that name one residue each, and how many were changed.

    Only what is no polymer and stands at another place under the same chain, number and component is changed; atoms
    that are written twice at one place are left to be dropped.
    """
    number = atoms.number.copy()
    changed = 0
    places = np.stack([atoms.x, atoms.y, atoms.z], axis=1)
    seen: dict[tuple[int, str, str, int, str, str], dict[tuple[str, str], int]] = {}
    for model in np.unique(atoms.model):
        for run in _runs(atoms, np.flatnonzero(atoms.model == model)):
            at = run[0]
            key = (int(model), str(atoms.chain[at]), str(atoms.label_chain[at]), int(atoms.number[at]),
                   str(atoms.insertion_code[at]), str(atoms.residue_name[at]))  # fmt: skip
            names = {(str(atoms.name[row]), str(atoms.altloc[row])): int(row) for row in run}
            if key not in seen:
                seen[key] = names
                continue
            twice = [(row, seen[key][name]) for name, row in names.items() if name in seen[key]]
            # A few atoms that come again are a fault of the file; a whole residue that comes again is another one.
            whole = names.keys() == seen[key].keys()
            if not whole or _is_polymer(atoms, run) or all(np.array_equal(places[a], places[b]) for a, b in twice):
                seen[key].update(names)
                continue
            step = 1
            while (*key[:3], key[3] + step * NUMBER_STEP, *key[4:]) in seen:
                step += 1
            number[run] += step * NUMBER_STEP
            seen[(*key[:3], key[3] + step * NUMBER_STEP, key[4], key[5])] = names
            changed += 1
    return number, changed
