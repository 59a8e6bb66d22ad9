"""The side chain of a variant built onto the structure of the wild type.

The backbone stays. The new side chain is the conformer that clashes least with the protein around it; bound ligands and
waters have no say, so what the variant does to a ligand is there to be seen. Neighbours do not move: a real mutant may
relax, and a short distance is a hint, not a measurement.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from screening.errors import StructureError, UsageError
from screening.poses.receptor.amino_acids import amino_acid
from screening.poses.receptor.side_chains import built_side_chain
from screening.targets.entities.components import AMINO_ACIDS, STANDARD_AMINO_ACIDS, WATER
from screening.targets.target import Atoms, Chain, ResidueId, Target
from screening.targets.variants.placed_variants import place_variants

_BACKBONE = ("N", "CA", "C", "O", "OXT")


@dataclasses.dataclass(frozen=True)
class Mutant:
    """A structure with the side chain of a variant.

    Attributes
    ----------
    target
        The structure; its residue carries the name of the variant's.
    variant
        Such as ``"T790M"``.
    residue
        The residue that was changed, by its new name.
    nearest_A
        Name of a bound ligand to the distance of its nearest heavy atom to the new side chain, Å.
    nearest_protein_A
        Shortest distance of the new side chain to another residue, Å: below 3 it did not fit.
    """

    target: Target
    variant: str
    residue: ResidueId
    nearest_A: dict[str, float]
    nearest_protein_A: float

    def __repr__(self) -> str:
        near = ", ".join(f"{gap:.1f} Å from {name}" for name, gap in self.nearest_A.items())
        return f"<Mutant {self.variant} of {self.target.id}: {self.residue}, {near or 'no ligand bound'}>"


def mutant(target: Target, variant: str, *, chain: str | None = None) -> Mutant:
    """Build the side chain of a point mutation.

    Parameters
    ----------
    target
        The structure of the wild type.
    variant
        As ``"T790M"`` or ``"p.Thr790Met"``, in author numbering.
    chain
        Only this chain; by default the first that has the residue.

    Raises
    ------
    UsageError
        If it is no substitution of one amino acid.
    StructureError
        If the residue is not there, is another one or the variant's already, or its backbone is incomplete.
    """
    placed = [one for one in place_variants(target, [variant], chain=chain) if one.residue is not None]
    if not placed:
        reason = next((one.reason for one in place_variants(target, [variant], chain=chain)), "not placed")
        raise StructureError(f"{variant} cannot be built: {reason}", source=target.source)
    found = placed[0]
    code = next((three for three in sorted(STANDARD_AMINO_ACIDS) if AMINO_ACIDS[three] == found.mutant), "")
    if not code or found.residue is None:
        raise UsageError(f"{variant} is no substitution of one amino acid", expected="a variant such as T790M")
    if found.residue.name == code:
        raise StructureError(f"{variant} cannot be built: the structure already holds {found.residue}",
                             source=target.source)  # fmt: skip
    return _built(target, found.residue, code, found.variant)


def _built(target: Target, residue: ResidueId, code: str, variant: str) -> Mutant:
    atoms = target.atoms
    own = np.flatnonzero(_is(atoms, residue))
    keep = own[np.isin(atoms.name[own], [*_BACKBONE, *(["CB"] if code != "GLY" else [])])]
    known = {str(atoms.name[i]): atoms.coordinates[i].astype(float) for i in keep}
    heavy = ~np.isin(atoms.element, ["H", "D"])
    polymer = np.isin(atoms.residue_index, _polymer_rows(target))
    near = np.linalg.norm(atoms.coordinates - atoms.coordinates[keep[0]], axis=1) < 14.0
    rows = np.flatnonzero(heavy & polymer & near & ~_is(atoms, residue))
    # The atoms of the backbone that the side chain may not fold onto.
    others = np.concatenate(
        [atoms.coordinates[rows].astype(float), *(known[n][None] for n in ("C", "O") if n in known)]
    )
    side = built_side_chain(code, known, others)
    if side is None:
        raise StructureError(
            f"{variant} cannot be built: the backbone of {residue} is incomplete", source=target.source
        )
    standard = amino_acid(code)
    assert standard is not None
    elements = dict(standard.component.elements)
    new = _with_side_chain(atoms, own, keep, side, elements, code)
    renamed = dataclasses.replace(residue, name=code)
    chains = tuple(_renamed(chain, residue, renamed, variant[-1]) for chain in target.chains)
    changed = dataclasses.replace(target, id=f"{target.id} {variant}", atoms=new, chains=chains, notes=(
        *target.notes, f"the side chain of {renamed} was built, not observed"))  # fmt: skip
    mine = np.array(list(side.values()) or [known["CA"]])
    ligands = {}
    for group in target.ligands:
        places = atoms.coordinates[_is(atoms, group.residue) & heavy].astype(float)
        if len(places):
            ligands[str(group.residue)] = round(float(np.linalg.norm(places[:, None] - mine[None], axis=2).min()), 2)
    apart = atoms.coordinates[rows[~np.isin(atoms.residue_name[rows], list(WATER))]].astype(float)
    beside = float(np.linalg.norm(apart[:, None] - mine[None], axis=2).min()) if len(apart) else float("inf")
    return Mutant(changed, variant, renamed, ligands, round(beside, 2))


def _with_side_chain(
    atoms: Atoms, own: np.ndarray, keep: np.ndarray, side: dict[str, np.ndarray], elements: dict[str, str], code: str
) -> Atoms:
    """Return the atoms with the side chain of one residue replaced."""
    like = np.full(len(side), keep[0])
    order = np.concatenate([np.arange(own[0]), keep, like, np.arange(own[-1] + 1, len(atoms))]).astype(int)
    columns = {field.name: getattr(atoms, field.name)[order].copy() for field in dataclasses.fields(atoms)}
    first, last = int(own[0]) + len(keep), int(own[0]) + len(keep) + len(side)
    widest = max(columns["name"].dtype.itemsize // 4, 4)
    for name in ("name", "element", "residue_name"):
        columns[name] = columns[name].astype(f"<U{widest}")
    columns["coordinates"][first:last] = np.array(list(side.values()), dtype=np.float32).reshape(-1, 3)
    columns["name"][first:last] = list(side)
    columns["element"][first:last] = [elements[name] for name in side]
    columns["residue_name"][int(own[0]) : last] = code
    return Atoms(**columns)


def _polymer_rows(target: Target) -> np.ndarray:
    """Return the residue indices of the polymers."""
    residues = {residue for chain in target.chains for residue in chain.residues}
    starts = target.atoms.residue_starts
    return np.array([target.atoms.residue_index[at] for at in starts if target.atoms.residue_id(int(at)) in residues])


def _renamed(chain: Chain, old: ResidueId, new: ResidueId, letter: str) -> Chain:
    if old not in chain.residues:
        return chain
    at = chain.residues.index(old)
    residues = (*chain.residues[:at], new, *chain.residues[at + 1 :])
    sequence = chain.sequence[:at] + letter + chain.sequence[at + 1 :]
    return dataclasses.replace(chain, residues=residues, sequence=sequence)


def _is(atoms: Atoms, residue: ResidueId) -> np.ndarray:
    return np.asarray(
        (atoms.chain == residue.chain)
        & (atoms.number == residue.number)
        & (atoms.insertion_code == residue.insertion_code)
        & (atoms.residue_name == residue.name)
    )
