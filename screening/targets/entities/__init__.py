"""What the atoms of a structure are: `elements` and `standard_names` of what other programs write, `chain_parts` where
a file has no chain ids, `polymers` and their residues, hetero `groups`, `components`, conformers (`altlocs`), and the
`covalent_bonds` between residues.
"""
