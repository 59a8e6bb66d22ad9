"""Contacts between a ligand and its site, from chemistry and the geometry of heavy atoms.

Crystal structures rarely hold hydrogens, and programs turn hydroxyl groups as they like: donors and acceptors are
recognised by chemistry, and the hydrogens of a donor are taken to be where its heavy atoms leave room for them. So a
structure gives the same contacts with hydrogens and without. The limits stand in `contact` with their sources.

The contacts say what is near what in this model of the structure. They are no energies.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Sequence

import numpy as np
from rdkit import Chem

from screening.poses.interactions import contact as limits
from screening.poses.interactions.contact import KINDS, Contact
from screening.poses.interactions.geometry import accepts, angle, donates
from screening.poses.interactions.ligand_roles import LigandRoles, ligand_roles
from screening.poses.interactions.ring_contacts import cation_pi, pi_stacking
from screening.poses.interactions.site_roles import SiteRoles, site_roles
from screening.targets.target import Atoms, ResidueId

#: Whole residues with an atom this close to the ligand are looked at, in Å: enough for a water bridge.
AROUND_A = 8.5


def find_contacts(
    atoms: Atoms, ligand: Chem.Mol, names: Sequence[str] = (), *, covalent: Collection[ResidueId] = ()
) -> list[Contact]:
    """Find the contacts of a ligand.

    Parameters
    ----------
    atoms
        The protein, metals, cofactors and waters, without the ligand; hydrogens are left aside.
    ligand
        Molecule with bond orders and one conformer, Å, with hydrogens or without.
    names
        Names of its atoms; element and number (from 1) where absent.
    covalent
        Residues that the ligand is bonded to: an atom of them as near as a bond is one, and no clash.

    Returns
    -------
    list of Contact
        By kind in the order of `KINDS`, then by distance.
    """
    heavy = np.array([atom.GetIdx() for atom in ligand.GetAtoms() if atom.GetAtomicNum() > 1], dtype=int)
    if not len(heavy) or not len(atoms):
        return []
    near = _near(atoms, ligand.GetConformer().GetPositions()[heavy])
    if not len(near):
        return []
    pair = Surroundings(near, ligand, heavy, names)
    # A bonded pair is nothing else: neither a clash nor a hydrogen bond.
    bonded = _covalent(pair, frozenset(covalent))
    metals = _metals(pair)
    bridges = _salt_bridges(pair)
    taken = {(c.residue, c.site_atom, c.ligand_atom) for c in (*bonded, *metals, *bridges)}
    hydrogen_bonds = [c for c in _hydrogen_bonds(pair) if (c.residue, c.site_atom, c.ligand_atom) not in taken]
    found = [*bridges, *hydrogen_bonds, *_halogens(pair), *pi_stacking(pair), *cation_pi(pair)]
    found = [c for c in found if c.distance_A >= limits.CLASH_A]
    direct = {c.residue for c in found if c.kind in ("hydrogen bond", "salt bridge")}
    found += _water_bridges(pair, direct)
    found += [*bonded, *metals, *_clashes(pair, {(c.residue, c.ligand_atom) for c in bonded})]
    found += [c for c in _hydrophobic(pair) if c.residue not in covalent]
    return sorted(found, key=lambda c: (KINDS.index(c.kind), c.distance_A, c.residue, c.site_atom, c.ligand_atom))


def _near(atoms: Atoms, places: np.ndarray) -> Atoms:
    """Return the heavy atoms of whole residues around the ligand."""
    centre = places.mean(axis=0)
    reach = float(np.linalg.norm(places - centre, axis=1).max()) + AROUND_A
    close = np.flatnonzero(np.linalg.norm(atoms.coordinates - centre, axis=1) < reach)
    gaps = np.linalg.norm(atoms.coordinates[close][:, None, :] - places[None, :, :], axis=2)
    residues = np.unique(atoms.residue_index[close[gaps.min(axis=1) < AROUND_A]]) if len(close) else close
    return atoms.select(np.isin(atoms.residue_index, residues) & ~np.isin(atoms.element, ["H", "D"]))


class Surroundings:
    """A ligand among the atoms around it: who can do what, and how far apart they are.

    Attributes
    ----------
    atoms
        The site's heavy atoms, n of them.
    xyz
        Their coordinates, (n, 3), Å.
    places
        Coordinates of all ligand atoms, (m, 3), Å.
    heavy
        Indices of its heavy atoms.
    distances
        Site atom to heavy ligand atom, (n, len(heavy)), Å.
    """

    def __init__(self, atoms: Atoms, ligand: Chem.Mol, heavy: np.ndarray, names: Sequence[str]) -> None:
        self.atoms, self.ligand, self.heavy, self.names = atoms, ligand, heavy, names
        self.places = ligand.GetConformer().GetPositions()
        self.xyz = atoms.coordinates.astype(float)
        self.distances = np.linalg.norm(self.xyz[:, None, :] - self.places[heavy][None, :, :], axis=2)
        self.site: SiteRoles = site_roles(atoms)
        self.roles: LigandRoles = ligand_roles(ligand)

    def pairs(self, site: np.ndarray, ligand: np.ndarray, limit: float) -> list[tuple[int, int, float]]:
        """Return (site atom, ligand atom, distance) for the masked atoms at most `limit` Å apart."""
        rows, columns = np.nonzero((self.distances <= limit) & site[:, None] & ligand[self.heavy][None, :])
        return [(int(r), int(self.heavy[c]), float(self.distances[r, c])) for r, c in zip(rows, columns)]

    def contact(self, kind: str, site: int, ligand: int, distance: float, role: str = "") -> Contact:
        """Return a contact between two atoms."""
        return Contact(
            kind, self.atoms.residue_id(site), str(self.atoms.name[site]), ligand, self.label(ligand),
            round(float(distance), 2), _place(self.xyz[site]), _place(self.places[ligand]), role,
        )  # fmt: skip

    def label(self, index: int) -> str:
        """Return what to call a ligand atom."""
        if index < len(self.names) and self.names[index]:
            return self.names[index]
        return f"{self.ligand.GetAtomWithIdx(int(index)).GetSymbol()}{int(index) + 1}"

    def ligand_bonded(self, index: int) -> list[int]:
        """Return the heavy atoms that a ligand atom is bonded to."""
        return [n.GetIdx() for n in self.ligand.GetAtomWithIdx(int(index)).GetNeighbors() if n.GetAtomicNum() > 1]


def _covalent(pair: Surroundings, residues: frozenset[ResidueId]) -> list[Contact]:
    everything = np.ones(pair.ligand.GetNumAtoms(), dtype=bool)
    linked = np.array([pair.atoms.residue_id(i) in residues for i in range(len(pair.atoms))], dtype=bool)
    return closest(pair.contact("covalent bond", *one) for one in pair.pairs(linked, everything, limits.CLASH_A))


def _metals(pair: Surroundings) -> list[Contact]:
    reach = np.array([limits.LARGE_METAL_A.get(str(e).upper(), limits.METAL_A) for e in pair.atoms.element])
    found = pair.pairs(pair.site.metal, pair.roles.coordinates_metal, float(reach.max()))
    return [pair.contact("metal", *one) for one in found if one[2] <= reach[one[0]]]


def _clashes(pair: Surroundings, bonded: set[tuple[ResidueId, int]]) -> list[Contact]:
    everything = np.ones(pair.ligand.GetNumAtoms(), dtype=bool)
    found = [pair.contact("clash", *one) for one in pair.pairs(~pair.site.metal, everything, limits.CLASH_A)]
    return closest(c for c in found if (c.residue, c.ligand_atom) not in bonded)


def _salt_bridges(pair: Surroundings) -> list[Contact]:
    plus = pair.pairs(pair.site.negative, pair.roles.positive, limits.SALT_BRIDGE_A)
    minus = pair.pairs(pair.site.positive, pair.roles.negative, limits.SALT_BRIDGE_A)
    found = [pair.contact("salt bridge", *one, "positive") for one in plus]
    return closest([*found, *(pair.contact("salt bridge", *one, "negative") for one in minus)])


def _hydrogen_bonds(pair: Surroundings) -> list[Contact]:
    found: dict[tuple[int, int], Contact] = {}
    limit = limits.HYDROGEN_BOND_A
    for role, site, ligand in (
        ("acceptor", pair.site.donor, pair.roles.acceptor),
        ("donor", pair.site.acceptor, pair.roles.donor),
    ):
        for atom, mine, distance in pair.pairs(site, ligand, limit):
            if _bond_fits(pair, atom, mine, role):
                found.setdefault((atom, mine), _remarked(pair.contact("hydrogen bond", atom, mine, distance, role)))
    acid = pair.roles.negative & np.array([atom.GetAtomicNum() == 8 for atom in pair.ligand.GetAtoms()], dtype=bool)
    for atom, mine, distance in pair.pairs(pair.site.negative, acid, limits.SHARED_HYDROGEN_A):
        if _bond_fits(pair, atom, mine, "donor"):
            contact = pair.contact("hydrogen bond", atom, mine, distance, "donor")
            remark = "two acids: one of them must hold a hydrogen here"
            found.setdefault((atom, mine), dataclasses.replace(contact, remark=remark))
    return list(found.values())


def _bond_fits(pair: Surroundings, site: int, ligand: int, role: str) -> bool:
    """Tell whether a hydrogen bond fits the geometry at both ends; `role` is what the ligand is in it."""
    there, here = pair.xyz[site], pair.places[ligand]
    behind, mine = list(pair.site.bonded[site]), pair.ligand_bonded(ligand)
    if role == "acceptor":
        beyond = [b for b in pair.site.bonded[behind[0]] if b != site] if len(behind) == 1 else []
        return donates(there, pair.xyz[behind], pair.xyz[beyond], here, bool(pair.site.planar[site])) and accepts(
            here, pair.places[mine], there, bool(pair.roles.lone_pair_in_plane[ligand])
        )
    beyond = [b for b in pair.ligand_bonded(mine[0]) if b != ligand] if len(mine) == 1 else []
    return donates(here, pair.places[mine], pair.places[beyond], there, bool(pair.roles.planar[ligand])) and accepts(
        there, pair.xyz[behind], here, bool(pair.site.lone_pair_in_plane[site])
    )


def _remarked(contact: Contact) -> Contact:
    if contact.distance_A >= limits.SHORT_HYDROGEN_BOND_A:
        return contact
    remark = "shorter than hydrogen bonds are: another protonation state, or an error of the model"
    return dataclasses.replace(contact, remark=remark)


def _water_bridges(pair: Surroundings, direct: Collection[ResidueId]) -> list[Contact]:
    """Return residues reached through one water, which are not bonded directly as well."""
    polar = (pair.site.donor | pair.site.acceptor) & ~pair.site.water
    mine = pair.roles.donor | pair.roles.acceptor
    low, high = limits.WATER_ANGLES
    found = []
    waters = pair.pairs(pair.site.water, mine, limits.HYDROGEN_BOND_A)
    for water, ligand, distance in waters:
        if not _bond_fits(pair, water, ligand, "donor" if pair.roles.donor[ligand] else "acceptor"):
            continue
        gaps = np.linalg.norm(pair.xyz - pair.xyz[water], axis=1)
        for site in np.flatnonzero(polar & (gaps <= limits.HYDROGEN_BOND_A)):
            bent = angle(pair.xyz[site], pair.xyz[water], pair.places[ligand])
            if pair.atoms.residue_id(int(site)) in direct or not low <= bent <= high:
                continue
            role = "donor" if pair.roles.donor[ligand] else "acceptor"
            contact = pair.contact("water bridge", int(site), ligand, distance, role)
            found.append(dataclasses.replace(contact, via=_place(pair.xyz[water]), water=pair.atoms.residue_id(water)))
    return closest(found)


def _halogens(pair: Surroundings) -> list[Contact]:
    found = []
    takes = np.isin(pair.atoms.element, ["O", "N", "S"])
    for atom in pair.ligand.GetAtoms():
        limit = limits.HALOGEN_A.get(atom.GetSymbol())
        if limit is None or atom.GetDegree() != 1:
            continue
        index, carbon = atom.GetIdx(), atom.GetNeighbors()[0].GetIdx()
        gaps = np.linalg.norm(pair.xyz - pair.places[index], axis=1)
        for site in np.flatnonzero(takes & (gaps <= limit)):
            straight = angle(pair.places[carbon], pair.places[index], pair.xyz[site]) >= limits.HALOGEN_ANGLE
            # A hydrogen in between makes it a repulsion: amide nitrogens have no lone pair to offer.
            if straight and (pair.site.acceptor[site] or pair.atoms.element[site] == "S"):
                found.append(pair.contact("halogen bond", int(site), index, gaps[site]))
    return found


def _hydrophobic(pair: Surroundings) -> list[Contact]:
    found = pair.pairs(pair.site.hydrophobic, pair.roles.hydrophobic, limits.HYDROPHOBIC_A)
    return closest(pair.contact("hydrophobic", *one) for one in found)


def closest(contacts: Iterable[Contact]) -> list[Contact]:
    """Return the shortest contact of each residue."""
    best: dict[ResidueId, Contact] = {}
    for contact in sorted(contacts, key=lambda c: (c.distance_A, c.site_atom, c.ligand_atom)):
        best.setdefault(contact.residue, contact)
    return list(best.values())


def _place(point: np.ndarray) -> tuple[float, float, float]:
    x, y, z = point.round(3).tolist()
    return x, y, z
