"""Which protomer, tautomer, stereoisomer and ring conformer of a compound is docked.

- `states`: a compound to its states; `protonation`: which groups carry a charge at a pH
- `conformers`: three-dimensional starting structures; `pdbqt`: a conformer with its rotatable bonds, as engines read it
"""
