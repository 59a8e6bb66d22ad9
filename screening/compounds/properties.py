"""The ten properties a prepared library stores, as RDKit defines them."""

from __future__ import annotations

import functools

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from screening.compounds.compound import PROPERTIES

#: Our column name to RDKit's descriptor name.
_RDKIT_NAMES = {
    "molecular_weight": "amw",
    "logp": "CrippenClogP",
    "tpsa": "tpsa",
    "hbd": "NumHBD",
    "hba": "NumHBA",
    "rotatable_bonds": "NumRotatableBonds",
    "heavy_atoms": "NumHeavyAtoms",
    "rings": "NumRings",
    "fraction_csp3": "FractionCSP3",
}


@functools.cache
def _calculator() -> rdMolDescriptors.Properties:
    return rdMolDescriptors.Properties([_RDKIT_NAMES[name] for name in PROPERTIES if name in _RDKIT_NAMES])


def property_row(mol: Chem.Mol) -> tuple[float, ...]:
    """Return the properties of a molecule in the order of `PROPERTIES`.

    Molecular weight is the average mass in g/mol, logP is Wildman and Crippen's (J. Chem. Inf. Comput. Sci.
    1999, 39, 868), TPSA is Ertl's without S and P in Å^2 (J. Med. Chem. 2000, 43, 3714), rotatable bonds are
    RDKit's strict definition, formal charge is in units of e.
    """
    return (*_calculator().ComputeProperties(mol), float(Chem.GetFormalCharge(mol)))
