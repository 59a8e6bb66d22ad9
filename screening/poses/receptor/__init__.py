"""The protein of one site made ready for docking.

- `receptor`: what a prepared receptor is, and `pdb_text`, it as PDB and PDBQT; `box`: where the search goes on
- `prepare`: from a target and a site to a receptor, by stated rules: `selection` (which residues), `amino_acids`
  (bonds, charges and handedness of the standard ones), `side_chains` (missing atoms), `topology` (all bonds),
  `protonation`, `hydrogens` (places and directions)
"""
