"""What the atoms of a structure are: `polymers` and their residues, hetero `groups`, `components`, conformers
(`altlocs`), and the `covalent_bonds` between residues.
"""
