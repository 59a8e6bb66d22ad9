"""A bound ligand as a molecule with bond orders, atom names of the file, and where it was taken from."""

from __future__ import annotations

import dataclasses

import numpy as np
from rdkit import Chem

from screening.errors import InputError
from screening.targets.ligands.bond_orders import GEOMETRY, NONE, SMILES, by_template, typed_ligand
from screening.targets.ligands.geometric_bonds import skeleton
from screening.targets.ligands.ligand_atoms import ligand_rows
from screening.targets.target import ResidueId, Target


@dataclasses.dataclass(frozen=True)
class BoundLigand:
    """A ligand as it sits in a structure.

    Attributes
    ----------
    residue
        Its author id.
    mol
        Heavy atoms with one conformer, Å.
    names
        Atom names of the file, one for each atom of `mol`.
    bond_source
        Where its bond orders are from: one of the sources in `bond_orders`.
    rows
        Rows of the target's atoms that it was taken from.
    notes
        Sentences a person should read, as that atoms are missing.
    """

    residue: ResidueId
    mol: Chem.Mol
    names: tuple[str, ...]
    bond_source: str
    rows: np.ndarray
    notes: tuple[str, ...] = ()

    @property
    def bond_orders(self) -> bool:
        """Whether the bond orders are known, and not guessed from distances."""
        return self.bond_source not in (GEOMETRY, NONE)

    @property
    def title(self) -> str:
        """What to call it: component code and place."""
        return str(self.residue)

    @property
    def smiles(self) -> str:
        """Canonical SMILES, with the stereo of the structure."""
        return str(Chem.MolToSmiles(self.mol))

    @property
    def coordinates(self) -> np.ndarray:
        """Coordinates, (n, 3), Å."""
        places: np.ndarray = self.mol.GetConformer().GetPositions()
        return places

    @property
    def mol_block(self) -> str:
        """The molecule with its coordinates as a V2000 or V3000 block."""
        return str(Chem.MolToMolBlock(self.mol))


def bound_ligand(target: Target, residue: ResidueId, *, smiles: str | None = None) -> BoundLigand:
    """Take a bound ligand out of a structure.

    Parameters
    ----------
    target
        The structure.
    residue
        The ligand, as in ``BindingSite.ligand``.
    smiles
        Its SMILES, for the bond orders; else they are those of the file, of the chemical component dictionary or, at
        last, what the distances between its atoms suggest. It may have atoms that are not in the structure (a leaving
        group, an end without density), up to a third of them.

    Raises
    ------
    InputError
        If the structure holds no such ligand, or `smiles` is not the molecule that is bound.
    """
    atoms = target.atoms
    rows = ligand_rows(target, residue)
    if not len(rows):
        raise InputError(f"{residue} is not in the structure", source=target.source)
    bare = skeleton(atoms.element[rows].tolist(), atoms.coordinates[rows].astype(float))
    names = tuple(str(name) for name in atoms.name[rows])
    for atom, name in zip(bare.GetAtoms(), names):
        atom.SetMonomerInfo(_place(residue, str(atoms.residue_name[rows[0]]), name, atom.GetSymbol()))
    if smiles is not None:
        template = Chem.MolFromSmiles(smiles)
        if template is None:
            raise InputError(
                f"SMILES {smiles!r} cannot be read", source="ligand_smiles", expected="the SMILES of the ligand"
            )
        mol = by_template(bare, template)
        if mol is None:
            raise InputError(
                f"SMILES {smiles!r} is not the molecule bound as {residue}", source=target.source,
                expected=f"a molecule of {len(rows)} heavy atoms with the same skeleton",
            )  # fmt: skip
        absent = template.GetNumHeavyAtoms() - len(rows)
        notes = (f"{absent} heavy atoms of the SMILES are not in the structure.",) if absent else ()
        return BoundLigand(residue, mol, names, SMILES, rows, notes)
    code = str(atoms.residue_name[rows[0]])
    typed = typed_ligand(bare, list(names), code, target.components.get(code), _linked(target, residue))
    return BoundLigand(residue, typed.mol, names, typed.source, rows, typed.notes)


def _place(residue: ResidueId, code: str, name: str, symbol: str) -> Chem.AtomPDBResidueInfo:
    """Return what lets RDKit, and a pose made from the molecule, know an atom by its name in the file."""
    field = name if len(name) > 3 or len(symbol) > 1 else f" {name}"
    info = Chem.AtomPDBResidueInfo(f"{field:<4}")
    info.SetResidueName(code)
    info.SetResidueNumber(residue.number)
    info.SetInsertionCode(residue.insertion_code)
    info.SetChainId(residue.chain)
    info.SetIsHeteroAtom(True)
    return info


def _linked(target: Target, residue: ResidueId) -> frozenset[str]:
    """Return the names of the ligand's atoms that are covalently bound to another residue."""
    return frozenset(name for bond in target.covalent_bonds for end, name in bond.ends if end == residue)
