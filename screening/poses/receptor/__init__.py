"""The protein of one site made ready for docking.

- `receptor`: what a prepared receptor is, and `pdb_text`, it as PDB and PDBQT
- `prepare`: from a target and a site to a receptor, by stated rules: `selection` (which residues), `templates`
  (bonds, charges and hydrogens of amino acids), `side_chains` (missing atoms), `topology` (all bonds), `protonation`,
  `hydrogens` (places and directions), `box`
"""
