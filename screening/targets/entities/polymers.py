"""Find the polymer chains among the residues of a model, their sequences, and what was not observed."""

from __future__ import annotations

import dataclasses

import numpy as np
from Bio.Align import PairwiseAligner

from screening.targets.entities.components import AMINO_ACIDS, CAPS, DNA, NUCLEOTIDES, WATER, one_letter
from screening.targets.raw_structure import RawStructure
from screening.targets.target import Atoms, Chain, ResidueId

#: A peptide bond is 1.33 Å and a phosphodiester bond 1.61 Å; beyond this there is a gap.
_LONGEST_BOND_A = 2.2
#: Neighbouring Cα of a chain are 3.8 Å apart (2.9 Å across a cis bond).
_LONGEST_CA_STEP_A = 4.4


@dataclasses.dataclass(frozen=True)
class Residues:
    """One row for each residue of `Atoms`; arrays of length m.

    Attributes
    ----------
    first
        Index of the first atom.
    size
        Number of atoms.
    polymer
        bool: part of a polymer chain.
    head, tail
        Coordinates in Å, shape (m, 3), of the atoms that bond to the residue before (N, P) and after (C, O3');
        NaN where absent.
    trace
        Cα or P, same shape.
    """

    first: np.ndarray
    size: np.ndarray
    polymer: np.ndarray
    head: np.ndarray
    tail: np.ndarray
    trace: np.ndarray


def residue_table(atoms: Atoms, raw: RawStructure, entity: np.ndarray) -> Residues:
    """Make the table of residues and decide which belong to a polymer.

    An mmCIF file that types its entities says so itself. Other files, among them mmCIF of programs that number every
    atom, are judged by their atoms: a residue is polymer if it is a standard residue in an ATOM record, is named in
    SEQRES, or has the backbone atoms and is bonded to a neighbour.

    Parameters
    ----------
    atoms
        The atoms of one model.
    raw
        Facts of the file.
    entity
        Entity of each atom, empty where the file has none.
    """
    first = atoms.residue_starts
    size = np.diff(np.r_[first, len(atoms)])
    row_of_atom = np.repeat(np.arange(len(first)), size)
    head = _positions(atoms, row_of_atom, len(first), ("N", "P"))
    tail = _positions(atoms, row_of_atom, len(first), ("C", "O3'", "O3*"))
    trace = _positions(atoms, row_of_atom, len(first), ("CA", "P", "C1'", "C1*"))
    numbered = atoms.label_number[first] > 0
    types = np.array([raw.entity_types.get(name, "") for name in entity[first].tolist()])
    alone = (size == 1) | np.isin(atoms.residue_name[first], sorted(WATER))
    if raw.label_keys and _stated(raw, types, numbered, atoms.hetero[first], alone):
        polymer = numbered & np.isin(types, ("polymer", ""))
        polymer &= ~np.isin(atoms.residue_name[first], sorted(WATER))
    else:
        polymer = _polymer_by_look(atoms, raw, first, head, tail, trace)
        if raw.label_keys:
            polymer &= np.isin(types, ("polymer", ""))
    return Residues(first, size, polymer, head, tail, trace)


def _stated(raw: RawStructure, types: np.ndarray, numbered: np.ndarray, hetero: np.ndarray, alone: np.ndarray) -> bool:
    """Tell whether an mmCIF file says which residues are polymer: by entities, or by numbers only polymers have."""
    if not numbered.any():
        return False
    if len(types) and (types != "").all():
        return True
    # Where what is no polymer has no number, the number tells. Where waters and ions have one it tells nothing, and so
    # it does in a file of ATOM records without ligands.
    if (numbered & alone & hetero).any():
        return False
    return bool(raw.polymer_kinds) or bool((hetero & ~numbered).any())


def _positions(atoms: Atoms, row_of_atom: np.ndarray, rows: int, names: tuple[str, ...]) -> np.ndarray:
    found = np.full((rows, 3), np.nan, np.float32)
    for name in reversed(names):
        hit = np.flatnonzero((atoms.name == name) & (atoms.element != "CA"))
        found[row_of_atom[hit]] = atoms.coordinates[hit]
    return found


def _polymer_by_look(
    atoms: Atoms, raw: RawStructure, first: np.ndarray, head: np.ndarray, tail: np.ndarray, trace: np.ndarray
) -> np.ndarray:
    codes, hetero, chain = atoms.residue_name[first], atoms.hetero[first], atoms.chain[first]
    known = np.array([code in AMINO_ACIDS or code in NUCLEOTIDES for code in codes], dtype=bool)
    # Some programs call a ligand UNK, the residue of unknown type: that one has a Cα.
    with_ca = np.unique(np.searchsorted(first, np.flatnonzero(atoms.name == "CA"), side="right") - 1)
    known &= (codes != "UNK") | np.isin(np.arange(len(first)), with_ca)
    listed = np.array([code in raw.seqres.get(c, ()) for code, c in zip(codes, chain)], dtype=bool)
    water = np.isin(codes, list(WATER))
    backbone = ~np.isnan(head[:, 0]) & ~np.isnan(tail[:, 0])
    bonded = np.zeros(len(first), bool)
    if len(first) > 1:
        with np.errstate(invalid="ignore"):
            near = np.linalg.norm(head[1:] - tail[:-1], axis=1) < _LONGEST_BOND_A
        near &= chain[1:] == chain[:-1]
        bonded[1:] |= near
        bonded[:-1] |= near
    traced = ~np.isnan(trace[:, 0])
    known |= np.isin(codes, sorted(CAPS)) & bonded
    polymer = (known & ~hetero & traced) | (known & ~hetero & (backbone | bonded))
    polymer |= listed & (bonded | (traced & ~hetero))
    polymer |= (backbone | known) & bonded
    polymer |= np.isin(codes, sorted(CAPS)) & _joined_to(polymer, chain, head, tail)
    # A residue of which one or two atoms were seen, beside the chain it belongs to.
    number = atoms.number[first]
    for step in (1, -1):
        beside = np.roll(polymer, step) & (np.roll(chain, step) == chain)
        beside &= np.abs(np.roll(number, step) - number) <= 1
        polymer |= known & beside & ~water & ~traced & ~_apart(atoms, first, step)
    return polymer & ~water


def _joined_to(polymer: np.ndarray, chain: np.ndarray, head: np.ndarray, tail: np.ndarray) -> np.ndarray:
    """Return the residues that are bonded to a polymer residue before or behind them in the file."""
    joined = np.zeros(len(polymer), bool)
    if len(polymer) > 1:
        with np.errstate(invalid="ignore"):
            near = np.linalg.norm(head[1:] - tail[:-1], axis=1) < _LONGEST_BOND_A
        near &= chain[1:] == chain[:-1]
        joined[1:] |= near & polymer[:-1]
        joined[:-1] |= near & polymer[1:]
    return joined


def _apart(atoms: Atoms, first: np.ndarray, step: int) -> np.ndarray:
    """Return where a residue and the one `step` places before it lie further apart than neighbours in a chain can.

    Their first atoms are looked at: of a residue with its backbone N, of one that is cut short whatever was seen of it,
    the end of a side chain at most.
    """
    place = atoms.coordinates[first]
    far: np.ndarray = np.linalg.norm(np.roll(place, step, axis=0) - place, axis=1) > 13.0
    far[0 if step == 1 else -1] = True
    return far


def polymer_chains(atoms: Atoms, table: Residues, raw: RawStructure) -> tuple[Chain, ...]:
    """Return the polymer chains in the order of the file, then those of which no residue was observed."""
    rows = np.flatnonzero(table.polymer)
    keys: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        at = table.first[row]
        keys.setdefault((str(atoms.chain[at]), str(atoms.label_chain[at])), []).append(int(row))
    chains = []
    for (chain, label), members in keys.items():
        key = label if raw.label_keys else chain
        chains.append(_chain(atoms, table, raw, chain, label, key, np.array(members)))
    return tuple(chains)


def _chain(
    atoms: Atoms, table: Residues, raw: RawStructure, chain: str, label: str, key: str, members: np.ndarray
) -> Chain:
    residues = tuple(atoms.residue_id(int(at)) for at in table.first[members])
    sequence = "".join(_letter(residue.name, raw) for residue in residues)
    codes = raw.seqres.get(key, ())
    seqres = "".join(_letter(code, raw) for code in codes)
    breaks = _breaks(table, members, residues)
    positions: tuple[int, ...] = ()
    if seqres:
        labels = atoms.label_number[table.first[members]]
        if raw.label_keys and labels.min() > 0 and labels.max() <= len(seqres):
            positions = tuple(int(value) for value in labels)
        else:
            positions = _positions_in_seqres(residues, sequence, codes, seqres, raw, chain, breaks)
    missing = _missing(positions, len(seqres)) if positions else ()
    kind = raw.polymer_kinds.get(key) or _kind([residue.name for residue in residues])
    return Chain(chain, label, kind, sequence, seqres, residues, missing, positions, breaks)


def _letter(code: str, raw: RawStructure) -> str:
    letter = one_letter(code)
    return one_letter(raw.modified[code]) if letter == "X" and code in raw.modified else letter


def _kind(codes: list[str]) -> str:
    amino = sum(code in AMINO_ACIDS for code in codes)
    nucleic = [code for code in codes if code in NUCLEOTIDES and code not in AMINO_ACIDS]
    if amino == 0 and not nucleic:
        return "other"
    if amino >= len(nucleic):
        return "protein"
    return "DNA" if any(code in DNA for code in nucleic) else "RNA"


def _breaks(
    table: Residues, members: np.ndarray, residues: tuple[ResidueId, ...]
) -> tuple[tuple[ResidueId, ResidueId], ...]:
    if len(members) < 2:
        return ()
    before, after = members[:-1], members[1:]
    with np.errstate(invalid="ignore"):
        bond = np.linalg.norm(table.head[after] - table.tail[before], axis=1)
        step = np.linalg.norm(table.trace[after] - table.trace[before], axis=1)
    # Cα-only and coarse models have no bonding atoms: the step of the trace tells then.
    limit_step = np.where(np.isnan(table.tail[before][:, 0]), 8.0, _LONGEST_CA_STEP_A)
    broken = np.where(np.isnan(bond), step > limit_step, bond > _LONGEST_BOND_A)
    return tuple((residues[i], residues[i + 1]) for i in np.flatnonzero(broken))


def _missing(positions: tuple[int, ...], length: int) -> tuple[tuple[int, int], ...]:
    seen = set(positions)
    spans: list[tuple[int, int]] = []
    for position in range(1, length + 1):
        if position in seen:
            continue
        if spans and spans[-1][1] == position - 1:
            spans[-1] = (spans[-1][0], position)
        else:
            spans.append((position, position))
    return tuple(spans)


def _positions_in_seqres(
    residues: tuple[ResidueId, ...],
    sequence: str,
    codes: tuple[str, ...],
    seqres: str,
    raw: RawStructure,
    chain: str,
    breaks: tuple[tuple[ResidueId, ResidueId], ...],
) -> tuple[int, ...]:
    """Place the observed residues in SEQRES: by the file's list of missing residues if that adds up, else aligned."""
    if sequence == seqres:
        return tuple(range(1, len(seqres) + 1))
    absent = [residue for residue in raw.unobserved if residue.chain == chain]
    if absent and len(absent) + len(residues) == len(codes):
        merged = sorted([*residues, *absent], key=lambda r: (r.number, r.insertion_code))
        if [residue.name for residue in merged] == list(codes):
            place = {residue: i for i, residue in enumerate(merged, 1)}
            return tuple(place[residue] for residue in residues)
    return _aligned(residues, sequence, seqres, {after for _, after in breaks})


def _aligned(
    residues: tuple[ResidueId, ...], sequence: str, seqres: str, after_break: set[ResidueId]
) -> tuple[int, ...]:
    """Align the unbroken pieces of the observed chain to SEQRES.

    A stretch is observed or missing as a whole, so opening a gap costs much and extending it nothing; which of
    two equal letters at the rim of a gap was seen is decided by where the chain is broken.
    """
    aligner = PairwiseAligner(mode="global", match_score=2.0, mismatch_score=-3.0)
    aligner.open_gap_score, aligner.extend_gap_score = -4.0, 0.0
    aligner.end_gap_score = 0.0
    alignment = next(iter(aligner.align(seqres, sequence)))
    place = [0] * len(sequence)
    in_seqres, in_chain = (block.tolist() for block in alignment.aligned)
    for (a, b), (c, _) in zip(in_seqres, in_chain):
        for offset in range(b - a):
            place[c + offset] = a + offset + 1
    _shift_to_breaks(place, residues, sequence, seqres, after_break)
    return tuple(place) if all(place) else ()


def _shift_to_breaks(
    place: list[int],
    residues: tuple[ResidueId, ...],
    sequence: str,
    seqres: str,
    after_break: set[ResidueId],
) -> None:
    """Move the rim of each gap, in place, to the break of the chain where the letters allow both."""
    for i in range(1, len(place)):
        if place[i] - place[i - 1] <= 1 or residues[i] in after_break or not place[i - 1]:
            continue
        for step in range(1, 12):
            forward, backward = i + step, i - step
            if forward < len(place) and residues[forward] in after_break:
                start = place[i - 1]
                moved = range(i, forward)
                if all(sequence[j] == seqres[start + j - i] for j in moved):
                    for j in moved:
                        place[j] = start + 1 + j - i
                break
            if backward > 0 and residues[backward] in after_break:
                end = place[i]
                moved = range(backward, i)
                if all(sequence[j] == seqres[end - 1 - (i - j)] for j in moved):
                    for j in moved:
                        place[j] = end - (i - j)
                break
