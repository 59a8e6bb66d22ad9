"""Contacts between a ligand and its site, from the geometry of heavy atoms.

Crystal structures rarely hold hydrogens, so donors and acceptors are recognised by chemistry and the geometry is that
of heavy atoms. The limits are those in common use:

- hydrogen bond: donor to acceptor at most 3.5 Å, and at least 90° at either end towards what it is bonded to
  (Baker and Hubbard, Prog. Biophys. Mol. Biol. 1984, 44, 97)
- salt bridge: opposite charges at most 4.0 Å (Barlow and Thornton, J. Mol. Biol. 1983, 168, 867)
- pi stacking: ring centres at most 5.5 Å and planes within 30°, or edge to face at most 6.0 Å and planes beyond 60°
  (McGaughey et al., J. Biol. Chem. 1998, 273, 15458)
- cation-pi: charge to ring centre at most 6.0 Å (Gallivan and Dougherty, PNAS 1999, 96, 9459)
- metal: at most 2.8 Å
- halogen bond: at most the sum of the van der Waals radii, and at least 150° at the halogen
- hydrophobic: carbon to carbon at most 4.0 Å, the closest pair of each residue
- clash: heavy atoms closer than 2.2 Å, which no contact but one to a metal is: the pose or the structure is wrong there

They say what is near what in this model of the structure. They are no energies.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from rdkit import Chem

from screening.targets.target import Atoms, ResidueId

HYDROGEN_BOND_A = 3.5
SALT_BRIDGE_A = 4.0
FACE_TO_FACE_A = 5.5
EDGE_TO_FACE_A = 6.0
CATION_PI_A = 6.0
METAL_A = 2.8
CLASH_A = 2.2
HYDROPHOBIC_A = 4.0
HALOGEN_A = {"Cl": 3.5, "Br": 3.6, "I": 3.8}

#: Kinds in the order they are listed.
KINDS = ("clash", "metal", "salt bridge", "hydrogen bond", "halogen bond", "pi stacking", "cation-pi", "hydrophobic")

_DONORS = {
    "ARG": {"NE", "NH1", "NH2"}, "ASN": {"ND2"}, "GLN": {"NE2"}, "HIS": {"ND1", "NE2"}, "LYS": {"NZ"},
    "SER": {"OG"}, "THR": {"OG1"}, "TRP": {"NE1"}, "TYR": {"OH"}, "CYS": {"SG"}, "HOH": {"O"},
}  # fmt: skip
_ACCEPTORS = {
    "ASN": {"OD1"}, "ASP": {"OD1", "OD2"}, "GLN": {"OE1"}, "GLU": {"OE1", "OE2"}, "HIS": {"ND1", "NE2"},
    "SER": {"OG"}, "THR": {"OG1"}, "TYR": {"OH"}, "MET": {"SD"}, "CYS": {"SG"}, "HOH": {"O"},
    "SEP": {"OG", "O1P", "O2P", "O3P"}, "TPO": {"OG1", "O1P", "O2P", "O3P"},
}  # fmt: skip
_POSITIVE = {"ARG": {"NE", "NH1", "NH2"}, "LYS": {"NZ"}}
_NEGATIVE = {
    "ASP": {"OD1", "OD2"}, "GLU": {"OE1", "OE2"}, "SEP": {"O1P", "O2P", "O3P"}, "TPO": {"O1P", "O2P", "O3P"},
}  # fmt: skip
_RINGS = {
    "PHE": (("CG", "CD1", "CD2", "CE1", "CE2", "CZ"),),
    "TYR": (("CG", "CD1", "CD2", "CE1", "CE2", "CZ"),),
    "TRP": (("CG", "CD1", "CD2", "NE1", "CE2"), ("CD2", "CE2", "CE3", "CZ2", "CZ3", "CH2")),
    "HIS": (("CG", "ND1", "CD2", "CE1", "NE2"),),
}
_METALS = frozenset("LI NA K MG CA SR BA MN FE CO NI CU ZN CD HG".split())

_LIGAND_DONOR = Chem.MolFromSmarts("[$([#7,#8,#16;!H0])]")
_LIGAND_ACCEPTOR = Chem.MolFromSmarts(
    "[$([#8]),$([#7;!+;!$([#7;X3;!$([#7]-[#6]=,:[#6,#7])]C=O);!$([nX3])]),$([#16;X2;!$([#16]-C=O)]),$([F])]"
)
_LIGAND_POSITIVE = Chem.MolFromSmarts(
    "[$([+;!$([+]~[-])]),$([NX3;!$(N-C=[O,S,N]);!$(N-[a]);!$(N-S);!$(N-[N,O])]([CX4])),$([NX2,NX3]~[CX3](~[NX3])[#6,#7])]"
)
_LIGAND_NEGATIVE = Chem.MolFromSmarts("[$([-;!$([-]~[+])]),$([OX1,OX2H]~[C,P,S]~[OX1]),$([OX1]~P)]")


@dataclasses.dataclass(frozen=True)
class Contact:
    """One contact.

    Attributes
    ----------
    kind
        One of `KINDS`.
    residue
        The residue, in author numbering.
    site_atom
        Its atom, or ``"ring"``.
    ligand_atom
        Index of the ligand atom, of its first atom for a ring.
    ligand_label
        What to call the ligand atom.
    distance_A
        Between the atoms or ring centres.
    start, end
        Coordinates on the site and on the ligand, Å.
    """

    kind: str
    residue: ResidueId
    site_atom: str
    ligand_atom: int
    ligand_label: str
    distance_A: float
    start: tuple[float, float, float]
    end: tuple[float, float, float]


def find_contacts(atoms: Atoms, ligand: Chem.Mol, names: Sequence[str] = ()) -> list[Contact]:
    """Find the contacts of a ligand.

    Parameters
    ----------
    atoms
        The protein (and metals and waters), without the ligand.
    ligand
        Molecule with bond orders and one conformer, Å.
    names
        Names of its atoms; element and index where absent.

    Returns
    -------
    list of Contact
        By kind in the order of `KINDS`, then by distance.
    """
    places = ligand.GetConformer().GetPositions()
    heavy = np.array([atom.GetIdx() for atom in ligand.GetAtoms() if atom.GetAtomicNum() > 1], dtype=int)
    if not len(heavy) or not len(atoms):
        return []
    near_mask = np.zeros(len(atoms), dtype=bool)
    centre, reach = places[heavy].mean(axis=0), np.linalg.norm(places[heavy] - places[heavy].mean(axis=0), axis=1).max()
    close = np.flatnonzero(np.linalg.norm(atoms.coordinates - centre, axis=1) < reach + 9.0)
    if not len(close):
        return []
    distances = np.linalg.norm(atoms.coordinates[close][:, None, :] - places[heavy][None, :, :], axis=2)
    whole = np.unique(atoms.residue_index[close[distances.min(axis=1) < 7.5]])
    near_mask[close] = np.isin(atoms.residue_index[close], whole)
    near = atoms.select(near_mask & (atoms.element != "H") & (atoms.element != "D"))
    finder = _Finder(near, ligand, places, heavy, names)
    found = finder.metals() + finder.salt_bridges()
    # A charged pair is a salt bridge and not, once more, a hydrogen bond.
    bridged = {(contact.residue, contact.site_atom, contact.ligand_atom) for contact in found}
    found += [c for c in finder.hydrogen_bonds() if (c.residue, c.site_atom, c.ligand_atom) not in bridged]
    found += finder.halogens() + finder.stacks() + finder.cations()
    found = [c for c in found if c.kind == "metal" or c.distance_A >= CLASH_A] + finder.clashes()
    found += finder.hydrophobic()
    return sorted(found, key=lambda c: (KINDS.index(c.kind), c.distance_A, c.residue, c.site_atom))


class _Finder:
    def __init__(
        self, atoms: Atoms, ligand: Chem.Mol, places: np.ndarray, heavy: np.ndarray, names: Sequence[str]
    ) -> None:
        self.atoms, self.ligand, self.places, self.heavy, self.names = atoms, ligand, places, heavy, names
        self.xyz = atoms.coordinates.astype(float)
        self.distances = np.linalg.norm(self.xyz[:, None, :] - places[heavy][None, :, :], axis=2)

    def _matches(self, pattern: Chem.Mol) -> np.ndarray:
        found = {match[0] for match in self.ligand.GetSubstructMatches(pattern)}
        return np.array([int(index) in found for index in self.heavy])

    def _site(self, table: dict[str, set[str]]) -> np.ndarray:
        return np.array(
            [name in table.get(residue, ()) for name, residue in zip(self.atoms.name, self.atoms.residue_name)]
        )

    def _contact(self, kind: str, site: int, ligand: int, distance: float) -> Contact:
        name, label = str(self.atoms.name[site]), self._label(ligand)
        start, end = tuple(self.xyz[site].round(3).tolist()), tuple(self.places[ligand].round(3).tolist())
        return Contact(kind, self._residue(site), name, ligand, label, round(float(distance), 2), start, end)

    def _residue(self, site: int) -> ResidueId:
        a = self.atoms
        return ResidueId(
            str(a.chain[site]), int(a.number[site]), str(a.insertion_code[site]), str(a.residue_name[site])
        )

    def _label(self, index: int) -> str:
        if index < len(self.names) and self.names[index]:
            return self.names[index]
        return f"{self.ligand.GetAtomWithIdx(int(index)).GetSymbol()}{int(index) + 1}"

    def _pairs(self, site: np.ndarray, ligand: np.ndarray, limit: float) -> list[tuple[int, int, float]]:
        rows, columns = np.nonzero((self.distances <= limit) & site[:, None] & ligand[None, :])
        return [(int(r), int(self.heavy[c]), float(self.distances[r, c])) for r, c in zip(rows, columns)]

    def metals(self) -> list[Contact]:
        metal = np.isin(np.char.upper(self.atoms.element), list(_METALS))
        hetero = np.array([self.ligand.GetAtomWithIdx(int(i)).GetSymbol() in ("N", "O", "S", "P") for i in self.heavy])
        return [self._contact("metal", *pair) for pair in self._pairs(metal, hetero, METAL_A)]

    def clashes(self) -> list[Contact]:
        everything = np.ones(len(self.heavy), dtype=bool)
        solid = ~np.isin(np.char.upper(self.atoms.element), list(_METALS)) & ~np.isin(self.atoms.residue_name, ["HOH"])
        return self._closest("clash", self._pairs(solid, everything, CLASH_A))

    def salt_bridges(self) -> list[Contact]:
        plus, minus = self._matches(_LIGAND_POSITIVE), self._matches(_LIGAND_NEGATIVE)
        pairs = self._pairs(self._site(_NEGATIVE), plus, SALT_BRIDGE_A) + self._pairs(
            self._site(_POSITIVE), minus, SALT_BRIDGE_A
        )
        return self._closest("salt bridge", pairs)

    def hydrogen_bonds(self) -> list[Contact]:
        backbone_n = (self.atoms.name == "N") & (self.atoms.residue_name != "PRO")
        backbone_o = np.isin(self.atoms.name, ["O", "OXT"])
        donors, acceptors = self._matches(_LIGAND_DONOR), self._matches(_LIGAND_ACCEPTOR)
        pairs = self._pairs(self._site(_DONORS) | backbone_n, acceptors, HYDROGEN_BOND_A)
        pairs += self._pairs(self._site(_ACCEPTORS) | backbone_o, donors, HYDROGEN_BOND_A)
        unique = {(site, atom): distance for site, atom, distance in pairs if self._bent_enough(site, atom)}
        return [self._contact("hydrogen bond", site, atom, distance) for (site, atom), distance in unique.items()]

    def _bent_enough(self, site: int, atom: int) -> bool:
        behind = [n.GetIdx() for n in self.ligand.GetAtomWithIdx(atom).GetNeighbors() if n.GetAtomicNum() > 1]
        if any(_angle(self.places[b], self.places[atom], self.xyz[site]) < 90 for b in behind):
            return False
        same = self.atoms.residue_index == self.atoms.residue_index[site]
        gaps = np.linalg.norm(self.xyz - self.xyz[site], axis=1)
        bonded = np.flatnonzero(same & (gaps > 0.1) & (gaps < 1.9))
        return all(_angle(self.xyz[b], self.xyz[site], self.places[atom]) >= 90 for b in bonded)

    def halogens(self) -> list[Contact]:
        found = []
        acceptor = np.isin(self.atoms.element, ["O", "N", "S"])
        for atom in self.ligand.GetAtoms():
            limit = HALOGEN_A.get(atom.GetSymbol())
            if limit is None or atom.GetDegree() != 1:
                continue
            index, carbon = atom.GetIdx(), atom.GetNeighbors()[0].GetIdx()
            gaps = np.linalg.norm(self.xyz - self.places[index], axis=1)
            for site in np.flatnonzero(acceptor & (gaps <= limit)):
                if _angle(self.places[carbon], self.places[index], self.xyz[site]) >= 150:
                    found.append(self._contact("halogen bond", int(site), index, gaps[site]))
        return found

    def stacks(self) -> list[Contact]:
        found = []
        for residue, members in self._site_rings():
            centre, normal = _plane(self.xyz[members])
            best: Contact | None = None
            for ring in self._ligand_rings():
                middle, axis = _plane(self.places[ring])
                distance = float(np.linalg.norm(centre - middle))
                tilt = np.degrees(np.arccos(np.clip(abs(normal @ axis), 0, 1)))
                # The centres must lie over each other, not merely side by side in one plane.
                shift = np.sqrt(max(distance**2 - ((middle - centre) @ normal) ** 2, 0.0))
                face = distance <= FACE_TO_FACE_A and tilt <= 30 and shift <= 3.0
                edge = (
                    distance <= EDGE_TO_FACE_A
                    and tilt >= 60
                    and min(shift, np.sqrt(max(distance**2 - ((middle - centre) @ axis) ** 2, 0.0))) <= 2.5
                )
                if (face or edge) and (best is None or distance < best.distance_A):
                    best = self._ring_contact("pi stacking", residue, ring[0], distance, centre, middle)
            if best:
                found.append(best)
        return found

    def cations(self) -> list[Contact]:
        found = []
        plus = self.heavy[self._matches(_LIGAND_POSITIVE)]
        for residue, members in self._site_rings():
            centre, normal = _plane(self.xyz[members])
            for atom in plus:
                offset = self.places[atom] - centre
                distance = float(np.linalg.norm(offset))
                if distance <= CATION_PI_A and abs(offset @ normal) > 0.8 * distance:
                    found.append(
                        self._ring_contact("cation-pi", residue, int(atom), distance, centre, self.places[atom])
                    )
        positive = np.flatnonzero(self._site({"LYS": {"NZ"}, "ARG": {"CZ"}}))
        for ring in self._ligand_rings():
            middle, axis = _plane(self.places[ring])
            for site in positive:
                offset = self.xyz[site] - middle
                distance = float(np.linalg.norm(offset))
                if distance <= CATION_PI_A and abs(offset @ axis) > 0.8 * distance:
                    contact = self._contact("cation-pi", int(site), ring[0], distance)
                    found.append(dataclasses.replace(contact, ligand_label="ring", end=tuple(middle.round(3).tolist())))
        return _one_each(found)

    def hydrophobic(self) -> list[Contact]:
        greasy = np.array(
            [
                atom.GetAtomicNum() == 6
                and all(n.GetAtomicNum() in (1, 6, 16, 17, 35, 53) for n in atom.GetNeighbors())
                for atom in (self.ligand.GetAtomWithIdx(int(i)) for i in self.heavy)
            ]
        )
        side = (self.atoms.element == "C") & ~np.isin(self.atoms.name, ["C", "CA"]) & ~self.atoms.hetero
        side &= np.isin(
            self.atoms.residue_name, ["ALA", "VAL", "LEU", "ILE", "MET", "PHE", "TYR", "TRP", "PRO", "THR", "LYS"]
        )
        return self._closest("hydrophobic", self._pairs(side, greasy, HYDROPHOBIC_A))

    def _closest(self, kind: str, pairs: list[tuple[int, int, float]]) -> list[Contact]:
        return _one_each([self._contact(kind, *pair) for pair in pairs])

    def _site_rings(self) -> list[tuple[int, list[int]]]:
        rings = []
        for residue in np.unique(self.atoms.residue_index):
            members = np.flatnonzero(self.atoms.residue_index == residue)
            by_name = {str(self.atoms.name[i]): int(i) for i in members}
            for ring in _RINGS.get(str(self.atoms.residue_name[members[0]]), ()):
                if all(name in by_name for name in ring):
                    rings.append((int(members[0]), [by_name[name] for name in ring]))
        return rings

    def _ligand_rings(self) -> list[list[int]]:
        return [
            list(ring)
            for ring in self.ligand.GetRingInfo().AtomRings()
            if len(ring) in (5, 6) and all(self.ligand.GetAtomWithIdx(i).GetIsAromatic() for i in ring)
        ]

    def _ring_contact(
        self, kind: str, residue: int, atom: int, distance: float, start: np.ndarray, end: np.ndarray
    ) -> Contact:
        label = "ring" if kind == "pi stacking" else self._label(atom)
        return Contact(
            kind, self._residue(residue), "ring", atom, label, round(distance, 2),
            tuple(start.round(3).tolist()), tuple(end.round(3).tolist()),
        )  # fmt: skip


def _one_each(contacts: list[Contact]) -> list[Contact]:
    best: dict[ResidueId, Contact] = {}
    for contact in sorted(contacts, key=lambda c: c.distance_A):
        best.setdefault(contact.residue, contact)
    return list(best.values())


def _angle(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> float:
    """Return the angle at b in degrees."""
    first, second = a - b, c - b
    cosine = first @ second / max(float(np.linalg.norm(first) * np.linalg.norm(second)), 1e-9)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def _plane(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    centre = points.mean(axis=0)
    return centre, np.linalg.svd(points - centre)[2][2]
