"""What each atom of a ligand can do, by its chemistry: donor, acceptor, charged, hydrophobic, ring."""

from __future__ import annotations

import dataclasses

import numpy as np
from rdkit import Chem

_DONOR = Chem.MolFromSmarts("[$([#7,#8,#16;!H0])]")
#: No lone pair to give: amide, aniline and pyrrole nitrogens, nitro groups, ester and furan oxygens hold on to theirs.
_ACCEPTOR = Chem.MolFromSmarts(
    "[$([#8;!$([OX2;H0](C=[O,S,N])[#6]);!$([o]);!$([OX2](a)a)]),"
    "$([#7;!+;!$([#7;X3;!$([#7]-[#6]=,:[#6,#7])]C=O);!$([nX3]);!$([NX3]-[*]=,:[*]);!$([NX3]-[a]);!$([NX3]-S(=O)=O)]),"
    "$([#16;X2;!$([#16]-C=O);!$([s])]),$([S-]),$([F-]),$([F;X1]-[#6X4])]"
)
_POSITIVE = Chem.MolFromSmarts(
    "[$([+;!$([+]~[-])]),$([NX3;!$(N-C=[O,S,N]);!$(N-[a]);!$(N-S);!$(N-[N,O]);!$(N-C=C);!$(N-C#N)]([CX4])),"
    "$([NX2,NX3;!$(N-C=O);!$(N-S(=O)=O);!$(N-[N,O])]~[CX3;!$(C~[O,S])](~[NX2,NX3;!$(N-C=O)])[#6,#7;!a])]"
)
_NEGATIVE = Chem.MolFromSmarts(
    "[$([-;!$([-]~[+])]),$([OX1,OX2H]~[CX3](~[OX1,OX2H])[#6,#1]),$([OX1,OX2H]~[SX4](~[OX1,OX2H])~[OX1,OX2H]),"
    "$([OX1,OX2H,S]~[PX4]~[OX1,OX2H]),$([nX2,n-,nH]1nnnc1),$([nX2,n-,nH]1nncn1),$([N-])]"
)
#: Amide, aniline, amidine and guanidine: the hydrogens of the nitrogen lie in the plane of what it is bonded to.
_PLANAR = Chem.MolFromSmarts("[$([NX3,NX2+]-[*]=,:[*]),$([N]=[*]),$([n])]")
_LONE_PAIR_IN_PLANE = Chem.MolFromSmarts("[$([nX2]),$([NX2]=[*])]")


@dataclasses.dataclass(frozen=True)
class LigandRoles:
    """Roles of the atoms of a ligand, as bool arrays over all its atoms (shape (n,)), and its aromatic rings."""

    donor: np.ndarray
    acceptor: np.ndarray
    positive: np.ndarray
    negative: np.ndarray
    hydrophobic: np.ndarray
    planar: np.ndarray
    lone_pair_in_plane: np.ndarray
    coordinates_metal: np.ndarray
    rings: tuple[tuple[int, ...], ...]


def ligand_roles(ligand: Chem.Mol) -> LigandRoles:
    """Return what each atom of a ligand can do.

    Parameters
    ----------
    ligand
        Molecule with bond orders. Without them (bonds all single) its donors and acceptors are guesses.
    """

    def matches(pattern: Chem.Mol) -> np.ndarray:
        found = np.zeros(ligand.GetNumAtoms(), dtype=bool)
        found[[match[0] for match in ligand.GetSubstructMatches(pattern, maxMatches=10_000)]] = True
        return found

    atoms = list(ligand.GetAtoms())
    greasy = np.array(
        [
            atom.GetAtomicNum() in (17, 35, 53)
            or (
                atom.GetAtomicNum() == 6
                and all(n.GetAtomicNum() in (1, 6, 16, 17, 35, 53) for n in atom.GetNeighbors())
            )
            for atom in atoms
        ],
        dtype=bool,
    )
    metal = np.array([atom.GetSymbol() in ("N", "O", "S", "P", "F", "Cl", "Br", "I") for atom in atoms], dtype=bool)
    rings = tuple(
        tuple(int(i) for i in ring)
        for ring in ligand.GetRingInfo().AtomRings()
        if len(ring) in (5, 6) and all(atoms[i].GetIsAromatic() for i in ring)
    )
    positive, negative = matches(_POSITIVE), matches(_NEGATIVE)
    nitrogen = np.array([atom.GetAtomicNum() == 7 for atom in atoms], dtype=bool)
    # Acids and amines are often drawn neutral: an acid gives no hydrogen in a site, a tertiary amine does.
    three = np.array([atom.GetTotalDegree() == 3 for atom in atoms], dtype=bool)
    donor = (matches(_DONOR) & ~negative) | (positive & nitrogen & three & ~matches(_PLANAR))
    return LigandRoles(
        donor, matches(_ACCEPTOR), positive, negative, greasy, matches(_PLANAR), matches(_LONE_PAIR_IN_PLANE), metal,
        rings,
    )  # fmt: skip
