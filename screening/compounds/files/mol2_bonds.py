"""Which of the bonds that a MOL2 block calls ``ar`` are double, and which charges and hydrogens that leaves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from screening.compounds.files.mol2_atoms import Mol2Error

#: Steps of the search in one system of ``ar`` bonds; sensible ones take a few hundred.
_MOST_STEPS = 200_000
_MOST_COST = 12

_Bond = tuple[int, int]


class Drawing:
    """The atoms of a block with their bonds; `assign_orders` settles those called ``ar``.

    Attributes
    ----------
    symbols, kinds
        Element and SYBYL type of each atom.
    orders
        (first, second), ascending, to 1, 2 or 3; 0 while it is ``ar``.
    charges
        Formal charges that the placing of double bonds decided.
    """

    def __init__(self, symbols: Sequence[str], kinds: Sequence[str], bonds: Sequence[tuple[int, int, int]]) -> None:
        self.symbols = list(symbols)
        self.kinds = list(kinds)
        self.orders: dict[_Bond, int] = {}
        self.charges: dict[int, int] = {}
        self._neighbours: dict[int, list[int]] = defaultdict(list)
        for first, second, order in bonds:
            pair = (min(first, second), max(first, second))
            if first == second or pair in self.orders:
                raise Mol2Error("MOL2 block: a bond that is written twice, or from an atom to itself")
            self.orders[pair] = order
            self._neighbours[first].append(second)
            self._neighbours[second].append(first)
        hydrogens = {at for at, symbol in enumerate(self.symbols) if symbol == "H"}
        self._on_carbon = any(self.symbols[other] == "C" for at in hydrogens for other in self._neighbours[at])
        self._on_others = any(self.symbols[other] != "C" for at in hydrogens for other in self._neighbours[at])

    def lacks_hydrogens(self, index: int) -> bool:
        """Say whether hydrogens of this atom may be missing: none are written, or only those of N, O and S."""
        if self._on_carbon:
            return False
        return self.symbols[index] == "C" if self._on_others else self.symbols[index] != "H"

    def order(self, first: int, second: int) -> int:
        """Return the order of a bond."""
        return self.orders[min(first, second), max(first, second)]

    def degree(self, index: int) -> int:
        """Return the number of neighbours, written hydrogens too."""
        return len(self._neighbours[index])

    def valence(self, index: int) -> int:
        """Return the sum of the bond orders."""
        return sum(self.order(index, other) for other in self._neighbours[index])

    def triple_to_cation(self, index: int) -> bool:
        """Say whether the only bond is a triple one to a nitrogen that has another: an isocyanide."""
        other = self._neighbours[index][0]
        return self.order(index, other) == 3 and self.symbols[other] == "N" and self.valence(other) == 4

    def assign_orders(self) -> None:
        """Give every ``ar`` bond an order of 1 or 2, and draw what has too many bonds with charges.

        Raises
        ------
        Mol2Error
            If that cannot be.
        """
        self._soften_cations()
        self._settle_oxo_groups()
        for system in self._systems():
            self._place_double_bonds(system)
        self._charge_nitrogens()

    def _set(self, first: int, second: int, order: int) -> None:
        self.orders[min(first, second), max(first, second)] = order

    def _soften_cations(self) -> None:
        """The C of guanidinium and amidinium (C.cat) may be written with single bonds only."""
        for index, kind in enumerate(self.kinds):
            if kind.lower() == "c.cat" and all(self.order(index, other) == 1 for other in self._neighbours[index]):
                for other in self._neighbours[index]:
                    if self.symbols[other] == "N":
                        self._set(index, other, 0)

    def _settle_oxo_groups(self) -> None:
        """Double bonds and charges of the end oxygens round P, S, N and C that are ``ar`` or of type O.co2."""
        for centre, symbol in enumerate(self.symbols):
            ends = [other for other in self._neighbours[centre] if self._is_end(other)]
            drawn = [other for other in ends if self.order(centre, other) == 0 or self.kinds[other].lower() == "o.co2"]
            if symbol not in ("P", "S", "C", "N", "As", "Se") or not drawn:
                continue
            others = sum(self.order(centre, other) for other in self._neighbours[centre] if other not in drawn)
            if symbol in ("C", "N") and any(
                self.order(centre, other) == 0 for other in self._neighbours[centre] if other not in drawn
            ):
                continue  # part of a larger system
            doubles = max(0, self._valence_of_oxo_centre(symbol, centre) - others - len(drawn))
            for place, end in enumerate(drawn):
                self._set(centre, end, 2 if place < doubles else 1)

    def _valence_of_oxo_centre(self, symbol: str, centre: int) -> int:
        if symbol in ("P", "As"):
            return 5
        if symbol in ("S", "Se"):
            return 6 if self.degree(centre) >= 4 else 4
        return 4

    def _is_end(self, index: int) -> bool:
        return self.symbols[index] in ("O", "S", "Se") and self.degree(index) == 1

    def _systems(self) -> list[list[int]]:
        """Return the atoms of each connected system of ``ar`` bonds."""
        left = {atom for bond, order in self.orders.items() if order == 0 for atom in bond}
        systems = []
        while left:
            system, waiting = [], [min(left)]
            while waiting:
                atom = waiting.pop()
                if atom in left:
                    left.remove(atom)
                    system.append(atom)
                    waiting += [other for other in self._neighbours[atom] if self.order(atom, other) == 0]
            systems.append(sorted(system))
        return systems

    def _costs(self, index: int) -> tuple[int | None, int | None]:
        """Return what it costs that an atom has a double bond in its system, and that it has none; None: cannot be."""
        symbol, degree = self.symbols[index], self.degree(index)
        fixed = [self.order(index, other) for other in self._neighbours[index]]
        double_outside = [other for other in self._neighbours[index] if self.order(index, other) == 2]
        if symbol == "C":
            if double_outside or max(fixed) == 3 or degree == 4:
                return None, 0
            return 0, 6  # a carbon without is a radical or an ion: only where nothing else can be
        if symbol == "N":
            if double_outside:
                return 0, None
            if degree >= 4:
                return None, 0
            if degree == 3:
                oxide = any(self._is_end(other) for other in self._neighbours[index])
                return (0 if oxide else 1), 0
            pyrrole = self.kinds[index].lower() in ("n.pl3", "n.am", "n.3", "na")
            if self.lacks_hydrogens(index):
                return (1, 0) if pyrrole else (0, 1)
            return 0, 1
        if symbol in ("O", "S", "Se"):
            return (0, 1) if degree == 1 else (2, 0)
        if symbol == "P":
            return 0, 1
        return None, 0

    def _place_double_bonds(self, system: list[int]) -> None:
        costs = {atom: self._costs(atom) for atom in system}
        partners = {atom: [o for o in self._neighbours[atom] if self.order(atom, o) == 0] for atom in system}
        for most in range(_MOST_COST + 1):
            self._steps = 0
            found = self._search(system, costs, partners, {}, most)
            if found is not None:
                break
        else:
            raise Mol2Error("aromatic bonds that cannot be made single and double ones")
        for atom in system:
            for other in partners[atom]:
                self._set(atom, other, 2 if found.get(atom) == other else 1)

    def _search(
        self,
        system: list[int],
        costs: dict[int, tuple[int | None, int | None]],
        partners: dict[int, list[int]],
        matched: dict[int, int],
        left: int,
    ) -> dict[int, int] | None:
        """Return atom to partner (itself: none) with a total cost of at most `left`, or None."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise Mol2Error("aromatic bonds in a system too large to be settled")
        best: tuple[int, int, list[tuple[int, int]]] | None = None
        for atom in system:
            if atom in matched:
                continue
            with_one, without = costs[atom]
            choices = []
            if with_one is not None and with_one <= left:
                for other in partners[atom]:
                    price = costs[other][0]
                    if other not in matched and price is not None and with_one + price <= left:
                        choices.append((with_one + price, other))
            if without is not None and without <= left:
                choices.append((without, atom))
            if best is None or len(choices) < best[0]:
                best = (len(choices), atom, choices)
                if not choices:
                    return None
        if best is None:
            return matched
        # Among equals the double bond goes to the end of a chain: C=NH2+ rather than C=NHR+.
        for price, other in sorted(best[2], key=lambda choice: (choice[0], self._heavy(choice[1]), choice[1])):
            found = self._search(system, costs, partners, {**matched, best[1]: other, other: best[1]}, left - price)
            if found is not None:
                return found
        return None

    def _heavy(self, index: int) -> int:
        return sum(self.symbols[other] != "H" for other in self._neighbours[index])

    def _charge_nitrogens(self) -> None:
        """Nitro groups, azides and N-oxides drawn with five bonds to N, and the charges that belong together."""
        for index, symbol in enumerate(self.symbols):
            if symbol != "N":
                continue
            doubles = [other for other in self._neighbours[index] if self.order(index, other) == 2]
            ends = [other for other in doubles if self.degree(other) == 1]
            triple = [o for o in self._neighbours[index] if self.order(index, o) == 3 and self.degree(o) == 1]
            if self.valence(index) == 5 and (ends or triple):
                oxygens = [other for other in ends if self.symbols[other] in ("O", "S")]
                if oxygens:
                    self._set(index, oxygens[-1], 1)
                    self.charges[index], self.charges[oxygens[-1]] = 1, -1
                elif triple:
                    self._set(index, triple[0], 2)
                    self.charges[index], self.charges[triple[0]] = 1, -1
            elif self.valence(index) == 4:
                self.charges[index] = 1
                singles = [o for o in self._neighbours[index] if self._is_end(o) and self.order(index, o) == 1]
                if singles:
                    self.charges[singles[0]] = -1
                elif len(doubles) == 2:
                    last = [other for other in ends if self.symbols[other] in ("N", "C")]
                    if last and self.valence(last[0]) == 2 and self.symbols[last[0]] == "N":
                        self.charges[last[0]] = -1
