"""Which residues of a receptor carry a charge, by a stated rule.

A residue is charged as the pKa of its side chain in water says (Asp 3.7, Glu 4.3, His 6.0, Cys 8.3, Tyr 10.1, Lys 10.5,
Arg 12.5; Grimsley, Scholtz, Pace, Protein Sci. 18, 247 (2009), rounded), with four exceptions that the surroundings
make, and one that the file makes:

- a cysteine that is bound to a metal is a thiolate;
- a neutral histidine has its proton on the nitrogen that meets more acceptors than donors, else on NE2; both nitrogens
  carry one if both meet an acceptor and one of these is a carboxylate;
- of two carboxylates whose oxygens are within 2.9 Å, the later one in the file carries a proton;
- a metal takes the place of a proton: no nitrogen of histidine that it touches has one;
- where the file has hydrogens on Asp, Glu or His, they say what the residue is.

Amides of Asn and Gln stay as the file has them; those that look turned over are told (`turned_amides`).
"""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.spatial import cKDTree

from screening.targets.entities.components import METALS

MODEL_PKA = {"ASP": 3.7, "GLU": 4.3, "HIS": 6.0, "CYS": 8.3, "TYR": 10.1, "LYS": 10.5, "ARG": 12.5}
_POLAR_A, _METAL_A, _SHARED_PROTON_A = 3.4, 2.9, 2.9
_CARBOXYLATE = {"ASP": ("OD1", "OD2"), "GLU": ("OE1", "OE2")}
_DONORS = frozenset({("LYS", "NZ"), ("ARG", "NE"), ("ARG", "NH1"), ("ARG", "NH2"), ("ASN", "ND2"), ("GLN", "NE2"),
                     ("TRP", "NE1")})  # fmt: skip
_AMIDE = {"ASN": ("OD1", "ND2"), "GLN": ("OE1", "NE2")}
_CARBONYLS = frozenset({("ASN", "OD1"), ("GLN", "OE1")})


@dataclasses.dataclass(frozen=True)
class SideChainState:
    """Form of one side chain: charges by atom name, bonds with another order, and why, if it is not the usual form."""

    charges: dict[str, int]
    orders: dict[frozenset[str], int]
    why: str = ""


def side_chain_states(
    codes: list[str],
    names: list[list[str]],
    places: list[np.ndarray],
    hydrogens: list[set[str]],
    metals: np.ndarray,
    pH: float,
) -> dict[int, SideChainState]:
    """Return the form of each residue whose form is not that of `screening.poses.receptor.amino_acids`.

    Parameters
    ----------
    codes
        Standard code of each residue, or the component code.
    names, places
        Names of its heavy atoms, and their places, (n, 3) in Å.
    hydrogens
        Names of the hydrogens that the file has on it.
    metals
        (m, 3), places of metals.
    pH
        The pH.
    """
    near = _Neighbours(codes, names, places, metals)
    found: dict[int, SideChainState] = {}
    shared = near.shared_protons()
    for row, code in enumerate(codes):
        if code in _CARBOXYLATE:
            state = _carboxylate(code, row, shared, hydrogens[row], pH)
        elif code == "HIS":
            state = _histidine(row, near, hydrogens[row], pH)
        elif code == "CYS":
            state = _cysteine(row, near, pH)
        elif code in ("LYS", "ARG", "TYR"):
            state = _at_high_pH(code, pH)
        else:
            state = None
        if state is not None:
            found[row] = state
    return found


def turned_amides(codes: list[str], names: list[list[str]], places: list[np.ndarray]) -> list[int]:
    """Return the Asn and Gln whose oxygen meets acceptors and whose nitrogen meets donors.

    X-ray density does not tell the two atoms apart. Parameters as in `side_chain_states`.
    """
    near = _Neighbours(codes, names, places, np.zeros((0, 3)))
    found = []
    for row, code in enumerate(codes):
        if code in _AMIDE:
            oxygen, nitrogen = (sum(near.wish(row, name)) for name in _AMIDE[code])
            if oxygen > 0 and nitrogen < 0:
                found.append(row)
    return found


class _Neighbours:
    """The polar atoms and metals around each atom."""

    def __init__(self, codes: list[str], names: list[list[str]], places: list[np.ndarray], metals: np.ndarray) -> None:
        self.codes, self.names, self.places = codes, names, places
        self._polar: list[tuple[int, str]] = [
            (row, name) for row, each in enumerate(names) for name in each if name[:1] in "NOS"
        ]
        points = np.array([places[row][names[row].index(name)] for row, name in self._polar]).reshape(-1, 3)
        self._tree = cKDTree(points) if len(points) else None
        self._metals = cKDTree(metals) if len(metals) else None

    def place(self, row: int, name: str) -> np.ndarray | None:
        return self.places[row][self.names[row].index(name)] if name in self.names[row] else None

    def around(self, row: int, name: str, reach: float = _POLAR_A) -> list[tuple[int, str]]:
        point = self.place(row, name)
        if point is None or self._tree is None:
            return []
        near = [self._polar[one] for one in sorted(self._tree.query_ball_point(point, reach))]
        return [other for other in near if other[0] != row]

    def metal(self, row: int, name: str) -> bool:
        point = self.place(row, name)
        return point is not None and self._metals is not None and bool(self._metals.query(point)[0] < _METAL_A)

    def wish(self, row: int, name: str) -> list[int]:
        """Return 1 for each acceptor and -1 for each donor that an atom meets."""
        found = []
        for other, partner in self.around(row, name):
            code = self.codes[other]
            if (code, partner) in _DONORS or partner == "N":
                found.append(-1)
            elif partner in ("O", "OXT") or partner in _CARBOXYLATE.get(code, ()) or (code, partner) in _CARBONYLS:
                found.append(1)
        return found

    def shared_protons(self) -> dict[int, tuple[str, int]]:
        """Return residue to its oxygen that shares a proton with an earlier carboxylate, and that residue."""
        found: dict[int, tuple[str, int]] = {}
        for row, code in enumerate(self.codes):
            for oxygen in _CARBOXYLATE.get(code, ()):
                for other, name in self.around(row, oxygen, _SHARED_PROTON_A):
                    if other < row and name in _CARBOXYLATE.get(self.codes[other], ()) and other not in found:
                        found.setdefault(row, (oxygen, other))
        return found


def _carboxylate(
    code: str, row: int, shared: dict[int, tuple[str, int]], hydrogens: set[str], pH: float
) -> SideChainState | None:
    first, second = _CARBOXYLATE[code]
    told = {"H" + oxygen[1:] for oxygen in (first, second)} & hydrogens
    if told:
        oxygen = second if "H" + second[1:] in told else first
        why = "neutral, as the hydrogens of the file say"
    elif row in shared:
        oxygen, why = shared[row][0], "neutral, it shares a proton with a carboxylate within 2.9 Å"
    elif pH < MODEL_PKA[code]:
        oxygen, why = second, f"neutral at pH {pH:g}"
    else:
        return None
    carbon = "CG" if code == "ASP" else "CD"
    other = first if oxygen == second else second
    orders = {frozenset((carbon, oxygen)): 1, frozenset((carbon, other)): 2}
    return SideChainState({first: 0, second: 0}, orders, why)


def _histidine(row: int, near: _Neighbours, hydrogens: set[str], pH: float) -> SideChainState | None:
    delta, epsilon = "HD1" in hydrogens, "HE2" in hydrogens
    if delta or epsilon:
        why = "as the hydrogens of the file say"
    else:
        delta, epsilon, why = _proton_places(row, near, pH)
    if delta and epsilon:
        orders = {frozenset(("CE1", "ND1")): 2, frozenset(("CE1", "NE2")): 1}
        return SideChainState({"ND1": 1}, orders, f"both nitrogens protonated, {why}")
    if delta:
        orders = {frozenset(("CE1", "ND1")): 1, frozenset(("CE1", "NE2")): 2}
        return SideChainState({}, orders, f"the proton is on ND1, {why}")
    return None


def _proton_places(row: int, near: _Neighbours, pH: float) -> tuple[bool, bool, str]:
    wish, carboxylate = {}, False
    for nitrogen in ("ND1", "NE2"):
        wish[nitrogen] = sum(near.wish(row, nitrogen))
        for other, name in near.around(row, nitrogen):
            if name in _CARBOXYLATE.get(near.codes[other], ()) or name == "OXT":
                carboxylate = True
    metal = {nitrogen: near.metal(row, nitrogen) for nitrogen in wish}
    if any(metal.values()):
        return metal["NE2"] and not metal["ND1"], metal["ND1"] and not metal["NE2"], "a metal holds the other nitrogen"
    if pH < MODEL_PKA["HIS"]:
        return True, True, f"at pH {pH:g}"
    if wish["ND1"] > 0 and wish["NE2"] > 0 and carboxylate:
        return True, True, "both meet an acceptor, one of them a carboxylate"
    if wish["ND1"] > wish["NE2"]:
        return True, False, "it meets an acceptor there"
    return False, True, ""


def _cysteine(row: int, near: _Neighbours, pH: float) -> SideChainState | None:
    if near.metal(row, "SG"):
        return SideChainState({"SG": -1}, {}, "thiolate, bound to a metal")
    if pH > MODEL_PKA["CYS"]:
        return SideChainState({"SG": -1}, {}, f"thiolate at pH {pH:g}")
    return None


def _at_high_pH(code: str, pH: float) -> SideChainState | None:
    if pH <= MODEL_PKA[code]:
        return None
    atom, charge = {"LYS": ("NZ", 0), "ARG": ("NH2", 0), "TYR": ("OH", -1)}[code]
    return SideChainState({atom: charge}, {}, f"{'neutral' if charge == 0 else 'charged'} at pH {pH:g}")


def is_metal(element: str) -> bool:
    """Tell whether an element symbol, in capitals, is a metal."""
    return element in METALS
