"""The molecule of a MOL2 block: bond orders, charges and hydrogens as its author meant them.

MOL2 has no formal charges, and programs differ in what they leave out:

- hydrogens may all be there, or only those on N, O and S, or none. What is missing is seen on the carbons; an atom that
  lacks some although hydrogens are written is charged (a carbon: refused).
- ``ar`` bonds may stand for rings, but also for carboxylates, phosphates, guanidinium and amidinium (``O.co2``,
  ``C.cat``). The double bonds are placed so that every carbon has four, with the fewest charges that allow it.
- nitro groups, azides and N-oxides may be drawn with five bonds to nitrogen.
"""

from __future__ import annotations

from rdkit import Chem

from screening.compounds.files.mol2_atoms import Mol2Error, read_block
from screening.compounds.files.mol2_bonds import Drawing

_IONS = {"Li": 1, "Na": 1, "K": 1, "Rb": 1, "Cs": 1, "Mg": 2, "Ca": 2, "Sr": 2, "Ba": 2, "Zn": 2}
_IONS |= dict.fromkeys(("F", "Cl", "Br", "I"), -1)
_TYPES = {1: Chem.BondType.SINGLE, 2: Chem.BondType.DOUBLE, 3: Chem.BondType.TRIPLE}
_HETERO = frozenset({"N", "O", "S", "Se", "P", "B"})


def mol_of_block(text: str) -> Chem.Mol:
    """Return the unsanitised molecule of a MOL2 block, its hydrogens explicit as far as they are written.

    Raises
    ------
    Mol2Error
        With the reason, if it is broken or no one compound.
    """
    block = read_block(text)
    if not block.atoms:
        raise Mol2Error("no structure: no atoms")
    drawing = Drawing([atom.symbol for atom in block.atoms], [atom.kind for atom in block.atoms], block.bonds)
    drawing.assign_orders()
    mol = Chem.RWMol()
    for index, atom in enumerate(block.atoms):
        made = Chem.Atom(atom.symbol)
        charge, implicit = _charge(drawing, index, atom.charge)
        made.SetFormalCharge(charge)
        made.SetNoImplicit(not implicit)
        mol.AddAtom(made)
    for (first, second), order in drawing.orders.items():
        mol.AddBond(first, second, _TYPES[order])
    conformer = Chem.Conformer(len(block.atoms))
    for index, atom in enumerate(block.atoms):
        conformer.SetAtomPosition(index, atom.place)
    conformer.Set3D(any(abs(atom.place[2]) > 1e-3 for atom in block.atoms))
    mol.AddConformer(conformer)
    return mol.GetMol()


def with_stereo(mol: Chem.Mol) -> Chem.Mol:
    """Return a sanitised molecule of a block with the stereo of its coordinates, then without these and hydrogens."""
    if mol.GetConformer().Is3D():
        Chem.AssignStereochemistryFrom3D(mol)
    else:
        Chem.DetectBondStereoChemistry(mol, mol.GetConformer())
        Chem.AssignStereochemistry(mol, cleanIt=True, force=True)
    mol = Chem.RemoveHs(mol)
    mol.RemoveAllConformers()
    return mol


def _charge(drawing: Drawing, index: int, stated: int | None) -> tuple[int, bool]:
    """Return the formal charge of an atom, and whether hydrogens are to be added to it."""
    symbol, order, degree = drawing.symbols[index], drawing.valence(index), drawing.degree(index)
    implicit = drawing.lacks_hydrogens(index)
    if degree == 0:
        if symbol in _IONS:
            return _IONS[symbol], False
        return stated or 0, implicit and symbol in _HETERO | {"C"}
    if index in drawing.charges:
        return drawing.charges[index], implicit and symbol == "N" and drawing.charges[index] > 0 and order < 4
    if symbol == "C":
        if order == 3 and degree == 1 and drawing.triple_to_cation(index):
            return -1, False
        if order < 4 and not implicit:
            raise Mol2Error("a carbon without all its hydrogens, although others are written")
        return 0, implicit
    if implicit and stated:
        return stated, True
    normal = {"N": (3, 4, -1), "O": (2, 3, -1), "S": (2, 3, -1), "Se": (2, 3, -1)}.get(symbol)
    if symbol == "N" and order == 3 and drawing.kinds[index] == "N.4" and implicit:
        return 1, True
    if normal is not None:
        few, many, _ = normal
        if order < few and not implicit:
            return order - few, False
        if order == many or (symbol in ("S", "Se") and order == 5):
            return 1, False
        return 0, implicit and order < few
    if symbol == "P":
        return (1, False) if order == 4 and degree == 4 else (0, implicit and order < 3)
    if symbol == "B":
        return (-1, False) if order == 4 else (0, implicit and order < 3)
    return 0, False
