"""Bond orders of a bound ligand, from the best source at hand.

In this order: the caller's SMILES, the bonds that the file lists for the component, the Chemical Component Dictionary,
and last the geometry of the atoms alone.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from rdkit import Chem, RDLogger

from screening.targets.component import Component
from screening.targets.ligands.component_dictionary import ABSENT, dictionary_component, installed
from screening.targets.ligands.geometric_bonds import LENGTHS_A, with_orders, with_perceived_orders

SMILES = "the SMILES that was given"
FILE = "the bonds that the file lists"
DICTIONARY = "the chemical component dictionary"
GEOMETRY = "the distances between the atoms: a guess"
NONE = "nothing: drawn with single bonds"

#: Of several ways to lay a symmetric molecule on its atoms so many are compared.
_MOST_MATCHES = 256
#: Covalent bonds of a component may be this much longer in a poorly built ligand, in Å.
_STRETCHED_A = 0.8
#: A C=C bond of the free molecule that is longer than this in the structure was used up by a covalent bond, in Å.
_SATURATED_A = 1.42


@dataclasses.dataclass(frozen=True)
class TypedLigand:
    """A molecule with bond orders, and where they are from: one of the sources of this module."""

    mol: Chem.Mol
    source: str
    notes: tuple[str, ...] = ()


def typed_ligand(
    bare: Chem.Mol, names: list[str], code: str, listed: Component | None, linked: frozenset[str] = frozenset()
) -> TypedLigand:
    """Give a ligand its bond orders from the file, the dictionary or, at last, its geometry.

    Parameters
    ----------
    bare
        Heavy atoms joined by single bonds, with a conformer.
    names
        Their names in the file.
    code
        Component code.
    listed
        Bonds that the file lists for it, if it does.
    linked
        Names of atoms that are covalently bound to another residue.
    """
    notes: list[str] = []
    known = dictionary_component(code)
    for component, source in ((listed, FILE), (known, DICTIONARY)):
        if component is None:
            continue
        if component is listed and known is not None and not component.charges:
            component = dataclasses.replace(component, charges=known.charges)
        mol = _by_names(bare, names, component, linked)
        if mol is None and component is known:
            template = component_mol(component)
            mol = None if template is None else by_template(bare, template)
        if mol is not None:
            absent = len(component.elements) - len(names)
            if absent > 0:
                notes.append(f"{absent} heavy atoms of {code} are not in the structure.")
            return TypedLigand(mol, source, tuple(notes))
    if not installed():
        notes.append(f"{ABSENT[:1].upper()}{ABSENT[1:]}.")
    elif known is not None:
        notes.append(f"The dictionary's {code} is another molecule.")
    mol = _quietly(with_perceived_orders, bare)
    if mol is not None:
        return TypedLigand(mol, GEOMETRY, tuple(notes))
    return TypedLigand(bare, NONE, tuple(notes))


def _by_names(bare: Chem.Mol, names: list[str], component: Component, linked: frozenset[str]) -> Chem.Mol | None:
    """Take the bonds by the names of the atoms; None if the component does not describe these atoms."""
    place = {name: index for index, name in enumerate(names)}
    if len(place) < len(names) or not set(names) <= component.names:
        return None
    symbols = [atom.GetSymbol().upper() for atom in bare.GetAtoms()]
    if any(symbols[place[name]] != element for name, element in component.elements if name in place):
        return None
    orders: dict[tuple[int, int], int] = {}
    for first, second, order in component.bonds:
        if first in place and second in place:
            orders[place[first], place[second]] = order
    orders = _seen(bare, orders)
    if not orders:
        return None
    places = bare.GetConformer().GetPositions()
    for (one, other), order in list(orders.items()):
        carbons = symbols[one] == symbols[other] == "C"
        bound = names[one] in linked or names[other] in linked
        if order > 1 and carbons and bound and np.linalg.norm(places[one] - places[other]) > _SATURATED_A:
            orders[one, other] = order - 1
    charges = {place[name]: charge for name, charge in component.charges if name in place}
    return _quietly(with_orders, bare, orders, charges)


def _seen(bare: Chem.Mol, orders: dict[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    """Return the listed bonds that one sees; none if what is listed is another molecule than what is seen.

    One bond in ten may be torn (an adenosylcobalamin whose cobalt has let go) or seen without being listed.
    """
    places = bare.GetConformer().GetPositions()
    table = Chem.GetPeriodicTable()
    kept = {}
    for (first, second), order in orders.items():
        sizes = [table.GetRcovalent(bare.GetAtomWithIdx(index).GetAtomicNum()) for index in (first, second)]
        if np.linalg.norm(places[first] - places[second]) <= sum(sizes) + _STRETCHED_A:
            kept[first, second] = order
    listed = {frozenset(bond) for bond in orders}
    seen = [frozenset((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())) for bond in bare.GetBonds()]
    odd = len(orders) - len(kept) + sum(bond not in listed for bond in seen)
    return kept if odd <= 0.1 * max(len(seen), len(orders)) else {}


def component_mol(component: Component) -> Chem.Mol | None:
    """Return a component of the dictionary as a molecule without coordinates; None if its valences do not fit."""
    mol = Chem.RWMol()
    place = {}
    table = Chem.GetPeriodicTable()
    for name, symbol in component.elements:
        try:
            place[name] = mol.AddAtom(Chem.Atom(table.GetAtomicNumber(symbol.capitalize())))
        except RuntimeError:
            return None
    mol.AddConformer(Chem.Conformer(mol.GetNumAtoms()))
    orders = {(place[first], place[second]): order for first, second, order in component.bonds}
    made = _quietly(with_orders, mol.GetMol(), orders, {place[name]: c for name, c in component.charges})
    if made is not None:
        made.RemoveAllConformers()
    return made


def by_template(bare: Chem.Mol, template: Chem.Mol, *, most_absent: float = 0.3) -> Chem.Mol | None:
    """Lay a molecule on the atoms; None if it does not fit.

    Of several ways to lay it (the oxygens of a carboxylate) that is taken whose bond lengths fit best.

    Parameters
    ----------
    bare
        Heavy atoms joined by single bonds, with a conformer.
    template
        Molecule with bond orders; its hydrogens do not count.
    most_absent
        Share of its heavy atoms that may be absent from the structure.
    """
    template = Chem.RemoveHs(template)
    size = bare.GetNumAtoms()
    if size > template.GetNumAtoms() or template.GetNumAtoms() - size > most_absent * template.GetNumAtoms():
        return None
    complete = size == template.GetNumAtoms()
    if complete and bare.GetNumBonds() != template.GetNumBonds():
        return None
    found = _flat(template).GetSubstructMatches(_flat(bare), uniquify=False, maxMatches=_MOST_MATCHES)
    best: tuple[float, Chem.Mol] | None = None
    Chem.Kekulize(template, clearAromaticFlags=True)
    for match in found:
        orders = {}
        for bond in bare.GetBonds():
            ends = (bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())
            orders[ends] = int(template.GetBondBetweenAtoms(match[ends[0]], match[ends[1]]).GetBondTypeAsDouble())
        strain = _misfit(bare, orders)
        if best is not None and strain >= best[0] - 1e-9:
            continue
        charges = {i: template.GetAtomWithIdx(match[i]).GetFormalCharge() for i in range(size)}
        mol = _quietly(with_orders, bare, orders, charges)
        if mol is not None:
            best = (strain, mol)
    return None if best is None else best[1]


def _flat(mol: Chem.Mol) -> Chem.Mol:
    """Return elements and connections only."""
    flat = Chem.RWMol()
    for atom in mol.GetAtoms():
        flat.AddAtom(Chem.Atom(atom.GetAtomicNum()))
    for bond in mol.GetBonds():
        flat.AddBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), Chem.BondType.SINGLE)
    return flat.GetMol()


def _misfit(bare: Chem.Mol, orders: dict[tuple[int, int], int]) -> float:
    places = bare.GetConformer().GetPositions()
    total = 0.0
    for (first, second), order in orders.items():
        pair = sorted((bare.GetAtomWithIdx(first).GetAtomicNum(), bare.GetAtomWithIdx(second).GetAtomicNum()))
        usual = LENGTHS_A.get((pair[0], pair[1]))
        if usual is not None and order <= len(usual):
            total += (float(np.linalg.norm(places[first] - places[second])) - usual[order - 1]) ** 2
    return total


def _quietly(make, *arguments):  # type: ignore[no-untyped-def]
    RDLogger.DisableLog("rdApp.*")
    try:
        return make(*arguments)
    finally:
        RDLogger.EnableLog("rdApp.*")
