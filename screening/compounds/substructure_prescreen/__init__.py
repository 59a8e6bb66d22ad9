"""Ruling out most substructure patterns for most molecules before RDKit matches the rest.

Molecules of a batch as arrays (`graphs`, `graphs_of_smiles`), keys of the neighbourhood of each atom (`surroundings`),
what a pattern's atoms can match (`query_text`), and the refinement of Ullmann for all patterns at once (`questions`).
"""
