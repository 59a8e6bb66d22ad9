"""All bonds, charges and hydrogen counts of the heavy atoms of a receptor, as one RDKit molecule."""

from __future__ import annotations

import dataclasses

import numpy as np
from rdkit import Chem, RDLogger
from rdkit.Geometry import Point3D

from screening.poses.receptor.amino_acids import SYNONYMS, amino_acid
from screening.poses.receptor.protonation import SideChainState, is_metal, side_chain_states, turned_amides
from screening.poses.receptor.receptor import Change
from screening.targets.entities.components import WATER
from screening.targets.ligands.component_dictionary import dictionary_component
from screening.targets.ligands.geometric_bonds import skeleton, with_perceived_orders
from screening.targets.target import ResidueId

#: Valence of the elements that receive hydrogens, for charge 0; a positive charge of N, O, S adds one.
_VALENCE = {"C": 4, "N": 3, "O": 2, "S": 2, "SE": 2, "B": 3}
#: Longest bond between neighbours of a chain (C-N 1.33 Å, P-O 1.6 Å, with the errors of poor models), in Å.
_PEPTIDE_A, _PHOSPHATE_A = 1.9, 2.1
_METAL_CHARGE = {"LI": 1, "NA": 1, "K": 1, "RB": 1, "CS": 1, "AG": 1, "CU": 2, "AL": 3, "FE": 2}


@dataclasses.dataclass
class HeavyResidue:
    """The heavy atoms of one residue while a receptor is made; `hydrogens` are the names the file had on it."""

    id: ResidueId
    polymer: bool
    names: list[str]
    elements: list[str]
    places: list[np.ndarray]
    hydrogens: set[str] = dataclasses.field(default_factory=set)

    @property
    def code(self) -> str:
        """Component code, standard name for the names of force fields."""
        return SYNONYMS.get(self.id.name, self.id.name)


@dataclasses.dataclass(frozen=True)
class Ends:
    """Where chains end.

    Attributes
    ----------
    first
        Residues that are the true amino end of their chain, by the sequence of the experiment.
    open_starts, open_stops
        First and last residues of the stretches that the structure has; other ends are where the receptor was cut out.
    """

    first: frozenset[ResidueId]
    open_starts: frozenset[ResidueId]
    open_stops: frozenset[ResidueId]


def receptor_molecule(
    residues: list[HeavyResidue],
    links: list[tuple[tuple[ResidueId, str], tuple[ResidueId, str]]],
    ends: Ends,
    pH: float,
    changes: list[Change],
) -> Chem.Mol:
    """Return the heavy atoms of all residues, in order, with bonds, charges and numbers of hydrogens."""
    metals = np.array([p for r in residues for p, e in zip(r.places, r.elements) if is_metal(e)]).reshape(-1, 3)
    states = side_chain_states(
        [residue.code for residue in residues],
        [residue.names for residue in residues],
        [np.array(residue.places) for residue in residues],
        [residue.hydrogens for residue in residues],
        metals,
        pH,
    )
    for number in turned_amides(
        [residue.code for residue in residues],
        [residue.names for residue in residues],
        [np.array(residue.places) for residue in residues],
    ):
        turned = "its amide may be turned over: the oxygen meets acceptors and the nitrogen donors; kept as in the file"
        changes.append(Change("warning", residues[number].id, turned))
    mol = Chem.RWMol()
    table = Chem.GetPeriodicTable()
    row: dict[tuple[int, str], int] = {}
    for number, residue in enumerate(residues):
        for name, element in zip(residue.names, residue.elements):
            row[number, name] = mol.AddAtom(_atom(table, element))
    conformer = Chem.Conformer(mol.GetNumAtoms())
    at = 0
    for residue in residues:
        for place in residue.places:
            conformer.SetAtomPosition(at, Point3D(*(float(value) for value in place)))
            at += 1
    mol.AddConformer(conformer)
    fixed: set[int] = set()
    for number, residue in enumerate(residues):
        _inside(mol, row, number, residue, states.get(number), changes, fixed)
    _between(mol, row, residues, links)
    _charged_ends(mol, row, residues, ends, changes)
    for atom in mol.GetAtoms():
        atom.SetNoImplicit(True)
        if atom.GetIdx() not in fixed:
            atom.SetNumExplicitHs(_hydrogens(atom))
    return _perceived(mol)


def _atom(table: Chem.PeriodicTable, element: str) -> Chem.Atom:
    try:
        return Chem.Atom(table.GetAtomicNumber(element.capitalize()))
    except RuntimeError:
        return Chem.Atom(6)


def _inside(
    mol: Chem.RWMol,
    row: dict[tuple[int, str], int],
    number: int,
    residue: HeavyResidue,
    state: SideChainState | None,
    changes: list[Change],
    fixed: set[int],
) -> None:
    """Add the bonds and charges inside one residue."""
    if len(residue.names) == 1:
        atom = mol.GetAtomWithIdx(row[number, residue.names[0]])
        element = residue.elements[0]
        if is_metal(element):
            atom.SetFormalCharge(_METAL_CHARGE.get(element, 2))
        elif residue.id.name in WATER:
            atom.SetNumExplicitHs(2)
            fixed.add(atom.GetIdx())
        elif element in ("F", "CL", "BR", "I"):
            atom.SetFormalCharge(-1)
        return
    standard = amino_acid(residue.code)
    component = standard.component if standard is not None else dictionary_component(residue.id.name)
    if component is not None and len(component.names & set(residue.names)) < max(2, 0.6 * len(residue.names)):
        component = None
    if component is None:
        _by_geometry(mol, row, number, residue, changes)
        return
    orders = {frozenset(bond[:2]): bond[2] for bond in component.bonds}
    charges = dict(component.charges)
    if state is not None:
        orders |= state.orders
        charges |= state.charges
        if state.why:
            changes.append(Change("changed", residue.id, state.why))
    present = set(residue.names)
    for pair, order in orders.items():
        if len(pair) == 2 and pair <= present:
            a, b = sorted(pair)
            _bond(mol, row[number, a], row[number, b], order)
    for name, charge in charges.items():
        if name in present:
            mol.GetAtomWithIdx(row[number, name]).SetFormalCharge(charge)
    unknown = [name for name in residue.names if name not in component.names]
    _nearest_bonds(mol, row, number, residue, unknown)
    if standard is None:
        _deprotonated_acids(mol, [row[number, name] for name in residue.names])


def _bond(mol: Chem.RWMol, a: int, b: int, order: int) -> None:
    if a != b and mol.GetBondBetweenAtoms(a, b) is None:
        mol.AddBond(a, b, {2: Chem.BondType.DOUBLE, 3: Chem.BondType.TRIPLE}.get(order, Chem.BondType.SINGLE))


def _nearest_bonds(
    mol: Chem.RWMol, row: dict[tuple[int, str], int], number: int, residue: HeavyResidue, unknown: list[str]
) -> None:
    """Bond atoms that the component does not have, such as OXT, to their nearest neighbour."""
    places = np.array(residue.places)
    for name in unknown:
        at = residue.names.index(name)
        gaps = np.linalg.norm(places - places[at], axis=1)
        gaps[at] = np.inf
        other = int(gaps.argmin())
        if gaps[other] < 2.2:
            _bond(mol, row[number, name], row[number, residue.names[other]], 1)
            oxygen = mol.GetAtomWithIdx(row[number, name])
            partner = mol.GetAtomWithIdx(row[number, residue.names[other]])
            if residue.elements[at] == "O" and any(
                bond.GetBondTypeAsDouble() == 2 and bond.GetOtherAtom(partner).GetAtomicNum() == 8
                for bond in partner.GetBonds()
            ):
                oxygen.SetFormalCharge(-1)


def _by_geometry(
    mol: Chem.RWMol, row: dict[tuple[int, str], int], number: int, residue: HeavyResidue, changes: list[Change]
) -> None:
    RDLogger.DisableLog("rdApp.*")
    try:
        bare = skeleton(residue.elements, np.array(residue.places, dtype=float))
        typed = with_perceived_orders(bare) or bare
    finally:
        RDLogger.EnableLog("rdApp.*")
    typed = Chem.Mol(typed)
    guessed = "bond orders are a guess from the distances: no dictionary knows this component"
    changes.append(Change("warning", residue.id, guessed))
    try:
        Chem.Kekulize(typed, clearAromaticFlags=True)
    except (Chem.KekulizeException, RuntimeError):
        typed = bare
    for bond in typed.GetBonds():
        names = residue.names[bond.GetBeginAtomIdx()], residue.names[bond.GetEndAtomIdx()]
        _bond(mol, row[number, names[0]], row[number, names[1]], int(bond.GetBondTypeAsDouble()))
    for atom in typed.GetAtoms():
        mol.GetAtomWithIdx(row[number, residue.names[atom.GetIdx()]]).SetFormalCharge(atom.GetFormalCharge())


def _deprotonated_acids(mol: Chem.RWMol, rows: list[int]) -> None:
    """Take the proton off carboxylic, phosphoric and sulphonic acids, which dictionaries list as neutral."""
    for index in rows:
        oxygen = mol.GetAtomWithIdx(index)
        if oxygen.GetAtomicNum() != 8 or oxygen.GetDegree() != 1 or oxygen.GetFormalCharge():
            continue
        bond = oxygen.GetBonds()[0]
        if bond.GetBondTypeAsDouble() != 1:
            continue
        centre = bond.GetOtherAtom(oxygen)
        if centre.GetAtomicNum() in (6, 15, 16) and any(
            other.GetBondTypeAsDouble() == 2 and other.GetOtherAtom(centre).GetAtomicNum() == 8
            for other in centre.GetBonds()
        ):
            oxygen.SetFormalCharge(-1)


def _between(
    mol: Chem.RWMol,
    row: dict[tuple[int, str], int],
    residues: list[HeavyResidue],
    links: list[tuple[tuple[ResidueId, str], tuple[ResidueId, str]]],
) -> None:
    """Add the bonds between residues: the backbone, by distance, and what the target lists."""
    places = mol.GetConformer().GetPositions()
    for number in range(1, len(residues)):
        for one, other, reach in (("C", "N", _PEPTIDE_A), ("O3'", "P", _PHOSPHATE_A)):
            a, b = row.get((number - 1, one)), row.get((number, other))
            if a is not None and b is not None and np.linalg.norm(places[a] - places[b]) < reach:
                _bond(mol, a, b, 1)
    numbers = {residue.id: number for number, residue in enumerate(residues)}
    for (first, name1), (second, name2) in links:
        if first in numbers and second in numbers:
            a, b = row.get((numbers[first], name1)), row.get((numbers[second], name2))
            if a is not None and b is not None and a != b:
                for end in (a, b):
                    atom = mol.GetAtomWithIdx(end)
                    if atom.GetAtomicNum() in (8, 16) and atom.GetFormalCharge() == -1:
                        atom.SetFormalCharge(0)
                _bond(mol, a, b, 1)


def _charged_ends(
    mol: Chem.RWMol,
    row: dict[tuple[int, str], int],
    residues: list[HeavyResidue],
    ends: Ends,
    changes: list[Change],
) -> None:
    """Charge the true amino end of a chain; every other open end stays neutral."""
    for number, residue in enumerate(residues):
        if not residue.polymer or amino_acid(residue.code) is None:
            continue
        nitrogen, carbon = row.get((number, "N")), row.get((number, "C"))
        if nitrogen is not None:
            atom = mol.GetAtomWithIdx(nitrogen)
            own = {row[number, name] for name in residue.names}
            open_end = all(other.GetIdx() in own for other in atom.GetNeighbors())
            if open_end and residue.id in ends.first:
                atom.SetFormalCharge(1)
                changes.append(Change("added", residue.id, "charged amino end of the chain"))
            elif open_end and residue.id in ends.open_starts:
                changes.append(
                    Change("added", residue.id, "neutral amino end: the chain is interrupted or begins before")
                )
        if carbon is not None:
            atom = mol.GetAtomWithIdx(carbon)
            if atom.GetDegree() == 2 and residue.id in ends.open_stops:
                left = "neutral carbonyl end with a hydrogen: the chain is interrupted or goes on"
                changes.append(Change("added", residue.id, left))


def _hydrogens(atom: Chem.Atom) -> int:
    """Return how many hydrogens fill the valence of an atom."""
    symbol = atom.GetSymbol().upper()
    if symbol not in _VALENCE:
        return 0
    total = round(sum(bond.GetBondTypeAsDouble() for bond in atom.GetBonds()))
    charge = atom.GetFormalCharge()
    if symbol == "N" and total == 4 and charge == 0:
        atom.SetFormalCharge(1)
        return 0
    if symbol in ("S", "SE") and total > 2:
        return 0
    valence = _VALENCE[symbol]
    if symbol in ("N", "O", "S"):
        valence += charge
    elif symbol == "C":
        valence -= abs(charge)
    return max(0, valence - total)


def _perceived(mol: Chem.RWMol) -> Chem.Mol:
    """Find rings, aromaticity and hybridisation; valences are not checked, since models of proteins have errors."""
    found = mol.GetMol()
    found.UpdatePropertyCache(strict=False)
    steps = Chem.SanitizeFlags.SANITIZE_SYMMRINGS | Chem.SanitizeFlags.SANITIZE_SETCONJUGATION
    steps |= Chem.SanitizeFlags.SANITIZE_SETAROMATICITY | Chem.SanitizeFlags.SANITIZE_SETHYBRIDIZATION
    Chem.SanitizeMol(found, sanitizeOps=steps, catchErrors=True)
    return found
