"""Donors and acceptors that the site covers and that find no partner there.

A polar atom loses its water when it is buried. Without a partner in the site that costs binding; a pose with several is
suspect (see Raymer et al., J. Chem. Inf. Model. 2019, 59, 1984, on how rare they are in crystal structures).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rdkit import Chem

from screening.poses.checks.check import Check
from screening.poses.interactions.contact import Contact
from screening.poses.interactions.ligand_roles import ligand_roles

#: An atom with less accessible area than this, in Å², meets no water.
_COVERED_A2 = 2.0
#: Contacts that satisfy a donor or an acceptor.
_PARTNERS = frozenset({"hydrogen bond", "salt bridge", "water bridge", "metal", "covalent bond"})
#: A pose with more such atoms fails.
MOST = 2


def unsatisfied_atoms(ligand: Chem.Mol, contacts: Sequence[Contact], bound: np.ndarray) -> list[int]:
    """Return the buried N, O and S donors and acceptors of a ligand that have no partner.

    Parameters
    ----------
    ligand
        The pose.
    contacts
        Its contacts.
    bound
        Accessible area of each of its heavy atoms in the site, Å², in the order of the molecule.
    """
    roles = ligand_roles(ligand)
    heavy = [atom.GetIdx() for atom in ligand.GetAtoms() if atom.GetAtomicNum() > 1]
    covered = dict(zip(heavy, (bound < _COVERED_A2).tolist()))
    met = {contact.ligand_atom for contact in contacts if contact.kind in _PARTNERS}
    met |= _inside(ligand, roles.donor, roles.acceptor)
    strong = [i for i in heavy if (roles.donor[i] or roles.acceptor[i]) and not _weak(ligand.GetAtomWithIdx(i))]
    return [i for i in strong if covered[i] and i not in met]


def unsatisfied(ligand: Chem.Mol, contacts: Sequence[Contact], bound: np.ndarray) -> Check:
    """Return the check; the parameters are those of `unsatisfied_atoms`."""
    alone = unsatisfied_atoms(ligand, contacts, bound)
    if not alone:
        return Check("unsatisfied", True, "every buried donor and acceptor has a partner", 0.0)
    names = ", ".join(f"{ligand.GetAtomWithIdx(i).GetSymbol()}{i + 1}" for i in alone[:4])
    text = f"{len(alone)} buried polar atom{'s' if len(alone) > 1 else ''} without a partner ({names})"
    return Check("unsatisfied", len(alone) <= MOST, text, float(len(alone)))


def _weak(atom: Chem.Atom) -> bool:
    """Tell whether an atom is content without a partner: halogens, sulfur, ethers and aromatic oxygens."""
    if atom.GetAtomicNum() not in (7, 8):
        return True
    return atom.GetAtomicNum() == 8 and sum(n.GetAtomicNum() > 1 for n in atom.GetNeighbors()) == 2


def _inside(ligand: Chem.Mol, donor: np.ndarray, acceptor: np.ndarray) -> set[int]:
    """Return the atoms that bond inside the ligand: a donor and an acceptor at most 3.0 Å apart, four bonds or more."""
    places, paths = ligand.GetConformer().GetPositions(), Chem.GetDistanceMatrix(ligand)
    found: set[int] = set()
    for first in np.flatnonzero(donor):
        for second in np.flatnonzero(acceptor):
            far = 4 <= paths[first, second] < 1000
            if far and float(np.linalg.norm(places[first] - places[second])) <= 3.0:
                found |= {int(first), int(second)}
    return found
