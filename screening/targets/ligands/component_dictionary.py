"""The wwPDB's Chemical Component Dictionary, as the package biotite carries it: 49,196 components, offline.

Westbrook, J. D. et al., "The chemical component dictionary", Bioinformatics 31, 1274 (2015).
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache

from screening.targets.component import Component

#: What to say where the package is absent.
ABSENT = "the chemical component dictionary is not installed (pip install 'target-screening-workbench[poses]')"


def installed() -> bool:
    """Tell whether the dictionary is there."""
    return importlib.util.find_spec("biotite") is not None


@lru_cache(maxsize=512)
def dictionary_component(code: str) -> Component | None:
    """Return a component of the dictionary; None if it has no such code or is not installed.

    The first look-up of a process reads the dictionary and takes two to three seconds.
    """
    if not code or not installed():
        return None
    from biotite.structure.info import get_from_ccd

    atoms = get_from_ccd("chem_comp_atom", code.upper())
    if atoms is None:
        return None
    names, symbols, charge = (atoms[item].as_array().tolist() for item in ("atom_id", "type_symbol", "charge"))
    heavy = {name: symbol.upper() for name, symbol in zip(names, symbols) if symbol not in ("H", "D")}
    listed = get_from_ccd("chem_comp_bond", code.upper())
    bonds: tuple[tuple[str, str, int], ...] = ()
    if listed is not None:
        columns = (listed[item].as_array().tolist() for item in ("atom_id_1", "atom_id_2", "value_order"))
        bonds = tuple((a, b, _ORDERS.get(o, 1)) for a, b, o in zip(*columns) if a in heavy and b in heavy)
    charges = tuple((name, int(value)) for name, value in zip(names, charge) if value and name in heavy)
    return Component(code.upper(), bonds, charges, tuple(heavy.items()))


_ORDERS = {"SING": 1, "DOUB": 2, "TRIP": 3, "QUAD": 3}
