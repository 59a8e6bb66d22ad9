"""Bound ligands as molecules: `bound_ligand` takes one out of a target, `bond_orders` gives it its bond orders from
the file, a SMILES or the chemical component dictionary (`component_dictionary`), and `geometric_bonds` from the places
of its atoms alone. `ligand_atoms` names the rows of a target that are one ligand.
"""
