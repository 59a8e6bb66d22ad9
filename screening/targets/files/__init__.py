"""Structure and sequence files in and out, and downloads on request.

`read` makes a target of any of them, by way of `formats` (suffixes), ``read_*`` (one format each) and ``*_header``;
`pdb_atoms`, `residue_numbers` and `autodock_types` are the columns of PDB and PDBQT, `cif_block` and `cif_text` those
of mmCIF, `predicted` knows computed models; `write` writes targets (`write_bonds` their bonds); `download` and
`entries` fetch from public archives.
"""
