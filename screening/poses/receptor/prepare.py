"""From a target and a site to a receptor, by stated rules.

- Conformers: the target has one of each residue already (`Target.altloc_choice`).
- Which residues, metals, cofactors and waters: `screening.poses.receptor.selection`.
- Missing side-chain atoms: the conformer that fits what is there and clashes least, `side_chains`.
- Charges: `protonation`. Open ends of a chain that are not its true ends are neutral.
- Hydrogens of the file are replaced, so that all receptors have theirs placed by the same rule, `hydrogens`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np
from rdkit import Chem

from screening.errors import StructureError
from screening.poses.atom_types import atom_types
from screening.poses.receptor.amino_acids import amino_acid
from screening.poses.receptor.box import require_box
from screening.poses.receptor.hydrogens import with_hydrogens
from screening.poses.receptor.receptor import Change, DockingBox, Receptor
from screening.poses.receptor.selection import selected
from screening.poses.receptor.side_chains import built_side_chain
from screening.poses.receptor.topology import Ends, HeavyResidue, receptor_molecule
from screening.targets.binding_site import BindingSite
from screening.targets.target import Atoms, ResidueId, Target

#: Elements of one letter that a name begins with, where the file leaves the element blank.
_BY_NAME = frozenset("CNOSP")
#: Atoms of other residues within this of a residue may clash with what is built on it, in Å.
_NEAR_A = 12.0


def prepare_receptor(
    target: Target,
    site: BindingSite,
    *,
    pH: float = 7.4,
    keep: Iterable[ResidueId | str] = (),
    leave_out: Iterable[ResidueId | str] = (),
    waters: str = "none",
    box: DockingBox | None = None,
) -> Receptor:
    """Return the receptor of a site: everything within reach of the box, with hydrogens, charges and bonds.

    The same target, site and options give the same receptor, byte for byte. No residue is dropped without a line in
    `Receptor.changes`.

    Parameters
    ----------
    target
        The target; it needs coordinates.
    site
        The binding site. The ligand it was built around is taken out.
    pH
        Charges of side chains are as at this pH.
    keep, leave_out
        Residues, by id (``"A:HOH301"``) or component code, that stay or go whatever the rule says.
    waters
        ``"none"``, ``"bound"`` (at least three polar neighbours of the protein) or ``"all"``.
    box
        The search box; None makes one from the site.

    Raises
    ------
    StructureError
        If the target has no coordinates or no side chains around the site.
    SiteError
        If nothing is near the box, the box is empty or too large, or a residue named is not there.
    """
    if not len(target.atoms):
        raise StructureError("has no coordinates", source=target.source, expected="a structure to dock into")
    if box is not None:
        require_box(box)
    keep, leave_out = tuple(keep), tuple(leave_out)
    choice = selected(target, site, box, keep, leave_out, waters)
    require_box(choice.box)
    changes = list(choice.changes)
    residues = _residues(target, choice.rows)
    _complete(residues, changes)
    links = [bond.ends for bond in target.covalent_bonds]
    heavy = receptor_molecule(residues, links, _ends(target), pH, changes)
    mol = with_hydrogens(heavy)
    lost = int(np.sum(np.isin(target.atoms.element, ("H", "D"))))
    if lost:
        changes.append(Change("changed", None, "hydrogens of the file were replaced by ones placed by rule"))
    atoms, order = _atoms(mol, residues)
    bonds, types = _bonds(mol, order), atom_types(mol)
    return Receptor(
        target_id=target.id,
        target_key=target.key,
        site=site.origin,
        ligand=site.ligand,
        atoms=atoms,
        formal_charge=tuple(mol.GetAtomWithIdx(int(row)).GetFormalCharge() for row in order),
        bonds=bonds,
        atom_type=tuple(types[row] for row in order),
        box=choice.box,
        pH=pH,
        changes=tuple(changes),
    )


def _residues(target: Target, rows: np.ndarray) -> list[HeavyResidue]:
    atoms = target.atoms
    polymer = {residue for chain in target.chains for residue in chain.residues}
    hydrogens: dict[int, set[str]] = {}
    for row in np.flatnonzero(np.isin(atoms.element, ("H", "D"))):
        hydrogens.setdefault(int(atoms.residue_index[row]), set()).add(str(atoms.name[row]))
    found: list[HeavyResidue] = []
    for index, group in itertools.groupby(rows.tolist(), key=lambda row: int(atoms.residue_index[row])):
        members = list(group)
        residue = atoms.residue_id(members[0])
        one = HeavyResidue(residue, residue in polymer, [], [], [], hydrogens.get(index, set()))
        for row in members:
            name = str(atoms.name[row])
            if name in one.names:  # another conformer, where the target was read with all of them
                continue
            one.names.append(name)
            one.elements.append(_element(str(atoms.element[row]), name))
            one.places.append(atoms.coordinates[row].astype(np.float64))
        found.append(one)
    return found


def _element(element: str, name: str) -> str:
    """Return the element in capitals; from the name where the file leaves it blank."""
    element = element.strip().upper()
    if element and element != "X":
        return element
    letters = name.strip("0123456789'\"* ").upper()
    return letters[:1] if letters[:1] in _BY_NAME else letters[:2]


def _complete(residues: list[HeavyResidue], changes: list[Change]) -> None:
    """Build the side-chain atoms that are missing."""
    centres = np.array([np.mean(residue.places, axis=0) for residue in residues])
    for number, residue in enumerate(residues):
        standard = amino_acid(residue.code)
        if standard is None or not residue.polymer:
            continue
        missing = [name for name in standard.names if name not in residue.names]
        if not missing:
            continue
        near = np.flatnonzero(np.linalg.norm(centres - centres[number], axis=1) < _NEAR_A)
        others = [place for other in near if other != number for place in residues[other].places]
        known = dict(zip(residue.names, residue.places))
        backbone = [place for name, place in known.items() if name in ("C", "O")]
        built = built_side_chain(residue.code, known, np.array([*others, *backbone]).reshape(-1, 3))
        if built is None:
            lacking = f"{', '.join(missing)} missing, kept without: backbone incomplete"
            changes.append(Change("warning", residue.id, lacking))
            continue
        elements = dict(standard.component.elements)
        for name, place in built.items():
            residue.names.append(name)
            residue.elements.append(elements[name])
            residue.places.append(place)
        if built:
            changes.append(Change("added", residue.id, f"missing side-chain atoms {', '.join(built)}"))
        open_backbone = [name for name in missing if name not in built]
        if open_backbone:
            changes.append(Change("warning", residue.id, f"{', '.join(open_backbone)} missing, kept without"))


def _ends(target: Target) -> Ends:
    first, starts, stops = set(), set(), set()
    for chain in target.chains:
        if not chain.residues:
            continue
        starts |= {chain.residues[0], *(after for _, after in chain.breaks)}
        stops |= {chain.residues[-1], *(before for before, _ in chain.breaks)}
        if chain.positions and chain.seqres and chain.positions[0] == 1:
            first.add(chain.residues[0])
    return Ends(frozenset(first), frozenset(starts), frozenset(stops))


def _atoms(mol: Chem.Mol, residues: list[HeavyResidue]) -> tuple[Atoms, np.ndarray]:
    """Return the atoms residue by residue, heavy ones first, and the row of the molecule that each one is."""
    owner = [number for number, residue in enumerate(residues) for _ in residue.names]
    names = [name for residue in residues for name in residue.names]
    elements = [element for residue in residues for element in residue.elements]
    heavy = len(names)
    for index in range(heavy, mol.GetNumAtoms()):
        parent = mol.GetAtomWithIdx(index).GetNeighbors()[0].GetIdx()
        owner.append(owner[parent])
        siblings = [a.GetIdx() for a in mol.GetAtomWithIdx(parent).GetNeighbors() if a.GetAtomicNum() == 1]
        stem = names[parent].removeprefix(elements[parent])
        suffix = str(siblings.index(index) + 1) if len(siblings) > 1 else ""
        names.append(f"H{stem}{suffix}"[:4])
        elements.append("H")
    rows = np.arange(len(owner))
    order = np.lexsort((rows, np.array(owner)))
    ids = [residues[number].id for number in owner]
    count = len(order)
    places = mol.GetConformer().GetPositions()
    standard = [amino_acid(residue.code) is not None and residue.polymer for residue in residues]
    atoms = Atoms(
        coordinates=places[order].astype(np.float32),
        name=np.array(names)[order],
        element=np.array(elements)[order],
        residue_name=np.array([one.name for one in ids])[order],
        chain=np.array([one.chain for one in ids])[order],
        number=np.array([one.number for one in ids], np.int32)[order],
        insertion_code=np.array([one.insertion_code for one in ids])[order],
        altloc=np.full(count, "", "<U1"),
        hetero=np.array([not standard[number] for number in owner])[order],
        occupancy=np.ones(count, np.float32),
        b_factor=np.zeros(count, np.float32),
        residue_index=np.array(owner, np.int32)[order],
        label_chain=np.full(count, "", "<U1"),
        label_number=np.zeros(count, np.int32),
    )
    return atoms, order


def _bonds(mol: Chem.Mol, order: np.ndarray) -> tuple[tuple[int, int, int], ...]:
    place = np.empty(len(order), int)
    place[order] = np.arange(len(order))
    found = []
    for bond in mol.GetBonds():
        a, b = sorted((int(place[bond.GetBeginAtomIdx()]), int(place[bond.GetEndAtomIdx()])))
        found.append((a, b, 4 if bond.GetIsAromatic() else int(bond.GetBondTypeAsDouble())))
    return tuple(sorted(found))
