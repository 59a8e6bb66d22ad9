"""Choose one conformer for each residue that has several, so that two are never mixed silently.

Neighbours that move together are one question: a residue beside a ligand takes the ligand's conformer, and of two
molecules that stand at one place only one is kept.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.spatial import cKDTree

from screening.errors import UsageError
from screening.targets.entities.components import AMINO_ACIDS, NUCLEOTIDES, WATER
from screening.targets.raw_structure import RawAtoms

HIGHEST = "highest occupancy"
ALL = "all"

#: Disordered residues that touch move together, in Å.
TOUCH_A = 4.0
#: Disordered residues this near a disordered ligand take its conformer, in Å.
NEAR_LIGAND_A = 8.0
#: Heavy atoms of two residues cannot both be there if they are nearer than this, in Å.
EXCLUSIVE_A = 1.6


def require_choice(choice: str) -> str:
    """Return `choice` if it is ``"highest occupancy"``, ``"all"`` or a conformer's letter.

    Raises
    ------
    UsageError
        If it is anything else.
    """
    if choice in (HIGHEST, ALL) or (len(choice) == 1 and choice.isalnum()):
        return choice
    raise UsageError(f"{choice!r} is no choice of alternative locations",
                     expected=f"'{HIGHEST}', '{ALL}' or a letter such as 'A'")  # fmt: skip


def residue_groups(atoms: RawAtoms, *, with_name: bool) -> np.ndarray:
    """Number the residues in the order of their first atom; int64, shape (n,).

    Parameters
    ----------
    atoms
        Atoms of one model.
    with_name
        Count residues of different component code at one position as different. If not, residues of a polymer at one
        position are one, and so are others whose conformers have different letters.
    """
    if len(atoms) == 0:
        return np.zeros(0, np.int64)
    parts = [atoms.chain, atoms.label_chain, atoms.number, atoms.insertion_code]
    parts.append(atoms.residue_name if with_name else _kinds(atoms))
    codes = np.zeros(len(atoms), np.int64)
    for part in parts:
        _, inverse = np.unique(part, return_inverse=True)
        combined = codes * (int(inverse.max()) + 1) + inverse
        _, codes = np.unique(combined, return_inverse=True)
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[inverse]


def _kinds(atoms: RawAtoms) -> np.ndarray:
    """Return what tells residues at one position apart: their kind, and the name of those that are not labelled.

    A hetero residue may share chain and number with a polymer residue in old files; they are no conformers.
    """
    kinds = np.array([_kind(code) for code in atoms.residue_name.tolist()], dtype="<U8")
    labelled = set(atoms.residue_name[atoms.altloc != ""].tolist())
    plain = (kinds == "other") & ~np.isin(atoms.residue_name, sorted(labelled))
    return np.where(plain, atoms.residue_name, kinds)


def _kind(code: str) -> str:
    return "water" if code in WATER else "polymer" if code in AMINO_ACIDS or code in NUCLEOTIDES else "other"


@dataclasses.dataclass
class _Residue:
    """A disordered residue: its rows, the letters it has, and the best of them on its own."""

    rows: np.ndarray
    letters: tuple[str, ...]
    occupancy: dict[str, float]
    ligand: bool

    @property
    def best(self) -> str:
        return max(self.letters, key=lambda letter: (self.occupancy[letter], -ord(letter[0])))


def chosen(atoms: RawAtoms, choice: str) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Choose one conformer of each residue.

    Parameters
    ----------
    atoms
        Atoms of one model.
    choice
        ``"highest occupancy"`` takes, for residues that move together, the conformer with the highest mean occupancy
        of their atoms (the first letter if equal). A letter takes that conformer where it exists, else the one of
        highest occupancy. ``"all"`` keeps everything.

    Returns
    -------
    keep
        bool, shape (n,).
    disordered
        bool, shape (n,): atoms of residues that have alternative locations.
    notes
        What had to be completed from another conformer, and what was left out for another.
    """
    labelled = atoms.altloc != ""
    keep = np.ones(len(atoms), bool)
    if not labelled.any():
        return keep, np.zeros(len(atoms), bool), []
    group = residue_groups(atoms, with_name=False)
    disordered = np.isin(group, np.unique(group[labelled]))
    if choice == ALL:
        return keep, disordered, []
    rows = np.flatnonzero(disordered)
    order = rows[np.argsort(group[rows], kind="stable")]
    residues = [_residue(atoms, members) for members in np.split(order, np.flatnonzero(np.diff(group[order])) + 1)]
    letters = _letters(atoms, residues, choice)
    completed = 0
    for residue, letter in zip(residues, letters):
        keep[residue.rows], added = _keep_of_residue(atoms, residue.rows, letter)
        completed += added
    notes = []
    if completed:
        notes.append(f"{completed} atoms exist only in a conformer that was not chosen; they were taken from it.")
    notes += _without_exclusive(atoms, residues, letters, keep)
    return keep, disordered, notes


def _residue(atoms: RawAtoms, members: np.ndarray) -> _Residue:
    labels, occupancy = atoms.altloc[members], atoms.occupancy[members]
    present = tuple(sorted(set(labels.tolist()) - {""}))
    means = {letter: float(occupancy[labels == letter].mean()) for letter in present}
    ligand = _kind(str(atoms.residue_name[members[0]])) == "other"
    return _Residue(members, present, means, ligand and len(set(atoms.name[members].tolist())) > 5)


def _letters(atoms: RawAtoms, residues: list[_Residue], choice: str) -> list[str]:
    """Return the conformer of each residue: the same for those that move together, as far as they have it."""
    places = np.stack([atoms.x, atoms.y, atoms.z], axis=1).astype(float)
    heavy = ~np.isin(atoms.element, ("H", "D")) & (atoms.altloc != "")
    trees = [_tree(places, residue.rows[heavy[residue.rows]]) for residue in residues]
    cluster = list(range(len(residues)))

    def root(i: int) -> int:
        while cluster[i] != i:
            cluster[i] = cluster[cluster[i]]
            i = cluster[i]
        return i

    for i, j in _near_pairs(places, residues, heavy):
        one, other = residues[i], residues[j]
        first, second = trees[i], trees[j]
        if first is None or second is None:
            continue
        reach = NEAR_LIGAND_A if one.ligand or other.ligand else TOUCH_A
        shared = len(set(one.letters) & set(other.letters)) > 0 and max(len(one.letters), len(other.letters)) > 1
        if (shared and first.count_neighbors(second, reach)) or (
            not shared and first.count_neighbors(second, EXCLUSIVE_A)
        ):
            cluster[root(i)] = root(j)
    members: dict[int, list[int]] = {}
    for i in range(len(residues)):
        members.setdefault(root(i), []).append(i)
    letters = [residue.best for residue in residues]
    for together in members.values():
        weight: dict[str, list[float]] = {}
        for i in together:
            residue = residues[i]
            for letter in residue.letters:
                part = residue.rows[atoms.altloc[residue.rows] == letter]
                weight.setdefault(letter, []).extend(atoms.occupancy[part].tolist())
        ligands = [residues[i] for i in together if residues[i].ligand and len(residues[i].letters) > 1]
        if choice in weight:
            letter = choice
        elif ligands:
            letter = max(ligands, key=lambda residue: len(residue.rows)).best
        else:
            letter = max(sorted(weight), key=lambda letter: (float(np.mean(weight[letter])), -ord(letter[0])))
        for i in together:
            if letter in residues[i].letters:
                letters[i] = letter
    return letters


def _tree(places: np.ndarray, rows: np.ndarray) -> cKDTree | None:
    finite = rows[np.isfinite(places[rows]).all(axis=1)]
    return cKDTree(places[finite]) if len(finite) else None


def _near_pairs(places: np.ndarray, residues: list[_Residue], heavy: np.ndarray) -> list[tuple[int, int]]:
    """Return the pairs of residues that may be near each other, by all their labelled heavy atoms at once."""
    owner = np.concatenate([np.full(len(residue.rows), i) for i, residue in enumerate(residues)])
    rows = np.concatenate([residue.rows for residue in residues])
    useful = heavy[rows] & np.isfinite(places[rows]).all(axis=1)
    owner, rows = owner[useful], rows[useful]
    if len(rows) < 2:
        return []
    ligand = np.array([residue.ligand for residue in residues])
    tree = cKDTree(places[rows])
    pairs = {tuple(pair) for pair in np.sort(owner[tree.query_pairs(TOUCH_A, output_type="ndarray")], axis=1).tolist()}
    of_ligands = np.flatnonzero(ligand[owner])
    for at, near in zip(of_ligands.tolist(), tree.query_ball_point(places[rows[of_ligands]], NEAR_LIGAND_A)):
        pairs |= {(min(int(owner[at]), other), max(int(owner[at]), other)) for other in owner[near].tolist()}
    return sorted((i, j) for i, j in pairs if i != j)


def _keep_of_residue(atoms: RawAtoms, members: np.ndarray, best: str) -> tuple[np.ndarray, int]:
    """Return which `members` (atoms of one residue position) to keep, and how many complete the choice."""
    labels, names = atoms.altloc[members], atoms.name[members]
    codes, occupancy = atoms.residue_name[members], atoms.occupancy[members]
    keep = (labels == "") | (labels == best)
    code = codes[labels == best][0]
    # At a mutated position an unlabelled atom belongs to the residue that was chosen.
    keep &= codes == code
    # Atoms that the chosen conformer lacks, as where one side of a residue has A and B and the other C and D.
    have = set(names[keep])
    added = 0
    for i in np.argsort(-occupancy, kind="stable"):
        if not keep[i] and codes[i] == code and names[i] not in have:
            keep[i] = True
            have.add(names[i])
            added += 1
    return keep, added


def _without_exclusive(atoms: RawAtoms, residues: list[_Residue], letters: list[str], keep: np.ndarray) -> list[str]:
    """Leave out, in `keep`, residues that stand where a kept one of another conformer does; say which."""
    places = np.stack([atoms.x, atoms.y, atoms.z], axis=1).astype(float)
    heavy = ~np.isin(atoms.element, ("H", "D")) & (atoms.altloc != "") & np.isfinite(places).all(axis=1)
    owner = np.full(len(atoms), -1)
    for i, residue in enumerate(residues):
        owner[residue.rows] = i
    rows = np.flatnonzero(heavy & keep)
    if len(rows) < 2:
        return []
    clashes: dict[tuple[int, int], int] = {}
    for a, b in rows[cKDTree(places[rows]).query_pairs(EXCLUSIVE_A, output_type="ndarray")].tolist():
        i, j = int(owner[a]), int(owner[b])
        if i != j and letters[i] != letters[j] and atoms.altloc[a] != atoms.altloc[b]:
            # The peptide bond to the next residue is as short as this.
            gap = float(np.linalg.norm(places[a] - places[b]))
            polymers = not (_alone(atoms, residues[i]) or _alone(atoms, residues[j]))
            if gap < (0.9 if polymers else EXCLUSIVE_A):
                clashes[min(i, j), max(i, j)] = clashes.get((min(i, j), max(i, j)), 0) + 1
    dropped: dict[int, int] = {}
    for i, j in sorted(clashes):
        if i in dropped or j in dropped:
            continue
        movable = [k for k in (i, j) if _alone(atoms, residues[k])]
        if not movable:
            continue
        order = sorted(movable, key=lambda k: (residues[k].occupancy[letters[k]], len(residues[k].rows), -k))
        loser = order[0]
        dropped[loser] = j if loser == i else i
        keep[residues[loser].rows] = False
    if not dropped:
        return []
    told = ", ".join(
        f"{_label(atoms, residues[loser])} (conformer {letters[loser]}) for {_label(atoms, residues[winner])} "
        f"(conformer {letters[winner]})" for loser, winner in list(dropped.items())[:5]
    )  # fmt: skip
    more = " ..." if len(dropped) > 5 else ""
    return [f"Of molecules that exclude each other one was kept; left out: {told}{more}."]


def _alone(atoms: RawAtoms, residue: _Residue) -> bool:
    """Tell whether a residue is no part of a polymer by its name."""
    return _kind(str(atoms.residue_name[residue.rows[0]])) != "polymer"


def _label(atoms: RawAtoms, residue: _Residue) -> str:
    at = residue.rows[0]
    name = str(atoms.residue_name[at])
    apart = "_" if name[-1:].isdigit() else ""
    return f"{atoms.chain[at]}:{name}{apart}{atoms.number[at]}{atoms.insertion_code[at]}"
