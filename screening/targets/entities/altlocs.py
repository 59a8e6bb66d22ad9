"""Choose one conformer for each residue that has several, so that two are never mixed silently."""

from __future__ import annotations

import numpy as np

from screening.errors import UsageError
from screening.targets.raw_structure import RawAtoms

HIGHEST = "highest occupancy"
ALL = "all"


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
        Count residues of different component code at one position as different.
    """
    if len(atoms) == 0:
        return np.zeros(0, np.int64)
    parts = [atoms.chain, atoms.label_chain, atoms.number, atoms.insertion_code]
    if with_name:
        parts.append(atoms.residue_name)
    else:
        # A hetero residue may share chain and number with a polymer residue in old files; they are not conformers.
        parts.append(np.isin(atoms.residue_name, ("HOH", "WAT", "DOD")))
    codes = np.zeros(len(atoms), np.int64)
    for part in parts:
        _, inverse = np.unique(part, return_inverse=True)
        combined = codes * (int(inverse.max()) + 1) + inverse
        _, codes = np.unique(combined, return_inverse=True)
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[inverse]


def chosen(atoms: RawAtoms, choice: str) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Choose one conformer of each residue.

    Parameters
    ----------
    atoms
        Atoms of one model.
    choice
        ``"highest occupancy"`` takes, for a whole residue, the conformer whose atoms have the highest mean
        occupancy (the first letter if equal). A letter takes that conformer where it exists, else the one of highest
        occupancy. ``"all"`` keeps everything.

    Returns
    -------
    keep
        bool, shape (n,).
    disordered
        bool, shape (n,): atoms of residues that have alternative locations.
    notes
        What had to be completed from another conformer.
    """
    labelled = atoms.altloc != ""
    keep = np.ones(len(atoms), bool)
    if not labelled.any():
        return keep, np.zeros(len(atoms), bool), []
    group = residue_groups(atoms, with_name=False)
    disordered = np.isin(group, np.unique(group[labelled]))
    if choice == ALL:
        return keep, disordered, []
    completed = 0
    rows = np.flatnonzero(disordered)
    order = rows[np.argsort(group[rows], kind="stable")]
    for members in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        keep[members], added = _keep_of_residue(atoms, members, choice)
        completed += added
    notes = []
    if completed:
        notes.append(f"{completed} atoms exist only in a conformer that was not chosen; they were taken from it.")
    return keep, disordered, notes


def _keep_of_residue(atoms: RawAtoms, members: np.ndarray, choice: str) -> tuple[np.ndarray, int]:
    """Return which `members` (atoms of one residue position) to keep, and how many complete the choice."""
    labels, names = atoms.altloc[members], atoms.name[members]
    codes, occupancy = atoms.residue_name[members], atoms.occupancy[members]
    present = sorted(set(labels) - {""})
    if choice in present:
        best = choice
    else:
        best = max(present, key=lambda label: (float(occupancy[labels == label].mean()), -ord(label[0])))
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
