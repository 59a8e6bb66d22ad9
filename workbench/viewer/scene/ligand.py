"""A bound ligand as a molecule with bond orders.

Structure files give a ligand's atoms and no bond orders. They come from a SMILES: the one the caller names, or that of
a common component below. Where neither is at hand the ligand is drawn with single bonds, and the view says so.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from rdkit import Chem, RDLogger
from rdkit.Chem import AllChem

from screening.errors import InputError
from screening.targets.target import ResidueId, Target

#: Component code to SMILES: nucleosides, cofactors and reference inhibitors that are met most often.
COMPONENTS = {
    "ADN": "Nc1ncnc2c1ncn2[C@@H]1O[C@H](CO)[C@@H](O)[C@H]1O",
    "AMP": "Nc1ncnc2c1ncn2[C@@H]1O[C@H](COP(O)(O)=O)[C@@H](O)[C@H]1O",
    "ADP": "Nc1ncnc2c1ncn2[C@@H]1O[C@H](COP(O)(=O)OP(O)(O)=O)[C@@H](O)[C@H]1O",
    "ATP": "Nc1ncnc2c1ncn2[C@@H]1O[C@H](COP(O)(=O)OP(O)(=O)OP(O)(O)=O)[C@@H](O)[C@H]1O",
    "ANP": "Nc1ncnc2c1ncn2[C@@H]1O[C@H](COP(O)(=O)OP(O)(=O)NP(O)(O)=O)[C@@H](O)[C@H]1O",
    "ACP": "Nc1ncnc2c1ncn2[C@@H]1O[C@H](COP(O)(=O)OP(O)(=O)CP(O)(O)=O)[C@@H](O)[C@H]1O",
    "AGS": "Nc1ncnc2c1ncn2[C@@H]1O[C@H](COP(O)(=O)OP(O)(=O)OP(O)(O)=S)[C@@H](O)[C@H]1O",
    "CMP": "Nc1ncnc2c1ncn2[C@@H]1O[C@@H]2COP(O)(=O)O[C@H]2[C@H]1O",
    "GDP": "Nc1nc2c(ncn2[C@@H]2O[C@H](COP(O)(=O)OP(O)(O)=O)[C@@H](O)[C@H]2O)c(=O)[nH]1",
    "GTP": "Nc1nc2c(ncn2[C@@H]2O[C@H](COP(O)(=O)OP(O)(=O)OP(O)(O)=O)[C@@H](O)[C@H]2O)c(=O)[nH]1",
    "GNP": "Nc1nc2c(ncn2[C@@H]2O[C@H](COP(O)(=O)OP(O)(=O)NP(O)(O)=O)[C@@H](O)[C@H]2O)c(=O)[nH]1",
    "UMP": "O=c1ccn([C@H]2C[C@H](O)[C@@H](COP(O)(O)=O)O2)c(=O)[nH]1",
    "SAM": "C[S+](CC[C@H](N)C(O)=O)C[C@H]1O[C@@H](n2cnc3c(N)ncnc32)[C@H](O)[C@@H]1O",
    "SAH": "N[C@@H](CCSC[C@H]1O[C@@H](n2cnc3c(N)ncnc32)[C@H](O)[C@@H]1O)C(O)=O",
    "NAD": "NC(=O)c1ccc[n+]([C@@H]2O[C@H](COP(O)(=O)OP(O)(=O)OC[C@H]3O[C@@H](n4cnc5c(N)ncnc54)[C@H](O)[C@@H]3O)"
    "[C@@H](O)[C@H]2O)c1",
    "FMN": "Cc1cc2nc3c(=O)[nH]c(=O)nc-3n(C[C@H](O)[C@H](O)[C@H](O)COP(O)(O)=O)c2cc1C",
    "BTN": "OC(=O)CCCC[C@@H]1SC[C@@H]2NC(=O)N[C@H]12",
    "STU": "CN[C@@H]1C[C@H]2O[C@@](C)([C@@H]1OC)n1c3ccccc3c3c4CNC(=O)c4c4c5ccccc5n2c4c31",
    "AQ4": "COCCOc1cc2ncnc(Nc3cccc(C#C)c3)c2cc1OCCOC",
    "IRE": "COc1cc2ncnc(Nc3ccc(F)c(Cl)c3)c2cc1OCCCN1CCOCC1",
    "STI": "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1",
    "BEN": "NC(=N)c1ccccc1",
    "BNZ": "c1ccccc1",
    "EST": "C[C@]12CC[C@H]3[C@@H](CCc4cc(O)ccc34)[C@@H]1CC[C@@H]2O",
    "MTX": "CN(Cc1cnc2nc(N)nc(N)c2n1)c1ccc(cc1)C(=O)N[C@@H](CCC(O)=O)C(O)=O",
}


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
    bond_orders
        Whether the bond orders are known.
    rows
        Rows of the target's atoms that it was taken from.
    """

    residue: ResidueId
    mol: Chem.Mol
    names: tuple[str, ...]
    bond_orders: bool
    rows: np.ndarray

    @property
    def title(self) -> str:
        """What to call it: component code and place."""
        return str(self.residue)

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
        Its SMILES, for the bond orders; that of the component code is used where it is a common one.

    Raises
    ------
    InputError
        If the structure holds no such ligand, or `smiles` is not the molecule that is bound.
    """
    atoms = target.atoms
    rows = np.flatnonzero(
        (atoms.chain == residue.chain)
        & (atoms.number == residue.number)
        & (atoms.insertion_code == residue.insertion_code)
        & ((atoms.residue_name == residue.name) | (residue.name == ""))
        & (atoms.element != "H")
        & (atoms.element != "D")
    )
    if not len(rows):
        raise InputError(f"{residue} is not in the structure", source=target.source)
    bare = _bare(target, rows)
    names = tuple(str(name) for name in atoms.name[rows])
    if smiles is not None and Chem.MolFromSmiles(smiles) is None:
        raise InputError(
            f"SMILES {smiles!r} cannot be read", source="ligand_smiles", expected="the SMILES of the ligand"
        )
    template = Chem.MolFromSmiles(smiles or COMPONENTS.get(residue.name, "") or "[He]")
    typed = _typed(bare, template)
    if typed is None:
        if smiles is not None:
            raise InputError(
                f"SMILES {smiles!r} is not the molecule bound as {residue}", source=target.source,
                expected=f"a molecule of {len(rows)} heavy atoms with the same skeleton",
            )  # fmt: skip
        return BoundLigand(residue, bare, names, False, rows)
    return BoundLigand(residue, typed, names, True, rows)


def _bare(target: Target, rows: np.ndarray) -> Chem.Mol:
    """Return the atoms joined by single bonds where covalent radii say so."""
    table = Chem.GetPeriodicTable()
    mol = Chem.RWMol()
    conformer = Chem.Conformer(len(rows))
    places = target.atoms.coordinates[rows].astype(float)
    radii = []
    for index, row in enumerate(rows):
        symbol = str(target.atoms.element[row]).capitalize()
        try:
            number = table.GetAtomicNumber(symbol)
        except RuntimeError:
            number = 0
        atom = Chem.Atom(number)
        atom.SetNoImplicit(True)
        mol.AddAtom(atom)
        radii.append(table.GetRcovalent(number) if number else 0.77)
        conformer.SetAtomPosition(index, places[index].tolist())
    gaps = np.linalg.norm(places[:, None] - places[None], axis=2)
    reach = np.add.outer(radii, radii) + 0.4
    for first, second in zip(*np.nonzero(np.triu((gaps < reach) & (gaps > 0.4), 1))):
        mol.AddBond(int(first), int(second), Chem.BondType.SINGLE)
    mol.AddConformer(conformer)
    plain = mol.GetMol()
    plain.UpdatePropertyCache(strict=False)
    Chem.FastFindRings(plain)
    return plain


def _typed(bare: Chem.Mol, template: Chem.Mol) -> Chem.Mol | None:
    if template.GetNumAtoms() != bare.GetNumAtoms() or template.GetNumBonds() != bare.GetNumBonds():
        return None
    free = Chem.RWMol(bare)
    for atom in free.GetAtoms():
        atom.SetNoImplicit(False)
    RDLogger.DisableLog("rdApp.*")
    try:
        typed = AllChem.AssignBondOrdersFromTemplate(template, free.GetMol())
        Chem.SanitizeMol(typed)
        Chem.AssignStereochemistryFrom3D(typed)
    except (ValueError, RuntimeError):
        return None
    finally:
        RDLogger.EnableLog("rdApp.*")
    return typed
