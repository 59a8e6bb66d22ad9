"""Ruling out most substructure patterns for most molecules before RDKit matches the rest.

Molecules of a batch as arrays (`molecular_graphs`, `smiles_to_graphs`), keys of the neighbourhood of each atom
(`atom_environments`), what a pattern's atoms can match (`query_atoms`), and the refinement of Ullmann for all patterns
at once (`ullmann_refinement`).
"""
