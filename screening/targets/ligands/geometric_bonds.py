"""Bond orders of a ligand from the places of its heavy atoms alone: the last resort.

The orders are those that fit the lengths best under the valences of the elements, found as an integer program: for
each bond the cost of an order is the squared difference between the length and the usual one of that order. A carbon
whose neighbours lie in one plane wants a double bond; one that is pyramidal can have none.
"""

from __future__ import annotations

import numpy as np
from rdkit import Chem
from scipy.optimize import Bounds, LinearConstraint, milp

#: Usual lengths in Å of a single, double and triple bond, after Allen, F. H. et al., J. Chem. Soc. Perkin Trans. 2, S1
#: (1987).
LENGTHS_A: dict[tuple[int, int], tuple[float, ...]] = {
    (6, 6): (1.52, 1.34, 1.19), (6, 7): (1.46, 1.29, 1.15), (6, 8): (1.40, 1.22), (6, 16): (1.79, 1.66),
    (7, 7): (1.40, 1.25), (7, 8): (1.39, 1.23), (8, 15): (1.58, 1.48), (8, 16): (1.58, 1.44), (7, 16): (1.63, 1.53),
    (15, 16): (2.05, 1.94), (7, 15): (1.65, 1.56),
}  # fmt: skip

#: A bond this much longer than the sum of the covalent radii is still one, in Å.
REACH_A = 0.4
#: What a planar carbon without a double bond costs, in Å², as much as a bond 0.17 Å from its usual length.
_WANTED = 0.03
#: What a positive charge on nitrogen costs, in Å².
_CHARGE = 0.055


def skeleton(elements: list[str], places: np.ndarray) -> Chem.Mol:
    """Return the atoms joined by single bonds where covalent radii say so, with one conformer.

    Parameters
    ----------
    elements
        Symbols, any case.
    places
        Shape (n, 3), Å.
    """
    table = Chem.GetPeriodicTable()
    mol = Chem.RWMol()
    conformer = Chem.Conformer(len(elements))
    radii = []
    for index, symbol in enumerate(elements):
        try:
            number = table.GetAtomicNumber(symbol.capitalize())
        except RuntimeError:
            number = 0
        atom = Chem.Atom(number)
        atom.SetNoImplicit(True)
        mol.AddAtom(atom)
        radii.append(table.GetRcovalent(number) if number else 0.77)
        conformer.SetAtomPosition(index, [float(value) for value in places[index]])
    gaps = np.linalg.norm(places[:, None] - places[None], axis=2)
    reach = np.add.outer(radii, radii) + REACH_A
    near = np.triu((gaps < reach) & (gaps > 0.4), 1)
    for first, second in zip(*np.nonzero(near & ~_across_a_cage(near, gaps, reach))):
        mol.AddBond(int(first), int(second), Chem.BondType.SINGLE)
    mol.AddConformer(conformer)
    plain = mol.GetMol()
    plain.UpdatePropertyCache(strict=False)
    Chem.FastFindRings(plain)
    return plain


def _across_a_cage(near: np.ndarray, gaps: np.ndarray, reach: np.ndarray) -> np.ndarray:
    """Return the pairs that only a small cage brings near (1.87 Å in bicyclo[1.1.1]pentane)."""
    joined = (near | near.T).astype(int)
    shared = joined @ joined
    return near & (shared >= 3) & (gaps > reach - REACH_A + 0.2)


def with_perceived_orders(bare: Chem.Mol) -> Chem.Mol | None:
    """Return the skeleton with the bond orders that fit its geometry best; None if no valences fit."""
    bonds = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in bare.GetBonds()]
    if not bonds:
        return None
    places = bare.GetConformer().GetPositions()
    atoms = list(bare.GetAtoms())
    shapes = [_shape(bare, index, places) for index in range(len(atoms))]
    planar, wants = [shape[0] for shape in shapes], [shape[1] for shape in shapes]
    # Unknowns: for each bond whether it is double and whether it is triple; for each atom whether it has a charge.
    size = 2 * len(bonds) + len(atoms)
    cost, upper = np.zeros(size), np.zeros(size)
    use = np.zeros((len(atoms), size))
    for at, (first, second) in enumerate(bonds):
        length = float(np.linalg.norm(places[first] - places[second]))
        usual = _usual(atoms[first].GetAtomicNum(), atoms[second].GetAtomicNum())
        for order in (2, 3):
            column = 2 * at + order - 2
            use[[first, second], column] = order - 1
            if order > len(usual) or min(planar[first], planar[second]) < order - 1:
                continue
            upper[column] = 1
            cost[column] = (length - usual[order - 1]) ** 2 - (length - usual[0]) ** 2
            cost[column] -= _WANTED * (order - 1) * sum(wants[end] for end in (first, second))
            if any(atoms[end].GetAtomicNum() == 7 and atoms[end].GetDegree() == 1 for end in (first, second)):
                # Of two tautomers the amine is usual, not the imine.
                cost[column] += _WANTED * (order == 2)
            if _is_oxo(atoms[first], atoms[second]):
                cost[column] -= 2 * _WANTED
    room = np.zeros(len(atoms))
    for index, atom in enumerate(atoms):
        room[index] = max(min(_valence(atom) - atom.GetDegree(), planar[index]), 0)
        column = 2 * len(bonds) + index
        if atom.GetAtomicNum() == 7 and atom.GetDegree() == 3:
            upper[column], use[index, column] = 1, -1
            cost[column] = 0.0 if sum(_is_terminal_oxygen(other) for other in atom.GetNeighbors()) == 2 else _CHARGE
    one_order = np.zeros((len(bonds), size))
    for at in range(len(bonds)):
        one_order[at, 2 * at : 2 * at + 2] = 1
    answer = milp(
        cost, integrality=np.ones(size, np.int64), bounds=Bounds(np.zeros(size), upper),
        constraints=[LinearConstraint(use, ub=room), LinearConstraint(one_order, ub=1)],
        options={"time_limit": 5.0},
    )  # fmt: skip
    if answer.x is None:
        return None
    chosen = np.round(answer.x[: 2 * len(bonds)]).astype(int)
    orders = {bond: 1 + chosen[2 * at] + 2 * chosen[2 * at + 1] for at, bond in enumerate(bonds)}
    return with_orders(bare, orders, {})


def with_orders(bare: Chem.Mol, orders: dict[tuple[int, int], int], charges: dict[int, int]) -> Chem.Mol | None:
    """Return the atoms of `bare` with these bonds, hydrogens left implicit; None if RDKit finds no valences for it.

    Bonds to metals from atoms whose valence is already full become dative. Charges that the bonds ask for (nitro,
    pyridinium, sulfonium) are set where `charges` does not say.
    """
    mol = Chem.RWMol(bare)
    for bond in list(mol.GetBonds()):
        mol.RemoveBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
    total = [0] * mol.GetNumAtoms()
    for (first, second), order in orders.items():
        if not (_is_metal(mol, first) or _is_metal(mol, second)):
            total[first] += order
            total[second] += order
    for (first, second), order in orders.items():
        kind = Chem.BondType.values[order]
        metal, other = (first, second) if _is_metal(mol, first) else (second, first)
        full = total[other] >= _USUAL_VALENCE.get(mol.GetAtomWithIdx(other).GetAtomicNum(), 1)
        # Ammonia and water keep their hydrogens.
        if _is_metal(mol, metal) and (
            full or (total[other] == 0 and mol.GetAtomWithIdx(other).GetAtomicNum() in (7, 8))
        ):
            mol.AddBond(other, metal, Chem.BondType.DATIVE)
        else:
            mol.AddBond(first, second, kind)
    for atom in mol.GetAtoms():
        index = atom.GetIdx()
        atom.SetNoImplicit(_is_metal(mol, index))
        atom.SetFormalCharge(charges.get(index, 0) if charges else _charge(mol, index, total))
    made = mol.GetMol()
    try:
        Chem.SanitizeMol(made)
        Chem.AssignStereochemistryFrom3D(made)
    except (ValueError, RuntimeError):
        return None
    return made


_USUAL_VALENCE = {5: 3, 6: 4, 7: 3, 8: 2, 9: 1, 15: 5, 16: 6, 17: 1, 35: 1, 53: 1}


def _charge(mol: Chem.RWMol, index: int, total: list[int]) -> int:
    atom = mol.GetAtomWithIdx(index)
    number, neighbours = atom.GetAtomicNum(), list(atom.GetNeighbors())
    if number == 7 and total[index] == 4:
        return 1
    if number == 5 and total[index] == 4:
        return -1
    if number == 16 and total[index] == 3 and len(neighbours) == 3:
        return 1
    if number == 8 and total[index] == 1 and len(neighbours) == 1 and neighbours[0].GetAtomicNum() == 7:
        # Nitro groups and N-oxides; the oxygen of a hydroxylamine keeps its hydrogen.
        return -1 if total[neighbours[0].GetIdx()] == 4 else 0
    return 0


def _is_metal(mol: Chem.Mol, index: int) -> bool:
    number = mol.GetAtomWithIdx(index).GetAtomicNum()
    return number in (3, 4, 11, 12, 13) or 19 <= number <= 32 or 37 <= number <= 51 or number >= 55


def _valence(atom: Chem.Atom) -> int:
    number, degree = atom.GetAtomicNum(), atom.GetDegree()
    if number == 16:
        return {1: 2, 2: 2, 3: 4}.get(degree, 6)
    if number == 15:
        return 3 if degree < 3 else 5
    return _USUAL_VALENCE.get(number, 1)


def _usual(first: int, second: int) -> tuple[float, ...]:
    known = LENGTHS_A.get((min(first, second), max(first, second)))
    if known is not None:
        return known
    table = Chem.GetPeriodicTable()
    return (table.GetRcovalent(first) + table.GetRcovalent(second),)


def _shape(mol: Chem.Mol, index: int, places: np.ndarray) -> tuple[int, bool]:
    """Return the highest order above single that the shape around an atom allows, and whether it asks for it."""
    atom = mol.GetAtomWithIdx(index)
    around = [neighbour.GetIdx() for neighbour in atom.GetNeighbors()]
    number = atom.GetAtomicNum()
    if number not in (6, 7) or len(around) not in (2, 3):
        return 9, False
    angle = _sum_of_angles(places, index, around)
    if len(around) == 3:
        flat = angle > (350.0 if number == 7 else 348.0)
        return int(flat), flat and number == 6
    if number == 7:
        return 2, False
    if angle > 155.0:
        return 2, True
    small_ring = atom.IsInRingSize(4) or atom.IsInRingSize(3)
    if atom.IsInRingSize(5):
        # In a five-membered ring 108° is flat as well: the lengths must tell.
        return int(angle > 104.5), angle > 107.5 and _short(mol, index, places)
    return int(angle > 114.0 and not small_ring), angle > 116.5 and not small_ring and _short(mol, index, places)


def _short(mol: Chem.Mol, index: int, places: np.ndarray) -> bool:
    """Tell whether one bond of the atom is clearly shorter than a single bond."""
    number = mol.GetAtomWithIdx(index).GetAtomicNum()
    for neighbour in mol.GetAtomWithIdx(index).GetNeighbors():
        length = float(np.linalg.norm(places[index] - places[neighbour.GetIdx()]))
        if length < _usual(number, neighbour.GetAtomicNum())[0] - 0.07:
            return True
    return False


def _is_terminal_oxygen(atom: Chem.Atom) -> bool:
    return bool(atom.GetAtomicNum() == 8 and atom.GetDegree() == 1)


def _is_oxo(first: Chem.Atom, second: Chem.Atom) -> bool:
    """Tell whether it is the bond of a terminal oxygen to sulfur or phosphorus with four neighbours."""
    oxygen, other = (first, second) if first.GetAtomicNum() == 8 else (second, first)
    return _is_terminal_oxygen(oxygen) and other.GetAtomicNum() in (15, 16) and other.GetDegree() == 4


def _sum_of_angles(places: np.ndarray, index: int, around: list[int]) -> float:
    arms = [places[other] - places[index] for other in around]
    arms = [arm / max(float(np.linalg.norm(arm)), 1e-6) for arm in arms]
    pairs = [(i, j) for i in range(len(arms)) for j in range(i + 1, len(arms))]
    return float(sum(np.degrees(np.arccos(np.clip(arms[i] @ arms[j], -1.0, 1.0))) for i, j in pairs))
